import type { DatabaseSync } from 'node:sqlite';
import * as Y from 'yjs';
import type { DocumentId } from '../../src/lib/domain/ids.ts';
import type { FillRandom } from '../../src/lib/domain/ulid.ts';
import { rewriteDocument, type Rewriting } from '../../src/lib/document/rewrite-document.ts';
import type { DocumentCache } from '../admission/document-cache.ts';
import { transaction, type RelayDatabase } from '../store/database.ts';
import type { UpdateLog } from '../store/update-log.ts';

export interface RewritingParts {
	database: RelayDatabase;
	log: UpdateLog;
	cache: DocumentCache;
	fillRandom: FillRandom;
	/** After the commit. */
	onRewritten(document: DocumentId): void;
}

export interface RewriteOrder {
	rewriting: Rewriting;
	/** The new generation is at least this. */
	generation?: number;
	/** Also where nothing in it changes. */
	always?: boolean;
	/** In the same transaction, with the document as it will be and the generation it will have. */
	alongside?(db: DatabaseSync, after: Y.Doc, generation: number): void;
}

export type Rewrite = (document: DocumentId, order: RewriteOrder) => RewriteResult;
export type RewriteResult = { kind: 'rewritten'; generation: number } | { kind: 'unchanged' };

/**
 * Between two turns of the intake: what waits there for the old generation is refused as `other-generation`, and its device puts it on
 * top of the new one.
 */
export function createRewriting({ database, log, cache, fillRandom, onRewritten }: RewritingParts): Rewrite {
	function freshClient(known: ReadonlyMap<number, string>): number {
		const bytes = new Uint8Array(4);
		let client: number;
		do {
			fillRandom(bytes);
			client = new DataView(bytes.buffer).getUint32(0);
		} while (known.has(client));
		return client;
	}

	return (document, { rewriting, generation = 0, always = false, alongside }) => {
		const open = cache.open(document);
		if (open.key === undefined || open.goneAt !== undefined) return { kind: 'unchanged' };
		const client = freshClient(open.clients);
		const after = rewriteDocument(open.doc, client, rewriting, always);
		if (after === undefined) return { kind: 'unchanged' };
		const next = Math.max(open.generation + 1, generation);
		try {
			transaction(database.db, () => {
				log.rewrite(document, { generation: next, bytes: Y.encodeStateAsUpdate(after), client });
				alongside?.(database.db, after, next);
			});
		} catch (error) {
			log.forgetUncommitted();
			throw error;
		} finally {
			after.destroy();
			cache.evict(document);
		}
		onRewritten(document);
		return { kind: 'rewritten', generation: next };
	};
}
