import type * as Y from 'yjs';
import type { Draft } from '../../src/lib/domain/entry.ts';
import type { DeskConfig, Line } from '../../src/lib/domain/desk-config.ts';
import { foldParty } from '../../src/lib/domain/fold-party.ts';
import { foldTicket } from '../../src/lib/domain/fold-ticket.ts';
import { createClock, encodeHlc, type Clock } from '../../src/lib/domain/hlc.ts';
import {
	recordId,
	relayAgent,
	relayDevice,
	type DocumentId,
	type EntryId,
	type LineId,
	type QueueId,
} from '../../src/lib/domain/ids.ts';
import { openTicket } from '../../src/lib/domain/ticket-command.ts';
import type { TicketNumber } from '../../src/lib/domain/ticket-number.ts';
import { createUlid, type FillRandom } from '../../src/lib/domain/ulid.ts';
import { appendEntries, readRecord, writeMeta, type Author } from '../../src/lib/document/record-document.ts';
import type { ChangeOutcome, RelayChange } from '../admission/intake.ts';
import type { BlobStore } from '../blobs/blob-store.ts';
import { importLine, type ImportLine } from '../mail/import-line.ts';
import { recogniseMail } from '../mail/mail-identity.ts';
import type { ParsedMail } from '../mail/parsed-mail.ts';
import { threadOf } from '../mail/thread.ts';
import { fitMessage, type MailMessage } from './fit-message.ts';
import type { MailIndex } from './mail-index.ts';
import { readMail } from './read-mail.ts';

export interface MailIntakeParts {
	index: MailIndex;
	blobs: BlobStore;
	/** The relay's own pen: all documents and rows, or nothing. */
	change(change: RelayChange): Promise<ChangeOutcome>;
	readDocument(id: DocumentId): Y.Doc | undefined;
	readDesk(): DeskConfig;
	nextNumber(): TicketNumber;
	now: () => number;
	fillRandom: FillRandom;
}

/** Takes mails in: each becomes a ticket, a message on one, or a named refusal, and never half of these. */
export interface MailIntake {
	take(raw: Uint8Array, file: string): Promise<ImportLine>;
	/** What `take` would say of mails in a row, without storing anything. */
	rehearse(): (raw: Uint8Array, file: string) => Promise<ImportLine>;
}

/** Mails claim any date; one outside of this says nothing about when it came. */
const oldestDate = Date.UTC(1990, 0, 1);

export function createMailIntake(parts: MailIntakeParts): MailIntake {
	const { index, blobs, now } = parts;
	const clock: Clock = createClock(now);
	const newUlid = () => createUlid(now(), parts.fillRandom);
	let turn: Promise<unknown> = Promise.resolve();

	const take: MailIntake['take'] = async (raw, file) => {
		const reading = await readMail(raw);
		if (reading.kind === 'refused') return importLine({ file, outcome: 'refused', reason: reading.reason });
		const { mail, identity } = reading;
		const known = recogniseMail(identity, (key) => index.contentOf(key)?.content);
		if (known.kind === 'duplicate') {
			const ticket = numberOf(parts.readDocument, index.contentOf(known.key)?.ticket);
			return importLine({ file, outcome: 'duplicate', ticket }, mail);
		}
		const stored = await storeFiles(blobs, mail, raw);
		if (stored === 'storage-full') return importLine({ file, outcome: 'refused', reason: stored }, mail);

		const noteMail = (ticket: DocumentId) => () => index.noteMail(known.key, identity.content, ticket);
		const thread = ticketOfThread(mail, known.key === identity.key, (id) => index.ticketOf(id));
		if (thread !== undefined) {
			const followed = await followUp(thread, mail, stored, noteMail(thread));
			if (followed !== 'cannot-follow') return importLine({ file, ...followed }, mail);
		}
		return importLine({ file, ...(await open(mail, stored, noteMail)) }, mail);
	};

	type Done = Pick<ImportLine, 'outcome' | 'reason' | 'ticket'>;

	/** Puts the message on a ticket that is there; one that is erased or full is not followed. */
	const followUp = async (
		ticket: DocumentId,
		mail: ParsedMail,
		message: MailMessage,
		alongside: () => void,
	): Promise<Done | 'cannot-follow'> => {
		const doc = parts.readDocument(ticket);
		const reading = doc === undefined ? undefined : readRecord(doc);
		const folded = reading?.kind === 'record' ? foldTicket(reading.facts) : undefined;
		if (folded === undefined) return 'cannot-follow';
		// A mail from before the newest entry would hide in the past: it counts from now.
		const author = relayAuthor(mail.date !== undefined && mail.date > folded.changedAt ? mail.date : undefined);
		const outcome = await parts.change({
			documents: [{ id: ticket, change: (doc) => void appendEntries(doc, author, [messageDraft(message)]) }],
			alongside,
		});
		if (outcome.kind === 'ok') return { outcome: 'followed-up', ticket: folded.number };
		return outcome.kind === 'refused' ? 'cannot-follow' : { outcome: 'refused', reason: outcome.kind };
	};

	const open = async (
		mail: ParsedMail,
		message: MailMessage,
		noteMail: (ticket: DocumentId) => () => void,
	): Promise<Done> => {
		const desk = parts.readDesk();
		const line = lineOf(desk, mail);
		const queue = desk.queues.find((queue) => queue.line === line?.id && queue.id === 'inbox');
		const firstQueue = queue ?? desk.queues.find((queue) => queue.line === line?.id);
		if (line === undefined || firstQueue === undefined) return { outcome: 'refused', reason: 'no-line' };

		const documents: RelayChange['documents'] = [];
		const author = relayAuthor(mail.date);
		const person = mail.from === undefined ? undefined : linkPerson(mail.from, line.id, documents);
		const ticket = recordId('ticket', newUlid());
		const number = parts.nextNumber();
		const { from, subject, text, attachments, ...rest } = message;
		const opened = openTicket({
			number,
			subject,
			line: line.id,
			queue: firstQueue.id as QueueId,
			channel: 'mail',
			...(mail.from === undefined ? {} : { from }),
			...(person === undefined ? {} : { person }),
			text,
			attachments,
			mail: rest,
		});
		documents.push({
			id: ticket,
			change(doc) {
				writeMeta(doc, 'ticket');
				appendEntries(doc, author, opened);
			},
		});
		const outcome = await parts.change({ documents, alongside: noteMail(ticket) });
		if (outcome.kind === 'ok') return { outcome: 'created', ticket: number };
		return { outcome: 'refused', reason: outcome.kind === 'refused' ? outcome.code : outcome.kind };
	};

	/** The person with that address; one that is not there yet comes with the ticket. */
	const linkPerson = (
		from: { name: string; address: string },
		line: LineId,
		documents: RelayChange['documents'],
	): DocumentId => {
		const author = relayAuthor(undefined);
		const known = index.personOf(from.address);
		const doc = known === undefined ? undefined : parts.readDocument(known);
		const reading = doc === undefined ? undefined : readRecord(doc);
		const party = reading?.kind === 'record' ? foldParty(reading.facts) : undefined;
		if (known !== undefined && party !== undefined) {
			if (!party.lines.includes(line)) {
				const draft: Draft = { kind: 'line-added', line };
				documents.push({ id: known, change: (doc) => void appendEntries(doc, author, [draft]) });
			}
			return known;
		}
		const person = recordId('person', newUlid());
		documents.push({
			id: person,
			change(doc) {
				writeMeta(doc, 'person');
				appendEntries(doc, author, [
					{ kind: 'created', name: (from.name || from.address).slice(0, 200), lines: [line] },
					{ kind: 'address-added', address: from.address },
				]);
			},
		});
		return person;
	};

	/** Writes as the relay, at the mail's own time where that is plausible. */
	const relayAuthor = (date: number | undefined): Author => {
		const at = date !== undefined && date >= oldestDate && date <= now() ? date : undefined;
		let counter = 0;
		return {
			agent: relayAgent,
			device: relayDevice,
			tick: () => (at === undefined ? clock.tick() : encodeHlc(at, counter++)),
			newId: () => newUlid() as EntryId,
		};
	};

	return {
		// One after another: each looks up what the one before it has stored.
		take(raw, file) {
			const mine = turn.then(() => take(raw, file));
			turn = mine.catch(() => undefined);
			return mine;
		},
		rehearse() {
			const seen = new Map<string, string>();
			const threads = new Set<string>();
			return async (raw, file) => {
				const reading = await readMail(raw);
				if (reading.kind === 'refused') return importLine({ file, outcome: 'refused', reason: reading.reason });
				const { mail, identity } = reading;
				const known = recogniseMail(identity, (key) => seen.get(key) ?? index.contentOf(key)?.content);
				if (known.kind === 'duplicate') {
					const ticket = numberOf(parts.readDocument, index.contentOf(known.key)?.ticket);
					return importLine({ file, outcome: 'duplicate', ticket }, mail);
				}
				seen.set(known.key, identity.content);
				const rehearsed = 'rehearsed' as DocumentId;
				const ticket = ticketOfThread(
					mail,
					known.key === identity.key,
					(id) => index.ticketOf(id) ?? (threads.has(id) ? rehearsed : undefined),
				);
				for (const id of [mail.messageId, ...mail.inReplyTo, ...mail.references]) if (id) threads.add(id);
				if (ticket === undefined) return importLine({ file, outcome: 'created' }, mail);
				const number = ticket === rehearsed ? undefined : numberOf(parts.readDocument, ticket);
				return importLine({ file, outcome: 'followed-up', ticket: number }, mail);
			};
		},
	};
}

/** The ticket that a mail continues, or that a mail which answers it has opened before. */
function ticketOfThread(
	mail: ParsedMail,
	isFirstOfItsId: boolean,
	lookup: (messageId: string) => DocumentId | undefined,
): DocumentId | undefined {
	const thread = threadOf(mail, lookup);
	if (thread.kind === 'follow-up') return thread.ticket;
	return mail.messageId === undefined || !isFirstOfItsId ? undefined : lookup(mail.messageId);
}

function messageDraft(message: MailMessage): Draft {
	return { kind: 'message', direction: 'in', channel: 'mail', visibility: 'public', ...message };
}

/** Files first: a message never names one that is not there. */
async function storeFiles(blobs: BlobStore, mail: ParsedMail, raw: Uint8Array): Promise<MailMessage | 'storage-full'> {
	const attachments: MailMessage['attachments'] = [];
	for (const { name, mime, size, cid, bytes } of mail.attachments) {
		const stored = await blobs.store(bytes);
		if (stored.kind === 'storage-full') return stored.kind;
		attachments.push({ blob: stored.id, name, mime, size, ...(cid === undefined ? {} : { cid }) });
	}
	const whole = await blobs.store(raw);
	if (whole.kind === 'storage-full') return whole.kind;
	const { message, htmlAside } = fitMessage({
		from: mail.from ?? { name: '', address: '' },
		to: mail.to,
		cc: mail.cc,
		subject: mail.subject,
		text: mail.text,
		...(mail.textCut ? { textCut: true as const } : {}),
		...(mail.html === undefined || mail.html === '' ? {} : { html: mail.html }),
		attachments,
		...(mail.messageId === undefined ? {} : { messageId: mail.messageId }),
		inReplyTo: mail.inReplyTo,
		references: mail.references,
		...(mail.date === undefined || mail.date < 0 ? {} : { sentAt: mail.date }),
		raw: whole.id,
	});
	if (htmlAside === undefined) return message;
	const aside = await blobs.store(new TextEncoder().encode(htmlAside));
	return aside.kind === 'storage-full' ? aside.kind : { ...message, htmlBlob: aside.id };
}

/** The line whose address the mail was sent to; else the first. */
function lineOf(desk: DeskConfig, mail: ParsedMail): Line | undefined {
	const { 'delivered-to': delivered, 'x-original-to': original } = mail.headers;
	const to = [...mail.to, ...mail.cc].map(({ address }) => address);
	if (delivered !== undefined) to.push(delivered);
	if (original !== undefined) to.push(original);
	const wanted = new Set(to.map((address) => address.trim().toLowerCase()));
	return desk.lines.find((line) => line.addresses.some((own) => wanted.has(own.toLowerCase()))) ?? desk.lines[0];
}

function numberOf(
	readDocument: MailIntakeParts['readDocument'],
	ticket: DocumentId | undefined,
): TicketNumber | undefined {
	const doc = ticket === undefined ? undefined : readDocument(ticket);
	const reading = doc === undefined ? undefined : readRecord(doc);
	return reading?.kind === 'record' ? foldTicket(reading.facts)?.number : undefined;
}
