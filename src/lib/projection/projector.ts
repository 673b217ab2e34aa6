import { projectAll } from './project-all.ts';
import type { ProjectionAnswer, ProjectionInput, ProjectionJob } from './projection-messages.ts';
import type { RecordRow } from './rows.ts';

/** Makes many rows away from the screen's thread; for the first sync. */
export interface Projector {
	/** Rows in the order of the documents; null where there is none, or the document cannot be read. */
	rows(documents: ProjectionInput[]): Promise<(RecordRow | null)[]>;
	close(): void;
}

/** The part of a Worker that is used here. */
export interface ProjectionThread {
	postMessage(message: ProjectionJob): void;
	addEventListener(type: 'message', listener: (event: { data: ProjectionAnswer }) => void): void;
	addEventListener(type: 'error' | 'messageerror', listener: (event: unknown) => void): void;
	terminate(): void;
}

export function createProjectionWorker(): ProjectionThread {
	return new Worker(new URL('./projection-worker.ts', import.meta.url), { type: 'module' });
}

/** Works in this thread where a worker cannot start, and from then on where one has failed. */
export function createProjector(startThread: () => ProjectionThread = createProjectionWorker): Projector {
	const waiting = new Map<number, { documents: ProjectionInput[]; resolve(rows: (RecordRow | null)[]): void }>();
	let thread: ProjectionThread | undefined | 'none';
	let lastJob = 0;

	function reach(): ProjectionThread | undefined {
		if (thread === undefined) thread = start();
		return thread === 'none' ? undefined : thread;
	}

	function start(): ProjectionThread | 'none' {
		try {
			const started = startThread();
			started.addEventListener('message', ({ data }) => {
				waiting.get(data.job)?.resolve(data.rows);
				waiting.delete(data.job);
			});
			started.addEventListener('error', giveUp);
			started.addEventListener('messageerror', giveUp);
			return started;
		} catch {
			return 'none';
		}
	}

	function giveUp(): void {
		if (thread !== undefined && thread !== 'none') thread.terminate();
		thread = 'none';
		for (const { documents, resolve } of waiting.values()) resolve(projectAll(documents));
		waiting.clear();
	}

	return {
		rows(documents) {
			const worker = reach();
			if (worker === undefined) return Promise.resolve(projectAll(documents));
			const job = ++lastJob;
			return new Promise((resolve) => {
				waiting.set(job, { documents, resolve });
				worker.postMessage({ job, documents });
			});
		},
		close: giveUp,
	};
}
