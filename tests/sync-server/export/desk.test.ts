import { getRandomValues } from 'node:crypto';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, describe, expect, test } from 'vitest';
import { appendEntries, draftFragment, writeMeta } from '../../../src/lib/document/record-document.ts';
import { writeBlocks } from '../../../src/lib/document/rich-fragment.ts';
import { createClock } from '../../../src/lib/domain/hlc.ts';
import type { AgentId, DeviceId, DocumentId, EntryId } from '../../../src/lib/domain/ids.ts';
import { htmlToBlocks } from '../../../src/lib/domain/rich-html.ts';
import { createUlid } from '../../../src/lib/domain/ulid.ts';
import { demoCommand } from '../../../sync-server/commands/demo.ts';
import { exportDeskCommand } from '../../../sync-server/commands/export-desk.ts';
import { importDeskCommand } from '../../../sync-server/commands/import-desk.ts';
import type { DeskManifest } from '../../../sync-server/export/desk-format.ts';
import { openSnapshot, type DeskSnapshot } from '../../../sync-server/export/desk-snapshot.ts';
import { deskFiles } from '../../../sync-server/export/export-desk.ts';
import { inviteCommand } from '../../../sync-server/commands/invite.ts';
import { verifyBackup } from '../../../sync-server/backup/verify-backup.ts';
import { runCommand } from '../commands/run-command.ts';
import { emptyFolder, enrolWith, runRelay, type TestRelay } from '../running-relay.ts';
import { canonical, hashesOf, pack, unpack, withManifest } from './portable-desk.ts';

let template: string | undefined;
afterAll(() => {
	if (template !== undefined) rmSync(template, { recursive: true, force: true });
});

/** The demo desk, once made and then copied. */
async function demoDesk(): Promise<string> {
	if (template === undefined) {
		template = mkdtempSync(join(tmpdir(), 'tresen-'));
		await runCommand(demoCommand, template, ['--tickets', '12', '--people', '6']);
	}
	const data = emptyFolder();
	cpSync(template, data, { recursive: true });
	return data;
}

async function exported(data: string): Promise<{ file: string; code: number; printed: string[] }> {
	const file = join(emptyFolder(), 'desk.zip');
	const { code, printed, complaints } = await runCommand(exportDeskCommand, data, ['--out', file]);
	expect(complaints).toEqual([]);
	return { file, code, printed };
}

async function imported(file: string, data = join(emptyFolder(), 'new')) {
	const result = await runCommand(importDeskCommand, data, ['--data', data, file]);
	return { data, ...result };
}

const newId = () => createUlid(Date.now(), (bytes) => getRandomValues(bytes)) as EntryId;

/** A ticket with a customer's message to which the relay accepted a reply. */
async function answeredTicket(relay: TestRelay) {
	const { installation } = relay;
	const clock = createClock(installation.now);
	const ticket = `ticket/${createUlid(installation.now(), (bytes) => bytes.fill(7))}` as DocumentId;
	const author = (agent: string) => ({
		agent: agent as AgentId,
		device: agent as DeviceId,
		tick: () => clock.tick(),
		newId,
	});
	const customer = { name: 'Ada', address: 'ada@example.org' };
	const [agent = ''] = installation.relay.readDesk().agents.map(({ id }) => id);
	const line = installation.relay.readDesk().lines[0]!.id;
	const queue = installation.relay.readDesk().queues.find((one) => one.line === line)!.id;
	let slot = '' as EntryId;
	const request = (text: string) => ({
		kind: 'reply-requested' as const,
		slot,
		claim: null,
		to: [customer],
		cc: [],
		subject: 'Re: hello',
		text,
		attachments: [],
	});
	await installation.relay.write(ticket, (doc) => {
		writeMeta(doc, 'ticket');
		const number = installation.auth.numbers.nextNumber();
		const message = {
			kind: 'message' as const,
			direction: 'in' as const,
			channel: 'mail' as const,
			visibility: 'public' as const,
			from: customer,
			to: [],
			cc: [],
			subject: 'hello',
			text: 'Is it open?',
			attachments: [],
		};
		const opened = {
			kind: 'opened' as const,
			number,
			subject: 'hello',
			line,
			queue,
			channel: 'mail' as const,
			from: customer,
		};
		slot = appendEntries(doc, author('relay'), [opened, message])[1] as EntryId;
		writeBlocks(
			draftFragment(doc, 'note'),
			htmlToBlocks('<p>half <strong>a thought</strong></p><ul><li><p>one</p></li></ul>'),
		);
	});
	await installation.relay.write(ticket, (doc) => void appendEntries(doc, author(agent), [request('Yes, it is.')]));
	await installation.relay.settled();
	return {
		ticket,
		agent,
		answerAgain: (other: TestRelay) =>
			other.installation.relay.write(
				ticket,
				(doc) => void appendEntries(doc, author(agent), [request('Yes, once more.')]),
			),
	};
}

describe('a desk in an open format', { timeout: 60_000 }, () => {
	test('[F106] comes back with the same values, entries, verdicts and texts, its files and its people', async () => {
		const source = await demoDesk();
		const relay = await runRelay({ data: source });
		const { agent } = await answeredTicket(relay);
		const { blobs, database, relay: core } = relay.installation;
		await blobs.store(Buffer.from('a file'));
		await core.write(`me:${agent}` as DocumentId, (doc) => void doc.getMap('settings').set('signature', 'Yours'));
		const { file, code, printed } = await exported(source);
		expect(code).toBe(0);
		expect(printed[0]).toContain('13 tickets');
		expect(statSync(file).mode & 0o077).toBe(0);
		expect(relay.installation.audit.read(5)[0]).toMatchObject({ act: 'data-exported', subject: 'desk', by: 'command' });
		const before = hashesOf(source);
		const agents = database.db
			.prepare('SELECT id, name, mail, role, lines, active, level FROM agents ORDER BY id')
			.all();
		const held = database.db.prepare('SELECT id, size FROM blobs ORDER BY id').all();
		await relay.close();

		const { data, code: done, printed: steps, complaints } = await imported(file);
		expect(complaints).toEqual([]);
		expect(done).toBe(0);
		expect(steps.join('\n')).toContain('tresen invite');
		expect(Object.keys(before).length).toBeGreaterThan(30);
		expect(hashesOf(data)).toEqual(before);
		expect(await verifyBackup(data)).toMatchObject({ problems: [] });
		expect(readdirSync(data)).not.toContain('importing');
		expect(readdirSync(data)).not.toContain('RESTORING');
		const db = new DatabaseSync(join(data, 'tresen.sqlite'), { readOnly: true });
		expect(db.prepare('SELECT id, name, mail, role, lines, active, level FROM agents ORDER BY id').all()).toEqual(
			agents,
		);
		expect(db.prepare('SELECT id, size FROM blobs ORDER BY id').all()).toEqual(held);
		expect(db.prepare('SELECT count(*) AS n FROM devices').get()).toEqual({ n: 0 });
		expect(db.prepare('SELECT DISTINCT generation FROM docs').all()).toEqual([{ generation: 1 }]);
		db.close();

		// What was exported once can be exported again, and the second time says the same.
		const again = await unpack((await exported(data)).file);
		const first = await unpack(file);
		const lines = (files: Map<string, Buffer>, name: string) =>
			String(files.get(name))
				.replaceAll(/"generation": ?\d+/g, '"generation":0')
				.replace(/^\{\n[^]*/, (json) => canonical(JSON.parse(json)));
		for (const name of [
			'tickets.jsonl',
			'people.jsonl',
			'articles.jsonl',
			'contacts.jsonl',
			'personal.jsonl',
			'desk.json',
			'files.jsonl',
		])
			expect([name, lines(again, name)]).toEqual([name, lines(first, name)]);
	});

	test('[F106] nobody is answered twice after a move, claims outrank the old ones, and numbers go on', async () => {
		const source = await demoDesk();
		const relay = await runRelay({ data: source });
		const { ticket, answerAgain } = await answeredTicket(relay);
		const lastNumber = relay.installation.auth.numbers.nextNumber();
		expect(relay.installation.mailOut.waiting()).toHaveLength(1);
		const oldEra = relay.installation.relay.era;
		const { file } = await exported(source);
		await relay.close();
		const files = await unpack(file);
		expect(String(files.get('outgoing.jsonl'))).toContain('"state":"queued"');
		// Also where somebody took the list of mails out of the archive.
		const edited = join(emptyFolder(), 'edited.zip');
		await pack(edited, withManifest(files.set('outgoing.jsonl', Buffer.from(''))));

		for (const archive of [file, edited]) await answersOnce(archive, ticket, answerAgain, oldEra, lastNumber);
	});

	async function answersOnce(
		file: string,
		ticket: DocumentId,
		answerAgain: Awaited<ReturnType<typeof answeredTicket>>['answerAgain'],
		oldEra: number,
		lastNumber: string,
	): Promise<void> {
		const { data } = await imported(file);
		const moved = await runRelay({ data });
		const { installation } = moved;
		expect(installation.relay.era).toBeGreaterThan(oldEra);
		// Its fate is unknown: the old relay may have sent it.
		await installation.mailOut.start();
		const rows = () => installation.database.db.prepare('SELECT state FROM outbound_mail WHERE ticket = ?').all(ticket);
		expect(rows()).toEqual([{ state: 'uncertain' }]);
		await answerAgain(moved);
		await installation.relay.settled();
		const verdicts = Object.values(
			installation.relay.read(ticket)!.getMap('verdicts').toJSON() as Record<
				string,
				{ kind: string; outcome?: string; why?: string }
			>,
		);
		expect(
			verdicts
				.filter(({ kind }) => kind === 'send')
				.map(({ outcome, why }) => why ?? outcome)
				.sort(),
		).toEqual(['accepted', 'slot-answered']);
		expect(rows()).toEqual([{ state: 'uncertain' }]);
		expect(Number(installation.auth.numbers.nextNumber())).toBeGreaterThan(Number(lastNumber));
		await moved.close();
	}

	test('[F106] a mail that was taken is not taken twice, mailboxes come without passwords, and what was erased stays so', async () => {
		const source = await demoDesk();
		const relay = await runRelay({ data: source });
		const { mails, mailboxes, relay: core, database } = relay.installation;
		const line = core.readDesk().lines[0]!.id;
		const raw = Buffer.from(
			'From: ada@example.org\r\nTo: desk@example.org\r\nMessage-ID: <one@example.org>\r\nSubject: Hi\r\n\r\nHello\r\n',
		);
		expect(await mails.take(raw, 'one', { line })).toMatchObject({ outcome: 'created' });
		const server = { host: '127.0.0.1', port: 993, security: 'tls' as const, user: 'desk', password: 'top-secret' };
		const put = mailboxes.put({
			...{ name: 'Desk', line, address: 'desk@example.org', active: true },
			...{ imap: { ...server, folder: 'INBOX', start: 'new', after: 'seen' }, smtp: { ...server, port: 465 } },
		});
		expect(put.kind).toBe('stored');
		const gone = core.documentsOfKind('person')[0]!;
		expect(core.erase(gone)).toBe(true);
		const { file } = await exported(source);
		expect(Buffer.concat([...(await unpack(file)).values()]).includes('top-secret')).toBe(false);
		await relay.close();
		const { data } = await imported(file);
		const moved = await runRelay({ data });
		const after = moved.installation;
		expect(await after.mails.take(raw, 'one', { line })).toMatchObject({ outcome: 'duplicate' });
		expect(after.mailboxes.all()).toMatchObject([
			{ name: 'Desk', active: false, imap: { host: '127.0.0.1', password: '' } },
		]);
		expect(after.relay.documentsOfKind('person')).not.toContain(gone);
		expect((await after.relay.write(gone, () => {})).kind).toBe('refused');
		expect(database.era).toBeLessThan(after.database.era);
	});

	test('[F106] agents come in by a new invitation and get the records', async () => {
		const { file } = await exported(await demoDesk());
		const { data } = await imported(file);
		const relay = await runRelay({ data });
		const admin = relay.installation.relay.readDesk().agents.find(({ role }) => role === 'admin')!;
		const [invited] = (await runCommand(inviteCommand, data, ['--agent', admin.mail, '--json'])).json();
		const device = await enrolWith(relay, String(invited!.url));
		expect(device.session.agent.id).toBe(admin.id);
	});

	test('[F106] is written a record at a time, in small pieces, however many there are', async () => {
		const data = await demoDesk();
		const snapshot = openSnapshot(data);
		const manifest = { counts: {}, files: [], blobs: { count: 0, bytes: 0 }, missing: [] } as unknown as DeskManifest;
		const counts = { read: 0, open: 0, most: 0, largest: 0 };
		const counting: DeskSnapshot = {
			...snapshot,
			read(id) {
				const doc = snapshot.read(id);
				if (doc === undefined) return undefined;
				counts.read++;
				counts.most = Math.max(counts.most, ++counts.open);
				doc.on('destroy', () => counts.open--);
				return doc;
			},
		};
		for await (const { content } of deskFiles(counting, data, manifest)) {
			if (content instanceof Uint8Array) continue;
			for await (const piece of content) counts.largest = Math.max(counts.largest, piece.length);
		}
		snapshot.close();
		expect(counts.read).toBeGreaterThan(30);
		expect([counts.open, counts.most]).toEqual([0, 1]);
		expect(counts.largest).toBeLessThan(512 * 1024);
	});

	test('[F106] holds no secret, and a file that is damaged is named', async () => {
		const source = await demoDesk();
		const relay = await runRelay({ data: source });
		const stored = await relay.installation.blobs.store(Buffer.from('soon damaged'));
		if (stored.kind !== 'stored') throw new Error(stored.kind);
		rmSync(join(source, 'blobs', stored.id.slice(0, 2), stored.id));
		const out = join(emptyFolder(), 'desk.zip');
		const { code, complaints } = await runCommand(exportDeskCommand, source, ['--out', out]);
		expect(code).toBe(1);
		expect(complaints.join()).toContain(stored.id);
		const everything = Buffer.concat([...(await unpack(out)).values()]).toString('latin1');
		const key = readFileSync(join(source, 'secrets', 'mail-tokens.key'))
			.toString('latin1')
			.trim();
		expect(everything).not.toContain(key);
		expect(everything).not.toMatch(/public_key|token_hash|imap_password/);
		const { complaints: told } = await imported(out);
		expect(told.join()).toContain(stored.id);
	});
});

describe('an archive from elsewhere', { timeout: 60_000 }, () => {
	let files: Map<string, Buffer> | undefined;

	/** Changes the files of a good export; what comes of it. */
	async function importOf(
		change: (files: Map<string, Buffer>) => Map<string, Buffer>,
		isDeflated = false,
	): Promise<string> {
		files ??= await unpack((await exported(await demoDesk())).file);
		const file = join(emptyFolder(), 'hostile.zip');
		await pack(file, change(new Map(files)), isDeflated);
		const { data, code, complaints } = await imported(file);
		expect(code).toBe(1);
		expect(existsSync(data) ? readdirSync(data) : []).toEqual([]);
		expect(complaints.join()).toMatch(/^Nothing was imported/);
		return complaints.join();
	}
	const edited = (name: string, edit: (text: string) => string) => (given: Map<string, Buffer>) =>
		withManifest(new Map([...given, [name, Buffer.from(edit(String(given.get(name))))]]));
	const editedLine = (
		name: string,
		edit: (line: {
			id: string;
			schema: number;
			entries: { entry: Record<string, unknown> }[];
			texts: Record<string, string>;
		}) => void,
	) =>
		edited(name, (text) => {
			const [first = '', ...rest] = text.split('\n');
			const line = JSON.parse(first) as Parameters<typeof edit>[0];
			edit(line);
			return [JSON.stringify(line), ...rest].join('\n');
		});

	test('[F106] that names a way out of its folder is refused', async () => {
		for (const name of [
			'../escape.txt',
			'/etc/passwd',
			'files/../../escape',
			'files\\..\\escape',
			'secrets/mail.key',
			'files/short',
		])
			expect(await importOf((given) => given.set(name, Buffer.from('x')))).toMatch(
				/no part of such an archive|cannot be read/,
			);
	});

	test('[F106] whose bytes were changed, or that lacks a part, is refused', async () => {
		expect(await importOf((given) => given.set('tickets.jsonl', Buffer.from('{}\n')))).toContain(
			'its bytes have changed',
		);
		expect(await importOf((given) => (given.delete('people.jsonl'), given))).toContain('people.jsonl is missing');
		expect(await importOf((given) => (given.delete('manifest.json'), given))).toContain('no export of a desk');
		const [blob = ''] = [...files!.keys()].filter((name) => name.startsWith('files/'));
		expect(await importOf((given) => (given.delete(blob), given))).toContain('files in the archive');
		const same = Buffer.alloc(files!.get(blob)!.length, 'x');
		expect(await importOf((given) => given.set(blob, same))).toContain('not what its name says');
	});

	test('[F106] of another version, kind or shape is refused', async () => {
		expect(await importOf((given) => withManifest(given, { version: 2 }))).toContain('Update Tresen');
		expect(await importOf((given) => withManifest(given, { format: 'other' }))).toContain('another format');
		expect(await importOf(editedLine('tickets.jsonl', (line) => (line.schema = 99)))).toContain('newer Tresen');
		expect(
			await importOf(editedLine('tickets.jsonl', (line) => (line.id = line.id.replace('ticket', 'robot')))),
		).toContain('line 1');
		expect(
			await importOf(editedLine('tickets.jsonl', (line) => (line.entries[0]!.entry.kind = 'teleported'))),
		).toContain('does not understand');
		expect(await importOf(editedLine('tickets.jsonl', (line) => (line.texts['text:own'] = '<p>x</p>')))).toContain(
			'does not know',
		);
		expect(await importOf(edited('people.jsonl', (text) => `${text}not json\n`))).toContain('no JSON');
		expect(await importOf(edited('people.jsonl', (text) => text + text.split('\n')[0]))).toContain('twice');
		expect(
			await importOf(edited('desk.json', (text) => text.replace('"values": {', '"values": {"spell:x": {},'))),
		).toContain('spell:x');
		expect(await importOf(edited('agents.jsonl', (text) => text + text.split('\n')[0]))).toContain('twice');
	});

	test('[F106] that unpacks to far more than it is, or holds a record without end, is refused before it fills the disk', async () => {
		const zeros = Buffer.alloc(80 * 1024 * 1024, ' ');
		expect(await importOf((given) => withManifest(given.set('audit.jsonl', zeros)), true)).toContain(
			'more than it can hold',
		);
		expect(await importOf(edited('tickets.jsonl', () => `{"id":"${'x'.repeat(9 * 1024 * 1024)}"}`))).toContain(
			'longer than',
		);
	});

	test('[F106] that was cut off, or is something else, is refused', async () => {
		const { file } = await exported(await demoDesk());
		const whole = readFileSync(file);
		const cut = join(emptyFolder(), 'cut.zip');
		for (const bytes of [
			whole.subarray(0, whole.length / 2),
			whole.subarray(0, whole.length - 30),
			Buffer.from('no zip'),
			Buffer.alloc(0),
		]) {
			writeFileSync(cut, bytes);
			const { code, complaints } = await imported(cut);
			expect(code).toBe(1);
			expect(complaints.join()).toContain('no whole ZIP archive');
		}
		expect((await imported(join(emptyFolder(), 'none.zip'))).complaints.join()).toContain('There is no file');
	});

	test('[F106] is not put over a desk that is there', async () => {
		const { file } = await exported(await demoDesk());
		const { code, complaints } = await imported(file, await demoDesk());
		expect(code).toBe(1);
		expect(complaints.join()).toContain('is not empty');
	});
});
