import type { DocumentId } from '../domain/ids.ts';
import type { RecordStore, Row } from '../store/record-store.ts';
import { updatesToRow } from './document-row.ts';
import { projectionVersion } from './rows.ts';

export const projectionVersionKey = 'projectionVersion';

export type RebuildResult =
	| { kind: 'current' }
	| { kind: 'rebuilt'; documents: number; damaged: DocumentId[] }
	| { kind: 'stopped'; documents: number };

export interface RebuildOptions {
	/** At most 100: longer ones would hold up the screen. */
	batch?: number;
	/** Do it even if the version is the same, after a repair for one. */
	force?: boolean;
	project?: (document: DocumentId, updates: readonly Uint8Array[]) => Row | undefined;
	onProgress?(documents: number): void;
	signal?: AbortSignal;
}

/** Makes all rows again when they were made by another version. Old rows stay to be seen until the new ones take their places. */
export async function rebuildRows(store: RecordStore, options: RebuildOptions = {}): Promise<RebuildResult> {
	const { force = false, project = updatesToRow, onProgress, signal } = options;
	const batch = Math.min(options.batch ?? 50, 100);
	if (!force && (await store.settings.get(projectionVersionKey)) === projectionVersion) return { kind: 'current' };
	const damaged: DocumentId[] = [];
	let done = 0;
	let after: DocumentId | undefined;
	for (;;) {
		if (signal?.aborted) return { kind: 'stopped', documents: done };
		const documents = await store.documents(after, batch);
		if (documents.length === 0) break;
		const rows: Row[] = [];
		const versions = new Map<DocumentId, number>();
		for (const [document, { updates, version }] of await store.loadMany(documents)) {
			try {
				const row = project(document, updates);
				if (row !== undefined) rows.push(row);
				versions.set(document, version);
			} catch {
				damaged.push(document);
			}
		}
		// Rows of documents that changed meanwhile are left out: whoever changed them wrote their rows with this version.
		await store.rows.put(rows, versions);
		done += documents.length;
		after = documents.at(-1);
		onProgress?.(done);
	}
	await store.settings.set(projectionVersionKey, projectionVersion);
	return { kind: 'rebuilt', documents: done, damaged };
}
