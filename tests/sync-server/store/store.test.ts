import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import type { DocumentId } from '../../../src/lib/domain/ids.ts';
import { appendEntries, writeMeta } from '../../../src/lib/document/record-document.ts';
import { mustOpenDatabase, openDatabase, readEra, transaction, writeEra } from '../../../sync-server/store/database.ts';
import { migrations } from '../../../sync-server/store/migrations.ts';
import { newTicketId, opening, startRelay, type TestDevice } from '../../support/start-relay.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
	for (const cleanup of cleanups.reverse()) await cleanup();
	cleanups.length = 0;
});

function temporary(): string {
	const directory = mkdtempSync(path.join(tmpdir(), 'store-'));
	cleanups.push(() => rmSync(directory, { recursive: true, force: true }));
	return directory;
}

function ticketEdit(device: TestDevice, n: number, text?: string) {
	const doc = new Y.Doc();
	doc.transact(() => {
		writeMeta(doc, 'ticket');
		appendEntries(doc, device.author, [opening(device, n)]);
		if (text !== undefined) appendEntries(doc, device.author, [{ kind: 'note', text, attachments: [] }]);
	});
	return { n, document: newTicketId(), generation: 0, update: Y.encodeStateAsUpdate(doc) };
}

describe('the database', () => {
	test('a second relay on one data directory is refused, a command beside it is not', () => {
		const directory = temporary();
		const first = mustOpenDatabase(directory);
		expect(openDatabase(directory)).toEqual({ kind: 'locked', dataDir: directory });
		const beside = openDatabase(directory, { lock: false });
		expect(beside.kind).toBe('open');
		if (beside.kind === 'open') beside.database.close();
		first.close();
		mustOpenDatabase(directory).close();
	});

	test('the version is the number of migrations, and a newer database is left alone', () => {
		const directory = temporary();
		const more = [...migrations, { name: 'one more', up: 'CREATE TABLE later (id INTEGER)' }];
		mustOpenDatabase(directory, { migrations: more }).close();
		expect(openDatabase(directory)).toEqual({
			kind: 'newer',
			version: migrations.length + 1,
			known: migrations.length,
		});
	});

	test('a migration that fails leaves nothing of itself', () => {
		const directory = temporary();
		const broken = [...migrations, { name: 'broken', up: 'CREATE TABLE half (id INTEGER); nonsense' }];
		expect(() => mustOpenDatabase(directory, { migrations: broken })).toThrow();
		const { db, close } = mustOpenDatabase(directory);
		expect(db.prepare("SELECT count(*) AS n FROM sqlite_master WHERE name = 'half'").get()).toEqual({ n: 0 });
		close();
	});

	test('writes are durable before they are acknowledged: WAL with full synchronisation', () => {
		const { db, close } = mustOpenDatabase(temporary());
		expect(db.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
		expect(db.prepare('PRAGMA synchronous').get()).toEqual({ synchronous: 2 });
		expect(db.prepare('PRAGMA foreign_keys').get()).toEqual({ foreign_keys: 1 });
		close();
	});

	test('the era lives outside the database and is refused when it is damaged', () => {
		const directory = temporary();
		expect(readEra(directory)).toBe(1);
		writeEra(directory, 7);
		const database = mustOpenDatabase(directory);
		expect(database.era).toBe(7);
		database.close();
		expect(readFileSync(path.join(directory, 'ERA'), 'utf8')).toBe('7\n');
		writeFileSync(path.join(directory, 'ERA'), 'x');
		expect(() => readEra(directory)).toThrow(/does not hold an era/);
	});

	test('a transaction that throws changes nothing', () => {
		const { db, close } = mustOpenDatabase(':memory:');
		db.exec('CREATE TABLE t (a)');
		expect(() =>
			transaction(db, () => {
				db.exec('INSERT INTO t VALUES (1)');
				throw new Error('no');
			}),
		).toThrow('no');
		expect(db.prepare('SELECT count(*) AS n FROM t').get()).toEqual({ n: 0 });
		close();
	});
});

describe('the update log', () => {
	test('what arrives in one turn is committed in one transaction', async () => {
		const relay = await startRelay({ dataDir: temporary() });
		cleanups.push(() => relay.close());
		const maria = relay.device('maria');
		let commits = 0;
		const { db } = relay.database;
		const exec = db.exec.bind(db);
		db.exec = (sql) => {
			if (sql === 'COMMIT') commits++;
			exec(sql);
		};
		const edits = Array.from({ length: 100 }, (_, i) => ticketEdit(maria, i + 1));
		const { answers } = await relay.push(maria, edits);
		expect(answers.map((answer) => (answer.kind === 'ok' ? answer.seq : answer.kind))).toEqual(
			Array.from({ length: 100 }, (_, i) => i + 1),
		);
		expect(commits).toBe(1);
	});

	test('a full disk acknowledges nothing, says so, and the same push succeeds when there is room', async () => {
		const relay = await startRelay({ dataDir: temporary() });
		cleanups.push(() => relay.close());
		const maria = relay.device('maria');
		await relay.push(maria, [ticketEdit(maria, 1)]);
		const { db } = relay.database;
		const { page_count: pages } = db.prepare('PRAGMA page_count').get() as { page_count: number };
		db.exec(`PRAGMA max_page_count = ${pages + 1}`);
		const large = ticketEdit(maria, 2, 'x'.repeat(30_000));
		await expect(relay.push(maria, [large])).rejects.toThrow(/507.*storage-full/);
		expect(relay.relay.head()).toBe(1);
		expect(relay.relay.read(large.document)).toBeUndefined();
		db.exec('PRAGMA max_page_count = 100000');
		expect((await relay.push(maria, [large])).answers).toEqual([{ n: 2, kind: 'ok', seq: 2 }]);
		expect(relay.failures).toEqual([]);
	});

	test('folding through a document with garbage collection drops deleted text, and keeps every entry', async () => {
		const relay = await startRelay();
		cleanups.push(() => relay.close());
		const id = newTicketId();
		await relay.relay.write(id, (doc) => {
			writeMeta(doc, 'ticket');
			appendEntries(doc, relay.device('maria').author, [opening(relay.device('maria'), 1)]);
		});
		for (let i = 0; i < 70; i++) {
			await relay.relay.write(id, (doc) => {
				const draft = doc.getXmlFragment('draft:reply');
				if (draft.length > 0) draft.delete(0, draft.length);
				draft.insert(0, [new Y.XmlText(`a secret that was deleted ${i}`)]);
			});
		}
		const stored = () => relay.database.db.prepare('SELECT bytes FROM snapshots').all() as { bytes: Uint8Array }[];
		await expect.poll(() => stored().length).toBe(1);
		expect(Buffer.from(stored()[0]?.bytes ?? []).toString('latin1')).not.toContain('deleted 3');
		expect((relay.relay.read(id) as Y.Doc).getMap('entries').size).toBe(1);
	});

	test('several documents and rows beside them are written together or not at all', async () => {
		const relay = await startRelay();
		cleanups.push(() => relay.close());
		relay.database.db.exec('CREATE TABLE beside (id TEXT PRIMARY KEY)');
		const maria = relay.device('maria');
		const [one, two] = [newTicketId(), newTicketId()];
		const open = (counter: number) => (doc: Y.Doc) => {
			writeMeta(doc, 'ticket');
			appendEntries(doc, maria.author, [opening(maria, counter)]);
		};
		const huge = (doc: Y.Doc) => {
			open(2)(doc);
			for (let i = 0; i < 30; i++)
				appendEntries(doc, maria.author, [{ kind: 'note', text: 'x'.repeat(49_000), attachments: [] }]);
		};
		const both = (second: (doc: Y.Doc) => void) =>
			relay.relay.change({
				documents: [
					{ id: one, change: open(1) },
					{ id: two, change: second },
				],
				alongside: (db) => void db.prepare('INSERT INTO beside VALUES (?)').run('row'),
			});
		const exists = (id: DocumentId) => relay.relay.read(id) !== undefined;
		expect(await both(huge)).toEqual({ kind: 'refused', code: 'document-too-big' });
		expect([exists(one), exists(two)]).toEqual([false, false]);
		expect(relay.database.db.prepare('SELECT count(*) AS n FROM beside').get()).toEqual({ n: 0 });
		expect(await both(open(2))).toMatchObject({ kind: 'ok' });
		expect([exists(one), exists(two)]).toEqual([true, true]);
		// A row that fails takes the documents back with it.
		const three = newTicketId();
		await expect(
			relay.relay.change({
				documents: [{ id: three, change: open(3) }],
				alongside: (db) => void db.prepare('INSERT INTO beside VALUES (?)').run('row'),
			}),
		).rejects.toThrow();
		expect(exists(three)).toBe(false);
	});
});
