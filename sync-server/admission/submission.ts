import type { DatabaseSync } from 'node:sqlite';
import type * as Y from 'yjs';
import type { DocumentId, EntryId } from '../../src/lib/domain/ids.ts';
import type { RejectionCode } from '../../src/lib/protocol/replica.ts';
import type { DeviceIdentity } from '../device-identity.ts';

/** A device's update for one document. */
export interface Submission {
	identity: DeviceIdentity;
	document: DocumentId;
	generation: number;
	update: Uint8Array;
	/** The device's outbox number; undefined on the live channel. */
	n: number | undefined;
	/** Who should not get it back: the socket it came from. */
	origin?: object;
	/** Handed over after a backup was put back: others may have written it. */
	isOffer?: boolean;
}

export type Outcome =
	| { kind: 'ok'; seq: number }
	| { kind: 'duplicate'; seq: number }
	| { kind: 'rejected'; code: RejectionCode }
	| { kind: 'storage-full' }
	| { kind: 'stopped' };

/** What the relay itself changes: all of the documents and the rows beside them, or nothing. */
export interface RelayChange {
	documents: DocumentChange[];
	/** More rows for the same transaction. */
	alongside?: (db: DatabaseSync) => void;
}

export interface DocumentChange {
	id: DocumentId;
	change: (doc: Y.Doc) => void;
	/** Entries that the witness answers with this. */
	answers?: readonly EntryId[];
	/** A verdict is owed even where the document is full. */
	isVerdict?: boolean;
}

export type ChangeOutcome =
	| { kind: 'ok'; seqs: Map<DocumentId, number> }
	| { kind: 'refused'; code: 'gone' | 'document-too-big' }
	| { kind: 'storage-full' }
	| { kind: 'stopped' };
