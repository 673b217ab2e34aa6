import * as v from 'valibot';
import { attachmentSchema, type Attachment } from '../domain/entry-parts.ts';
import type { DocumentId } from '../domain/ids.ts';
import type { DraftKind } from './record-document.ts';

/** Files that wait beside a draft, by `draftKey`; a draft without files is not in it. */
export type DraftFiles = Readonly<Record<string, readonly Attachment[]>>;

export function draftKey(document: DocumentId, kind: DraftKind): string {
	return `${document} ${kind}`;
}

/** Whose draft it is. */
export function draftDocument(key: string): DocumentId {
	return key.slice(0, key.indexOf(' ')) as DocumentId;
}

const schema = v.record(v.string(), v.array(attachmentSchema));

export function readDraftFiles(stored: unknown): DraftFiles {
	const reading = v.safeParse(schema, stored);
	return reading.success ? reading.output : {};
}
