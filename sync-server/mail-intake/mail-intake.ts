import type * as Y from 'yjs';
import type { Draft, Entry } from '../../src/lib/domain/entry.ts';
import type { DeskConfig, Line } from '../../src/lib/domain/desk-config.ts';
import { foldParty } from '../../src/lib/domain/fold-party.ts';
import { foldTicket, type Ticket } from '../../src/lib/domain/fold-ticket.ts';
import { createClock, encodeHlc, type Clock } from '../../src/lib/domain/hlc.ts';
import {
	recordId,
	relayAgent,
	relayDevice,
	type DocumentId,
	type EntryId,
	type LineId,
} from '../../src/lib/domain/ids.ts';
import { applyMailRules } from '../../src/lib/domain/mail-rule.ts';
import { openTicket } from '../../src/lib/domain/ticket-command.ts';
import type { TicketNumber } from '../../src/lib/domain/ticket-number.ts';
import { createUlid, type FillRandom } from '../../src/lib/domain/ulid.ts';
import { arrivedKey, type Verdict } from '../../src/lib/domain/verdict.ts';
import {
	appendEntries,
	readRecord,
	roots,
	writeMeta,
	writeVerdict,
	type Author,
} from '../../src/lib/document/record-document.ts';
import type { ChangeOutcome, RelayChange } from '../admission/submission.ts';
import type { BlobStore } from '../blobs/blob-store.ts';
import { automaticKind, wouldAutoRespond, type AutomaticKind, type IsOwnAddress } from '../mail/classify-mail.ts';
import { originalMessageIds, readDeliveryReport, reasonOf } from '../mail/delivery-report.ts';
import { importLine, type ImportLine } from '../mail/import-line.ts';
import { recogniseMail } from '../mail/mail-identity.ts';
import type { MailAddress, ParsedMail } from '../mail/parsed-mail.ts';
import type { ReplyTokens } from '../mail/reply-token.ts';
import { threadOf } from '../mail/thread.ts';
import { findTicket, type Doubt, type TicketFinding, type TicketLookups } from './find-ticket.ts';
import { fitMessage, type MailMessage } from './fit-message.ts';
import type { MailIndex } from './mail-index.ts';
import type { TakenTwice } from './taken-twice.ts';
import { ownAddresses, withoutDetail } from './own-addresses.ts';
import { readMail } from './read-mail.ts';
import { ruleMail } from './rule-mail.ts';
import type { SenderFlood } from './sender-flood.ts';

export interface MailIntakeParts {
	index: MailIndex;
	blobs: BlobStore;
	flood: SenderFlood;
	/** Knows the mails that tickets hold, whatever the index has of them. */
	takenTwice?: Pick<TakenTwice, 'holderOf'>;
	tokens: Pick<ReplyTokens, 'read'>;
	/** The relay's own pen: all documents and rows, or nothing. */
	change(change: RelayChange): Promise<ChangeOutcome>;
	readDocument(id: DocumentId): Y.Doc | undefined;
	readDesk(): DeskConfig;
	nextNumber(): TicketNumber;
	now: () => number;
	fillRandom: FillRandom;
	/** A mail that came live has opened a ticket, and a machine may answer it. Whoever does still limits how often. */
	acknowledge?(ticket: DocumentId, message: EntryId): Promise<unknown>;
	/** A server gave back a mail of ours, which has perhaps this Message-ID. The ticket, if it was one of ours. */
	noteBounce?(messageId: string, message: EntryId, reason?: string): Promise<DocumentId | undefined>;
	/** What comes after the mail is stored failed; the mail is safe. */
	onFailure?(error: unknown): void;
}

export interface TakeOptions {
	/** Where it was fetched, and the line that this mailbox serves. */
	mailbox?: string;
	/** The mailbox's address, for people. */
	address?: string;
	line?: LineId;
	/** It came just now, and not from an archive: it counts from now, and may be acknowledged. */
	live?: boolean;
}

/** Takes mails in: each becomes a ticket, a message on one, or a named refusal, and never half of these. */
export interface MailIntake {
	take(raw: Uint8Array, label: string, options?: TakeOptions): Promise<ImportLine>;
	/** What `take` would say of mails in a row, without storing anything. */
	rehearse(): (raw: Uint8Array, label: string) => Promise<ImportLine>;
}

/** Mails claim any date; one outside of this says nothing about when it came. */
const oldestDate = Date.UTC(1990, 0, 1);

export function createMailIntake(parts: MailIntakeParts): MailIntake {
	const { index, blobs, flood, now } = parts;
	const clock: Clock = createClock(now);
	const newUlid = () => createUlid(now(), parts.fillRandom);
	let turn: Promise<unknown> = Promise.resolve();

	const readTicket = (ticket: DocumentId): Ticket | undefined => {
		const doc = parts.readDocument(ticket);
		const reading = doc === undefined ? undefined : readRecord(doc);
		return reading?.kind === 'record' ? foldTicket(reading.facts) : undefined;
	};
	const lookupsFor = (isOwnAddress: IsOwnAddress): TicketLookups => ({
		tokens: parts.tokens,
		ticketOf: (messageId) => index.ticketOf(messageId),
		ticketOfNumber: (number) => index.ticketOfNumber(number),
		personsOf: (address) => index.personsOf(address),
		readTicket,
		isOwnAddress,
	});

	const take = async (raw: Uint8Array, file: string, options: TakeOptions): Promise<ImportLine> => {
		const reading = await readMail(raw);
		if (reading.kind === 'refused') return importLine({ file, outcome: 'refused', reason: reading.reason });
		const { identity } = reading;
		const desk = parts.readDesk();
		const isOwnAddress = ownAddresses(desk);
		const mail = reading.mail;
		const line = (done: Done) => importLine({ file, ...done }, mail, isOwnAddress);
		const known = recogniseMail(identity, (key) => index.contentOf(key)?.content);
		if (known.kind === 'duplicate') {
			const ticket = index.contentOf(known.key)?.ticket;
			if (ticket !== undefined) await noteAlsoAt(known.key, ticket, mail.messageId, options);
			return line({ outcome: 'duplicate', ticket: ticket && readTicket(ticket)?.number });
		}
		const { mailbox } = options;
		const arriving: Arriving = {
			mail: withRealSender(mail, isOwnAddress),
			automatic: automaticOf(mail, parts.tokens),
			isLive: options.live ?? false,
			mayAnswer: (options.live ?? false) && wouldAutoRespond(mail, isOwnAddress),
			noteMail: (ticket) => () => {
				index.noteMail(known.key, identity.content, ticket);
				if (mailbox !== undefined) index.noteArrival(known.key, mailbox);
			},
		};
		const stored = await storeFiles(blobs, arriving.mail, raw);
		if (stored === 'storage-full') return line({ outcome: 'refused', reason: stored });
		const message = arriving.automatic === undefined ? stored : { ...stored, automatic: arriving.automatic };

		const holder = message.raw === undefined ? undefined : parts.takenTwice?.holderOf(message.raw);
		if (holder !== undefined) {
			const outcome = await parts.change({ documents: [], alongside: arriving.noteMail(holder.id) });
			if (outcome.kind === 'storage-full') return line({ outcome: 'refused', reason: outcome.kind });
			return line({ outcome: 'duplicate', ticket: holder.ticket.number });
		}

		const ofSameId = index.contentOf(identity.key)?.ticket;
		const finding = findTicket(arriving.mail, ofSameId, lookupsFor(isOwnAddress));
		if (finding.kind === 'follow-up') {
			const followed = await followUp(finding, arriving, message);
			if (followed !== 'cannot-follow') return line(followed);
		}
		const flooded = arriving.isLive && mail.from !== undefined ? flood.ticketFor(mail.from.address) : undefined;
		const folded = flooded === undefined ? undefined : readTicket(flooded);
		if (flooded !== undefined && folded !== undefined) {
			const followed = await followUp({ ticket: flooded, folded, visibility: 'public' }, arriving, message);
			if (followed !== 'cannot-follow') return line(followed);
		}
		const perhaps = finding.kind === 'new' ? finding.perhaps : undefined;
		return line(await open(desk, arriving, message, lineOf(desk, mail, options.line), perhaps));
	};

	/** One mail to several of our addresses stays one message, which says where else it came to (F95). */
	const noteAlsoAt = async (
		key: string,
		ticket: DocumentId,
		messageId: string | undefined,
		{ mailbox, address, line }: TakeOptions,
	): Promise<void> => {
		if (mailbox === undefined || address === undefined || line === undefined || !index.isNewAt(key, mailbox)) return;
		const doc = parts.readDocument(ticket);
		const reading = doc === undefined ? undefined : readRecord(doc);
		const entries = reading?.kind === 'record' ? [...reading.facts.entries] : [];
		const isIt = (entry: Entry) => entry.kind === 'message' && entry.messageId === messageId;
		const message = messageId === undefined ? undefined : entries.find(([, entry]) => isIt(entry))?.[0];
		if (message === undefined) return;
		const verdict: Verdict = { kind: 'arrived', at: now(), message, line, address };
		const write = (to: Y.Doc) => {
			const verdictKey = arrivedKey(message, mailbox);
			if (!to.getMap(roots.verdicts).has(verdictKey)) writeVerdict(to, verdictKey, verdict);
		};
		await parts.change({
			documents: [{ id: ticket, isVerdict: true, change: write }],
			alongside: () => index.noteArrival(key, mailbox),
		});
	};

	/** Puts the message on a ticket that is there; one that is erased or full is not followed. */
	const followUp = async (
		{
			ticket,
			folded,
			visibility,
		}: Pick<Extract<TicketFinding, { kind: 'follow-up' }>, 'ticket' | 'folded' | 'visibility'>,
		arriving: Arriving,
		message: MailMessage,
	): Promise<Done | 'cannot-follow'> => {
		const { mail, isLive } = arriving;
		// A mail from before the newest entry would hide in the past: it counts from now.
		const date = isLive || mail.date === undefined || mail.date <= folded.changedAt ? undefined : mail.date;
		const author = relayAuthor(date);
		let entry: EntryId | undefined;
		const draft: Draft = { kind: 'message', direction: 'in', channel: 'mail', visibility, ...message };
		const outcome = await parts.change({
			documents: [{ id: ticket, change: (doc) => void ([entry] = appendEntries(doc, author, [draft])) }],
			alongside: arriving.noteMail(ticket),
		});
		if (outcome.kind === 'refused') return 'cannot-follow';
		if (outcome.kind !== 'ok') return { outcome: 'refused', reason: outcome.kind };
		await afterwards(arriving, ticket, entry, false);
		return { outcome: 'followed-up', ticket: folded.number };
	};

	const open = async (
		desk: DeskConfig,
		arriving: Arriving,
		message: MailMessage,
		byAddress: Line | undefined,
		perhaps: Doubt | undefined,
	): Promise<Done> => {
		const { mail, isLive } = arriving;
		const effect = applyMailRules(desk.mailRules, ruleMail(mail));
		const ruled = desk.queues.find((queue) => queue.id === effect.queue);
		const line = desk.lines.find((candidate) => candidate.id === ruled?.line) ?? byAddress;
		const inbox = desk.queues.find((queue) => queue.line === line?.id && queue.id === 'inbox');
		const queue = ruled ?? inbox ?? desk.queues.find((candidate) => candidate.line === line?.id);
		if (line === undefined || queue === undefined) return { outcome: 'refused', reason: 'no-line' };

		const documents: RelayChange['documents'] = [];
		const author = relayAuthor(isLive ? undefined : mail.date);
		const person = mail.from === undefined ? undefined : linkPerson(mail.from, line.id, documents);
		const ticket = recordId('ticket', newUlid());
		const number = parts.nextNumber();
		const { from, subject, text, attachments, ...rest } = message;
		const opened = openTicket({
			number,
			subject,
			line: line.id,
			queue: queue.id,
			channel: 'mail',
			...(mail.from === undefined ? {} : { from }),
			...(person === undefined ? {} : { person }),
			text,
			attachments,
			mail: rest,
		});
		if (effect.priority !== undefined) opened.push({ kind: 'priority-set', priority: effect.priority, replaces: [] });
		if (effect.tags.length > 0) opened.push({ kind: 'tagged', add: effect.tags, remove: [] });
		if (perhaps !== undefined) opened.push({ kind: 'merge-suggested', ...perhaps });
		let entry: EntryId | undefined;
		documents.push({
			id: ticket,
			change(doc) {
				writeMeta(doc, 'ticket');
				[, entry] = appendEntries(doc, author, opened);
			},
		});
		const sender = isLive ? mail.from?.address : undefined;
		const noteMail = arriving.noteMail(ticket);
		const outcome = await parts.change({
			documents,
			alongside() {
				noteMail();
				if (sender !== undefined) flood.opened(sender, ticket);
			},
		});
		if (outcome.kind !== 'ok')
			return { outcome: 'refused', reason: outcome.kind === 'refused' ? outcome.code : outcome.kind };
		await afterwards(arriving, ticket, entry, true);
		return { outcome: 'created', ticket: number };
	};

	/** What follows from a mail that is stored. */
	const afterwards = async (
		{ mail, automatic, mayAnswer }: Arriving,
		ticket: DocumentId,
		message: EntryId | undefined,
		hasOpened: boolean,
	): Promise<void> => {
		if (message === undefined) return;
		try {
			if (hasOpened && mayAnswer) await parts.acknowledge?.(ticket, message);
			if (automatic !== 'bounce' || parts.noteBounce === undefined) return;
			const report = readDeliveryReport(mail);
			const reason = report === undefined ? undefined : reasonOf(report) || undefined;
			for (const id of new Set([...originalMessageIds(mail), ...mail.inReplyTo, ...mail.references.toReversed()])) {
				if ((await parts.noteBounce(id, message, reason)) !== undefined) return;
			}
		} catch (error) {
			parts.onFailure?.(error);
		}
	};

	/**
	 * The person with that address in that line; one that is not there yet comes with the ticket. Whoever is known in other lines only
	 * is another record: a mail, whose sender may be forged, must not show one client's notes on somebody to another.
	 */
	const linkPerson = (
		from: { name: string; address: string },
		line: LineId,
		documents: RelayChange['documents'],
	): DocumentId => {
		const author = relayAuthor(undefined);
		const known = index.personsOf(from.address).find((id) => {
			const doc = parts.readDocument(id);
			const reading = doc === undefined ? undefined : readRecord(doc);
			return reading?.kind === 'record' && foldParty(reading.facts)?.lines.includes(line);
		});
		if (known !== undefined) return known;
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
		take(raw, label, options = {}) {
			const mine = turn.then(() => take(raw, label, options));
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
				const isOwnAddress = ownAddresses(parts.readDesk());
				const line = (done: Done) => importLine({ file, ...done }, mail, isOwnAddress);
				const known = recogniseMail(identity, (key) => seen.get(key) ?? index.contentOf(key)?.content);
				if (known.kind === 'duplicate') {
					const ticket = index.contentOf(known.key)?.ticket;
					return line({ outcome: 'duplicate', ticket: ticket && readTicket(ticket)?.number });
				}
				seen.set(known.key, identity.content);
				const finding = findTicket(mail, index.contentOf(identity.key)?.ticket, lookupsFor(isOwnAddress));
				const answers = threadOf(mail, (id) => (threads.has(id) ? id : undefined)).kind === 'follow-up';
				const isAnswered = mail.messageId !== undefined && threads.has(mail.messageId);
				for (const id of [mail.messageId, ...mail.inReplyTo, ...mail.references]) if (id) threads.add(id);
				if (finding.kind === 'follow-up') return line({ outcome: 'followed-up', ticket: finding.folded.number });
				return line({ outcome: answers || isAnswered ? 'followed-up' : 'created' });
			};
		},
	};
}

type Done = Pick<ImportLine, 'outcome' | 'reason' | 'ticket'>;

/** A mail on its way into a ticket. */
interface Arriving {
	mail: ParsedMail;
	automatic: AutomaticKind | undefined;
	isLive: boolean;
	mayAnswer: boolean;
	noteMail(ticket: DocumentId): () => void;
}

/** A mail of ours that comes back is a machine's, whoever sent it round. */
function automaticOf(mail: ParsedMail, tokens: Pick<ReplyTokens, 'read'>): AutomaticKind | undefined {
	const isOurs = mail.messageId !== undefined && tokens.read(mail.messageId) !== undefined;
	return isOurs ? 'auto-reply' : automaticKind(mail);
}

/** Web forms write in our own name and say in Reply-To who it was. */
function withRealSender(mail: ParsedMail, isOwnAddress: IsOwnAddress): ParsedMail {
	const { from, replyTo } = mail;
	const isForm = from !== undefined && replyTo !== undefined && isOwnAddress(from.address);
	if (!isForm || isOwnAddress(replyTo.address)) return mail;
	return { ...mail, from: { address: replyTo.address, name: replyTo.name || from.name } };
}

function isSameAddress(a: MailAddress, b: MailAddress | undefined): boolean {
	return a.address.toLowerCase() === b?.address.toLowerCase();
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
		...(mail.replyTo === undefined || isSameAddress(mail.replyTo, mail.from) ? {} : { replyTo: mail.replyTo }),
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

/**
 * The line that a mail is for: the mailbox's own, unless the mail was sent to addresses of other lines only; else the first line
 * whose address it names; else the first.
 */
function lineOf(desk: DeskConfig, mail: ParsedMail, ofMailbox: LineId | undefined): Line | undefined {
	const { 'delivered-to': delivered, 'x-original-to': original } = mail.headers;
	const to = [...mail.to, ...mail.cc].map(({ address }) => address);
	if (delivered !== undefined) to.push(delivered);
	if (original !== undefined) to.push(original);
	const wanted = new Set(to.map(withoutDetail));
	const named = desk.lines.filter((line) => line.addresses.some((own) => wanted.has(withoutDetail(own))));
	const bound = desk.lines.find((line) => line.id === ofMailbox);
	if (bound !== undefined && (named.length === 0 || named.includes(bound))) return bound;
	return named[0] ?? desk.lines[0];
}
