import * as Y from 'yjs';
import { unnamedDoc } from '../document/unnamed-doc.ts';
import { parseEntry, readRecord, roots, textRootsOf } from '../document/record-document.ts';
import { fragmentLines } from '../document/fragment-text.ts';
import { changeTexts, cloneFragment, inStrings } from '../document/rewrite-document.ts';
import { recordKindOf, type DocumentId, type EntryId, type RecordKind } from '../domain/ids.ts';
import { cleanerOf, goneWords, isNothingGone, type Cleaner, type GoneWords } from './gone-words.ts';
import type { UnsentCleaning } from './record-store.ts';

/**
 * What this device wrote into other documents and the relay has not taken yet, without what was erased or blacked out since.
 *
 * CU1 Entries keep their ids; what the relay has already is not written again. What holds nothing of it stays as it is, byte for byte.
 * CU2 A draft loses the words and keeps the rest.
 * CU3 An edit that the relay refused and that holds something of it goes: the outbox tells that, and not what.
 */
export function unsentCleaning(gone: readonly GoneWords[]): UnsentCleaning {
	const some = gone.filter((one) => !isNothingGone(one));
	const cleanerFor = (document: DocumentId) => cleanerOf(some, (one) => one.document === document);
	return {
		rewrite(document, settled, unsent) {
			const kind = recordKindOf(document);
			if (kind === undefined || some.length === 0) return { kind: 'same' };
			return rewriteUnsent(kind, settled, unsent, cleanerFor(document));
		},
		isClean(document, refused) {
			const kind = recordKindOf(document);
			if (kind === undefined || some.length === 0) return true;
			// What it builds on may not be here: its bytes are read as they are, for Yjs keeps strings so.
			const text = new TextDecoder().decode(refused);
			return cleanerFor(document).text(text) === text;
		},
	};
}

/** Undefined where nothing can be told, or nothing is gone. */
export function goneBetween(
	document: DocumentId,
	before: readonly Uint8Array[],
	after: readonly Uint8Array[],
): GoneWords | undefined {
	const [was, is] = [unnamedDoc(), unnamedDoc()];
	try {
		for (const update of before) Y.applyUpdate(was, update);
		for (const update of after) Y.applyUpdate(is, update);
		const [old, next] = [readRecord(was), readRecord(is)];
		if (old.kind === 'empty' || next.kind === 'empty') return undefined;
		const gone = { document, ...goneWords(old.facts, next.facts) };
		return isNothingGone(gone) ? undefined : gone;
	} catch {
		return undefined;
	} finally {
		was.destroy();
		is.destroy();
	}
}

function rewriteUnsent(
	kind: RecordKind,
	settled: readonly Uint8Array[],
	unsent: readonly Uint8Array[],
	clean: Cleaner,
): ReturnType<UnsentCleaning['rewrite']> {
	const base = unnamedDoc();
	const full = unnamedDoc();
	try {
		for (const update of settled) Y.applyUpdate(base, update);
		for (const update of [...settled, ...unsent]) Y.applyUpdate(full, update);
		const entries = newEntries(kind, base, full, clean);
		const texts = textRootsOf(kind).filter((root) => !isSameText(base, full, root));
		const cleaned = unnamedDoc();
		cleaned.transact(() => {
			for (const root of texts) cloneFragment(full.getXmlFragment(root), cleaned.getXmlFragment(root));
		});
		const isTextChanged = cleaned.transact(() =>
			// Each has to be gone through, so no `some`.
			texts.map((root) => changeTexts(cleaned.getXmlFragment(root), clean.text)).includes(true),
		);
		if (!isTextChanged && !entries.some(({ isChanged }) => isChanged)) return { kind: 'same' };
		const vector = Y.encodeStateVector(base);
		base.transact(() => {
			for (const [key, value] of full.getMap(roots.meta).entries())
				if (!base.getMap(roots.meta).has(key)) base.getMap(roots.meta).set(key, value);
			for (const { id, value } of entries) base.getMap(roots.entries).set(id, value);
			for (const root of texts) {
				const fragment = base.getXmlFragment(root);
				if (fragment.length > 0) fragment.delete(0, fragment.length);
				cloneFragment(cleaned.getXmlFragment(root), fragment);
			}
		});
		cleaned.destroy();
		const update = Y.encodeStateAsUpdate(base, vector);
		return { kind: 'other', update: update.length > 2 ? update : undefined };
	} catch {
		return { kind: 'same' };
	} finally {
		base.destroy();
		full.destroy();
	}
}

function newEntries(kind: RecordKind, base: Y.Doc, full: Y.Doc, clean: Cleaner) {
	const known = base.getMap(roots.entries);
	const found: { id: EntryId; value: unknown; isChanged: boolean }[] = [];
	for (const [id, value] of full.getMap(roots.entries).entries()) {
		if (known.has(id)) continue;
		const entry = parseEntry(kind, value);
		const cleaned = entry === undefined ? inStrings(value, clean.text) : clean.entry(entry);
		const isChanged = JSON.stringify(cleaned) !== JSON.stringify(entry ?? value);
		found.push({ id: id as EntryId, value: isChanged ? cleaned : value, isChanged });
	}
	return found;
}

function isSameText(base: Y.Doc, full: Y.Doc, root: string): boolean {
	return fragmentLines(base.getXmlFragment(root)).join('\n') === fragmentLines(full.getXmlFragment(root)).join('\n');
}
