import { createHash } from 'node:crypto';
import * as Y from 'yjs';
import { recordLines } from '../../src/lib/document/record-lines.ts';
import { readRecord } from '../../src/lib/document/record-document.ts';
import { audienceOf, type Scope } from '../../src/lib/domain/audience.ts';
import { foldRecord } from '../../src/lib/domain/fold-record.ts';
import { isRecordId, type DocumentId } from '../../src/lib/domain/ids.ts';
import { repliesOf } from '../../src/lib/domain/reply.ts';
import { createRandom } from '../../sync-server/demo/random.ts';
import { docOf, foldOf, hashOf, stateOf } from '../convergence/content.ts';
import type { StoredDocument } from '../../src/lib/store/record-store.ts';
import type { SmtpSink } from '../support/smtp-sink.ts';
import { factsOf, type FactsAtRelay, type RelayTruth } from './relay-truth.ts';
import type { SoakDevice } from './soak-device.ts';

export interface EndParts {
	truth: RelayTruth;
	devices: readonly SoakDevice[];
	sink: SmtpSink;
	/** Message-IDs of what customers wrote. */
	written: ReadonlySet<string>;
	/** All mails have left by now. */
	isSent: boolean;
	seed: number;
	violated(what: string): void;
}

export interface EndFigures {
	documents: number;
	comparisons: number;
	mailsIn: number;
	replies: number;
	mailsOut: number;
	verdicts: number;
	edits: number;
}

/** When everything is quiet: is everything the same everywhere, and is nothing lost? */
export async function checkEnd(parts: EndParts): Promise<EndFigures> {
	const { truth, devices, violated } = parts;
	const docs = new Map<DocumentId, { doc: Y.Doc; hash: string; state: string; audience: Scope[] }>();
	const facts = new Map<DocumentId, FactsAtRelay>();
	const random = createRandom(parts.seed);
	for (const { id, updates, isGone } of truth.documents()) {
		if (isGone) continue;
		const doc = docOf(updates);
		if (doc.store.pendingStructs !== null) violated(`${id} is incomplete at the relay`);
		docs.set(id, { doc, hash: hashOf(id, doc), state: stateOf(doc), audience: audienceIn(id, doc) });
		const found = isRecordId(id) ? factsOf(doc) : undefined;
		if (found !== undefined) facts.set(id, found);
		checkOrder(id, doc, updates);
	}
	const figures: EndFigures = {
		...{ documents: docs.size, comparisons: 0, mailsIn: 0, replies: 0, mailsOut: 0, verdicts: 0, edits: 0 },
	};
	for (const device of devices) await checkDevice(device);
	checkMailsIn();
	checkClaims();
	checkReplies();
	return figures;

	/** [I1] The same facts in another order, and some of them twice, are the same record with the same holder. */
	function checkOrder(id: DocumentId, doc: Y.Doc, updates: readonly Uint8Array[]): void {
		if (!isRecordId(id) || updates.length < 2) return;
		const mixed = updates
			.flatMap((update) => (random.chance(0.3) ? [update, update] : [update]))
			.map((update) => ({ update, place: random.next() }))
			.sort((a, b) => a.place - b.place);
		const other = docOf(mixed.map(({ update }) => update));
		if (foldOf(other) !== foldOf(doc)) violated(`[I1] ${id} is another record where its updates come in another order`);
		other.destroy();
	}

	async function checkDevice(device: SoakDevice): Promise<void> {
		const name = `device ${device.index}`;
		const scopes = new Set(device.session.scopes);
		const held: DocumentId[] = [];
		for (let after: DocumentId | undefined; ;) {
			const page = await device.store.documents(after, 1000);
			held.push(...page);
			after = page.at(-1);
			if (page.length < 1000) break;
		}
		const stored = await device.store.loadMany(held);
		for (const [id, { hash, state, audience }] of docs) {
			const isVisible = audience.some((scope) => scopes.has(scope));
			const copy = stored.get(id);
			if (copy === undefined && isVisible) violated(`${name} lacks ${id}`);
			if (copy !== undefined && !isVisible) violated(`${name} holds ${id}, which it may not see`);
			if (copy === undefined || !isVisible) continue;
			figures.comparisons++;
			const own = readOnce(id, copy.updates);
			if (own.hash !== hash || own.state !== state)
				violated(
					`${name} differs in ${id}: it has ${own.state}, the relay ${state}; ${describe(copy)}; ${missingFrom(id, copy.updates)}`,
				);
		}
		for (const id of held) if (!docs.has(id)) violated(`${name} holds ${id}, which the relay does not have`);
		const outbox = await device.store.outbox();
		if (outbox.length > 0) violated(`${name} still has ${outbox.length} edits, of ${outbox[0]?.what}`);
		for (const { document, update, what } of device.saved) {
			figures.edits++;
			const at = docs.get(document);
			if (at === undefined || !contains(at.doc, update))
				violated(`an edit (${what}) of ${name} on ${document} is lost`);
		}
	}

	/** Who wrote what a copy lacks. */
	function missingFrom(id: DocumentId, updates: readonly Uint8Array[]): string {
		const own = docOf(updates);
		const writers = devices.flatMap(({ index, saved }) => {
			const lacking = saved.filter(({ document, update }) => document === id && !contains(own, update));
			return lacking.length === 0 ? [] : [`${lacking.length} of device ${index} (${lacking[0]?.what})`];
		});
		own.destroy();
		return `it lacks ${writers.join(', ') || 'nothing that a device wrote'}`;
	}

	/** No case is lost: each mail is one message of one ticket. */
	function checkMailsIn(): void {
		const found = new Map<string, number>();
		for (const [id, { entries }] of facts) {
			if (!id.startsWith('ticket/')) continue;
			for (const entry of entries.values()) {
				if (entry.kind !== 'message' || entry.messageId === undefined) continue;
				const key = entry.messageId.replace(/^<|>$/g, '');
				found.set(key, (found.get(key) ?? 0) + 1);
			}
		}
		for (const id of parts.written) {
			figures.mailsIn++;
			const times = found.get(id) ?? 0;
			if (times !== 1) violated(`the mail ${id} of a customer is in ${times} tickets`);
		}
	}

	/** [I2] One verdict for each fact, another epoch for each, and [I5] who holds by verdict is who is shown. */
	function checkClaims(): void {
		for (const [id, { entries, verdicts }] of facts) {
			const epochs = new Map<string, string>();
			for (const [entry, { kind }] of entries) {
				if (!['claimed', 'released', 'handed-over', 'taken-over'].includes(kind)) continue;
				const verdict = verdicts.get(entry);
				if (verdict?.kind !== 'claim') {
					violated(`[I2] ${id}: ${kind} ${entry} has no verdict`);
					continue;
				}
				figures.verdicts++;
				const epoch = `${verdict.epoch.era}.${verdict.epoch.n}`;
				if (verdict.outcome !== 'refused') {
					const other = epochs.get(epoch);
					if (other !== undefined) violated(`[I2] ${id}: ${other} and ${entry} have the epoch ${epoch}`);
					epochs.set(epoch, entry);
				}
			}
			const reading = readRecord(docs.get(id)?.doc ?? new Y.Doc());
			const folded = reading.kind === 'record' ? foldRecord(reading.record, reading.facts) : undefined;
			if (folded?.kind === 'ticket' && folded.ticket.claim.kind === 'provisional')
				violated(`[I5] ${id} shows a provisional holder although all facts have verdicts`);
		}
	}

	/** [I3] [I13] Each request to send is in one state; what was accepted stands once in the outbound mail and left once. */
	function checkReplies(): void {
		const rows = truth.outbound();
		const byRequest = new Map(rows.map((row) => [row.request, row]));
		const sunk = new Map<string, number>();
		for (const { messageId } of parts.sink.mails) sunk.set(messageId, (sunk.get(messageId) ?? 0) + 1);
		for (const [id, times] of sunk) if (times !== 1) violated(`[I3] the mail ${id} left ${times} times`);
		figures.mailsOut = parts.sink.mails.length;
		for (const [id, { entries, verdicts }] of facts) {
			const reading = readRecord(docs.get(id)?.doc ?? new Y.Doc());
			const folded = reading.kind === 'record' ? foldRecord(reading.record, reading.facts) : undefined;
			if (folded?.kind !== 'ticket') continue;
			const replies = new Map(repliesOf(folded.ticket.timeline, verdicts as never).map((it) => [it.request.id, it]));
			for (const [entry, { kind }] of entries) {
				if (kind !== 'reply-requested') continue;
				figures.replies++;
				const state = replies.get(entry as never)?.state.kind;
				const row = byRequest.get(entry);
				if (state === undefined) violated(`[I13] ${id}: the request ${entry} is in no state`);
				else if (state === 'waiting') violated(`[I13] ${id}: the request ${entry} still waits`);
				else if (['accepted', 'sent'].includes(state) !== (row !== undefined && row.state !== 'withdrawn'))
					violated(`[I3] ${id}: the request ${entry} is ${state}, its mail ${row?.state ?? 'nowhere'}`);
				if (!parts.isSent || row === undefined) continue;
				if (row.state !== 'sent') violated(`[I13] ${id}: the mail of ${entry} is ${row.state}`);
				else if (sunk.get(bare(row.messageId)) !== 1) violated(`[I3] ${id}: the mail of ${entry} did not leave`);
			}
		}
		const slots = new Set<string>();
		for (const { ticket, slot, request } of rows) {
			if (slot === null) continue;
			if (slots.has(`${ticket} ${slot}`)) violated(`[I3] ${ticket}: ${slot} was answered twice, at last by ${request}`);
			slots.add(`${ticket} ${slot}`);
		}
	}
}

const bare = (id: string) => id.replace(/^<|>$/g, '');

const readings = new Map<string, { hash: string; state: string }>();

/** Fifty devices have the same bytes of most documents. */
function readOnce(id: DocumentId, updates: readonly Uint8Array[]): { hash: string; state: string } {
	const digest = createHash('sha256').update(id);
	for (const update of updates) digest.update(`${update.length}.`).update(update);
	const key = digest.digest('base64');
	let reading = readings.get(key);
	if (reading === undefined) {
		const doc = docOf(updates);
		reading =
			doc.store.pendingStructs === null
				? { hash: hashOf(id, doc), state: stateOf(doc) }
				: { hash: 'incomplete', state: `incomplete ${stateOf(doc)}` };
		readings.set(key, reading);
		doc.destroy();
	}
	return reading;
}

function describe({ head, whole, updates }: StoredDocument): string {
	return `head ${head}, ${whole ? 'whole' : 'a tail only'}, ${updates.length} updates`;
}

function contains(doc: Y.Doc, update: Uint8Array): boolean {
	const { structs } = Y.decodeUpdate(update);
	return structs.every(({ id, length }) => id.clock + length <= Y.getState(doc.store, id.client));
}

function audienceIn(document: DocumentId, doc: Y.Doc): Scope[] {
	if (!isRecordId(document)) return audienceOf(document, []);
	const reading = readRecord(doc);
	return audienceOf(document, reading.kind === 'empty' ? [] : recordLines(reading.record, reading.facts));
}
