import { configKeys, flagName, settings, unknownName, type ConfigKey } from '../config.ts';

/** What a command takes beside the configuration: flags with a value, flags without, and whether words may follow. */
export interface CommandShape {
	values?: readonly string[];
	repeated?: readonly string[];
	switches?: readonly string[];
	words?: { most: number };
}

export interface CommandLine {
	config: Partial<Record<ConfigKey, string>>;
	value(name: string): string | undefined;
	values(name: string): string[];
	has(name: string): boolean;
	words: string[];
}

export type CommandLineReading = { kind: 'ok'; line: CommandLine } | { kind: 'refused'; problems: string[] };

/** Reads `--flag value`, `--flag=value` and `--switch`; every command takes the configuration's flags too. */
export function readCommandLine(args: readonly string[], shape: CommandShape): CommandLineReading {
	const problems: string[] = [];
	const given = new Map<string, string[]>();
	const words: string[] = [];
	const keyByFlag = new Map(configKeys.map((key) => [flagName(key), key]));
	const single = new Set((shape.values ?? []).map((name) => `--${name}`));
	const repeated = new Set((shape.repeated ?? []).map((name) => `--${name}`));
	const switches = new Set((shape.switches ?? []).map((name) => `--${name}`));
	const booleans = new Set(configKeys.filter((key) => typeof settings[key].fallback === 'boolean').map(flagName));
	let onlyWords = false;
	for (let i = 0; i < args.length; i++) {
		const arg = args[i] as string;
		if (onlyWords || !arg.startsWith('--')) {
			words.push(arg);
			continue;
		}
		if (arg === '--') {
			onlyWords = true;
			continue;
		}
		const equals = arg.indexOf('=');
		const flag = equals < 0 ? arg : arg.slice(0, equals);
		const inline = equals < 0 ? undefined : arg.slice(equals + 1);
		if (switches.has(flag)) {
			if (inline !== undefined) problems.push(`${flag} takes no value`);
			given.set(flag, []);
			continue;
		}
		if (!single.has(flag) && !repeated.has(flag) && !keyByFlag.has(flag)) {
			problems.push(`${flag} ${unknownName(flag, [...single, ...repeated, ...switches, ...keyByFlag.keys()])}`);
			if (inline === undefined && args[i + 1]?.startsWith('--') === false) i++;
			continue;
		}
		let value = inline;
		if (value === undefined) {
			const next = args[i + 1];
			if (next !== undefined && !next.startsWith('--')) {
				value = next;
				i++;
			} else if (booleans.has(flag)) value = 'true';
		}
		if (value === undefined) problems.push(`${flag} needs a value`);
		else if (given.has(flag) && !repeated.has(flag)) problems.push(`${flag} is there twice`);
		else given.set(flag, [...(given.get(flag) ?? []), value]);
	}
	const most = shape.words?.most ?? 0;
	if (words.length > most) problems.push(`${words.slice(most).join(' ')}: not expected here`);
	if (problems.length > 0) return { kind: 'refused', problems };
	const config: Partial<Record<ConfigKey, string>> = {};
	for (const [flag, key] of keyByFlag) {
		const value = given.get(flag)?.at(-1);
		if (value !== undefined) config[key] = value;
	}
	return {
		kind: 'ok',
		line: {
			config,
			value: (name) => given.get(`--${name}`)?.at(-1),
			values: (name) => given.get(`--${name}`) ?? [],
			has: (name) => given.has(`--${name}`),
			words,
		},
	};
}
