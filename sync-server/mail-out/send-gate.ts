import type { EntryKind } from '../../src/lib/domain/entry.ts';
import { inOrder, type Facts, type Placed } from '../../src/lib/domain/facts.ts';
import { foldTicket } from '../../src/lib/domain/fold-ticket.ts';
import { hlcTime, type Hlc } from '../../src/lib/domain/hlc.ts';
import type { DocumentId, EntryId, LineId } from '../../src/lib/domain/ids.ts';
import { deliveryKey, type DeliveryVerdict, type Verdict } from '../../src/lib/domain/verdict.ts';
import { judgeReply, slotOf, usableAddresses } from './judge-reply.ts';
import { restored } from './mail-sender.ts';
import type { Outbound, OutboundMail } from './outbound.ts';

/**
 * The gate that every mail to a customer goes through. The witness asks it, in order of arrival; verdicts and rows are stored in
 * one transaction.
 *
 * SG6 A request is answered once. What was answered keeps its answer (I7, I8).
 * SG7 A mail waits a moment before it leaves. Taken back in that time it is withdrawn and its slot is free; later nothing changes.
 *     Taken back before the gate has spoken, it never comes to the queue.
 * SG8 Where nobody knows whether a mail left, or it failed, a person may have it sent again. What more decisions come while that
 *     is under way share its fate; a mail that left is not sent again.
 * SG9 What was written before a backup was restored may have been sent by the relay that is gone: it is uncertain from the start, and
 *      a decision of that time to send again is not followed. What a device hands over as accepted takes its slot again.
 */
export interface SendGate {
	/** What waits in one ticket. Call it within the change that writes the verdicts: it looks at the rows as they are then. */
	begin(ticket: DocumentId): GateTurn;
}

export interface GateTurn {
	/** Answers one entry; `facts` hold what was written before. */
	answer(entry: EntryId, facts: Facts, write: (key: string, verdict: Verdict) => void, now: number): void;
	/** The rows, for the transaction that stores the verdicts. */
	store(): void;
}

const gateKinds: ReadonlySet<EntryKind> = new Set(['reply-requested', 'reply-withdrawn', 'delivery-decided']);

/** Whether the gate owes that kind of entry an answer. */
export function awaitsGate(kind: EntryKind): boolean {
	return gateKinds.has(kind);
}

export interface SendGateParts {
	outbound: Outbound;
	/** Without angle brackets; the same for the same slot, always. */
	messageIdOf(ticket: DocumentId, slot: EntryId, line: LineId): string;
	/** When a backup was restored last; undefined if never. */
	restoredAt: number | undefined;
	/** How long a mail waits before it leaves. */
	undoMs: number;
	/** Something new may be due. */
	onQueued(): void;
}

export function createSendGate(parts: SendGateParts): SendGate {
	const { outbound } = parts;
	return {
		begin(ticket) {
			let rows: Map<EntryId, OutboundMail> | undefined;
			const changed = new Set<EntryId>();
			const shared: { request: EntryId; cause: EntryId }[] = [];
			const known = () => (rows ??= new Map(outbound.ofTicket(ticket).map((row) => [row.request, row])));
			const put = (row: OutboundMail) => {
				known().set(row.request, row);
				changed.add(row.request);
			};
			return {
				answer(id, facts, write, now) {
					const entry = facts.entries.get(id);
					if (entry?.kind === 'reply-requested') answerRequest({ ...entry, id, time: entry.at }, facts, write, now);
					else if (entry?.kind === 'reply-withdrawn') {
						const request = facts.entries.get(entry.request);
						const row = known().get(entry.request);
						if (request?.kind !== 'reply-requested' || request.by !== entry.by || row === undefined) return;
						// Of a mail that is sent again nobody knows that it has not left before.
						if (row.state !== 'queued' || !row.causes.includes(row.request)) return;
						put({ ...row, state: 'withdrawn', slot: null });
						write(deliveryKey(entry.request), { kind: 'delivery', outcome: 'withdrawn', at: now });
					} else if (entry?.kind === 'delivery-decided') {
						const row = known().get(entry.request);
						if (row?.kind !== 'reply') return;
						if (entry.decision === 'send-again' && isFromBefore(entry.at)) return;
						if (entry.decision === 'send-again') sendAgain(row, id, write, now);
						else if (row.state === 'uncertain') put({ ...row, state: 'sent' });
					}
				},
				store() {
					for (const request of changed) {
						const row = rows?.get(request);
						if (row === undefined) continue;
						outbound.put(row);
						if (row.state !== 'withdrawn') outbound.noteThread(row.messageId, row.ticket);
					}
					// Only this one column: the sender may settle the same mail in the same transaction.
					for (const { request, cause } of shared) outbound.addCause(request, cause);
					if (changed.size > 0) parts.onQueued();
				},
			};

			function answerRequest(
				request: Placed<'reply-requested'>,
				facts: Facts,
				write: (key: string, verdict: Verdict) => void,
				now: number,
			): void {
				const key = deliveryKey(request.id);
				if (facts.verdicts.has(request.id) || facts.verdicts.has(key)) {
					if (parts.restoredAt !== undefined) takeSlotAgain(request, facts, write, now);
					return;
				}
				if (isTakenBack(request, facts)) {
					write(key, { kind: 'delivery', outcome: 'withdrawn', at: now });
					return;
				}
				const judged = judgeReply(request, facts, (slot) => {
					const row = [...known().values()].find((other) => other.slot === slot);
					return row && { request: row.request, agent: row.agent };
				});
				if (judged.outcome === 'held') {
					write(request.id, { kind: 'send', at: now, ...judged });
					return;
				}
				const isOld = isFromBefore(request.at);
				const line = foldTicket(facts)?.line ?? ('' as LineId);
				put({
					...{ ticket, slot: judged.slot, request: request.id, kind: 'reply', line, agent: request.by },
					recipient: usableAddresses([...request.to, ...request.cc])[0]?.address.toLowerCase() ?? '',
					messageId: parts.messageIdOf(ticket, judged.slot, line),
					...{
						state: isOld ? 'uncertain' : 'queued',
						causes: [request.id],
						acceptedAt: now,
						notBefore: now + parts.undoMs,
					},
					...{ attempts: 0, firstTriedAt: null, reason: null },
				});
				write(request.id, { kind: 'send', outcome: 'accepted', at: now });
				if (isOld) write(key, { kind: 'delivery', outcome: 'uncertain', at: now, reason: restored });
			}

			function isFromBefore(at: Hlc): boolean {
				return parts.restoredAt !== undefined && hlcTime(at) < parts.restoredAt;
			}

			/** The relay that is gone accepted it, and this one has no row of it: the same message is not answered by somebody else. */
			function takeSlotAgain(
				request: Placed<'reply-requested'>,
				facts: Facts,
				write: (key: string, verdict: Verdict) => void,
				now: number,
			): void {
				const said = facts.verdicts.get(request.id);
				if (said?.kind !== 'send' || said.outcome !== 'accepted' || known().has(request.id)) return;
				const key = deliveryKey(request.id);
				const fate = facts.verdicts.get(key);
				const outcome = fate?.kind === 'delivery' ? fate.outcome : 'uncertain';
				const { slot } = slotOf(request, facts);
				const isFree = outcome !== 'withdrawn' && ![...known().values()].some((row) => row.slot === slot);
				const line = foldTicket(facts)?.line ?? ('' as LineId);
				put({
					...{ ticket, slot: isFree ? slot : null, request: request.id, kind: 'reply', line, agent: request.by },
					recipient: usableAddresses([...request.to, ...request.cc])[0]?.address.toLowerCase() ?? '',
					messageId: parts.messageIdOf(ticket, slot, line),
					...{ state: outcome, causes: [request.id], acceptedAt: said.at, notBefore: said.at },
					...{ attempts: 0, firstTriedAt: null, reason: null },
				});
				if (fate === undefined) write(key, { kind: 'delivery', outcome: 'uncertain', at: now, reason: restored });
			}

			function sendAgain(
				row: OutboundMail,
				decision: EntryId,
				write: (key: string, verdict: Verdict) => void,
				now: number,
			): void {
				const fate = (outcome: DeliveryVerdict['outcome']) =>
					write(deliveryKey(decision), { kind: 'delivery', outcome, at: now, messageId: row.messageId });
				if (row.state === 'uncertain' || row.state === 'failed') {
					const fresh = { attempts: 0, firstTriedAt: null, reason: null };
					put({ ...row, ...fresh, state: 'queued', causes: [decision], notBefore: now });
				} else if (row.state === 'queued' || row.state === 'sending') {
					known().set(row.request, { ...row, causes: [...row.causes, decision] });
					shared.push({ request: row.request, cause: decision });
				} else if (row.state === 'sent') fate('sent');
			}
		},
	};
}

function isTakenBack(request: Placed<'reply-requested'>, facts: Facts): boolean {
	return inOrder(facts).some(
		(entry) => entry.kind === 'reply-withdrawn' && entry.request === request.id && entry.by === request.by,
	);
}
