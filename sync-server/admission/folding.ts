import type { DocumentId } from '../../src/lib/domain/ids.ts';
import type { Schedule } from '../schedule.ts';
import { transaction, type RelayDatabase } from '../store/database.ts';
import type { UpdateLog } from '../store/update-log.ts';
import type { DocumentCache } from './document-cache.ts';

export interface FoldingParts {
	database: RelayDatabase;
	log: UpdateLog;
	cache: DocumentCache;
	schedule: Schedule;
	onFailure(error: unknown): void;
}

const everyMs = 100;
const atOnceMs = 10;

/** Folding can wait, and several documents share a commit; but it never holds up a turn for long. */
export function createFolding({ database, log, cache, schedule, onFailure }: FoldingParts) {
	const waiting = new Set<DocumentId>();
	let isPlanned = false;
	let isStopped = false;

	function plan(): void {
		if (waiting.size === 0 || isPlanned || isStopped) return;
		isPlanned = true;
		schedule.after(everyMs, () => {
			isPlanned = false;
			if (isStopped) return;
			try {
				transaction(database.db, foldSome);
			} catch (error) {
				onFailure(error);
			}
			plan();
		});
	}

	function foldSome(): void {
		const began = performance.now();
		for (const id of waiting) {
			waiting.delete(id);
			log.fold(id, cache.peek(id));
			if (performance.now() - began > atOnceMs) return;
		}
	}

	return {
		add: (id: DocumentId) => void waiting.add(id),
		plan,
		stop(): void {
			isStopped = true;
			waiting.clear();
		},
	};
}
