import * as Y from 'yjs';
import { unnamedDoc } from '../document/unnamed-doc.ts';
import { readMeta } from '../document/record-document.ts';
import { recordKindOf } from '../domain/ids.ts';
import { limits } from '../protocol/limits.ts';
import { encodePush, type EditAnswer } from '../protocol/replica.ts';
import type { OutboxEdit, RecordStore } from '../store/record-store.ts';
import { chooseEdits } from './choose-edits.ts';
import type { NoAnswer, Transport } from './transport.ts';

/** So many go in one request even when the relay finds more too many. */
const fewEdits = 16;

export type PushOutcome =
	| { kind: 'ok'; sent: number; relayTime: number | undefined }
	/** The relay answers in another era: what it refused stays, until it was handed what the backup lacks. */
	| { kind: 'other-era' }
	| NoAnswer;

/**
 * Sends what is unsent until nothing is left.
 *
 * PU1 An edit goes out as it was stored, under its number; see choose-edits.ts.
 * PU2 An edit leaves the outbox only by the store's `settle` with the relay's answer.
 * PU3 A request that is refused as a whole for its content is halved until the edit at fault stands alone; that one is marked. What is
 *     refused as too many at once is halved as well.
 * PU4 `missing-base` means that the relay lacks what an edit builds on (it came back from a backup, for one). The whole document is
 *     stored once more as one new edit, which holds the old one; only then the old one counts as sent.
 */
export async function pushAll(
	{ store, transport, now, era }: { store: RecordStore; transport: Transport; now(): number; era?: number },
	heard: (relayTime: number, askedAt: number) => void,
): Promise<PushOutcome> {
	const most: { edits: number; bytes: number } = { edits: limits.pushEdits, bytes: limits.pushBytes };
	let limit = most;
	let sent = 0;
	let relayTime: number | undefined;
	for (;;) {
		const edits = chooseEdits(await store.unsent(most), limit);
		if (edits.length === 0) return { kind: 'ok', sent, relayTime };
		const numbers = edits.map((edit) => edit.n);
		const askedAt = now();
		const answer = await transport.push(encodePush(edits));
		if (answer.kind === 'offline') {
			await store.attempted(numbers);
			return answer;
		}
		if (answer.kind === 'refused') {
			const tooMuch = answer.reason === 'too-many' && edits.length > fewEdits;
			if (answer.reason !== 'malformed' && answer.reason !== 'too-big' && !tooMuch) {
				await store.attempted(numbers);
				return answer;
			}
			if (edits.length > 1) limit = { edits: Math.floor(edits.length / 2), bytes: limits.pushBytes };
			else {
				const code = answer.reason === 'too-big' ? 'too-big' : 'malformed';
				await store.settle(numbers.map((n) => ({ n, kind: 'rejected', code })));
			}
			continue;
		}
		relayTime = answer.value.relayTime;
		heard(relayTime, askedAt);
		const asked = new Map(edits.map((edit) => [edit.n, edit]));
		const answers = answer.value.answers.filter(({ n }) => asked.has(n));
		// Answers to nothing that was asked: asking again would go round for ever.
		if (answers.length === 0) return { kind: 'offline' };
		if (era !== undefined && answer.value.era !== era) {
			await store.settle(answers.filter(({ kind }) => kind !== 'rejected'));
			return { kind: 'other-era' };
		}
		await store.settle(await resendWhole(store, answers, asked, now));
		sent += answers.length;
	}
}

const resentWhat = 'resend';

async function resendWhole(
	store: RecordStore,
	answers: readonly EditAnswer[],
	asked: ReadonlyMap<number, OutboxEdit>,
	now: () => number,
): Promise<EditAnswer[]> {
	const settled: EditAnswer[] = [];
	const resent = new Set<string>();
	const refused = new Set(
		answers.flatMap((answer) =>
			answer.kind === 'rejected' && answer.code !== 'missing-base' ? (asked.get(answer.n)?.document ?? []) : [],
		),
	);
	for (const answer of answers) {
		const edit = asked.get(answer.n);
		if (answer.kind !== 'rejected' || answer.code !== 'missing-base' || edit === undefined) {
			settled.push(answer);
			continue;
		}
		if (!resent.has(edit.document)) {
			const isHopeless = edit.what === resentWhat || refused.has(edit.document);
			const update = isHopeless ? undefined : await wholeState(store, edit);
			if (update === undefined) {
				settled.push(answer);
				continue;
			}
			const { document, generation } = edit;
			await store.commit({ document, generation, update, row: undefined, at: now(), what: resentWhat });
			resent.add(document);
		}
		settled.push({ n: answer.n, kind: 'duplicate', seq: 0 });
	}
	return settled;
}

/** Undefined where sending it cannot help: something in it was refused already, it is incomplete here too, or it is too large. */
async function wholeState(store: RecordStore, edit: OutboxEdit): Promise<Uint8Array | undefined> {
	const refused = (await store.outbox()).some(
		(other) => other.document === edit.document && other.rejected !== undefined,
	);
	const stored = refused ? undefined : await store.load(edit.document);
	if (stored === undefined || stored.generation !== edit.generation) return undefined;
	const doc = unnamedDoc();
	try {
		for (const update of stored.updates) Y.applyUpdate(doc, update);
		const isBegun = recordKindOf(edit.document) === undefined || readMeta(doc) !== undefined;
		if (doc.store.pendingStructs !== null || !isBegun) return undefined;
		const whole = Y.encodeStateAsUpdate(doc);
		return whole.byteLength > limits.updateBytes ? undefined : whole;
	} finally {
		doc.destroy();
	}
}
