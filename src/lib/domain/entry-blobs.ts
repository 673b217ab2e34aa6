import { readArticleValues } from './article-entry.ts';
import type { Entry } from './entry.ts';
import type { BlobId } from './ids.ts';

/** The files that an entry names: attachments, a mail as it came, long HTML, the documents of an article and of its versions. */
export function blobsOf(entry: Entry): BlobId[] {
	const ids: BlobId[] = [];
	if ('attachments' in entry) ids.push(...entry.attachments.map(({ blob }) => blob));
	if (entry.kind === 'article-set')
		ids.push(...(readArticleValues({ [entry.field]: entry.value }).files ?? []).map(({ blob }) => blob));
	if (entry.kind === 'version-saved')
		ids.push(...(readArticleValues(entry.content.values).files ?? []).map(({ blob }) => blob));
	if ('raw' in entry && entry.raw !== undefined) ids.push(entry.raw);
	if ('htmlBlob' in entry && entry.htmlBlob !== undefined) ids.push(entry.htmlBlob);
	return [...new Set(ids)];
}
