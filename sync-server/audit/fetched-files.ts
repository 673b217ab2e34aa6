import type { DatabaseSync } from 'node:sqlite';
import type * as Y from 'yjs';
import { readRecord } from '../../src/lib/document/record-document.ts';
import { isRecordId, type BlobId, type DeviceId, type DocumentId } from '../../src/lib/domain/ids.ts';
import { together } from '../store/database.ts';
import type { AuditLog } from './audit-log.ts';

export interface FetchedFilesParts {
	database: DatabaseSync;
	audit: Pick<AuditLog, 'add'>;
	agentOf(device: DeviceId): string | undefined;
	/** The committed state; undefined if there is none. */
	read(document: DocumentId): Y.Doc | undefined;
	now(): number;
}

/**
 * Notes which device fetched which file, once: from then on it has a copy. A mail as it came, with all its headers, is data that few
 * need to see: who fetches it stands in the audit log.
 */
export function createFetchedFiles({ database, audit, agentOf, read, now }: FetchedFilesParts) {
	const isKnown = database.prepare('SELECT 1 FROM device_files WHERE device = ? AND blob = ?');
	const insert = database.prepare('INSERT OR IGNORE INTO device_files (device, blob, at) VALUES (?, ?, ?)');
	const namedBy = database.prepare('SELECT DISTINCT document FROM blob_refs WHERE blob = ? LIMIT 20');

	const isRawMailOf = (document: DocumentId, blob: BlobId): boolean => {
		const doc = isRecordId(document) ? read(document) : undefined;
		const reading = doc === undefined ? undefined : readRecord(doc);
		if (reading === undefined || reading.kind === 'empty') return false;
		return [...reading.facts.entries.values()].some((entry) => 'raw' in entry && entry.raw === blob);
	};

	return (blob: BlobId, device: DeviceId): void => {
		if (isKnown.get(device, blob) !== undefined) return;
		const documents = namedBy.all(blob).map(({ document }) => document as DocumentId);
		const ticket = documents.find((document) => isRawMailOf(document, blob));
		const agent = agentOf(device);
		together(database, () => {
			insert.run(device, blob, now());
			if (ticket !== undefined && agent !== undefined) audit.add({ agent, device }, 'raw-mail-read', ticket);
		});
	};
}
