import type * as Y from 'yjs';
import { htmlToBlocks } from '../domain/rich-html.ts';
import { draftFragment, isDraftEmpty, type DraftKind } from './record-document.ts';
import { writeBlocks } from './rich-fragment.ts';

/** Begins a draft with this text; false where somebody has written something already, which stays. */
export function fillDraft(doc: Y.Doc, kind: DraftKind, html: string, origin?: unknown): boolean {
	const blocks = htmlToBlocks(html);
	if (blocks.length === 0 || !isDraftEmpty(doc, kind)) return false;
	doc.transact(() => writeBlocks(draftFragment(doc, kind), blocks), origin);
	return true;
}
