import fc from 'fast-check';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import * as Y from 'yjs';
import { claimState } from '../../../src/lib/domain/claim.ts';
import { inOrder } from '../../../src/lib/domain/facts.ts';
import { encodeHlc, type Hlc } from '../../../src/lib/domain/hlc.ts';
import type { DocumentId, EntryId } from '../../../src/lib/domain/ids.ts';
import { compareEpochs, stampKey, type ClaimVerdict, type Verdict } from '../../../src/lib/domain/verdict.ts';
import { appendEntries, readRecord, writeMeta, type Author } from '../../../src/lib/document/record-document.ts';
import { mustOpenDatabase, writeEra } from '../../../sync-server/store/database.ts';
import { newTicketId, opening, startRelay, type TestDevice, type TestRelay } from '../../support/start-relay.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
	for (const cleanup of cleanups.reverse()) await cleanup();
	cleanups.length = 0;
});

async function relayWith(options: Parameters<typeof startRelay>[0] = {}) {
	const relay = await startRelay(options);
	cleanups.push(() => relay.close());
	return relay;
}

/** A device's own copy of a ticket. */
class Copy {
	doc = new Y.Doc();
	#n = 0;
	relay: TestRelay;
	device: TestDevice;
	id: DocumentId;

	constructor(relay: TestRelay, device: TestDevice, id: DocumentId) {
		this.relay = relay;
		this.device = device;
		this.id = id;
	}

	write(entry: Parameters<typeof appendEntries>[2][number], at?: Hlc): EntryId {
		const author: Author = at === undefined ? this.device.author : { ...this.device.author, tick: () => at };
		return appendEntries(this.doc, author, [entry])[0] as EntryId;
	}

	async push() {
		const update = Y.encodeStateAsUpdate(this.doc);
		const { answers } = await this.relay.push(this.device, [
			{ n: ++this.#n, document: this.id, generation: 0, update },
		]);
		return answers[0];
	}

	async pull() {
		for (const { document, updates } of (await this.relay.pull(this.device, 0)).documents)
			if (document === this.id) for (const update of updates) Y.applyUpdate(this.doc, update);
	}
}

async function ticketOf(relay: TestRelay, device: TestDevice): Promise<Copy> {
	const copy = new Copy(relay, device, newTicketId());
	copy.doc.transact(() => {
		writeMeta(copy.doc, 'ticket');
		copy.write(opening(device, 1));
	});
	await copy.push();
	return copy;
}

async function sharedCopy(relay: TestRelay, device: TestDevice, of: Copy): Promise<Copy> {
	const copy = new Copy(relay, device, of.id);
	await copy.pull();
	return copy;
}

function verdictsOf(relay: TestRelay, id: DocumentId): ReadonlyMap<string, Verdict> {
	const reading = readRecord(relay.relay.read(id) as Y.Doc);
	return reading.kind === 'record' ? reading.facts.verdicts : new Map();
}

const until = (check: () => void) => vi.waitFor(check, { timeout: 5000, interval: 5 });
const claimOf = (relay: TestRelay, id: DocumentId, entry: EntryId) => verdictsOf(relay, id).get(entry) as ClaimVerdict;

describe('the witness', () => {
	test('[F26][WI1] the first claim that arrives is granted, another agent’s is refused, and everybody hears it', async () => {
		const relay = await relayWith();
		const maria = await ticketOf(relay, relay.device('maria'));
		const tom = await sharedCopy(relay, relay.device('tom'), maria);
		const second = maria.write({ kind: 'claimed' });
		const first = tom.write({ kind: 'claimed' });
		await tom.push();
		await maria.push();
		await until(() => expect(verdictsOf(relay, maria.id).size).toBe(2));
		expect(claimOf(relay, maria.id, first)).toMatchObject({ outcome: 'granted', holder: 'tom' });
		expect(claimOf(relay, maria.id, second)).toMatchObject({ outcome: 'refused', holder: 'tom', why: 'held-by-other' });
		await maria.pull();
		const reading = readRecord(maria.doc);
		expect(reading.kind === 'record' && claimState(inOrder(reading.facts), reading.facts.verdicts)).toMatchObject({
			kind: 'held',
			agent: 'tom',
		});
	});

	test('a released ticket can be claimed by another', async () => {
		const relay = await relayWith();
		const maria = await ticketOf(relay, relay.device('maria'));
		const claim = maria.write({ kind: 'claimed' });
		await maria.push();
		const release = maria.write({ kind: 'released', claim });
		await maria.push();
		const tom = await sharedCopy(relay, relay.device('tom'), maria);
		const next = tom.write({ kind: 'claimed' });
		await tom.push();
		await until(() => expect(verdictsOf(relay, maria.id).size).toBe(3));
		expect(claimOf(relay, maria.id, release)).toMatchObject({ outcome: 'released', holder: null });
		expect(claimOf(relay, maria.id, next)).toMatchObject({ outcome: 'granted', holder: 'tom' });
	});

	test('[WI4] an entry from the future gets the time at which it arrived; one within tolerance does not', async () => {
		const now = Date.UTC(2026, 3, 1);
		const relay = await relayWith({ now: () => now });
		const maria = await ticketOf(relay, relay.device('maria'));
		const early = maria.write({ kind: 'note', text: 'x', attachments: [] }, encodeHlc(now + 6 * 60_000));
		const fine = maria.write({ kind: 'note', text: 'y', attachments: [] }, encodeHlc(now + 4 * 60_000));
		await maria.push();
		await until(() => expect(verdictsOf(relay, maria.id).get(stampKey(early))).toEqual({ kind: 'stamp', at: now }));
		expect(verdictsOf(relay, maria.id).has(stampKey(fine))).toBe(false);
	});

	test('[I2][I8][I9][WI1..WI3] whatever the clocks and the order: one verdict a fact, rising epochs, none ever changes', async () => {
		const relay = await relayWith();
		const names = ['maria', 'tom', 'sue'];
		await fc.assert(
			fc.asyncProperty(
				fc.array(
					fc.record({
						who: fc.nat(2),
						what: fc.constantFrom('claim', 'release', 'push', 'pull', 'again'),
						skew: fc.integer({ min: -1e10, max: 1e10 }),
					}),
					{ minLength: 5, maxLength: 25, size: 'max' },
				),
				async (steps) => {
					const owner = relay.device(`owner-${relay.relay.head()}`);
					const origin = await ticketOf(relay, owner);
					const copies = await Promise.all(
						names.map((name) =>
							sharedCopy(
								relay,
								relay.device(`${name}-${origin.id}`.slice(0, 40).replaceAll('/', '_'), { agent: name }),
								origin,
							),
						),
					);
					let seen = new Map<string, Verdict>();
					let facts = 0;
					const arrived: EntryId[] = [];
					const waiting: EntryId[][] = [[], [], []];
					const check = () => {
						const now = verdictsOf(relay, origin.id);
						for (const [key, verdict] of seen) expect(now.get(key)).toEqual(verdict);
						seen = new Map(now);
					};
					for (const { who, what, skew } of steps) {
						const copy = copies[who] as Copy;
						const mine = waiting[who] as EntryId[];
						const at = encodeHlc(Math.max(0, Date.now() + skew));
						if (what === 'claim') mine.push(copy.write({ kind: 'claimed' }, at));
						else if (what === 'release') {
							const claims = [...copy.doc.getMap<{ kind: string }>('entries')].filter(([, e]) => e.kind === 'claimed');
							const claim = claims[Math.abs(skew) % Math.max(1, claims.length)]?.[0] as EntryId | undefined;
							if (claim !== undefined) mine.push(copy.write({ kind: 'released', claim }, at));
						} else if (what === 'pull') await copy.pull();
						else {
							expect(await copy.push()).toMatchObject({ kind: 'ok' });
							arrived.push(...mine);
							facts += mine.length;
							mine.length = 0;
						}
						check();
					}
					await until(() =>
						expect([...verdictsOf(relay, origin.id).values()].filter(({ kind }) => kind === 'claim')).toHaveLength(
							facts,
						),
					);
					check();
					const claims = arrived.map((id) => claimOf(relay, origin.id, id));
					const epochs = claims.map(({ epoch }) => epoch).sort(compareEpochs);
					for (const [i, epoch] of epochs.entries()) expect(epoch).toEqual({ era: 1, n: i + 1 });
					// At no epoch do two agents hold it: a grant to another needs a release in between.
					let holder: string | null = null;
					for (const claim of claims.sort((a, b) => compareEpochs(a.epoch, b.epoch))) {
						if (claim.outcome === 'granted') expect([null, claim.holder]).toContain(holder);
						if (claim.outcome !== 'refused') holder = claim.holder;
					}
				},
			),
			{ numRuns: 25, endOnFailure: true },
		);
		expect(relay.failures).toEqual([]);
	}, 90_000);

	test('[WI5] a claim whose verdict was cut off by a crash is answered at the next start', async () => {
		const dataDir = mkdtempSync(path.join(tmpdir(), 'witness-'));
		cleanups.push(() => rmSync(dataDir, { recursive: true, force: true }));
		const first = await startRelay({ dataDir });
		const maria = await ticketOf(first, first.device('maria'));
		const claim = maria.write({ kind: 'claimed' });
		await maria.push();
		await until(() => expect(verdictsOf(first, maria.id).size).toBe(1));
		await first.close();
		// What a crash right after the append leaves: the fact with its mark, and no verdict.
		const { db, close } = mustOpenDatabase(dataDir);
		const rows = db.prepare('SELECT seq, bytes FROM updates ORDER BY seq').all() as { seq: number }[];
		const last = rows.at(-1)?.seq ?? 0;
		db.exec(`DELETE FROM updates WHERE seq = ${last}; UPDATE docs SET head = ${last - 1}`);
		db.prepare('INSERT INTO awaiting_verdict (doc, entry, received_at) SELECT key, ?, 0 FROM docs').run(claim);
		close();
		const second = await startRelay({ dataDir });
		cleanups.push(() => second.close());
		await until(() => expect(claimOf(second, maria.id, claim)).toMatchObject({ outcome: 'granted', holder: 'maria' }));
		const left = second.database.db.prepare('SELECT count(*) AS n FROM awaiting_verdict').get();
		expect(left).toEqual({ n: 0 });
	});

	test('[I10] after a backup was restored, epochs are higher than all before and the relay writes under a new client id', async () => {
		const dataDir = mkdtempSync(path.join(tmpdir(), 'witness-'));
		cleanups.push(() => rmSync(dataDir, { recursive: true, force: true }));
		const first = await startRelay({ dataDir });
		const maria = await ticketOf(first, first.device('maria'));
		const claim = maria.write({ kind: 'claimed' });
		await maria.push();
		await until(() => expect(verdictsOf(first, maria.id).size).toBe(1));
		await first.close();
		writeEra(dataDir, 2);
		const second = await startRelay({ dataDir });
		cleanups.push(() => second.close());
		maria.relay = second;
		second.device('maria');
		const release = maria.write({ kind: 'released', claim });
		await maria.push();
		await until(() => expect(claimOf(second, maria.id, release)).toMatchObject({ epoch: { era: 2, n: 1 } }));
		const writers = second.database.db
			.prepare("SELECT count(*) AS n FROM clients JOIN writers ON writers.key = writer WHERE name = 'relay'")
			.get();
		expect(writers).toEqual({ n: 2 });
	});
});
