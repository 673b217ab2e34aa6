import { Worker } from 'node:worker_threads';
import { limits } from '../../src/lib/protocol/limits.ts';
import { scanUpdate } from './scan-update.ts';

/**
 * Large or odd updates are tried out in a thread of their own, with a deadline and a memory cap: what is quick to send can be
 * slow to put together, and must not hold up the relay.
 */
export interface Screening {
	/** At once where nothing needs to be tried. What is longer than `most` is refused by whoever takes it. */
	tryOut(update: Uint8Array, most?: number): Promise<Trial> | 'plausible';
	close(): void;
}

/** `undecided`: the machine had no time for the trial. That is nothing against the update: the device keeps it and comes again. */
export type Trial = 'plausible' | 'implausible' | 'undecided';

export const screening = { bytes: 32 * 1024, structs: 2000, clients: 16, deadlineMs: 250, heapMb: 64 } as const;

export function createScreening(deadlineMs: number = screening.deadlineMs): Screening {
	let worker: Worker | undefined;
	let queue: Promise<unknown> = Promise.resolve();
	let isClosed = false;

	function start(): Worker {
		const started = new Worker(new URL('./screening-worker.ts', import.meta.url), {
			resourceLimits: { maxOldGenerationSizeMb: screening.heapMb, maxYoungGenerationSizeMb: 16 },
		});
		started.unref();
		started.on('error', () => {
			if (worker === started) worker = undefined;
		});
		return started;
	}

	async function ready(): Promise<Worker> {
		if (worker !== undefined) return worker;
		const started = start();
		await new Promise((resolve, reject) => {
			started.once('message', resolve);
			started.once('error', reject);
		});
		worker = started;
		return started;
	}

	async function trial(update: Uint8Array): Promise<Trial> {
		if (isClosed) return 'undecided';
		const trier = await ready();
		const before = await cpuMs(trier);
		return new Promise((resolve) => {
			const began = performance.now();
			let isDone = false;
			const finish = (verdict: Trial, isStuck: boolean) => {
				if (isDone) return;
				isDone = true;
				clearTimeout(timer);
				trier.removeAllListeners('message');
				trier.removeListener('exit', onExit);
				if (isStuck) {
					if (worker === trier) worker = undefined;
					void trier.terminate();
				}
				resolve(verdict);
			};
			// Out of memory, most likely.
			const onExit = () => finish(isClosed ? 'undecided' : 'implausible', true);
			// The thread's own time counts: on a busy machine an honest update waits its turn.
			const onDeadline = async () => {
				const used = await cpuMs(trier).catch(() => Infinity);
				if (isDone) return;
				if (used - before >= deadlineMs) finish('implausible', true);
				else if (performance.now() - began >= deadlineMs * 20) finish('undecided', true);
				else timer = setTimeout(onDeadline, deadlineMs);
			};
			let timer = setTimeout(onDeadline, deadlineMs);
			trier.once('message', (isPlausible: boolean) => finish(isPlausible ? 'plausible' : 'implausible', false));
			trier.once('exit', onExit);
			trier.postMessage(update);
		});
	}

	return {
		tryOut(update, most = limits.updateBytes) {
			if (!isOdd(update, most)) return 'plausible';
			const verdict = queue.then(() => trial(update)).catch((): Trial => 'undecided');
			queue = verdict;
			return verdict;
		},
		close() {
			isClosed = true;
			void worker?.terminate();
			worker = undefined;
		},
	};
}

async function cpuMs(worker: Worker): Promise<number> {
	const { user, system } = await worker.cpuUsage();
	return (user + system) / 1000;
}

/** What the scan or the size limit refuses anyway is not worth trying. */
function isOdd(update: Uint8Array, most: number): boolean {
	if (update.length > most || update.length < screening.clients) return false;
	if (update.length < screening.structs && (update[0] ?? 0) <= screening.clients) return false;
	const scan = scanUpdate(update);
	if (scan === undefined) return false;
	const { bytes, structs, clients } = screening;
	return update.length > bytes || scan.structs > structs || scan.clients.length > clients;
}
