import * as Y from 'yjs';
import { parseEntry, readMeta, roots, textRootsOf } from './record-document.ts';
import type { Entry } from '../domain/entry.ts';
import type { EntryId } from '../domain/ids.ts';

/** What becomes of a document when something in it is erased. */
export interface Rewriting {
	entry(id: EntryId, entry: Entry): Entry;
	/** A string of what this version does not understand, of a verdict, or of text that is being written. */
	words(text: string): string;
	/** Entries beside those that are there. */
	add?: ReadonlyMap<EntryId, Entry>;
}

/**
 * The same record as a new document without any history: nothing of what stood there before is in its bytes. Every entry and every
 * verdict keeps its id. Undefined if nothing would be another, unless `always`.
 */
export function rewriteDocument(
	before: Y.Doc,
	client: number,
	rewriting: Rewriting,
	always = false,
): Y.Doc | undefined {
	const meta = readMeta(before);
	if (meta === undefined) return undefined;
	let isChanged = false;
	const changed = <T>(was: T, is: T): T => {
		isChanged ||= was !== is && JSON.stringify(was) !== JSON.stringify(is);
		return is;
	};
	const after = new Y.Doc({ guid: before.guid });
	after.clientID = client;
	after.transact(() => {
		copyMap(before, after, roots.meta, (_key, value) => value);
		copyMap(before, after, roots.entries, (id, value) => {
			const entry = parseEntry(meta.kind, value);
			if (entry === undefined) return changed(value, inStrings(value, rewriting.words));
			// Reading puts an entry's parts into another order, which is no change.
			const next = changed(entry, rewriting.entry(id as EntryId, entry));
			return JSON.stringify(next) === JSON.stringify(entry) ? value : next;
		});
		copyMap(before, after, roots.verdicts, (_key, value) => changed(value, inReasons(value, rewriting.words)));
	});
	// Text is cloned and then changed in a document that keeps nothing of what was deleted.
	const texts = new Y.Doc({ guid: before.guid });
	texts.transact(() => {
		for (const root of textRootsOf(meta.kind)) cloneFragment(before.getXmlFragment(root), texts.getXmlFragment(root));
	});
	texts.transact(() => {
		for (const root of textRootsOf(meta.kind))
			isChanged = changeTexts(texts.getXmlFragment(root), rewriting.words) || isChanged;
	});
	after.transact(() => {
		for (const root of textRootsOf(meta.kind)) cloneFragment(texts.getXmlFragment(root), after.getXmlFragment(root));
	});
	texts.destroy();
	if (isChanged)
		after.transact(() => {
			for (const [id, entry] of rewriting.add ?? []) after.getMap(roots.entries).set(id, entry);
		});
	if (isChanged || always) return after;
	after.destroy();
	return undefined;
}

function copyMap(before: Y.Doc, after: Y.Doc, root: string, change: (key: string, value: unknown) => unknown): void {
	const map = after.getMap(root);
	for (const [key, value] of before.getMap(root).entries()) map.set(key, change(key, value));
}

/** Every string in a value, names of keys apart. */
export function inStrings(value: unknown, change: (text: string) => string): unknown {
	if (typeof value === 'string') return change(value);
	if (Array.isArray(value)) return value.map((item) => inStrings(item, change));
	if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
	return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, inStrings(part, change)]));
}

/** Of a verdict only another server's words can name somebody. */
function inReasons(value: unknown, change: (text: string) => string): unknown {
	const { reason } = (value ?? {}) as { reason?: unknown };
	if (typeof reason !== 'string') return value;
	return { ...(value as object), reason: change(reason).slice(0, 500) };
}

export function cloneFragment(from: Y.XmlFragment, to: Y.XmlFragment): void {
	if (from.length === 0) return;
	to.insert(
		0,
		from.toArray().flatMap((node) => (node instanceof Y.XmlElement || node instanceof Y.XmlText ? [node.clone()] : [])),
	);
}

/** Whether anything is another. */
export function changeTexts(fragment: Y.XmlFragment, change: (text: string) => string): boolean {
	let isChanged = false;
	for (const node of fragment.toArray()) {
		if (node instanceof Y.XmlText) {
			const delta = node.toDelta() as { insert: unknown; attributes?: object }[];
			const text = delta.map(({ insert }) => (typeof insert === 'string' ? insert : ' ')).join('');
			const put = change(text);
			if (put === text) continue;
			isChanged = true;
			node.delete(0, node.length);
			node.insert(0, put, {});
		} else if (node instanceof Y.XmlElement) {
			for (const [name, value] of Object.entries(node.getAttributes() as Record<string, unknown>)) {
				if (typeof value !== 'string') continue;
				const put = change(value);
				if (put === value) continue;
				isChanged = true;
				node.setAttribute(name, put);
			}
			isChanged = changeTexts(node, change) || isChanged;
		}
	}
	return isChanged;
}
