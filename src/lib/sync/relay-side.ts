import { fetchDocuments } from './fetch-documents.ts';
import { createLive } from './live.ts';
import { createReplica } from './replica.ts';
import { createIndexeddbPersist } from './standing-copy.ts';

/** What can wait until the first screen stands: all that speaks with the relay, and the second copy of the standing documents. */
export const relaySide = { createReplica, createLive, createIndexeddbPersist, fetchDocuments };

export type RelaySide = typeof relaySide;
