import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { EntryOf } from '../../../src/lib/domain/entry.ts';
import type { Attachment } from '../../../src/lib/domain/entry-parts.ts';
import type { BlobId, DocumentId, EntryId } from '../../../src/lib/domain/ids.ts';
import type { TicketNumber } from '../../../src/lib/domain/ticket-number.ts';
import { parseMail } from '../../../sync-server/mail/parse-mail.ts';
import type { ParsedMail } from '../../../sync-server/mail/parsed-mail.ts';
import { outgoingSubject } from '../../../sync-server/mail-out/outgoing-subject.ts';
import { startSmtpSink, type SmtpSink } from '../../support/smtp-sink.ts';
import { createReplyTokens } from '../../../sync-server/mail/reply-token.ts';
import { startMailDesk, testKey, type MailDesk } from './mail-desk.ts';

let sink: SmtpSink;
let desk: MailDesk;
let folder: string;
beforeEach(async () => {
	sink = await startSmtpSink();
	desk = await startMailDesk({ sink });
	folder = mkdtempSync(path.join(tmpdir(), 'mail-out-'));
});
afterEach(async () => {
	await desk.close();
	await sink.close();
	rmSync(folder, { recursive: true, force: true });
	expect(desk.relay.failures).toEqual([]);
});

async function parsed(raw = sink.mails.at(-1)?.raw ?? ''): Promise<ParsedMail> {
	const result = await parseMail(Buffer.from(raw, 'latin1'));
	if (result.kind === 'refused') throw new Error(result.detail);
	return result.mail;
}

function headersOf(raw: string): { name: string; value: string }[] {
	const head = raw.slice(0, raw.indexOf('\r\n\r\n')).replace(/\r\n[ \t]+/g, ' ');
	return head.split('\r\n').map((line) => {
		const colon = line.indexOf(':');
		return { name: line.slice(0, colon).toLowerCase(), value: line.slice(colon + 1).trim() };
	});
}
const header = (raw: string, name: string) =>
	headersOf(raw)
		.filter((one) => one.name === name)
		.map((one) => one.value);

async function asked(message: Partial<EntryOf<'message'>> = {}, from?: { name: string; address: string }) {
	const ticket = await desk.ticket(desk.relay.device('maria'), from);
	const id = await desk.customerWrites(ticket.id, message);
	await ticket.pull();
	return { ticket, message: id };
}

/** A file that the ticket may send: the blob and the note of who named it. */
function file(ticket: DocumentId, name: string, bytes: Buffer, mime = 'application/pdf', vouched = 1): Attachment {
	const blob = createHash('sha256').update(bytes).digest('hex') as BlobId;
	const place = path.join(folder, blob);
	writeFileSync(place, bytes);
	desk.files.set(blob, { size: bytes.length, path: place });
	desk.relay.database.db
		.prepare('INSERT OR REPLACE INTO blob_refs (blob, document, device, vouched) VALUES (?, ?, ?, ?)')
		.run(blob, ticket, 'maria', vouched);
	return { blob, name, mime, size: bytes.length };
}

describe('a reply as it leaves', () => {
	test('[F91] sender of the line, subject with one Re: and the number, and the ids that any mail program threads by', async () => {
		const { ticket } = await asked({
			messageId: 'second@customer.example',
			inReplyTo: ['first@customer.example'],
			references: ['zero@customer.example', 'first@customer.example'],
		});
		ticket.reply({ subject: 'AW: Re: [hilfe] WG: Drucker', text: 'Bitte neu starten.\n\nGruß' });
		await ticket.push();
		await desk.send();
		const [sent] = sink.mails;
		const mail = await parsed();
		const number = desk.fold(ticket.id).number;
		expect(mail.from).toEqual({ name: 'Printer Support', address: 'help@desk.example' });
		expect(mail.to).toEqual([{ name: 'Kim Weiß', address: 'kim@customer.example' }]);
		expect(mail.subject).toBe(`Re: [hilfe] Drucker [#${number.slice(0, -4)}-${number.slice(-4)}]`);
		expect(mail.text.trim()).toBe('Bitte neu starten.\n\nGruß');
		expect(mail.inReplyTo).toEqual(['second@customer.example']);
		expect(mail.references).toEqual(['zero@customer.example', 'first@customer.example', 'second@customer.example']);
		expect(mail.messageId).toMatch(/^[0-9a-z]{26}\.[0-9a-z]{26}\.[0-9a-z]{16}@desk\.example$/);
		expect(sent).toMatchObject({ from: 'help@desk.example', to: ['kim@customer.example'] });
		expect(mail.date).toBe(Math.floor(desk.now() / 1000) * 1000);
		expect(header(sent?.raw ?? '', 'auto-submitted')).toEqual([]);
	});

	test('a second mail of ours hangs on to the thread though the customer has not answered', async () => {
		const { ticket } = await asked({ messageId: 'one@customer.example' });
		ticket.reply();
		await ticket.push();
		await desk.send();
		await ticket.pull();
		ticket.reply({ text: 'One more thing.' });
		await ticket.push();
		await desk.send();
		expect(sink.mails).toHaveLength(2);
		expect((await parsed()).inReplyTo).toEqual(['one@customer.example']);
		expect(sink.mails[1]?.messageId).not.toBe(sink.mails[0]?.messageId);
	});

	test('[F91] copies, an HTML alternative that is cleaned, and text beside it', async () => {
		const { ticket } = await asked();
		ticket.reply({
			cc: [{ name: 'Boss', address: 'boss@customer.example' }],
			html: '<p>Please <b>restart</b><script>alert(1)</script><img src=x onerror=alert(2)></p>',
		});
		await ticket.push();
		await desk.send();
		const raw = sink.mails[0]?.raw ?? '';
		expect(sink.mails[0]?.to).toEqual(['kim@customer.example', 'boss@customer.example']);
		expect(raw).toMatch(/content-type: multipart\/alternative/i);
		expect(raw).not.toMatch(/script|onerror|alert/);
		const mail = await parsed();
		expect(mail.cc).toEqual([{ name: 'Boss', address: 'boss@customer.example' }]);
		expect(mail.html).toContain('<b>restart</b>');
		expect(mail.text).toContain('Please start it again.');
	});

	test('[F66] the signature of the line with its variables; fallbacks where nothing is known; in HTML too, as text', async () => {
		await desk.changeLine(
			{ signature: '{{agent.name|Your team}}\n{{line.name}} <{{line.address}}>\n{{ticket.number}} {{nonsense}}' },
			{ language: 'de' },
		);
		const { ticket } = await asked();
		ticket.reply({ html: '<p>Hi</p>' });
		await ticket.push();
		await desk.send();
		const number = desk.fold(ticket.id).number;
		const formatted = `${number.slice(0, -4)}-${number.slice(-4)}`;
		const mail = await parsed();
		expect(mail.text).toContain(`-- \nYour team\nSupport <help@desk.example>\n${formatted}`);
		expect(mail.html).toContain('Support &lt;help@desk.example&gt;');
		expect(mail.text).not.toContain('{{');
	});

	test.each(['plain.pdf', 'Prüfbericht für Straße №5.pdf', '请求.pdf', 'a "quoted" name;x=y.pdf', '..\\..\\evil.pdf'])(
		'[F91] a file named %s arrives with its name and every byte',
		async (name) => {
			const { ticket } = await asked();
			const bytes = Buffer.alloc(200_000, 'äöü\r\n.\r\n\0');
			const attachments = [file(ticket.id, name, bytes)];
			ticket.reply({ attachments });
			await ticket.push();
			await desk.send();
			const [found] = (await parsed()).attachments;
			expect(found?.sha256).toBe(attachments[0]?.blob);
			expect(found?.name).toBe(name.replace(/^.*\\/, '').replaceAll('"', '_'));
			expect(found?.mime).toBe('application/pdf');
		},
	);

	test('a mail in a mail and a type that is none travel as files, byte by byte', async () => {
		const { ticket } = await asked();
		const bytes = Buffer.from('Subject: x\n\nbare line ends and ä\n');
		const other = Buffer.from('x');
		ticket.reply({
			attachments: [
				file(ticket.id, 'mail.eml', bytes, 'message/rfc822'),
				file(ticket.id, 'odd.bin', other, 'text/html\r\nX-Evil: 1'),
			],
		});
		await ticket.push();
		await desk.send();
		const mail = await parsed();
		expect(mail.attachments.map(({ mime, size }) => [mime, size])).toEqual([
			['application/octet-stream', bytes.length],
			['application/octet-stream', 1],
		]);
		expect(sink.mails[0]?.raw).not.toMatch(/^X-Evil/m);
	});

	test('a picture that the HTML shows travels inside', async () => {
		const { ticket } = await asked();
		const picture = { ...file(ticket.id, 'logo.png', Buffer.from('png'), 'image/png'), cid: 'logo@desk' };
		ticket.reply({ html: '<p><img src="cid:logo@desk"></p>', attachments: [picture] });
		await ticket.push();
		await desk.send();
		const [found] = (await parsed()).attachments;
		expect(found).toMatchObject({ cid: 'logo@desk', name: 'logo.png' });
	});

	test('a file whose hash somebody only knew is not sent; the mail waits and says for what', async () => {
		const { ticket } = await asked();
		const request = ticket.reply({ attachments: [file(ticket.id, 'secret.pdf', Buffer.from('secret'), 'a/b', 0)] });
		await ticket.push();
		await desk.send();
		expect(sink.mails).toEqual([]);
		expect(desk.stateOf(ticket.id, request)).toMatchObject({ kind: 'accepted' });
		expect(desk.mailOut.waiting()[0]?.reason).toBe('The file secret.pdf has not arrived yet.');
	});

	test('a file that is cut short on the disk makes no half mail', async () => {
		const { ticket } = await asked();
		const attachment = file(ticket.id, 'cut.bin', Buffer.alloc(300_000, 1));
		desk.files.set(attachment.blob, { size: 300_001, path: path.join(folder, attachment.blob) });
		const request = ticket.reply({ attachments: [attachment] });
		await ticket.push();
		await desk.send();
		expect(sink.mails).toEqual([]);
		expect(desk.stateOf(ticket.id, request)).toMatchObject({ kind: 'accepted' });
		expect(desk.mailOut.waiting()[0]?.reason).toMatch(/could not be read/);
	});
});

test('[F91] answers are asked to a signed address where the mailbox takes it, and else to the sender', async () => {
	const replyToOf = async (more: { plusAddressing?: boolean }, address = 'help@desk.example') => {
		const other = await startMailDesk({ sink, ...more });
		await other.changeLine({ addresses: [address], sender: { name: 'Printer Support', address } });
		const ticket = await other.ticket(other.relay.device('maria'));
		await other.customerWrites(ticket.id);
		await ticket.pull();
		ticket.reply({});
		await ticket.push();
		await other.send();
		await other.close();
		return { ticket: ticket.id, replyTo: header(sink.mails.at(-1)?.raw ?? '', 'reply-to') };
	};
	const { ticket, replyTo } = await replyToOf({ plusAddressing: true });
	const [, name, address = ''] = /^(.*) <(help\+[^@]+@desk\.example)>$/.exec(replyTo[0] ?? '') ?? [];
	expect(name).toBe('Printer Support');
	expect(createReplyTokens(testKey).read(address)).toEqual({ ticket });
	expect((await replyToOf({ plusAddressing: false })).replyTo).toEqual([]);
	expect((await replyToOf({})).replyTo).toEqual([]);
	// The mailbox's address is none of the desk's: its answers would count as somebody else's mail.
	expect((await replyToOf({ plusAddressing: true }, 'sales@desk.example')).replyTo).toEqual([]);
});

describe('nobody writes headers through what they write', () => {
	const evil = [
		'\r\nBcc: all@victim.example',
		'\nX-Evil: yes',
		'\rX-Evil: yes',
		'\r\n\r\n<script>',
		'\u2028X-Evil: yes',
		'\u0085X-Evil: yes',
		'\0\r\n.\r\nMAIL FROM:<x@y>',
		'=?utf-8?q?=0D=0AX-Evil:_yes?=',
		'" <x@evil.example>, "',
		'%0d%0aX-Evil: yes',
		'\u{1f4a3}'.repeat(400),
	];
	const known = new Set(
		'from to cc subject message-id in-reply-to references date mime-version content-type content-transfer-encoding'.split(
			' ',
		),
	);

	test('whatever stands in subject, names, files, ids and texts: only our headers, our recipients, one mail', async () => {
		const nasty = fc
			.tuple(fc.string({ maxLength: 20, unit: 'grapheme' }), fc.constantFrom(...evil), fc.string({ maxLength: 20 }))
			.map((parts) => parts.join(''));
		await fc.assert(
			fc.asyncProperty(nasty, nasty, nasty, nasty, nasty, async (subject, name, fileName, id, text) => {
				sink.mails.length = 0;
				await desk.changeLine({
					signature: `{{customer.name}} ${text}`,
					sender: { name, address: 'help@desk.example' },
				});
				const { ticket } = await asked(
					{ messageId: `${id}@x.example`.slice(0, 900), references: [id, `${name}@y`] },
					{ name: name.slice(0, 200), address: 'kim@customer.example' },
				);
				const request = ticket.reply({
					subject: subject.slice(0, 990),
					to: [{ name: name.slice(0, 200), address: 'kim@customer.example' }],
					cc: [{ name: '', address: `x@y.example${id}`.slice(0, 900) }],
					text,
					html: `<p title="${text}">${text}</p>`,
					attachments: [{ ...file(ticket.id, fileName.slice(0, 200), Buffer.from('x')), cid: id.slice(0, 900) }],
				});
				await ticket.push();
				await desk.send();
				expect(desk.stateOf(ticket.id, request)).toMatchObject({ kind: 'sent' });
				expect(sink.mails).toHaveLength(1);
				const [mail] = sink.mails;
				expect(mail?.to[0]).toBe('kim@customer.example');
				for (const to of mail?.to ?? []) expect(to).toMatch(/^(kim@customer|x@y)\.example/);
				const names = headersOf(mail?.raw ?? '').map((one) => one.name);
				for (const one of names) expect([...known]).toContain(one);
				expect(new Set(names).size).toBe(names.length);
				for (const [, part = ''] of (mail?.raw ?? '').matchAll(/^----_NmP-\w+-Part_\d+\r\n([\s\S]*?\r\n\r\n)/gm))
					for (const one of headersOf(part))
						expect(one.name).toMatch(/^content-(type|transfer-encoding|disposition|id)$/);
				const read = await parsed(mail?.raw);
				expect(read.from?.address).toBe('help@desk.example');
				expect(read.to).toHaveLength(1);
				expect(read.attachments).toHaveLength(1);
			}),
			{ numRuns: Number(process.env.RUNS ?? 60), examples: evil.map((one) => [one, one, one, one, one]) },
		);
	}, 120_000);
});

describe('the subject', () => {
	const number = '1042173' as TicketNumber;
	test.each([
		['Drucker', true, 'Re: Drucker [#104-2173]'],
		['Drucker', false, 'Drucker [#104-2173]'],
		['Re: Re[2]: AW: Drucker', true, 'Re: Drucker [#104-2173]'],
		['WG: AW: Drucker', false, 'Fwd: Drucker [#104-2173]'],
		['Fwd: Drucker', true, 'Fwd: Drucker [#104-2173]'],
		['Re: Drucker [#104-2173]', true, 'Re: Drucker [#104-2173]'],
		['Re: [#104-2173] Drucker', true, 'Re: Drucker [#104-2173]'],
		['', true, 'Re: [#104-2173]'],
	])('"%s" leaves right', (written, isAnswer, subject) => {
		expect(outgoingSubject(written, number, isAnswer)).toBe(subject);
	});
});

describe('acknowledgements', () => {
	const text = {
		subject: 'We have it: {{ticket.subject}}',
		text: 'Dear {{customer.name}},\nyour number: {{ticket.number}}',
	};
	const write = async (address: string, more: Partial<EntryOf<'message'>> = {}) => {
		const { ticket, message } = await asked({ ...more, ...(more.from ? {} : { from: { name: '', address } }) });
		return { ticket, message, said: await desk.mailOut.acknowledge(ticket.id, message) };
	};

	test('[F91] one goes out with a null return path, marked as a machine’s, and stands in the ticket', async () => {
		await desk.changeLine({ acknowledge: text });
		const { ticket, message, said } = await write('new@customer.example', { messageId: 'hello@customer.example' });
		expect(said).toBe('queued');
		expect(await desk.mailOut.acknowledge(ticket.id, message)).toBe('already');
		await desk.mailOut.pass();
		const [sent] = sink.mails;
		expect(sent).toMatchObject({ from: '', to: ['new@customer.example'] });
		expect(header(sent?.raw ?? '', 'auto-submitted')).toEqual(['auto-replied']);
		const mail = await parsed();
		expect(mail.text).toContain('Dear Sir or Madam,\nyour number: ');
		expect(mail.inReplyTo).toEqual(['hello@customer.example']);
		const entry = desk.fold(ticket.id).timeline.find((one) => one.kind === 'acknowledged');
		expect(entry).toMatchObject({ by: 'relay', message, to: [{ address: 'new@customer.example' }] });
	});

	test('[F91] once a ticket, once an hour and three times a day an address', async () => {
		await desk.changeLine({ acknowledge: text });
		const hours = [];
		for (let hour = 0; hour < 6; hour++) {
			const first = await write('Loop@customer.example');
			const second = await write('loop@customer.example');
			hours.push([first.said, second.said]);
			desk.go(61 * 60_000);
		}
		expect(hours.map(([first]) => first)).toEqual([
			'queued',
			'queued',
			'queued',
			'too-often',
			'too-often',
			'too-often',
		]);
		expect(hours.map(([, second]) => second)).toEqual(Array(6).fill('too-often'));
		desk.go(24 * 60 * 60_000);
		expect((await write('loop@customer.example')).said).toBe('queued');
	});

	test('[F94] never to a machine, to ourselves, for a line that wants none, or where there is no address', async () => {
		expect((await write('a@customer.example')).said).toBe('not-wanted');
		await desk.changeLine({ acknowledge: text });
		expect((await write('HELP@desk.example')).said).toBe('not-wanted');
		for (const automatic of ['auto-reply', 'bounce', 'list'] as const)
			expect((await write('b@customer.example', { automatic })).said).toBe('not-wanted');
		expect((await write('no address')).said).toBe('not-wanted');
		expect((await write('c@customer.example', { visibility: 'internal' })).said).toBe('not-wanted');
		expect((await write('d@customer.example', { channel: 'phone' })).said).toBe('not-wanted');
		expect(await desk.mailOut.acknowledge('ticket/01ARZ3NDEKTSV4RRFFQ69G5FAV' as DocumentId, 'x' as EntryId)).toBe(
			'not-wanted',
		);
	});

	test('[MS5] one that could not leave for a day does not leave at all', async () => {
		await desk.changeLine({ acknowledge: text });
		await write('late@customer.example');
		desk.go(25 * 60 * 60_000);
		await desk.mailOut.pass();
		expect(sink.mails).toEqual([]);
		expect(desk.mailOut.waiting()).toEqual([]);
	});

	test('it goes where the customer wants answers', async () => {
		await desk.changeLine({ acknowledge: text });
		const replyTo = { name: '', address: 'answers@customer.example' };
		expect((await write('form@customer.example', { replyTo })).said).toBe('queued');
		await desk.mailOut.pass();
		expect(sink.mails[0]).toMatchObject({ to: ['answers@customer.example'] });
	});

	test('an acknowledgement answers no slot: the reply still leaves', async () => {
		await desk.changeLine({ acknowledge: text });
		const { ticket } = await write('kim@customer.example');
		await ticket.pull();
		expect(ticket.ticket().slot).toBeDefined();
		const request = ticket.reply();
		await ticket.push();
		await desk.send();
		expect(desk.stateOf(ticket.id, request)).toMatchObject({ kind: 'sent' });
		expect(sink.mails).toHaveLength(2);
	});
});
