import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const main = fileURLToPath(new URL('../../../sync-server/main.ts', import.meta.url));
const quiet = '--disable-warning=ExperimentalWarning';

/** The built app that the journeys use. */
export const builtApp = resolve(root, process.env.APP_BUILD_DIR ?? 'build');

/** The relay itself, in a process of its own that can be killed and started again on the same data. */
export interface RelayProcess {
	readonly data: string;
	/** Where it listens behind the proxy; the same after each start. */
	readonly port: number;
	/** What it printed for the newcomer; undefined once the desk is set up. */
	readonly setupUrl: string | undefined;
	/** `app`: another build. */
	start(options?: { app?: string }): Promise<void>;
	/** SIGKILL: nothing is tidied up. */
	kill(): Promise<void>;
	/** SIGTERM: as an operator stops it. */
	stop(): Promise<void>;
	/** One of the relay's commands, while it runs or not: what it printed. */
	command(...args: string[]): Promise<string>;
	jsonLines<T>(...args: string[]): Promise<T[]>;
}

/** `publicUrl` is the address that browsers use. */
export async function startRelayProcess(options: { data: string; publicUrl: string }): Promise<RelayProcess> {
	const { data, publicUrl } = options;
	const port = await freePort();
	let child: ChildProcess | undefined;
	let setupUrl: string | undefined;

	async function start({ app = builtApp }: { app?: string } = {}): Promise<void> {
		const started = spawn(
			process.execPath,
			[
				...[quiet, main, 'serve', '--data', data, '--app', app],
				...['--listen', `127.0.0.1:${port}`, '--public-url', publicUrl, '--log-level', 'info'],
			],
			{ env: environment(), stdio: ['ignore', 'pipe', 'pipe'] },
		);
		child = started;
		setupUrl = undefined;
		const lines: string[] = [];
		const { promise, resolve: ready, reject } = Promise.withResolvers<void>();
		for (const stream of [started.stdout, started.stderr]) {
			createInterface({ input: stream }).on('line', (line) => {
				lines.push(line);
				setupUrl ??= /Set the desk up, once: (\S+)/.exec(line)?.[1];
				if (line.startsWith('Tresen listens at ')) ready();
			});
		}
		started.once('exit', (code) => reject(new Error(`The relay ended with ${code}:\n${lines.join('\n')}`)));
		await promise;
	}

	async function end(signal: NodeJS.Signals): Promise<void> {
		const ending = child;
		child = undefined;
		if (ending === undefined || ending.exitCode !== null || ending.signalCode !== null) return;
		const ended = once(ending, 'exit');
		ending.kill(signal);
		await ended;
	}

	async function command(...args: string[]): Promise<string> {
		const { stdout } = await promisify(execFile)(
			process.execPath,
			[quiet, main, ...args, '--data', data, '--public-url', publicUrl, '--log-level', 'silent'],
			{ env: environment(), maxBuffer: 256 * 1024 * 1024 },
		);
		return stdout;
	}

	await start();
	return {
		data,
		port,
		get setupUrl() {
			return setupUrl;
		},
		start,
		kill: () => end('SIGKILL'),
		stop: () => end('SIGTERM'),
		command,
		async jsonLines<T>(...args: string[]) {
			const printed = await command(...args);
			return printed
				.split('\n')
				.filter((line) => line.trim() !== '')
				.map((line) => JSON.parse(line) as T);
		},
	};
}

function environment(): NodeJS.ProcessEnv {
	return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('TRESEN_')));
}

async function freePort(): Promise<number> {
	const server = createServer().listen(0, '127.0.0.1');
	await once(server, 'listening');
	const { port } = server.address() as AddressInfo;
	server.close();
	await once(server, 'close');
	return port;
}
