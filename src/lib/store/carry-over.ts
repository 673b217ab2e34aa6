import * as Y from 'yjs';
import { unnamedDoc } from '../document/unnamed-doc.ts';
import { parseEntry, readFacts, readMeta, readRecord, roots, draftRoots } from '../document/record-document.ts';
import { fragmentLines } from '../document/fragment-text.ts';
import type { Facts } from '../domain/facts.ts';
import type { EntryId } from '../domain/ids.ts';
import { cleanerOf, goneWords } from './gone-words.ts';

/**
 * What this device wrote and the relay has not taken yet, put on top of the new generation of a document.
 *
 * CO1 Entries keep their ids, so that nothing is there twice. What the relay has already is not carried.
 * CO2 What was erased does not come back by them: the words that differ between the two generations go from them as well.
 * CO3 A draft that was being typed goes along as plain text.
 * CO4 Nothing goes on top of a person who was erased.
 * CO5 Of a document without its beginning (`bare`) all that is here was written here.
 * CO6 An entry goes along although what was written before it was let go: it is read from its own edit.
 */
export type CarryOver =
	/** Undefined: there is nothing left to carry. */
	| { kind: 'carried'; update: Uint8Array | undefined }
	/** The outbox tells that something went, and not what. */
	| { kind: 'dropped' }
	/** Of this kind of document, or of what cannot be read, nothing is carried: the outbox keeps it, refused. */
	| { kind: 'kept' };

export function carryOver(
	before: readonly Uint8Array[],
	after: readonly Uint8Array[],
	unsent: readonly Uint8Array[],
): CarryOver {
	const old = docOf(before);
	const next = docOf(after);
	try {
		if (old === undefined || next === undefined) return { kind: 'kept' };
		const is = readRecord(next);
		if (is.kind !== 'record' || is.record === 'article') return { kind: 'kept' };
		const was = readFacts(old, is.record);
		if (readMeta(old) !== undefined && !isSameRecord(was, is.facts)) return { kind: 'kept' };
		const written = writtenIn(unsent);
		if (written === undefined) return { kind: 'kept' };
		const isErased = [...is.facts.entries.values()].some((entry) => entry.kind === 'erased' && entry.what === 'person');
		if (isErased && is.record === 'person') return { kind: 'dropped' };
		const clean = cleanerOf([goneWords(was, is.facts)], () => true);
		const vector = Y.encodeStateVector(next);
		next.transact(() => {
			const entries = next.getMap(roots.entries);
			for (const [id, value] of written.entries) {
				const entry = was.entries.get(id) ?? parseEntry(is.record, value);
				if (entry === undefined || entries.has(id)) continue;
				const cleaned = clean.entry(entry);
				if (parseEntry(is.record, cleaned) !== undefined) entries.set(id, cleaned);
			}
			for (const root of Object.values(draftRoots)) {
				if (!written.roots.has(root)) continue;
				putLines(next.getXmlFragment(root), fragmentLines(old.getXmlFragment(root)).map(clean.text));
			}
		});
		const update = Y.encodeStateAsUpdate(next, vector);
		return { kind: 'carried', update: update.length > 2 ? update : undefined };
	} finally {
		old?.destroy();
		next?.destroy();
	}
}

/** Another generation begins with the same entry. */
function isSameRecord(was: Facts, is: Facts): boolean {
	return [...was.entries].some(
		([id, { kind }]) => (kind === 'opened' || kind === 'created' || kind === 'contacted') && is.entries.has(id),
	);
}

function docOf(updates: readonly Uint8Array[]): Y.Doc | undefined {
	const doc = unnamedDoc();
	try {
		for (const update of updates) Y.applyUpdate(doc, update);
		return doc;
	} catch {
		return undefined;
	}
}

/** Which entries and texts the edits wrote. */
function writtenIn(unsent: readonly Uint8Array[]): { entries: Map<EntryId, unknown>; roots: Set<string> } | undefined {
	const entries = new Map<EntryId, unknown>();
	const touched = new Set<string>();
	try {
		for (const update of unsent)
			for (const struct of Y.decodeUpdate(update).structs) {
				if (!(struct instanceof Y.Item)) continue;
				const parent: unknown = struct.parent;
				if (parent === roots.entries && struct.parentSub !== null)
					entries.set(struct.parentSub as EntryId, struct.content.getContent()[0]);
				else if (parent !== roots.entries && parent !== roots.meta)
					// Text below an element does not say in which root that lies.
					for (const root of Object.values(draftRoots)) touched.add(root);
			}
		return { entries, roots: touched };
	} catch {
		return undefined;
	}
}

function putLines(fragment: Y.XmlFragment, lines: readonly string[]): void {
	if (lines.join('\n') === fragmentLines(fragment).join('\n')) return;
	if (fragment.length > 0) fragment.delete(0, fragment.length);
	fragment.insert(
		0,
		lines.map((line) => {
			const paragraph = new Y.XmlElement('paragraph');
			if (line !== '') paragraph.insert(0, [new Y.XmlText(line)]);
			return paragraph;
		}),
	);
}

/** Stands in the outbox for what was dropped: an update of nothing. */
export const nothing = new Uint8Array([0, 0]);
