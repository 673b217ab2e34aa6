import { createHash } from 'node:crypto';
import type { RecordStore, Row } from '../../src/lib/store/record-store.ts';
import { contentOf } from './record-fixtures.ts';

/** All that a store holds, in a form that can be compared: contents instead of bytes, so that folding does not show. */
export async function stateOf(store: RecordStore, settings: readonly string[] = ['cursor']) {
	const documents = await store.documents(undefined, 10_000);
	const stored = await store.loadMany(documents);
	const rows: Row[] = [];
	for (const kind of ['ticket', 'person', 'organisation'])
		await store.rows.each(kind, 3, (batch) => void rows.push(...batch));
	const values: [string, unknown][] = [];
	for (const key of settings) values.push([key, await store.settings.get(key)]);
	return {
		documents: documents.map((document) => {
			const { updates, ...head } = stored.get(document)!;
			return { document, ...head, content: createHash('sha256').update(contentOf(updates)).digest('hex') };
		}),
		outbox: await store.outbox(),
		rows,
		unsentBlobs: (await store.blobs.unsent()).sort((a, b) => (a.id < b.id ? -1 : 1)),
		blobs: await store.blobs.count(),
		settings: values,
	};
}
