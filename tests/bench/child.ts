import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A server in a process of its own. */
export interface Child {
	/** What it said when it was ready. */
	url: string;
	/** Seconds of processor time used so far. */
	cpuSeconds(): number;
	/** Resident memory in MB. */
	rssMb(): number;
	/** The highest it ever was, in MB. */
	peakRssMb(): number;
	stop(): Promise<void>;
}

const ticksPerSecond = 100;
const compiledFolder = fileURLToPath(new URL('../../node_modules/.cache/tresen-relay', import.meta.url));
let profileFolder: string | undefined;

/** From now on every child writes a processor profile into that folder when it ends. */
export function profileInto(folder: string): void {
	profileFolder = folder;
}

/** Starts a script under this Node and waits for the address it prints. */
export async function startChild(script: string, args: readonly string[] = []): Promise<Child> {
	const path = fileURLToPath(new URL(script, import.meta.url));
	const profile = profileFolder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileFolder}`];
	// As npm start does it.
	const asStarted = ['--disable-warning=ExperimentalWarning', '--max-semi-space-size=8'];
	const child = spawn(process.execPath, [...asStarted, ...profile, path, ...args], {
		stdio: ['ignore', 'pipe', 'pipe'],
		env: { ...process.env, NODE_COMPILE_CACHE: compiledFolder },
	});
	const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
	let complaints = '';
	child.stderr.on('data', (chunk: Buffer) => (complaints = (complaints + String(chunk)).slice(-4000)));
	const url = await new Promise<string>((resolve, reject) => {
		let printed = '';
		child.stdout.on('data', (chunk: Buffer) => {
			printed = (printed + String(chunk)).slice(-4000);
			const found = /https?:\/\/[\w.:[\]]+/.exec(printed);
			if (found !== null) resolve(found[0]);
		});
		child.once('exit', (code) => reject(new Error(`${script} ended with ${code}: ${printed}${complaints}`)));
	});
	const stop = async () => {
		child.kill('SIGTERM');
		const late = setTimeout(() => child.kill('SIGKILL'), 5000);
		await ended;
		clearTimeout(late);
	};
	process.once('exit', () => child.kill('SIGKILL'));
	const { pid } = child;
	const readMb = (name: string) => {
		const kb = new RegExp(`${name}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
		return Number(kb) / 1024;
	};
	return {
		url,
		stop,
		cpuSeconds() {
			const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
				.replace(/^.*\) /, '')
				.split(' ');
			return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
		},
		rssMb: () => readMb('VmRSS'),
		peakRssMb: () => readMb('VmHWM'),
	};
}

/** The relay as it is shipped, on a data directory. */
export function startOurs(data: string, listen = '127.0.0.1:0'): Promise<Child> {
	return startChild('../../sync-server/main.ts', [
		...['serve', '--data', data, '--listen', listen, '--log-level', 'error'],
	]);
}
