import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Resources } from './report-resources.ts';

/** The relay as it is shipped, in a process of its own. */
export interface RelayChild {
	readonly url: string;
	readonly port: number;
	rssMb(): number;
	/** Open file descriptors. */
	files(): number;
	resources(): Promise<Resources>;
	/** What it complained of. */
	readonly complaints: string;
	kill(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export async function startRelayChild(data: string, port = 0): Promise<RelayChild> {
	const child = spawn(
		process.execPath,
		[
			// As npm start does it.
			...['--disable-warning=ExperimentalWarning', '--max-semi-space-size=8'],
			...['--import', here('report-resources.ts')],
			...[here('../../sync-server/main.ts'), 'serve', '--data', data],
			...['--listen', `127.0.0.1:${port}`, '--log-level', 'error', '--app', here('no-app')],
		],
		{
			stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
			env: { ...process.env, NODE_COMPILE_CACHE: here('../../node_modules/.cache/tresen-relay') },
		},
	);
	const end = () => void child.kill('SIGKILL');
	process.once('exit', end);
	const ended = once(child, 'exit').then(() => process.off('exit', end));
	let printed = '';
	let complaints = '';
	child.stderr?.on('data', (chunk: Buffer) => (complaints = (complaints + String(chunk)).slice(-20_000)));
	const url = await new Promise<string>((resolve, reject) => {
		child.stdout?.on('data', (chunk: Buffer) => {
			printed = (printed + String(chunk)).slice(-20_000);
			const found = /https?:\/\/[\w.:[\]]+/.exec(printed);
			if (found !== null) resolve(found[0]);
		});
		child.once('exit', (code) => reject(new Error(`the relay ended with ${code}: ${printed}${complaints}`)));
	});
	return {
		url,
		port: Number(new URL(url).port),
		rssMb: () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) / 1024,
		files: () => readdirSync(`/proc/${child.pid}/fd`).length,
		async resources() {
			child.send('tell');
			const [said] = (await once(child, 'message')) as [Resources];
			return said;
		},
		get complaints() {
			const errors = printed.split('\n').filter((line) => line.startsWith('{'));
			return [...errors, complaints].join('\n').trim();
		},
		async kill(signal) {
			child.kill(signal);
			await ended;
		},
	};
}

/** Database and write-ahead log, MB. */
export function diskMb(data: string): { database: number; log: number } {
	const size = (name: string) => (statSync(join(data, name), { throwIfNoEntry: false })?.size ?? 0) / 2 ** 20;
	return { database: size('tresen.sqlite'), log: size('tresen.sqlite-wal') };
}
