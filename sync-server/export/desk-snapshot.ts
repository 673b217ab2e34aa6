import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type * as Y from 'yjs';
import type { DocumentId } from '../../src/lib/domain/ids.ts';
import { openDocument } from '../admission/open-document.ts';
import { databaseFile } from '../store/database.ts';
import { createUpdateLog } from '../store/update-log.ts';

/** A desk as of one moment, whatever a relay writes meanwhile. */
export interface DeskSnapshot {
	db: DatabaseSync;
	/** All documents of a kind that are not erased, oldest first. */
	documentsOfKind(kind: string): DocumentId[];
	/** A document to look at; forget it afterwards. Undefined if there is none. */
	read(id: DocumentId): Y.Doc | undefined;
	/** Snapshot and updates as they are stored. */
	bytesOf(id: DocumentId): Uint8Array[];
	close(): void;
}

/** By a reader of its own: whoever writes does not wait for it. */
export function openSnapshot(data: string): DeskSnapshot {
	const db = new DatabaseSync(join(data, databaseFile), { readOnly: true });
	db.exec('PRAGMA busy_timeout = 5000; BEGIN');
	const log = createUpdateLog({ db, era: 0, dataDir: undefined, close: () => {} });
	return {
		db,
		documentsOfKind: log.documentsOfKind,
		read(id) {
			const loaded = log.load(id);
			return loaded === undefined || loaded.row.goneAt !== undefined ? undefined : openDocument(id, loaded).doc;
		},
		bytesOf(id) {
			const row = log.row(id);
			return row === undefined || row.goneAt !== undefined ? [] : log.updatesOf(row.key).updates;
		},
		close() {
			if (db.isOpen) db.close();
		},
	};
}
