import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { foldParty } from '../../../src/lib/domain/fold-party.ts';
import { foldTicket } from '../../../src/lib/domain/fold-ticket.ts';
import { isTicketNumber } from '../../../src/lib/domain/ticket-number.ts';
import type { DocumentId } from '../../../src/lib/domain/ids.ts';
import { readRecord } from '../../../src/lib/document/record-document.ts';
import { exportTicketsCommand } from '../../../sync-server/commands/export-tickets.ts';
import { importMailCommand } from '../../../sync-server/commands/import-mail.ts';
import { openInstallation, type Installation } from '../../../sync-server/installation.ts';
import { afterTest, configOf, emptyFolder, runRelay, setUp } from '../running-relay.ts';
import { runCommand } from './run-command.ts';

/** A data directory with a desk, and no relay running on it. */
async function deskFolder(): Promise<string> {
	const data = emptyFolder();
	const { auth, close } = await open(data);
	await auth.ensureDesk({ name: 'Desk', language: 'en' });
	await close();
	return data;
}

async function open(data: string): Promise<Installation> {
	const opened = await openInstallation(configOf({ data }));
	if (opened.kind === 'refused') throw new Error(opened.message);
	afterTest(() => opened.installation.close());
	return opened.installation;
}

function write(content: string | Uint8Array, name = 'mail.eml'): string {
	const path = join(emptyFolder(), name);
	writeFileSync(path, content);
	return path;
}

interface MailShape {
	id?: string;
	from?: string | null;
	subject?: string;
	replyTo?: string;
	references?: string;
	date?: string;
	body?: string;
}
function mail({ id, from, subject, replyTo, references, date, body }: MailShape): string {
	return [
		...(from === null ? [] : [`From: ${from ?? 'Kim Beispiel <kim@customer.example>'}`]),
		'To: Support <support@desk.example>',
		`Subject: ${subject ?? 'Printer'}`,
		...(id === undefined ? [] : [`Message-ID: <${id}>`]),
		...(replyTo === undefined ? [] : [`In-Reply-To: <${replyTo}>`]),
		...(references === undefined ? [] : [`References: ${references}`]),
		`Date: ${date ?? 'Mon, 02 Nov 2026 10:00:00 +0000'}`,
		'',
		body ?? 'It does not print.',
		'',
	].join('\r\n');
}

function importing(data: string, ...args: string[]) {
	return runCommand(importMailCommand, data, [...args, '--json']);
}

function ticketsIn({ relay }: Installation) {
	return relay.documentsOfKind('ticket').map((id) => {
		const reading = readRecord(relay.read(id) as never);
		if (reading.kind !== 'record') throw new Error(reading.kind);
		return foldTicket(reading.facts);
	});
}

function peopleIn({ relay }: Installation) {
	return relay.documentsOfKind('person').map((id: DocumentId) => {
		const reading = readRecord(relay.read(id) as never);
		if (reading.kind !== 'record') throw new Error(reading.kind);
		return foldParty(reading.facts);
	});
}

// The 30 MB take a while on a busy machine.
describe('import mail', { timeout: 60_000 }, () => {
	test('a new thread becomes one ticket, with its person, its text and the mail as it came', async () => {
		const data = await deskFolder();
		const raw = mail({ id: 'one@customer.example' });
		const file = write(raw);
		const result = await importing(data, file);
		expect(result.code).toBe(0);
		const [line] = result.json();
		expect(line).toEqual({
			file,
			outcome: 'created',
			ticket: expect.toSatisfy((number: string) => isTicketNumber(number)) as string,
			from: { name: 'Kim Beispiel', address: 'kim@customer.example' },
			to: ['support@desk.example'],
			subject: 'Printer',
			text: 'It does not print.',
			replyText: 'It does not print.',
			attachments: [],
			isAutoReply: false,
			isBounce: false,
			isList: false,
			wouldAutoRespond: true,
		});
		const installation = await open(data);
		const [ticket] = ticketsIn(installation);
		const hash = createHash('sha256').update(raw).digest('hex');
		expect(ticket).toMatchObject({
			number: line?.ticket,
			subject: 'Printer',
			status: 'new',
			line: 'support',
			queue: 'inbox',
			channel: 'mail',
			openedAt: Date.UTC(2026, 10, 2, 10),
		});
		expect(ticket?.timeline[1]).toMatchObject({ kind: 'message', messageId: 'one@customer.example', raw: hash });
		expect(installation.blobs.locate(hash as never)?.size).toBe(raw.length);
		expect(peopleIn(installation)).toMatchObject([
			{ name: 'Kim Beispiel', addresses: ['kim@customer.example'], lines: ['support'] },
		]);
		expect(ticket?.persons).toEqual(installation.relay.documentsOfKind('person'));
	});

	test('a directory that nobody has set up takes mails too, and is set up later over the same tickets', async () => {
		const data = emptyFolder();
		const result = await importing(data, write(mail({ id: 'first@customer.example' })));
		expect(result.json()).toMatchObject([{ outcome: 'created' }]);
		const installation = await open(data);
		expect(installation.auth.isSetUp()).toBe(false);
		expect(ticketsIn(installation)).toMatchObject([{ subject: 'Printer', line: 'support' }]);
	});

	test('an answer follows up by In-Reply-To or References, in whatever order the two arrive', async () => {
		const data = await deskFolder();
		const first = mail({ id: 'a@x' });
		const second = mail({ id: 'b@x', replyTo: 'a@x', date: 'Mon, 02 Nov 2026 11:00:00 +0000', subject: 'Re: Printer' });
		const third = mail({ id: 'c@x', references: '<a@x> <b@x>', date: 'Mon, 02 Nov 2026 12:00:00 +0000' });
		const other = mail({ id: 'd@x' });
		const result = await importing(data, ...[third, other, first, second].map((text) => write(text)));
		const lines = result.json();
		expect(lines.map(({ outcome }) => outcome)).toEqual(['created', 'created', 'followed-up', 'followed-up']);
		expect(new Set([lines[0], lines[2], lines[3]].map((line) => line?.ticket)).size).toBe(1);
		const installation = await open(data);
		expect(ticketsIn(installation)).toHaveLength(2);
		expect(peopleIn(installation)).toHaveLength(1);
	});

	test('importing twice adds nothing, also after a restart and beside a running relay', async () => {
		const data = await deskFolder();
		const files = [mail({ id: 'a@x' }), mail({ id: 'b@x', replyTo: 'a@x' }), mail({ body: 'without id' })].map((text) =>
			write(text),
		);
		const once = await importing(data, ...files);
		const twice = await importing(data, ...files, ...files);
		expect(twice.json().map(({ outcome }) => outcome)).toEqual(Array.from({ length: 6 }, () => 'duplicate'));
		expect(twice.json()[0]?.ticket).toBe(once.json()[0]?.ticket);
		const relay = await runRelay({ data });
		const beside = await importing(data, ...files);
		expect(beside.json().map(({ outcome }) => outcome)).toEqual(['duplicate', 'duplicate', 'duplicate']);
		expect(ticketsIn(relay.installation)).toHaveLength(2);
	});

	test('beside a running relay the mails go through it, and its devices see them', async () => {
		const relay = await runRelay();
		await setUp(relay);
		const result = await importing(relay.installation.config.data, write(mail({ id: 'a@x' })));
		expect(result.json()).toMatchObject([{ outcome: 'created' }]);
		expect(ticketsIn(relay.installation)).toHaveLength(1);
	});

	test('two imports of one mailbox at the same time take each mail once', async () => {
		const relay = await runRelay();
		await setUp(relay);
		const box = Array.from({ length: 20 }, (_, i) => `From x Mon Nov  2 10:00:00 2026\n${mail({ id: `${i}@x` })}\n`);
		const file = write(box.join(''), 'box.mbox');
		const { data } = relay.installation.config;
		const both = await Promise.all([importing(data, file), importing(data, file)]);
		const outcomes = both.flatMap((result) => result.json().map(({ outcome }) => outcome));
		expect(outcomes.filter((outcome) => outcome === 'created')).toHaveLength(20);
		expect(outcomes.filter((outcome) => outcome === 'duplicate')).toHaveLength(20);
		expect(ticketsIn(relay.installation)).toHaveLength(20);
	});

	test('a broken mail in the middle of a mailbox is reported and the rest goes on', async () => {
		const data = await deskFolder();
		const separator = 'From x Mon Nov  2 10:00:00 2026\n';
		const box = [mail({ id: 'a@x' }), `X-Nothing: a mail\n\nhas none of these\n`, mail({ id: 'b@x' })];
		const file = write(box.map((text) => `${separator}${text}\n`).join(''), 'box.mbox');
		const result = await importing(data, file);
		expect(result.code).toBe(0);
		expect(result.json()).toMatchObject([
			{ file, outcome: 'created' },
			{ file, outcome: 'refused', reason: 'not-a-mail' },
			{ file, outcome: 'created' },
		]);
		expect(ticketsIn(await open(data))).toHaveLength(2);
	});

	test('files that are no mails are refused by name', async () => {
		const data = await deskFolder();
		const result = await importing(data, '/nowhere.eml', write(''), write('\0\x01\x02binary'), emptyFolder());
		expect(result.json().map(({ outcome, reason }) => [outcome, reason])).toEqual([
			['refused', 'not-found'],
			['refused', 'empty'],
			['refused', 'not-a-mail'],
			['refused', 'not-a-file'],
		]);
	});

	test('a mail of 30 MB is stored whole, one above is refused, and neither leaves half a ticket', async () => {
		const data = await deskFolder();
		const attachment = Buffer.alloc(20 * 1024 * 1024, 7);
		const head = [
			'From: kim@customer.example',
			'Subject: Large',
			'Message-ID: <large@x>',
			'MIME-Version: 1.0',
			'Content-Type: multipart/mixed; boundary=b',
			'',
			'--b',
			'Content-Type: text/plain',
			'',
			'See the file.',
			'--b',
			'Content-Type: application/pdf; name=large.pdf',
			'Content-Disposition: attachment; filename=large.pdf',
			'Content-Transfer-Encoding: base64',
			'',
		].join('\r\n');
		const lines = attachment.toString('base64').replace(/.{76}/g, '$&\r\n');
		const raw = `${head}\r\n${lines}\r\n--b--\r\n`;
		expect(raw.length).toBeGreaterThan(27 * 1024 * 1024);
		const tooLarge = `${mail({ id: 'larger@x' })}${'x'.repeat(76)}\r\n`.repeat(1) + 'y\r\n'.repeat(11 * 1024 * 1024);
		const result = await importing(data, write(raw), write(tooLarge));
		expect(result.json()).toMatchObject([
			{
				outcome: 'created',
				attachments: [
					{
						name: 'large.pdf',
						mime: 'application/pdf',
						size: attachment.length,
						sha256: createHash('sha256').update(attachment).digest('hex'),
					},
				],
			},
			{ outcome: 'refused', reason: 'too-large' },
		]);
		expect(ticketsIn(await open(data))).toHaveLength(1);
	});

	test('long HTML stands beside the ticket, harm is taken out, and 40 attachments are kept', async () => {
		const data = await deskFolder();
		const part = (i: number) =>
			`--b\r\nContent-Type: text/csv; name=f${i}.csv\r\nContent-Disposition: attachment; filename=f${i}.csv\r\n\r\n${i};1\r\n`;
		const html = `<p onclick="x()">Hi<script>alert(1)</script></p>${'<p>row</p>'.repeat(20_000)}`;
		const raw = [
			'From: kim@customer.example',
			'Subject: Forty',
			'Message-ID: <forty@x>',
			'Content-Type: multipart/mixed; boundary=b',
			'',
			`--b\r\nContent-Type: text/html\r\n\r\n${html}\r\n${Array.from({ length: 40 }, (_, i) => part(i)).join('')}--b--`,
		].join('\r\n');
		const [line] = (await importing(data, write(raw))).json();
		expect(line?.attachments).toHaveLength(40);
		expect(line?.html).not.toMatch(/script|onclick/);
		const installation = await open(data);
		const message = ticketsIn(installation)[0]?.timeline.find((entry) => entry.kind === 'message');
		expect(message).toMatchObject({ htmlBlob: expect.stringMatching(/^[0-9a-f]{64}$/) as string });
		if (message?.kind !== 'message' || message.htmlBlob === undefined) throw new Error('no HTML aside');
		expect(installation.blobs.locate(message.htmlBlob)?.size).toBeGreaterThan(64_000);
		expect(message.attachments).toHaveLength(40);
	});

	test('a mail without From becomes a ticket without a person', async () => {
		const data = await deskFolder();
		const result = await importing(data, write(mail({ from: null, id: 'anonymous@x' })));
		expect(result.json()).toMatchObject([{ outcome: 'created' }]);
		const installation = await open(data);
		expect(ticketsIn(installation)[0]).toMatchObject({ from: undefined, persons: [] });
		expect(peopleIn(installation)).toEqual([]);
	});

	test('a rehearsal says what would happen and stores nothing', async () => {
		const data = await deskFolder();
		const files = [mail({ id: 'a@x' }), mail({ id: 'b@x', replyTo: 'a@x' }), mail({ id: 'a@x' })].map((text) =>
			write(text),
		);
		const dry = await importing(data, ...files, '--dry-run');
		expect(dry.json().map(({ outcome }) => outcome)).toEqual(['created', 'followed-up', 'duplicate']);
		const installation = await open(data);
		expect(ticketsIn(installation)).toEqual([]);
		expect(installation.database.db.prepare('SELECT count(*) AS n FROM blobs').get()).toEqual({ n: 0 });
		await installation.close();
		expect((await importing(data, ...files)).json().map(({ outcome }) => outcome)).toEqual([
			'created',
			'followed-up',
			'duplicate',
		]);
	});

	test('with the storage full a mail is refused, and taken when there is room again', async () => {
		const data = await deskFolder();
		const file = write(mail({ id: 'a@x' }));
		const full = await importing(data, file, '--blob-quota', '10');
		expect(full.json()).toMatchObject([{ outcome: 'refused', reason: 'storage-full' }]);
		expect((await importing(data, file)).json()).toMatchObject([{ outcome: 'created' }]);
	});

	test('a failure in the middle of storing leaves neither ticket nor person nor memory of the mail', async () => {
		const data = await deskFolder();
		const installation = await open(data);
		const { db } = installation.database;
		db.exec(`CREATE TEMP TRIGGER fails BEFORE INSERT ON imported_mails BEGIN SELECT raise(ABORT, 'no'); END`);
		const raw = new TextEncoder().encode(mail({ id: 'a@x' }));
		await expect(installation.mails.take(raw, 'a.eml')).rejects.toThrow();
		expect(ticketsIn(installation)).toEqual([]);
		expect(peopleIn(installation)).toEqual([]);
		db.exec('DROP TRIGGER fails');
		expect(await installation.mails.take(raw, 'a.eml')).toMatchObject({ outcome: 'created' });
	});

	test('another mail under a known Message-ID is a mail of its own', async () => {
		const data = await deskFolder();
		const result = await importing(
			data,
			write(mail({ id: 'a@x' })),
			write(mail({ id: 'a@x', body: 'Something else' })),
		);
		expect(result.json().map(({ outcome }) => outcome)).toEqual(['created', 'created']);
	});
});

describe('export tickets', () => {
	test('each ticket comes with its messages, their text and their files', async () => {
		const data = await deskFolder();
		await importing(data, write(mail({ id: 'a@x' })), write(mail({ id: 'b@x', replyTo: 'a@x', body: 'And now?' })));
		const [ticket] = (await runCommand(exportTicketsCommand, data, ['--json'])).json();
		expect(ticket).toMatchObject({
			subject: 'Printer',
			from: { name: 'Kim Beispiel', address: 'kim@customer.example' },
			status: 'new',
			messages: [
				{ direction: 'in', text: 'It does not print.', attachments: [] },
				{ direction: 'in', text: 'And now?' },
			],
		});
		expect(isTicketNumber(String(ticket?.number))).toBe(true);
	});
});
