import type * as Y from 'yjs';
import type { DeskConfig } from '../../src/lib/domain/desk-config.ts';
import { foldTicket } from '../../src/lib/domain/fold-ticket.ts';
import { meDocument, type BlobId, type DocumentId, type LineId } from '../../src/lib/domain/ids.ts';
import { deliveryKey, type DeliveryVerdict } from '../../src/lib/domain/verdict.ts';
import { readMe } from '../../src/lib/document/me-document.ts';
import { readRecord, roots, writeVerdict } from '../../src/lib/document/record-document.ts';
import type { ChangeOutcome, RelayChange } from '../admission/submission.ts';
import type { MailFailure } from '../mailboxes/mail-problem.ts';
import type { Schedule } from '../schedule.ts';
import { composeMail, type Composition } from './compose-mail.ts';
import type { Outbound, OutboundMail } from './outbound.ts';
import { giveUpAfterMs, retryDelay } from './retry.ts';
import { openSmtpSession, type SessionOpening, type SmtpServer } from './smtp-session.ts';

/** The mailbox that sends for a line. */
export interface SendingAccount {
	id: string;
	address: string;
	smtp: SmtpServer | undefined;
	/** Mail to the address with `+something` arrives there too. */
	plusAddressing?: boolean | undefined;
	/** Whether its stored password could be read. */
	secrets?: 'readable' | 'key-missing' | 'key-other';
}

export interface MailSenderParts {
	outbound: Outbound;
	change(change: RelayChange): Promise<ChangeOutcome>;
	readDocument(id: DocumentId): Y.Doc | undefined;
	readDesk(): DeskConfig;
	accountFor(line: LineId): SendingAccount | undefined;
	/** A file that the ticket may send: named there by a hand that had it. */
	locateFile(blob: BlobId, ticket: DocumentId): { size: number; path: string } | undefined;
	/** The signed address to which answers about the ticket are asked. */
	replyAddress?(ticket: DocumentId, address: string): string | undefined;
	schedule: Schedule;
	now(): number;
	/** From 0 to 1. */
	random(): number;
	/** A bug, or a disk that fails. */
	onFailure(error: unknown): void;
	/** A mailbox does not send any more, or does so again (undefined). Told when that changes. */
	noteMailbox?(mailbox: string, failure: MailFailure | undefined): void;
	openSession?: typeof openSmtpSession;
}

/**
 * Takes accepted mails to their servers.
 *
 * MS1 A mail is marked as being sent, durably, when the server is ready for it and before it gets a byte of it; as sent after the
 *     server's yes. Until then it can be taken back.
 * MS2 What is marked as being sent when the relay starts is uncertain: nobody knows. It is never sent again by itself. So is what was
 *     queued before a backup was restored.
 * MS3 A fault that passes is tried again, later and later, for three days; a refusal is final; silence after the last dot is uncertain.
 * MS4 One connection for each mailbox, a few mailboxes at a time. A mailbox that does not answer holds up no other.
 * MS5 Without a mailbox for its line a reply waits as long as it takes, and that is said; an acknowledgement a day.
 */
export interface MailSender {
	/** Settles what a crash left, then sends what is due, from now on. */
	start(): Promise<void>;
	/** Something new may be due. */
	wake(): void;
	/** Why a mailbox did not send when it was last tried. */
	failureOf(mailbox: string): MailFailure | undefined;
	/** Resolves when what is due now was tried. For tests. */
	pass(): Promise<void>;
	/** Ends after the mail under way. */
	stop(): Promise<void>;
}

const atOnce = { mails: 200, mailboxes: 4 } as const;
const lookAgainMs = 30_000;
const storeAgainMs = 2_000;
/** Nothing waits longer, neither to be taken back nor to be tried again. */
const longestWaitMs = 2 * 60 * 60_000;
/** Who wrote yesterday knows by now that the mail has arrived, or has heard otherwise. */
const acknowledgedTooLateMs = 24 * 60 * 60_000;
const stopPatienceMs = 5_000;
export const restored = 'A backup was restored: it may have been sent before.';
export const noMailbox = 'No mailbox can send for this line.';

export function createMailSender(parts: MailSenderParts): MailSender {
	const { outbound, schedule, now } = parts;
	const openSession = parts.openSession ?? openSmtpSession;
	let state: 'idle' | 'running' | 'stopped' = 'idle';
	let running: Promise<void> | undefined;
	let hasMore = false;
	/** What fails is not tried again at once: a full disk would keep the processor busy. */
	let hasFailed = false;
	let cancelTimer: (() => void) | undefined;
	const failing = new Map<string, MailFailure>();

	function wake(): void {
		if (state !== 'running') return;
		if (running !== undefined) {
			hasMore = true;
			return;
		}
		cancelTimer?.();
		const next = outbound.nextDue();
		const soonest = hasFailed ? storeAgainMs : 0;
		const wait = next === undefined ? lookAgainMs : Math.min(lookAgainMs, Math.max(soonest, next - now()));
		cancelTimer = schedule.after(wait, () => {
			void pass().then(wake);
		});
	}

	function pass(): Promise<void> {
		running ??= sendDue()
			.then(() => void (hasFailed = false))
			.catch((error: unknown) => {
				hasFailed = true;
				if (state !== 'stopped') parts.onFailure(error);
			})
			.finally(() => {
				running = undefined;
				hasMore = false;
			});
		return running;
	}

	async function sendDue(): Promise<void> {
		do {
			hasMore = false;
			const due = outbound.due(now(), atOnce.mails);
			const byAccount = new Map<string, { account: SendingAccount & { smtp: SmtpServer }; mails: OutboundMail[] }>();
			for (const mail of due) {
				if (mail.kind === 'acknowledgement' && now() - mail.acceptedAt > acknowledgedTooLateMs) {
					await settle(mail, 'failed', 'It would have come too late.');
					continue;
				}
				const account = parts.accountFor(mail.line);
				if (account?.smtp === undefined) {
					outbound.postpone(mail.request, now() + lookAgainMs, noMailbox);
					continue;
				}
				const group = byAccount.get(account.id);
				if (group === undefined)
					byAccount.set(account.id, { account: { ...account, smtp: account.smtp }, mails: [mail] });
				else group.mails.push(mail);
			}
			const waiting = [...byAccount.values()];
			const lane = async () => {
				for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
					await sendThrough(next.account, next.mails);
				}
			};
			await Promise.all(Array.from({ length: atOnce.mailboxes }, lane));
		} while (hasMore && state !== 'stopped');
	}

	async function sendThrough(account: SendingAccount & { smtp: SmtpServer }, mails: OutboundMail[]): Promise<void> {
		const opening = await open(account);
		noteMailbox(account.id, opening.kind === 'failed' ? opening.failure : undefined);
		if (opening.kind === 'failed') {
			for (const mail of mails) await tryLater(mail, opening.reason);
			return;
		}
		const { session } = opening;
		try {
			for (const mail of mails) {
				if (state === 'stopped' || !session.isOpen()) return;
				await sendOne(mail, account, session);
			}
		} finally {
			session.close();
		}
	}

	async function open({ smtp, secrets }: SendingAccount & { smtp: SmtpServer }): Promise<SessionOpening> {
		if (secrets === undefined || secrets === 'readable' || smtp.user === undefined) return openSession(smtp);
		return { kind: 'failed', reason: 'The password of the mailbox cannot be read.', failure: { problem: secrets } };
	}

	function noteMailbox(mailbox: string, failure: MailFailure | undefined): void {
		const before = failing.get(mailbox)?.problem;
		if (failure === undefined) failing.delete(mailbox);
		else failing.set(mailbox, failure);
		if (before !== failure?.problem) parts.noteMailbox?.(mailbox, failure);
	}

	type Session = Extract<Awaited<ReturnType<typeof openSmtpSession>>, { kind: 'open' }>['session'];

	async function sendOne(mail: OutboundMail, account: SendingAccount, session: Session): Promise<void> {
		const composition = compose(mail, account);
		if (composition.kind === 'waiting') return tryLater(mail, composition.reason);
		if (composition.kind === 'impossible') return settle(mail, 'failed', composition.reason);
		const { envelope, unusable, open } = composition.mail;
		// Taken back in the meantime, it stays here.
		const result = await session.send(envelope, { mayLeave: () => outbound.begin(mail.request, now()), open });
		if (result.kind === 'sent') {
			const missed = [...unusable, ...result.refusedFor];
			return settle(mail, 'sent', missed.length === 0 ? null : `It did not go to: ${missed.join('; ')}`);
		}
		if (result.kind === 'refused') return settle(mail, 'failed', result.reason);
		if (result.kind === 'unknown') return settle(mail, 'uncertain', result.reason);
		return tryLater(mail, result.reason);
	}

	function compose(mail: OutboundMail, account: SendingAccount): Composition {
		const doc = parts.readDocument(mail.ticket);
		const reading = doc === undefined ? undefined : readRecord(doc);
		const facts = reading?.kind === 'record' || reading?.kind === 'newer' ? reading.facts : undefined;
		const ticket = facts && foldTicket(facts);
		const entry = facts?.entries.get(mail.request);
		if (ticket === undefined || (entry?.kind !== 'reply-requested' && entry?.kind !== 'acknowledged'))
			return { kind: 'impossible', reason: 'The ticket is gone.' };
		const me = mail.kind === 'reply' ? parts.readDocument(meDocument(mail.agent)) : undefined;
		return composeMail({
			...{ mail, entry, ticket, account },
			replyTo: account.plusAddressing === true ? parts.replyAddress?.(mail.ticket, account.address) : undefined,
			desk: parts.readDesk(),
			ownSignature: (me && readMe(me).signature) ?? '',
			sentBefore: outbound
				.ofTicket(mail.ticket)
				.filter((other) => other.state === 'sent')
				.map(({ messageId }) => messageId),
			locateFile: (blob) => parts.locateFile(blob, mail.ticket),
			now: now(),
		});
	}

	/** Back into the queue, or given up after three days. */
	async function tryLater(mail: OutboundMail, reason: string): Promise<void> {
		const standing = outbound.of(mail.request);
		if (standing === undefined || (standing.state !== 'queued' && standing.state !== 'sending')) return;
		const attempts = standing.attempts + (standing.state === 'queued' ? 1 : 0);
		const firstTriedAt = standing.firstTriedAt ?? now();
		if (now() - firstTriedAt >= giveUpAfterMs) return settle(mail, 'failed', `Tried for three days. ${reason}`);
		const notBefore = now() + retryDelay(attempts, parts.random());
		outbound.requeue(mail.request, { attempts, firstTriedAt, notBefore, reason });
	}

	/** Row and verdict in one transaction. Until that is stored the mail stays marked as being sent. */
	async function settle(mail: OutboundMail, outcome: Fate, reason: string | null): Promise<void> {
		// What was taken back has its fate.
		if (outbound.of(mail.request)?.state === 'queued') outbound.begin(mail.request, now());
		if (outbound.of(mail.request)?.state !== 'sending') return;
		for (;;) {
			const written = await writeFate(mail, outcome, reason);
			if (written === 'again') continue;
			if (written === 'done') return;
			if (written === 'stopped') return;
			await new Promise<void>((resolve) => void schedule.after(storeAgainMs, resolve));
		}
	}

	type Fate = 'sent' | 'failed' | 'uncertain';

	async function writeFate(mail: OutboundMail, outcome: Fate, reason: string | null) {
		const row = () => outbound.settle(mail.request, outcome, reason);
		if (mail.kind === 'acknowledgement') {
			row();
			return 'done';
		}
		const written = new Set<string>();
		const stored = await parts.change({
			documents: [
				{
					id: mail.ticket,
					isVerdict: true,
					change(doc) {
						const verdicts = doc.getMap(roots.verdicts);
						const verdict: DeliveryVerdict = {
							kind: 'delivery',
							outcome,
							at: now(),
							...(outcome === 'sent' ? { messageId: mail.messageId } : {}),
							...(reason === null ? {} : { reason: reason.slice(0, 500) }),
						};
						for (const cause of outbound.of(mail.request)?.causes ?? []) {
							written.add(cause);
							if (!verdicts.has(deliveryKey(cause))) writeVerdict(doc, deliveryKey(cause), verdict);
						}
					},
				},
			],
			alongside: row,
		});
		if (stored.kind === 'refused') row();
		if (stored.kind === 'storage-full' || stored.kind === 'stopped') return stored.kind;
		// A decision that came in the same moment shares the fate.
		const causes = outbound.of(mail.request)?.causes ?? [];
		return stored.kind === 'ok' && causes.some((cause) => !written.has(cause)) ? 'again' : 'done';
	}

	return {
		wake,
		pass,
		failureOf: (mailbox) => failing.get(mailbox),
		async start() {
			for (const mail of outbound.inState('sending'))
				await settle(mail, 'uncertain', 'The relay stopped while it was sent.');
			for (const mail of outbound.queuedBefore()) await settle(mail, 'uncertain', restored);
			if (state === 'stopped') return;
			outbound.hurryAfter(now() + longestWaitMs, now());
			state = 'running';
			wake();
		},
		async stop() {
			state = 'stopped';
			cancelTimer?.();
			// A server that says nothing holds up no stop: its mail is uncertain at the next start.
			const patience = new Promise<void>((resolve) => setTimeout(resolve, stopPatienceMs).unref());
			if (running !== undefined) await Promise.race([running, patience]);
		},
	};
}
