import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { updatesToRow } from '../../src/lib/projection/document-row.ts';
import { databaseVersion, nativeVersion } from '../../src/lib/store/database.ts';
import { createDexieRecordStore } from '../../src/lib/store/dexie-record-store.ts';
import type { RecordStore } from '../../src/lib/store/record-store.ts';
import { dumpShape, restoreShape, type DeviceShape } from './device-shape.ts';
import { documentNews, localChange, note, received, ticketId, writtenTicket } from './record-fixtures.ts';

const shapes = join(import.meta.dirname, 'shapes');
const now = 1_767_600_000_000;
const [sentTicket, unsentTicket, refusedTicket] = [ticketId(1), ticketId(2), ticketId(3)];
const file = new Uint8Array([1, 2, 3]);

const openStore = (indexedDB: IDBFactory): RecordStore =>
	createDexieRecordStore({ name: 'desk', now: () => now, project: updatesToRow, indexedDB, IDBKeyRange });

const shapeOf = (version: number) =>
	JSON.parse(readFileSync(join(shapes, `device-v${version}.json`), 'utf8')) as DeviceShape;

/*
 * A shape is the database of a device as a version of the app left it, with a little in it. When a migration is added after a release, the shape
 * of that release is written first (WRITE_SHAPE=1, at the released commit) and stays for ever.
 */
describe('a device’s database of a version before', () => {
	test('each version has its shape', async () => {
		if (process.env.WRITE_SHAPE !== undefined) await writeNewShape();
		const names = Array.from({ length: databaseVersion }, (_, i) => `device-v${i + 1}.json`);
		expect(readdirSync(shapes).sort()).toEqual(names);
		for (const [i] of names.entries()) expect(shapeOf(i + 1).version).toBe(nativeVersion(i + 1));
	});

	test.each(Array.from({ length: databaseVersion }, (_, i) => i + 1))(
		'[F98] version %i is brought forward, and nothing is lost: documents, rows, what is unsent and refused, files, settings, numbers',
		async (version) => {
			const indexedDB = new IDBFactory();
			await restoreShape(indexedDB, 'desk', shapeOf(version));
			const store = openStore(indexedDB);
			const ids = [sentTicket, unsentTicket, refusedTicket];
			expect(await store.documents(undefined, 10)).toEqual(ids);
			const stored = await store.loadMany(ids);
			const subjects = ids.map((id) => (updatesToRow(id, stored.get(id)!.updates) as { subject?: string }).subject);
			expect(subjects).toEqual(['already sent', 'not sent yet', 'refused']);
			// What else a row says is made anew with each version of it.
			expect(await store.rows.many(ids)).toMatchObject(subjects.map((subject, i) => ({ id: ids[i], subject })));
			expect([...(await store.heads(ids)).values()]).toMatchObject(ids.map(() => ({ generation: 1, whole: true })));

			const outbox = await store.outbox();
			expect(outbox.map(({ document, rejected }) => [document, rejected])).toEqual([
				[unsentTicket, undefined],
				[refusedTicket, 'no-permission'],
			]);
			expect(await store.unsent({ edits: 10, bytes: 10_000 })).toHaveLength(1);
			const blobs = await store.blobs.unsent();
			expect(blobs.map(({ size }) => size)).toEqual([3]);
			for (const { id } of blobs) expect(await store.blobs.get(id)).toEqual(file);
			expect(await store.settings.get('progress')).toEqual({ cursor: 7, scopes: ['line:it'] });

			// It can be worked on: numbers go on where they were, and what only the newest version has is there.
			const { n } = await store.commit(localChange(sentTicket, writtenTicket('more').updates[0]!));
			expect(n).toBe(outbox.at(-1)!.n + 1);
			expect(await store.addBlocks([])).toBeGreaterThan(0);
			expect(await store.rows.countCold()).toBe(0);
			const trimmable = (await store.heads([unsentTicket])).get(unsentTicket)!;
			expect(await store.trim([{ document: unsentTicket, version: trimmable.version }])).toEqual([]);
			store.close();
			expect((await dumpShape(indexedDB, 'desk')).version).toBe(nativeVersion(databaseVersion));
		},
	);
});

async function writeNewShape(): Promise<void> {
	const indexedDB = new IDBFactory();
	const store = openStore(indexedDB);
	const subjects = ['already sent', 'not sent yet', 'refused'];
	for (const [i, id] of [sentTicket, unsentTicket, refusedTicket].entries()) {
		const ticket = writtenTicket(subjects[i]);
		const whole = ticket.whole();
		await store.receive(received([{ news: documentNews(id, [whole]), row: updatesToRow(id, [whole]) }]));
		if (id === sentTicket) continue;
		const update = ticket.write(note('written here'))[0]!;
		const { n } = await store.commit(localChange(id, update, { row: updatesToRow(id, [ticket.whole()]) }));
		if (id === refusedTicket) await store.settle([{ n, kind: 'rejected', code: 'no-permission' }]);
	}
	await store.blobs.add(file);
	await store.addBlocks([104]);
	await store.settings.set('progress', { cursor: 7, scopes: ['line:it'] });
	store.close();
	mkdirSync(shapes, { recursive: true });
	const shape = await dumpShape(indexedDB, 'desk');
	const name = join(shapes, `device-v${databaseVersion}.json`);
	writeFileSync(name, `${JSON.stringify(shape, null, '\t')}\n`);
}
