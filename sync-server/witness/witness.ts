import type * as Y from 'yjs';
import { answerClaim, isClaimFact, isClaimKind, tenuresOf } from '../../src/lib/domain/claim.ts';
import { circumstancesOf, type SignsOfLife } from '../../src/lib/domain/circumstances.ts';
import type { DeskConfig } from '../../src/lib/domain/desk-config.ts';
import type { Entry } from '../../src/lib/domain/entry.ts';
import { inOrder, type Facts } from '../../src/lib/domain/facts.ts';
import { clockToleranceMs, hlcTime } from '../../src/lib/domain/hlc.ts';
import type { DocumentId, EntryId } from '../../src/lib/domain/ids.ts';
import { compareEpochs, stampKey, type Epoch, type Verdict } from '../../src/lib/domain/verdict.ts';
import { readRecord, writeVerdict } from '../../src/lib/document/record-document.ts';
import type { Intake } from '../admission/intake.ts';
import { awaitsGate, type GateTurn, type SendGate } from '../mail-out/send-gate.ts';
import type { Schedule } from '../schedule.ts';
import type { UpdateLog } from '../store/update-log.ts';

/**
 * The witness answers facts, after they are stored, in the order in which they arrived.
 *
 * WI1 Every claim, release, hand-over and take-over gets exactly one verdict, and a verdict never changes.
 * WI2 The epoch of a ticket rises with every verdict; the era comes before the number.
 * WI3 Time is the relay's own; a device's clock decides nothing.
 * WI4 An entry from more than five minutes in the future gets a stamp with the time at which it arrived.
 * WI5 What waits for an answer is stored together with the fact: a crash in between delays the verdict, and no more.
 * WI6 Idle is decided when somebody else asks, for the moment at which the question arrived, by what the relay noted when it
 *     stored the entries (CI1 to CI3).
 * WI7 Only the holder, and by the current claim, gives a ticket to somebody, who must be there and see it (CI4).
 * WI8 Taking over needs the right that the desk document gives the author at that moment.
 */
export interface WitnessParts {
	intake: Pick<Intake, 'change'>;
	log: Pick<UpdateLog, 'awaitingVerdict' | 'documentsAwaitingVerdict'>;
	schedule: Schedule;
	now(): number;
	era: number;
	desk(): DeskConfig;
	/** What the relay noted of a ticket. */
	signsOf(document: DocumentId): SignsOfLife;
	/** Rules on mails to customers; without it, requests to send wait. */
	gate?: SendGate | undefined;
	onFailure(error: unknown): void;
}

const retryMs = 5_000;

export interface Witness {
	/** Answers what waits in a document. */
	answer(document: DocumentId): void;
	/** Answers what a crash left unanswered. */
	resume(): void;
}

export function createWitness(parts: WitnessParts): Witness {
	const { intake, log, schedule, now, era, gate, onFailure } = parts;
	const busy = new Set<DocumentId>();
	const again = new Set<DocumentId>();

	async function answerAll(document: DocumentId): Promise<'done' | 'later'> {
		const waiting = log.awaitingVerdict(document);
		if (waiting.length === 0) return 'done';
		const turn = gate?.begin(document);
		const outcome = await intake.change({
			...(turn === undefined ? {} : { alongside: () => turn.store() }),
			documents: [
				{
					id: document,
					change: (doc) =>
						writeVerdicts(doc, waiting, {
							now: now(),
							era,
							turn,
							config: parts.desk(),
							signs: () => parts.signsOf(document),
						}),
					answers: waiting.map(({ entry }) => entry),
					isVerdict: true,
				},
			],
		});
		return outcome.kind === 'storage-full' ? 'later' : 'done';
	}

	function answer(document: DocumentId): void {
		if (busy.has(document)) {
			again.add(document);
			return;
		}
		busy.add(document);
		answerAll(document)
			.then((result) => {
				busy.delete(document);
				if (again.delete(document)) answer(document);
				else if (result === 'later') schedule.after(retryMs, () => answer(document));
			})
			.catch((error: unknown) => {
				busy.delete(document);
				onFailure(error);
				schedule.after(retryMs, () => answer(document));
			});
	}

	return {
		answer,
		resume() {
			for (const document of log.documentsAwaitingVerdict()) answer(document);
		},
	};
}

/** Whether the witness owes this entry an answer. */
export function awaitsVerdict(entry: Entry, receivedAt: number): boolean {
	return isClaimKind(entry.kind) || isFromFuture(entry, receivedAt);
}

function isFromFuture(entry: Entry, receivedAt: number): boolean {
	return hlcTime(entry.at) > receivedAt + clockToleranceMs;
}

/** Writes the verdicts for the waiting entries, in their order. Those that have one keep it. */
export function writeVerdicts(
	doc: Y.Doc,
	waiting: readonly { entry: EntryId; receivedAt: number }[],
	relay: { now: number; era: number; turn?: GateTurn | undefined; config: DeskConfig; signs(): SignsOfLife },
): void {
	const reading = readRecord(doc);
	if (reading.kind === 'empty') return;
	const verdicts = new Map(reading.facts.verdicts);
	const facts: Facts = { entries: reading.facts.entries, verdicts };
	const write = (key: string, verdict: Verdict) => {
		if (verdicts.has(key)) return;
		verdicts.set(key, verdict);
		writeVerdict(doc, key, verdict);
	};
	for (const { entry: id, receivedAt } of waiting) {
		const entry = facts.entries.get(id);
		if (entry === undefined) continue;
		if (isFromFuture(entry, receivedAt)) write(stampKey(id), { kind: 'stamp', at: receivedAt });
		if (awaitsGate(entry.kind)) relay.turn?.answer(id, facts, write, relay.now);
		if (!isClaimKind(entry.kind)) continue;
		const ordered = inOrder(facts);
		const fact = ordered.find((placed) => placed.id === id);
		if (fact === undefined || !isClaimFact(fact)) continue;
		const last = tenuresOf(ordered, verdicts).at(-1);
		const holder = last?.until === undefined ? last : undefined;
		const { config, signs } = relay;
		write(id, {
			kind: 'claim',
			...answerClaim(holder, fact, circumstancesOf(fact, ordered, holder, { config, signs, receivedAt })),
			epoch: nextEpoch(verdicts, relay.era),
			at: relay.now,
		});
	}
}

/** Higher than every epoch in the document. */
export function nextEpoch(verdicts: Facts['verdicts'], era: number): Epoch {
	let last: Epoch = { era, n: 0 };
	for (const verdict of verdicts.values()) {
		if (verdict.kind === 'claim' && compareEpochs(verdict.epoch, last) > 0) last = verdict.epoch;
	}
	return { era: last.era, n: last.n + 1 };
}
