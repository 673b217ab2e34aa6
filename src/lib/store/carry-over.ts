import * as Y from 'yjs';
import { parseEntry, readMeta, readRecord, roots, draftRoots } from '../document/record-document.ts';
import { fragmentLines } from '../document/fragment-text.ts';
import type { Entry } from '../domain/entry.ts';
import { eraseEntry } from '../domain/erase-entry.ts';
import { noTerms, personalWords, type PersonTerms } from '../domain/erasure-terms.ts';
import type { Facts } from '../domain/facts.ts';
import type { EntryId } from '../domain/ids.ts';
import { addressKey, blackened, plainKey, withoutWords, type PersonalWords } from '../domain/personal-words.ts';
import { phoneKey } from '../domain/phone-key.ts';
import { redactEntry } from '../domain/redact-entry.ts';

/**
 * What this device wrote and the relay has not taken yet, put on top of the new generation of a document.
 *
 * CO1 Entries keep their ids, so that nothing is there twice. What the relay has already is not carried.
 * CO2 What was erased does not come back by them: the words that differ between the two generations go from them as well.
 * CO3 A draft that was being typed goes along as plain text.
 * CO4 Nothing goes on top of a person who was erased.
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
		const [was, is] = [readRecord(old), readRecord(next)];
		if (was.kind === 'empty' || is.kind !== 'record' || is.record === 'article') return { kind: 'kept' };
		if (!isSameRecord(was.facts, is.facts)) return { kind: 'kept' };
		const written = writtenIn(unsent);
		if (written === undefined) return { kind: 'kept' };
		const isErased = [...is.facts.entries.values()].some((entry) => entry.kind === 'erased' && entry.what === 'person');
		if (isErased && is.record === 'person') return { kind: 'dropped' };
		const clean = cleaning(was.facts, is.facts);
		const vector = Y.encodeStateVector(next);
		next.transact(() => {
			const entries = next.getMap(roots.entries);
			for (const id of written.entries) {
				const entry = was.facts.entries.get(id);
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
	const doc = new Y.Doc();
	try {
		for (const update of updates) Y.applyUpdate(doc, update);
		return readMeta(doc) === undefined ? undefined : doc;
	} catch {
		return undefined;
	}
}

/** Which entries and texts the edits wrote. */
function writtenIn(unsent: readonly Uint8Array[]): { entries: Set<EntryId>; roots: Set<string> } | undefined {
	const entries = new Set<EntryId>();
	const touched = new Set<string>();
	try {
		for (const update of unsent)
			for (const struct of Y.decodeUpdate(update).structs) {
				if (!(struct instanceof Y.Item)) continue;
				const parent: unknown = struct.parent;
				if (parent === roots.entries && struct.parentSub !== null) entries.add(struct.parentSub as EntryId);
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

/** What differs between the two generations, as words to leave out. */
function cleaning(was: Facts, is: Facts): { entry(entry: Entry): Entry; text(text: string): string } {
	const terms = noTerms();
	const standIns = new Map<string, string>();
	let label = blackened;
	const gone = new Set<string>();
	for (const [id, entry] of was.entries) {
		const next = is.entries.get(id);
		if (next === undefined) continue;
		compareParts(entry, next, (key, before, after) => {
			if (key === 'name' || key === 'address' || key === 'phone') {
				addTerm(terms, key, before);
				standIns.set(keyOfTerm(key, before), after);
				if (key === 'name') label = after;
			} else for (const words of removedFrom(before, after)) gone.add(words);
		});
	}
	const bare = personalWords(terms, { label, number: 0 });
	const put = (map: ReadonlyMap<string, string>) =>
		new Map([...map.keys()].map((key) => [key, standIns.get(key) ?? blackened] as const));
	const words: PersonalWords = { ...bare, addresses: put(bare.addresses), phones: put(bare.phones) };
	const list = [...gone].sort((a, b) => b.length - a.length);
	const redacted = (entry: Entry) =>
		list.length === 0 ? entry : redactEntry(entry, { isIt: false, words: list, ranges: null });
	const isAbout = terms.names.size + terms.addresses.size + terms.phones.size > 0;
	return {
		entry: (entry) =>
			redacted(isAbout ? eraseEntry(entry, 'about', { words, keyOf: plainKey, texts: 'theirs' }) : entry),
		text: (text) =>
			list.reduce((rest, part) => rest.replaceAll(part, blackened), withoutWords(text, words, plainKey, isAbout)),
	};
}

function compareParts(
	was: unknown,
	is: unknown,
	differ: (key: string, was: string, is: string) => void,
	key = '',
): void {
	if (typeof was === 'string') {
		if (was !== is && was !== '' && typeof is === 'string') differ(key, was, is);
		return;
	}
	if (typeof was !== 'object' || was === null || typeof is !== 'object' || is === null) return;
	for (const [name, part] of Object.entries(was))
		compareParts(part, (is as Record<string, unknown>)[name], differ, Array.isArray(was) ? key : name);
}

function addTerm(terms: PersonTerms, key: 'name' | 'address' | 'phone', value: string): void {
	if (key === 'address' || value.includes('@')) terms.addresses.add(addressKey(value));
	else if (key === 'name') terms.names.add(value);
	else if (phoneKey(value) !== '') terms.phones.add(phoneKey(value));
}

function keyOfTerm(key: string, value: string): string {
	return key === 'phone' ? phoneKey(value) : addressKey(value);
}

/** What was blacked out of a text, found by what stayed around it. */
export function removedFrom(was: string, is: string): string[] {
	const least = is === blackened ? 12 : 3;
	const removed: string[] = [];
	let at = 0;
	const kept = is.split(blackened);
	for (const [i, part] of kept.entries()) {
		const found = i === kept.length - 1 && part === '' ? was.length : was.indexOf(part, at);
		if (found < 0) return removed;
		if (i > 0 && found > at) removed.push(was.slice(at, found));
		at = found + part.length;
	}
	return removed
		.flatMap((part) => part.split('\n'))
		.map((line) => line.replace(/^[\s>]+/, '').trim())
		.filter((line) => line.length >= least);
}

/** Stands in the outbox for what was dropped: an update of nothing. */
export const nothing = new Uint8Array([0, 0]);
