import type { DatabaseSync } from 'node:sqlite';
import type { DocumentId } from '../../src/lib/domain/ids.ts';
import { namesOf } from '../../src/lib/domain/personal-words.ts';
import type { PersonTerms } from '../../src/lib/domain/erasure-terms.ts';

/** What to look for in the bytes of documents, before any of them is opened. */
export interface Needles {
	/** One of them is enough. */
	any: string[];
	/** All words of one of these lists. */
	together: string[][];
	/** The last digits of numbers, however they are grouped. */
	digits: string[];
}

export function needlesOf(terms: PersonTerms, document: DocumentId | undefined): Needles {
	return {
		any: [...terms.addresses, ...(document === undefined ? [] : [document.toLowerCase()])],
		together: [...terms.names].flatMap((name) => namesOf(name).slice(0, 1)),
		digits: [...terms.phones].map((key) => key.slice('tel:'.length)),
	};
}

/** So many documents are looked at before others have their turn. */
const slice = 200;

/**
 * The documents whose stored bytes hold one of the needles, deleted text and older updates included: Yjs keeps strings as they are.
 * Standing documents too; whoever asks decides what to do with them.
 */
export async function documentsHolding(
	db: DatabaseSync,
	needles: Needles,
	pause: () => Promise<void>,
): Promise<DocumentId[]> {
	const docs = db.prepare('SELECT key, id FROM docs WHERE gone_at IS NULL AND key > ? ORDER BY key LIMIT ?');
	const snapshot = db.prepare('SELECT bytes FROM snapshots WHERE doc = ?');
	const tail = db.prepare('SELECT bytes FROM updates WHERE doc = ? ORDER BY seq');
	const found: DocumentId[] = [];
	for (let after = 0; ;) {
		const some = docs.all(after, slice) as { key: number; id: DocumentId }[];
		if (some.length === 0) return found;
		for (const { key, id } of some) {
			const parts = [snapshot.get(key), ...tail.all(key)].filter((row) => row !== undefined);
			if (parts.some((row) => holds(row.bytes as Uint8Array, needles))) found.push(id);
			after = key;
		}
		await pause();
	}
}

function holds(bytes: Uint8Array, { any, together, digits }: Needles): boolean {
	const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
		.toString('utf8')
		.normalize('NFKC')
		.toLowerCase();
	if (any.some((needle) => text.includes(needle))) return true;
	if (together.some((words) => words.every((word) => text.includes(word)))) return true;
	if (digits.length === 0) return false;
	const packed = text.replace(/[\s()./-]/g, '');
	return digits.some((needle) => packed.includes(needle));
}
