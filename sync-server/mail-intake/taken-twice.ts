import type { DatabaseSync } from 'node:sqlite';
import type * as Y from 'yjs';
import type { Draft } from '../../src/lib/domain/entry.ts';
import { inOrder, type Placed } from '../../src/lib/domain/facts.ts';
import { foldTicket, type Ticket } from '../../src/lib/domain/fold-ticket.ts';
import { createClock } from '../../src/lib/domain/hlc.ts';
import { relayAgent, relayDevice, type BlobId, type DocumentId, type EntryId } from '../../src/lib/domain/ids.ts';
import { mergedFrom, mergeInto } from '../../src/lib/domain/ticket-command.ts';
import { createUlid, type FillRandom } from '../../src/lib/domain/ulid.ts';
import { appendEntries, readRecord } from '../../src/lib/document/record-document.ts';
import type { ChangeOutcome, RelayChange } from '../admission/submission.ts';
import type { Schedule } from '../schedule.ts';

/**
 * A mail that the relay took, lost with everything that came after a backup, and fetched again.
 *
 * TT1 A mail that stands in a ticket byte for byte adds nothing, whatever the relay remembers of it.
 * TT2 Where it was fetched first and opened a ticket, and a device then hands over the ticket that it had opened before: the new one goes on
 *     in the old one, by itself, as long as no person has done anything in it. Where somebody has, they are asked.
 * TT3 What a crash left undone is looked at when the relay starts, as long as devices hand over.
 *
 * Where the old ticket gets the same mail a second time, the two count as one (`domain/mail-copies.ts`).
 */
export interface TakenTwice {
	/** The ticket that has this mail. */
	holderOf(raw: BlobId): { id: DocumentId; ticket: Ticket } | undefined;
	/** A device handed over a message that was made of this mail. May be called in the transaction that stores it. */
	handedOver(raw: BlobId): void;
	/** TT3: of the mails that were taken since then. */
	resume(since: number): Promise<void>;
	/** Resolves when all that was handed over is looked at. */
	settled(): Promise<void>;
	stop(): void;
}

export interface TakenTwiceParts {
	database: DatabaseSync;
	readDocument(id: DocumentId): Y.Doc | undefined;
	change(change: RelayChange): Promise<ChangeOutcome>;
	schedule: Schedule;
	now(): number;
	fillRandom: FillRandom;
	onFailure(error: unknown): void;
}

interface Holder {
	id: DocumentId;
	ticket: Ticket;
	ordered: Placed[];
	message: Placed<'message'>;
}

const mostResumed = 2000;

export function createTakenTwice({ database, readDocument, change, ...parts }: TakenTwiceParts): TakenTwice {
	const { schedule, now } = parts;
	const naming = database.prepare(
		`SELECT DISTINCT document FROM blob_refs WHERE blob = ? AND document GLOB 'ticket/*' LIMIT 50`,
	);
	const taken = database.prepare(
		'SELECT DISTINCT ticket FROM imported_mails WHERE imported_at >= ? ORDER BY imported_at DESC LIMIT ?',
	);
	const clock = createClock(now);
	const author = {
		...{ agent: relayAgent, device: relayDevice, tick: () => clock.tick() },
		newId: () => createUlid(now(), parts.fillRandom) as EntryId,
	};
	let turn: Promise<void> = Promise.resolve();
	let isStopped = false;

	function read(id: DocumentId): Pick<Holder, 'ticket' | 'ordered'> | undefined {
		const doc = readDocument(id);
		const reading = doc === undefined ? undefined : readRecord(doc);
		const ticket = reading?.kind === 'record' ? foldTicket(reading.facts) : undefined;
		return reading?.kind === 'record' && ticket !== undefined ? { ticket, ordered: inOrder(reading.facts) } : undefined;
	}

	/** Oldest message first. */
	function holdersOf(raw: BlobId): Holder[] {
		const holders: Holder[] = [];
		for (const row of naming.all(raw)) {
			const id = row.document as DocumentId;
			const found = read(id);
			const message = found?.ordered.find(
				(entry): entry is Placed<'message'> => entry.kind === 'message' && entry.raw === raw && entry.by === relayAgent,
			);
			if (found !== undefined && message !== undefined) holders.push({ id, ...found, message });
		}
		const key = ({ message: { time, id } }: Holder) => `${time} ${id}`;
		return holders.sort((a, b) => (key(a) < key(b) ? -1 : 1));
	}

	async function unite(raw: BlobId): Promise<void> {
		const [oldest, ...others] = holdersOf(raw);
		if (oldest === undefined) return;
		const target = endOf(oldest);
		for (const other of others) {
			const isOpenedByIt = other.ordered.find(({ kind }) => kind === 'message')?.id === other.message.id;
			if (other.id === target.id || other.ticket.mergedInto !== undefined || !isOpenedByIt) continue;
			const isUntouched = other.ordered.every(({ by }) => by === relayAgent);
			const documents = isUntouched ? merging(other, target) : asking(other, target);
			if (documents.length > 0) await change({ documents });
		}
	}

	/** The ticket in which it goes on. */
	function endOf(holder: Holder): { id: DocumentId; ticket: Ticket } {
		let end: { id: DocumentId; ticket: Ticket } = holder;
		for (let i = 0; i < 50 && end.ticket.mergedInto !== undefined; i++) {
			const id = end.ticket.mergedInto.ticket;
			const next = read(id);
			if (next === undefined || id === holder.id) break;
			end = { id, ticket: next.ticket };
		}
		return end;
	}

	function merging(other: Holder, target: { id: DocumentId; ticket: Ticket }): RelayChange['documents'] {
		const into = mergeInto(other.ticket, { id: target.id, ...target.ticket });
		const from = mergedFrom(target.ticket, { id: other.id, number: other.ticket.number });
		if (into.kind !== 'ok') return [];
		return [write(other.id, into.drafts), ...(from.kind === 'ok' ? [write(target.id, from.drafts)] : [])];
	}

	function asking(other: Holder, { id }: { id: DocumentId }): RelayChange['documents'] {
		const isAsked = other.ordered.some((entry) => entry.kind === 'merge-suggested' && entry.ticket === id);
		return isAsked ? [] : [write(other.id, [{ kind: 'merge-suggested', ticket: id, why: 'same-mail' }])];
	}

	const write = (id: DocumentId, drafts: readonly Draft[]): RelayChange['documents'][number] => ({
		id,
		change: (doc) => void appendEntries(doc, author, drafts),
	});

	const inTurn = (raw: BlobId) => {
		turn = turn.then(() => (isStopped ? undefined : unite(raw))).catch(parts.onFailure);
	};

	return {
		holderOf(raw) {
			const [holder] = holdersOf(raw);
			return holder && endOf(holder);
		},
		handedOver(raw) {
			const begun = new Promise<void>((resolve) => schedule.soon(resolve));
			turn = turn.then(() => begun);
			inTurn(raw);
		},
		async resume(since) {
			for (const row of taken.all(since, mostResumed)) {
				if (isStopped) return;
				for (const entry of read(row.ticket as DocumentId)?.ordered ?? [])
					if (entry.kind === 'message' && entry.raw !== undefined) inTurn(entry.raw);
				await turn;
				await new Promise<void>((resolve) => schedule.soon(resolve));
			}
		},
		settled: () => turn,
		stop() {
			isStopped = true;
		},
	};
}
