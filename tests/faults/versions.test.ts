import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test, vi } from 'vitest';
import * as Y from 'yjs';
import { foldTicket } from '../../src/lib/domain/fold-ticket.ts';
import type { DocumentId } from '../../src/lib/domain/ids.ts';
import { appendEntries, readRecord, writeMeta } from '../../src/lib/document/record-document.ts';
import { mustOpenDatabase, upgradeFolder } from '../../sync-server/store/database.ts';
import { migrations } from '../../sync-server/store/migrations.ts';
import { createUpdateLog } from '../../sync-server/store/update-log.ts';
import { newTicketId, opening, startRelay } from '../support/start-relay.ts';
import { afterTest, emptyFolder } from '../sync-server/running-relay.ts';
import { setUpDesk } from './desk-of-one.ts';
import { prepareRelay } from './process-relay.ts';
import { runTresen } from './small-disk.ts';
import { readShape, writeShape } from './database-shape.ts';

vi.setConfig({ testTimeout: 60_000 });
const shapes = join(import.meta.dirname, 'shapes');

/** Opens a data directory as a relay does, and reads what its tickets are. */
function ticketsIn(data: string): unknown[] {
	const database = mustOpenDatabase(data);
	const log = createUpdateLog(database);
	const tickets = log.documentsOfKind('ticket').map((id) => {
		const doc = new Y.Doc();
		const key = database.db.prepare('SELECT key FROM docs WHERE id = ?').get(id)?.key as number;
		const rows = [
			...database.db.prepare('SELECT bytes FROM snapshots WHERE doc = ?').all(key),
			...database.db.prepare('SELECT bytes FROM updates WHERE doc = ? ORDER BY seq').all(key),
		];
		for (const { bytes } of rows) Y.applyUpdate(doc, bytes as Uint8Array);
		const reading = readRecord(doc);
		const ticket = reading.kind === 'record' ? foldTicket(reading.facts) : undefined;
		return {
			id,
			number: ticket?.number,
			subject: ticket?.subject,
			claim: ticket?.claim,
			replies: ticket?.replies.length,
		};
	});
	database.close();
	return tickets;
}

describe('a database of a version before', () => {
	/*
	 * A shape is the database of a release as SQL text, with a little in it. When a migration is added after a release, the shape of that release
	 * is written first (WRITE_SHAPE=1, at the released commit) and stays for ever.
	 */
	test('[F98] each shape that was ever written is brought forward, and tells the same', async () => {
		if (process.env.WRITE_SHAPE !== undefined) await writeNewShape();
		const names = readdirSync(shapes).filter((name) => name.endsWith('.sql'));
		expect(names.length).toBeGreaterThan(0);
		for (const name of names) {
			const data = emptyFolder();
			readShape(join(shapes, name), join(data, 'tresen.sqlite'));
			const expected = JSON.parse(readFileSync(join(shapes, name.replace('.sql', '.json')), 'utf8')) as unknown;
			expect(JSON.parse(JSON.stringify(ticketsIn(data))), name).toEqual(expected);
			const db = new DatabaseSync(join(data, 'tresen.sqlite'));
			expect(db.prepare('PRAGMA user_version').get()).toEqual({ user_version: migrations.length });
			expect(db.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
			expect(db.prepare('PRAGMA foreign_key_check').all()).toEqual([]);
			db.close();
		}
	});

	test('[F98] every version on the way is brought forward, and kept as it was before the first change', () => {
		for (let version = 1; version < migrations.length; version++) {
			const data = emptyFolder();
			const old = mustOpenDatabase(data, { migrations: migrations.slice(0, version) });
			old.db.exec("INSERT INTO writers (key, name) VALUES (7, 'maria')");
			old.close();
			const now = mustOpenDatabase(data);
			expect(now.db.prepare('SELECT name FROM writers WHERE key = 7').get()).toEqual({ name: 'maria' });
			now.close();
			const copy = join(data, upgradeFolder, `tresen-v${version}.sqlite`);
			expect(statSync(copy).mode & 0o777).toBe(0o600);
			const before = mustOpenDatabase(emptyFolder(), { migrations: migrations.slice(0, version) });
			const kept = new DatabaseSync(copy, { readOnly: true });
			const tables = (db: DatabaseSync) => db.prepare('SELECT name, sql FROM sqlite_master ORDER BY name').all();
			expect(tables(kept)).toEqual(tables(before.db));
			expect(kept.prepare('SELECT name FROM writers WHERE key = 7').get()).toEqual({ name: 'maria' });
			kept.close();
			before.close();
		}
	});

	test('[F98] a new directory, and one that needs no change, get no copy; an upgrade that fails leaves the database as it was', () => {
		const data = emptyFolder();
		mustOpenDatabase(data).close();
		mustOpenDatabase(data).close();
		expect(existsSync(join(data, upgradeFolder))).toBe(false);
		const broken = [...migrations, { name: 'broken', up: 'CREATE TABLE half (id INTEGER); nonsense' }];
		expect(() => mustOpenDatabase(data, { migrations: broken })).toThrow();
		expect(readdirSync(join(data, upgradeFolder))).toEqual([`tresen-v${migrations.length}.sqlite`]);
		mustOpenDatabase(data).close();
	});
});

test('[F98] a relay that is older than its database does not touch it, and says what to do', async () => {
	const data = emptyFolder();
	await setUpDesk(data);
	const db = new DatabaseSync(join(data, 'tresen.sqlite'));
	db.exec(`PRAGMA user_version = ${migrations.length + 1}`);
	db.close();
	const before = readFileSync(join(data, 'tresen.sqlite'));
	const { code, said } = runTresen([], 'serve', '--data', data, '--listen', '127.0.0.1:0');
	expect([code, said]).toEqual([1, expect.stringMatching(/was written by a newer Tresen .*Update Tresen\./)]);
	expect(readFileSync(join(data, 'tresen.sqlite')).equals(before)).toBe(true);
});

test('[F98] what a newer app wrote is kept byte for byte by an older relay and passes through older devices unharmed', async () => {
	const relay = await startRelay();
	afterTest(() => relay.close());
	const [maria, tom] = [relay.device('maria'), relay.device('tom')];
	const id = newTicketId();
	const later = { kind: 'weighed', grams: 12, at: '0mwrjspzh000', by: 'maria', device: 'maria' };
	const verdict = { kind: 'weighing', outcome: 'heavy', at: 1 };
	await relay.relay.write(id, (doc) => {
		writeMeta(doc, 'ticket');
		appendEntries(doc, maria.author, [opening(maria, 1)]);
		doc.getMap('entries').set('01M814AY86NQ7SVCYTV1K6VYH4', later);
		doc.getMap('verdicts').set('later:01M814AY86NQ7SVCYTV1K6VYH4', verdict);
		doc.getMap('meta').set('mood', 'good');
	});
	const copyOn = async (device: typeof maria) => {
		const doc = new Y.Doc();
		const page = await relay.pull(device, 0);
		for (const update of page.documents.find(({ document }) => document === id)?.updates ?? [])
			Y.applyUpdate(doc, update);
		return doc;
	};
	const mine = await copyOn(tom);
	const reading = readRecord(mine);
	expect(reading.kind === 'record' && [...(reading.facts.unknown ?? []).values()]).toEqual([later]);
	expect(reading.kind === 'record' && foldTicket(reading.facts)?.subject).toBe('A question');
	// An older device works on in it, and folding in between loses nothing.
	for (let n = 1; n <= 80; n++) {
		const before = Y.encodeStateVector(mine);
		appendEntries(mine, tom.author, [{ kind: 'note', text: `note ${n}`, attachments: [] }]);
		const update = Y.encodeStateAsUpdate(mine, before);
		expect((await relay.push(tom, [{ n, document: id, generation: 0, update }])).answers).toMatchObject([
			{ kind: 'ok' },
		]);
	}
	const snapshots = relay.database.db.prepare('SELECT count(*) AS n FROM snapshots');
	await expect.poll(() => (snapshots.get() as { n: number }).n, { timeout: 30_000 }).toBe(1);
	const theirs = await copyOn(maria);
	expect(theirs.getMap('entries').get('01M814AY86NQ7SVCYTV1K6VYH4')).toEqual(later);
	expect(theirs.getMap('verdicts').get('later:01M814AY86NQ7SVCYTV1K6VYH4')).toEqual(verdict);
	expect(theirs.getMap('meta').get('mood')).toBe('good');
	expect(theirs.getMap('entries').size).toBe(82);
	// A newer device's own push of what this relay does not know is refused by name, so that it stays in that device's outbox.
	const unknown = new Y.Doc();
	Y.applyUpdate(unknown, Y.encodeStateAsUpdate(theirs));
	const known = Y.encodeStateVector(unknown);
	unknown.getMap('entries').set('01M814CC78PN4WM3FWEYZQA5JZ', { ...later, by: 'maria' });
	const edit = { n: 1, document: id as DocumentId, generation: 0, update: Y.encodeStateAsUpdate(unknown, known) };
	expect((await relay.push(maria, [edit])).answers).toEqual([{ n: 1, kind: 'rejected', code: 'invalid-entry' }]);
});

async function writeNewShape(): Promise<void> {
	const data = emptyFolder();
	const desk = await setUpDesk(data);
	const relay = prepareRelay().begin({ config: { data, logLevel: 'silent' } });
	const url = await relay.ready;
	const ticket = desk.opens('shape');
	await desk.push(url, [ticket, desk.adds(ticket.document, { kind: 'claimed' }), desk.opensWithReply()]);
	await vi.waitFor(async () => {
		const db = new DatabaseSync(join(data, 'tresen.sqlite'), { readOnly: true });
		const { n } = db.prepare('SELECT count(*) AS n FROM awaiting_verdict').get() as { n: number };
		db.close();
		expect(n).toBe(0);
	});
	await relay.stop();
	mkdirSync(shapes, { recursive: true });
	const name = `relay-v${migrations.length}`;
	writeShape(join(data, 'tresen.sqlite'), join(shapes, `${name}.sql`));
	writeFileSync(join(shapes, `${name}.json`), `${JSON.stringify(ticketsIn(data), null, '\t')}\n`);
}
