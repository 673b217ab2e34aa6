import type * as Y from 'yjs';
import type { DeskConfig } from '../../src/lib/domain/desk-config.ts';
import type { EntryOf } from '../../src/lib/domain/entry.ts';
import { foldTicket, type Ticket } from '../../src/lib/domain/fold-ticket.ts';
import { relayAgent, relayDevice, type DocumentId, type EntryId, type LineId } from '../../src/lib/domain/ids.ts';
import { renderText } from '../../src/lib/domain/text-module.ts';
import { appendEntries, readRecord, type Author } from '../../src/lib/document/record-document.ts';
import type { ChangeOutcome, RelayChange } from '../admission/submission.ts';
import { cleanLine, cleanText } from '../mail/clean-text.ts';
import { lineTextValues, senderOf } from './compose-mail.ts';
import { usableAddresses } from './judge-reply.ts';
import type { Outbound, OutboundMail } from './outbound.ts';
import { outgoingSubject } from './outgoing-subject.ts';

/**
 * Tells a customer that the mail has arrived.
 *
 * AK1 Once for each ticket, whatever comes.
 * AK2 To one address at most once an hour and three times a day.
 * AK3 Only for a mail of a person from outside, that came in live; who wrote it and how, the caller has looked at.
 * AK4 Entry and mail are stored together.
 */
export type Acknowledging = 'queued' | 'not-wanted' | 'already' | 'too-often' | 'not-stored';

export interface AcknowledgementParts {
	outbound: Outbound;
	change(change: RelayChange): Promise<ChangeOutcome>;
	readDocument(id: DocumentId): Y.Doc | undefined;
	readDesk(): DeskConfig;
	messageIdOf(ticket: DocumentId, slot: EntryId, line: LineId): string;
	author(): Pick<Author, 'tick' | 'newId'>;
	now(): number;
	onQueued(): void;
}

/** No request can have it: requests are answered under ids. */
const slotOfAcknowledgement = 'acknowledged';
const hour = 60 * 60_000;
const limits = [
	{ within: hour, most: 1 },
	{ within: 24 * hour, most: 3 },
] as const;

export function createAcknowledgements(parts: AcknowledgementParts) {
	const { outbound, now } = parts;
	let turn: Promise<unknown> = Promise.resolve();

	async function acknowledge(ticket: DocumentId, message: EntryId): Promise<Acknowledging> {
		const doc = parts.readDocument(ticket);
		const reading = doc === undefined ? undefined : readRecord(doc);
		if (reading?.kind !== 'record') return 'not-wanted';
		const folded = foldTicket(reading.facts);
		const entry = reading.facts.entries.get(message);
		if (folded === undefined || entry?.kind !== 'message') return 'not-wanted';
		const desk = parts.readDesk();
		const line = desk.lines.find(({ id }) => id === folded.line);
		const [to] = usableAddresses([entry.replyTo ?? entry.from]);
		if (line?.acknowledge === undefined || to === undefined || !isFromOutside(entry, desk)) return 'not-wanted';
		if (outbound.ofTicket(ticket).some(({ kind }) => kind === 'acknowledgement')) return 'already';
		const recipient = to.address.toLowerCase();
		if (limits.some(({ within, most }) => outbound.acknowledgedSince(recipient, now() - within) >= most))
			return 'too-often';

		const written = acknowledgementOf(desk, folded, line, entry);
		const { tick, newId } = parts.author();
		const id = newId();
		const mail: OutboundMail = {
			...{ ticket, slot: slotOfAcknowledgement, request: id, kind: 'acknowledgement', line: line.id },
			...{ agent: relayAgent, recipient, messageId: parts.messageIdOf(ticket, id, line.id), state: 'queued' },
			...{ causes: [id], acceptedAt: now(), notBefore: now(), attempts: 0, firstTriedAt: null, reason: null },
		};
		const outcome = await parts.change({
			documents: [
				{
					id: ticket,
					change(doc) {
						const author = { agent: relayAgent, device: relayDevice, tick, newId: () => id };
						appendEntries(doc, author, [{ kind: 'acknowledged', message, to: [to], ...written }]);
					},
				},
			],
			alongside() {
				outbound.put(mail);
				outbound.noteThread(mail.messageId, ticket);
			},
		});
		if (outcome.kind !== 'ok') return 'not-stored';
		parts.onQueued();
		return 'queued';
	}

	return {
		/** One after another: each looks at what went out before. */
		acknowledge(ticket: DocumentId, message: EntryId): Promise<Acknowledging> {
			const mine = turn.then(() => acknowledge(ticket, message));
			turn = mine.catch(() => undefined);
			return mine;
		},
	};
}

function isFromOutside(entry: EntryOf<'message'>, desk: DeskConfig): boolean {
	if (entry.direction !== 'in' || entry.channel !== 'mail' || entry.visibility !== 'public') return false;
	if (entry.automatic !== undefined) return false;
	const own = desk.lines.flatMap((line) => [senderOf(desk, line)?.address ?? '', ...line.addresses]);
	return !own.some((address) => address.toLowerCase() === entry.from.address.toLowerCase());
}

function acknowledgementOf(
	desk: DeskConfig,
	ticket: Ticket,
	line: DeskConfig['lines'][number],
	message: EntryOf<'message'>,
) {
	const language = line.language ?? desk.desk.language;
	const values = {
		...lineTextValues(desk, ticket, line, undefined),
		'customer.name': cleanLine(message.from.name, 200),
		'customer.address': message.from.address,
	};
	const { subject = '', text = '' } = line.acknowledge ?? {};
	const written = cleanLine(renderText(subject, values, language).text) || `Re: ${message.subject}`;
	return {
		subject: outgoingSubject(written, ticket.number, false),
		text: cleanText(renderText(text, values, language).text),
	};
}
