import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * What an installation can be told. Each value comes from the first of these that names it:
 *
 *   flag `--public-url X` > environment `TRESEN_PUBLIC_URL` (or `TRESEN_PUBLIC_URL_FILE`) > `publicUrl` in config.json > default
 *
 * The names map one to one. A name that is not in this table is an error with a suggestion.
 */
export interface Config {
	/** The data directory: everything that is the desk's. */
	data: string;
	/** Where to listen: `host:port`. Port 0 takes any free one. */
	listen: string;
	/** The address that browsers use, without a slash at the end; empty means the one it listens on. */
	publicUrl: string;
	/** Whether a proxy in front sets X-Forwarded-For. */
	trustProxy: boolean;
	logLevel: LogLevel;
	/** The folder with the built app. */
	app: string;
	/** How many bytes all files together may take. */
	blobQuota: number;
	/** Where a backup is put every night; empty for none. */
	backupTo: string;
	/** The hour at which it is made, by this machine's clock. */
	backupHour: number;
	/** Who sends it may read /metrics; empty means this machine only. */
	metricsToken: string;
}

export type LogLevel = (typeof logLevels)[number];
const logLevels = ['silent', 'error', 'warn', 'info', 'debug'] as const;

export type ConfigKey = keyof Config;
export type Origin = 'flag' | 'environment' | 'file' | 'default';
export interface ConfigProblem {
	key: string;
	message: string;
}
export type ConfigReading =
	{ kind: 'ok'; config: Config; origins: Record<ConfigKey, Origin> } | { kind: 'refused'; problems: ConfigProblem[] };

type Read<T> = { ok: true; value: T } | { ok: false; message: string };
interface Setting<T> {
	fallback: T;
	read(text: string): Read<T>;
	help: string;
	/** Never printed. */
	isSecret?: true;
}

const text: Setting<string>['read'] = (value) =>
	value.trim() === '' ? { ok: false, message: 'must not be empty' } : { ok: true, value: value.trim() };

const truth: Setting<boolean>['read'] = (value) => {
	if (/^(1|true|yes|on)$/i.test(value)) return { ok: true, value: true };
	if (/^(0|false|no|off|)$/i.test(value)) return { ok: true, value: false };
	return { ok: false, message: 'must be 1, true, yes, on or 0, false, no, off' };
};

export const settings: { [K in ConfigKey]: Setting<Config[K]> } = {
	data: { fallback: 'data', read: text, help: 'the data directory' },
	listen: { fallback: '127.0.0.1:8484', read: readListen, help: 'host:port to listen on' },
	publicUrl: { fallback: '', read: readPublicUrl, help: 'the address that browsers use, https://desk.example.org' },
	trustProxy: { fallback: false, read: truth, help: 'a proxy in front sets X-Forwarded-For' },
	logLevel: {
		fallback: 'info',
		read: (value) => {
			const level = logLevels.find((known) => known === value);
			return level ? { ok: true, value: level } : { ok: false, message: `must be one of ${logLevels.join(', ')}` };
		},
		help: logLevels.join(', '),
	},
	app: {
		fallback: fileURLToPath(new URL('../build', import.meta.url)),
		read: text,
		help: 'the folder with the built app',
	},
	blobQuota: { fallback: 50 * 1024 ** 3, read: readSize, help: 'bytes that all files together may take: 50G' },
	backupTo: {
		fallback: '',
		read: (value) => ({ ok: true, value: value.trim() === '' ? '' : resolve(value.trim()) }),
		help: 'the folder for a backup every night, on another disk; empty: none',
	},
	backupHour: {
		fallback: 2,
		read: (value) =>
			/^\d{1,2}$/.test(value.trim()) && Number(value) < 24
				? { ok: true, value: Number(value) }
				: { ok: false, message: 'must be an hour from 0 to 23' },
		help: 'the hour at which the backup is made, 0 to 23',
	},
	metricsToken: {
		fallback: '',
		read: (value) =>
			/^[\x21-\x7e]{16,200}$/.test(value.trim())
				? { ok: true, value: value.trim() }
				: { ok: false, message: 'must be 16 to 200 letters, digits or signs without a space' },
		help: 'who sends it may read /metrics; name a file with it',
		isSecret: true,
	},
};
export const configKeys = Object.keys(settings) as ConfigKey[];

/** `flags` are by config key already; `environment` is the process's. */
export function readConfig(
	flags: Readonly<Record<string, string>>,
	environment: Readonly<Record<string, string | undefined>>,
): ConfigReading {
	const problems: ConfigProblem[] = [];
	const fromEnvironment = environmentValues(environment, problems);
	const data = resolve(flags.data ?? fromEnvironment.get('data') ?? settings.data.fallback);
	const fromFile = fileValues(join(data, 'config.json'), problems);

	const config: Partial<Record<ConfigKey, unknown>> = {};
	const origins: Partial<Record<ConfigKey, Origin>> = {};
	for (const key of configKeys) {
		const [origin, written] =
			flags[key] !== undefined
				? (['flag', flags[key]] as const)
				: fromEnvironment.has(key)
					? (['environment', fromEnvironment.get(key) as string] as const)
					: fromFile.has(key)
						? (['file', fromFile.get(key) as string] as const)
						: (['default', undefined] as const);
		origins[key] = origin;
		if (written === undefined) {
			config[key] = settings[key].fallback;
			continue;
		}
		const read = settings[key].read(written);
		if (read.ok) config[key] = read.value;
		else problems.push({ key: nameIn(origin, key), message: read.message });
	}
	if (problems.length > 0) return { kind: 'refused', problems };
	config.data = data;
	config.app = resolve(config.app as string);
	return { kind: 'ok', config: config as Config, origins: origins as Record<ConfigKey, Origin> };
}

function environmentValues(
	environment: Readonly<Record<string, string | undefined>>,
	problems: ConfigProblem[],
): Map<ConfigKey, string> {
	const values = new Map<ConfigKey, string>();
	const keyByName = new Map(configKeys.map((key) => [environmentName(key), key]));
	for (const [name, value] of Object.entries(environment)) {
		if (!name.startsWith('TRESEN_') || value === undefined || otherPrograms.has(name)) continue;
		const bare = name.replace(/_FILE$/, '');
		const key = keyByName.get(bare);
		if (key === undefined) {
			problems.push({ key: name, message: unknownName(name, [...keyByName.keys()]) });
		} else if (bare === name) {
			values.set(key, value);
		} else if (environment[bare] !== undefined) {
			problems.push({ key: name, message: `stands beside ${bare}: take one of the two away` });
		} else {
			const content = readText(value);
			if (content === undefined) problems.push({ key: name, message: `the file ${value} cannot be read` });
			else values.set(key, content.trim());
		}
	}
	return values;
}

/** The project's own scripts and the build of the app use these. */
const otherPrograms = new Set([
	'TRESEN_BUILD',
	'TRESEN_BUILD_DIR',
	'TRESEN_KIT_DIR',
	'TRESEN_RELAY',
	'TRESEN_OWN_NODE',
]);

function fileValues(path: string, problems: ConfigProblem[]): Map<ConfigKey, string> {
	const values = new Map<ConfigKey, string>();
	const content = readText(path);
	if (content === undefined) return values;
	let parsed: unknown;
	try {
		parsed = JSON.parse(content);
	} catch {
		problems.push({ key: path, message: 'is not JSON' });
		return values;
	}
	if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
		problems.push({ key: path, message: 'must be an object of names and values' });
		return values;
	}
	for (const [name, value] of Object.entries(parsed)) {
		const key = configKeys.find((known) => known === name);
		if (key === undefined || key === 'data') {
			const fitting = configKeys.filter((known) => known !== 'data');
			problems.push({ key: `${path}: ${name}`, message: unknownName(name, fitting) });
		} else if (typeof value === 'object') {
			problems.push({ key: `${path}: ${name}`, message: 'must be a text, a number or true or false' });
		} else values.set(key, String(value));
	}
	return values;
}

function readText(path: string): string | undefined {
	try {
		return readFileSync(path, 'utf8');
	} catch {
		return undefined;
	}
}

export function environmentName(key: ConfigKey): string {
	return `TRESEN_${key.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}

export function flagName(key: ConfigKey): string {
	return `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

function nameIn(origin: Origin, key: ConfigKey): string {
	return origin === 'flag' ? flagName(key) : origin === 'environment' ? environmentName(key) : key;
}

/** "unknown; did you mean X?" when something known is near. */
export function unknownName(name: string, known: readonly string[]): string {
	const near = known
		.map((candidate) => ({ candidate, distance: editDistance(name.toLowerCase(), candidate.toLowerCase()) }))
		.sort((a, b) => a.distance - b.distance)[0];
	return near !== undefined && near.distance <= Math.max(2, name.length / 3)
		? `is unknown; did you mean ${near.candidate}?`
		: `is unknown; known are ${known.join(', ')}`;
}

function editDistance(a: string, b: string): number {
	let row = Array.from({ length: b.length + 1 }, (_, i) => i);
	for (let i = 1; i <= a.length; i++) {
		const next = [i];
		for (let j = 1; j <= b.length; j++) {
			const changed = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
			next.push(Math.min(changed, (row[j] as number) + 1, (next[j - 1] as number) + 1));
		}
		row = next;
	}
	return row[b.length] as number;
}

export function splitListen(listen: string): { host: string; port: number } {
	const colon = listen.lastIndexOf(':');
	return { host: listen.slice(0, colon).replace(/^\[|\]$/g, ''), port: Number(listen.slice(colon + 1)) };
}

function readListen(value: string): Read<string> {
	const trimmed = value.trim();
	const { host, port } = splitListen(trimmed);
	return host !== '' && trimmed.includes(':') && Number.isInteger(port) && port >= 0 && port <= 65_535
		? { ok: true, value: trimmed }
		: { ok: false, message: 'must be host:port, 127.0.0.1:8484 for one' };
}

function readPublicUrl(value: string): Read<string> {
	const trimmed = value.trim().replace(/\/+$/, '');
	if (trimmed === '') return { ok: true, value: '' };
	if (!URL.canParse(trimmed) || !/^https?:/.test(trimmed)) {
		return { ok: false, message: 'must be an address, https://desk.example.org for one' };
	}
	const url = new URL(trimmed);
	return url.origin === trimmed.toLowerCase()
		? { ok: true, value: url.origin }
		: { ok: false, message: `must be an origin without a path: ${url.origin}; a desk cannot live in a subfolder` };
}

function readSize(value: string): Read<number> {
	const match = /^(\d+(?:\.\d+)?)\s*([kmgt]?)i?b?$/i.exec(value.trim());
	if (!match) return { ok: false, message: 'must be a number of bytes, 500M or 50G for one' };
	const power = ' kmgt'.indexOf((match[2] || ' ').toLowerCase());
	return { ok: true, value: Math.floor(Number(match[1]) * 1024 ** power) };
}
