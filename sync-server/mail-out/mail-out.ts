import type { DatabaseSync } from 'node:sqlite';
import type * as Y from 'yjs';
import type { DeskConfig } from '../../src/lib/domain/desk-config.ts';
import { createClock } from '../../src/lib/domain/hlc.ts';
import type { BlobId, DocumentId, EntryId, LineId } from '../../src/lib/domain/ids.ts';
import { createUlid, type FillRandom } from '../../src/lib/domain/ulid.ts';
import { bounceKey } from '../../src/lib/domain/verdict.ts';
import type { WaitingReply } from '../../src/lib/protocol/waiting-mail.ts';
import { roots, writeVerdict } from '../../src/lib/document/record-document.ts';
import type { ChangeOutcome, RelayChange } from '../admission/submission.ts';
import type { MailFailure } from '../mailboxes/mail-problem.ts';
import type { Schedule } from '../schedule.ts';
import { createAcknowledgements, type Acknowledging } from './acknowledgement.ts';
import { senderOf } from './compose-mail.ts';
import { createMailSender, noMailbox, type SendingAccount } from './mail-sender.ts';
import { createOutbound, type Outbound } from './outbound.ts';
import { createSendGate, type SendGate } from './send-gate.ts';
import { toWaitingReply } from './waiting-replies.ts';
import type { openSmtpSession } from './smtp-session.ts';

export interface MailOutParts {
	database: DatabaseSync;
	/** Rises when a backup is restored. */
	era: number;
	/** The relay, which itself is made with the gate. */
	relay(): {
		change(change: RelayChange): Promise<ChangeOutcome>;
		read(id: DocumentId): Y.Doc | undefined;
		readDesk(): DeskConfig;
	};
	accountFor(line: LineId): SendingAccount | undefined;
	locateFile(blob: BlobId): { size: number; path: string } | undefined;
	/** Signed, without angle brackets. */
	messageId(ticket: DocumentId, slot: EntryId, domain: string): string;
	/** The address to which answers about the ticket are asked, if the mailbox's can carry more; signed. */
	replyAddress?(ticket: DocumentId, address: string): string | undefined;
	schedule: Schedule;
	now(): number;
	fillRandom: FillRandom;
	onFailure(error: unknown): void;
	/** How long a mail can be taken back; 10 seconds. */
	undoMs?: number;
	/** A mailbox does not send any more, or does so again (undefined). */
	noteMailbox?(mailbox: string, failure: MailFailure | undefined): void;
	openSession?: typeof openSmtpSession;
	outbound?: Outbound;
}

/** Everything that leaves by mail: the gate before it, the queue, the sender. */
export interface MailOut {
	gate: SendGate;
	/** Settles what a crash left, and sends from now on. Only in the process that serves. */
	start(): Promise<void>;
	stop(): Promise<void>;
	/** Tries at once what waits for a mailbox or a server. */
	retryNow(): void;
	/** Tells the sender of a mail that came in live that it has arrived, where the line wants that (AK1-4). */
	acknowledge(ticket: DocumentId, message: EntryId): Promise<Acknowledging>;
	/** A mail of ours came back: `messageId` is ours, `message` the entry that the report became. The ticket, if it is known. */
	noteBounce(messageId: string, message: EntryId, reason?: string): Promise<DocumentId | undefined>;
	/** The ticket that a mail of ours with this Message-ID belongs to. */
	ticketOfSent(messageId: string): DocumentId | undefined;
	/** What waits and why, oldest first: for people who look after the desk. */
	waiting(): ReturnType<Outbound['waiting']>;
	/** Each accepted reply that has not left yet, and why; oldest first. */
	waitingReplies(): Iterable<WaitingReply>;
	/** Lines whose mails wait because no mailbox sends for them. */
	linesWithoutMailbox(): LineId[];
	/** Resolves when what is due now was tried. For tests. */
	pass(): Promise<void>;
}

const usualUndoMs = 10_000;
/** Of a relay that no backup was ever restored to. */
const firstEra = 1;

export function createMailOut(parts: MailOutParts): MailOut {
	const { database, now, relay } = parts;
	const outbound = parts.outbound ?? createOutbound(database, parts.era);
	const eraBeganAt = outbound.eraBeganAt(now());
	const clock = createClock(now);
	const mayUseFile = database.prepare('SELECT 1 FROM blob_refs WHERE blob = ? AND document = ? AND vouched = 1');
	const messageIdOf = (ticket: DocumentId, slot: EntryId, line: LineId) => {
		const desk = relay().readDesk();
		const known = desk.lines.find(({ id }) => id === line);
		const address = senderOf(desk, known, parts.accountFor(line)?.address)?.address ?? '';
		const domain = address.slice(address.lastIndexOf('@') + 1).toLowerCase();
		return parts.messageId(ticket, slot, /^[a-z0-9.-]{1,200}$/.test(domain) ? domain : 'tresen.invalid');
	};
	const sender = createMailSender({
		...parts,
		outbound,
		change: (change) => relay().change(change),
		readDocument: (id) => relay().read(id),
		readDesk: () => relay().readDesk(),
		// A hash alone opens nothing: the hand that named the file for this ticket had it.
		locateFile: (blob, ticket) => (mayUseFile.get(blob, ticket) === undefined ? undefined : parts.locateFile(blob)),
		random: () => {
			const bytes = new Uint8Array(2);
			parts.fillRandom(bytes);
			return ((bytes[0] ?? 0) * 256 + (bytes[1] ?? 0)) / 65_536;
		},
	});
	const gate = createSendGate({
		outbound,
		messageIdOf,
		undoMs: parts.undoMs ?? usualUndoMs,
		restoredAt: parts.era > firstEra ? eraBeganAt : undefined,
		// After the transaction that is still open.
		onQueued: () => parts.schedule.soon(() => sender.wake()),
	});
	const acknowledgements = createAcknowledgements({
		outbound,
		change: (change) => relay().change(change),
		readDocument: (id) => relay().read(id),
		readDesk: () => relay().readDesk(),
		messageIdOf,
		author: () => ({
			tick: () => clock.tick(),
			newId: () => createUlid(now(), parts.fillRandom) as EntryId,
		}),
		now,
		onQueued: () => sender.wake(),
	});

	return {
		gate,
		start: () => sender.start(),
		stop: () => sender.stop(),
		pass: () => sender.pass(),
		acknowledge: (ticket, message) => acknowledgements.acknowledge(ticket, message),
		retryNow() {
			outbound.hurry(now());
			sender.wake();
		},
		async noteBounce(messageId, message, reason) {
			const mail = outbound.ofMessage(messageId);
			if (mail === undefined || mail.kind !== 'reply' || mail.state === 'queued') return mail?.ticket;
			const key = bounceKey(mail.request);
			await relay().change({
				documents: [
					{
						id: mail.ticket,
						isVerdict: true,
						change(doc) {
							if (doc.getMap(roots.verdicts).has(key)) return;
							const words = reason === undefined ? {} : { reason: reason.slice(0, 500) };
							writeVerdict(doc, key, { kind: 'bounce', at: now(), message, ...words });
						},
					},
				],
			});
			return mail.ticket;
		},
		ticketOfSent: (messageId) => outbound.ofMessage(messageId)?.ticket,
		waiting: () => outbound.waiting(),
		*waitingReplies() {
			for (const mail of outbound.inState('queued')) {
				if (mail.kind !== 'reply') continue;
				const account = parts.accountFor(mail.line);
				yield toWaitingReply(mail, account, account && sender.failureOf(account.id));
			}
		},
		linesWithoutMailbox: () =>
			outbound
				.waiting()
				.filter(({ reason }) => reason === noMailbox)
				.map(({ line }) => line),
	};
}
