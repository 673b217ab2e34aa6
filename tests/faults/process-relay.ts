import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Config } from '../../sync-server/config.ts';
import { afterTest } from '../sync-server/running-relay.ts';

/** What a process is told: with the first it begins to work, a later one turns its clock. */
export interface Orders {
	config: Partial<Record<keyof Config, string>>;
	undoMs?: number;
	/** How far its clock is ahead of this machine's. */
	aheadMs?: number;
}

export interface Standby {
	loaded: Promise<unknown>;
	begin(orders: Orders): ProcessRelay;
}

export interface ProcessRelay {
	child: ChildProcess;
	/** Where it listens; rejects if it ends before. */
	ready: Promise<string>;
	/** What it said when it would not start. */
	refused: Promise<{ refused: string; message: string }>;
	ended: Promise<{ code: number | null; signal: string | null }>;
	/** Its log and its errors so far. */
	output(): string;
	/** Resolves when the clock is so. */
	turnClock(aheadMs: number): Promise<void>;
	kill(): Promise<void>;
	/** As an operator stops it. */
	stop(): Promise<number | null>;
}

const program = fileURLToPath(new URL('relay-process.ts', import.meta.url));

/** A process that has loaded everything. `through`: a program and its arguments that starts it. */
export function prepareRelay({ through = [] }: { through?: readonly string[] } = {}): Standby {
	const [command = '', ...rest] = [...through, process.execPath, '--disable-warning=ExperimentalWarning', program];
	// What the first one compiled serves the others: those that are killed keep nothing.
	const env = { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), 'tresen-compiled') };
	const child = spawn(command, rest, { stdio: ['pipe', 'pipe', 'pipe'], env });
	afterTest(() => void child.kill('SIGKILL'));
	child.stdin.on('error', () => {});
	const lines: string[] = [];
	const said: Record<string, PromiseWithResolvers<Record<string, unknown>>> = {};
	const hears = (what: string) => (said[what] ??= Promise.withResolvers());
	for (const stream of [child.stdout, child.stderr])
		createInterface({ input: stream }).on('line', (line) => {
			lines.push(line);
			const [, what] = /^\{"(loaded|url|refused|clock)":/.exec(line) ?? [];
			if (what !== undefined) hears(what).resolve(JSON.parse(line) as Record<string, unknown>);
		});
	const ended = once(child, 'close').then(([code, signal]: (number | string | null)[]) => {
		const why = new Error(`the relay ended with ${code ?? signal}:\n${lines.join('\n')}`);
		for (const what of ['loaded', 'url', 'refused', 'clock']) {
			hears(what).promise.catch(() => {});
			hears(what).reject(why);
		}
		return { code: code as number | null, signal: signal as string | null };
	});
	const write = (orders: Partial<Orders>) => void child.stdin.write(`${JSON.stringify(orders)}\n`);
	return {
		loaded: hears('loaded').promise,
		begin(orders) {
			write(orders);
			const ready = hears('url').promise.then(({ url }) => url as string);
			ready.catch(() => {});
			return {
				...{ child, ready, ended, output: () => lines.join('\n') },
				refused: hears('refused').promise as Promise<never>,
				async turnClock(aheadMs) {
					said.clock = Promise.withResolvers();
					write({ aheadMs });
					await said.clock.promise;
				},
				async kill() {
					child.kill('SIGKILL');
					await ended;
				},
				async stop() {
					child.kill('SIGTERM');
					return (await ended).code;
				},
			};
		},
	};
}
