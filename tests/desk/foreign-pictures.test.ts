import { expect, test } from 'vitest';
import type { DocumentId, EntryId } from '../../src/lib/domain/ids.ts';
import type { RecordStore } from '../../src/lib/store/record-store.ts';
import type { Answer, Transport } from '../../src/lib/sync/transport.ts';
import { createFiles } from '../../src/lib/desk/files.ts';

const document = 'ticket/01H00000000000000000000000' as DocumentId;
const entry = '01H00000000000000000000001' as EntryId;

function filesOver(answer: (url: string) => Promise<Answer<Blob>>) {
	const transport: Partial<Transport> = { readPicture: ({ url }) => answer(url) };
	return createFiles({ store: {} as RecordStore, transport: transport as Transport, added: () => {} });
}

test('four foreign pictures are on their way at a time, because the relay refuses a fifth', async () => {
	const ends: (() => void)[] = [];
	const files = filesOver(
		() =>
			new Promise((resolve) => ends.push(() => resolve({ kind: 'ok', value: new Blob([], { type: 'image/png' }) }))),
	);
	const readings = Array.from({ length: 6 }, (_, n) => files.readPicture(document, entry, `https://a.example/${n}`));
	await expect.poll(() => ends.length).toBe(4);
	ends[0]?.();
	await expect.poll(() => ends.length).toBe(5);
	ends[1]?.();
	await expect.poll(() => ends.length).toBe(6);
	for (const end of ends) end();
	expect((await Promise.all(readings)).map(({ kind }) => kind)).toEqual(Array(6).fill('ok'));
});

test.each<[Answer<Blob>, object]>([
	[{ kind: 'offline' }, { kind: 'missing', why: 'offline' }],
	[
		{ kind: 'refused', reason: 'not-found', detail: 'not-a-picture' },
		{ kind: 'missing', why: 'refused' },
	],
	[
		{ kind: 'ok', value: new Blob(['<svg/>'], { type: 'image/svg+xml' }) },
		{ kind: 'missing', why: 'refused' },
	],
])('a picture that did not come says why: %j', async (answer, reading) => {
	const files = filesOver(() => Promise.resolve(answer));
	expect(await files.readPicture(document, entry, 'https://a.example/')).toEqual(reading);
});
