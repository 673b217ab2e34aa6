import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import * as Y from 'yjs';
import { createRandom } from '../../sync-server/demo/random.ts';
import type { DeviceIdentity } from '../../sync-server/device-identity.ts';
import { appendEntries, readRecord, roots, writeMeta, type Author } from '../../src/lib/document/record-document.ts';
import type { Draft } from '../../src/lib/domain/entry.ts';
import { foldTicket } from '../../src/lib/domain/fold-ticket.ts';
import { encodeHlc } from '../../src/lib/domain/hlc.ts';
import { recordId, type DocumentId, type EntryId, type LineId, type QueueId } from '../../src/lib/domain/ids.ts';
import { ticketNumber } from '../../src/lib/domain/ticket-number.ts';
import { createUlid } from '../../src/lib/domain/ulid.ts';
import { encodePush, type Edit, type EditAnswer } from '../../src/lib/protocol/replica.ts';
import { foldUpdates } from '../../src/lib/store/fold-updates.ts';
import { canonical } from './content.ts';
import { createSimRelay, enrol, furnish, type Enrolled, type RelayLife } from './sim-relay.ts';
import { createVirtualTime } from './virtual-time.ts';

/** One fact as a device writes it: who, what, and how wrong that device's clock is. */
interface Move {
	device: number;
	kind: 'claimed' | 'released' | 'note';
	skew: number;
}

const start = Date.UTC(2026, 2, 3, 9);
const ticket: DocumentId = recordId('ticket', '01KJSES0000000000000000000');
const claims = fc.constantFrom<Move['kind'][]>('claimed', 'claimed', 'released', 'note');
const moves = fc.array(fc.record({ device: fc.nat(2), kind: claims, skew: fc.constant(0) }), {
	minLength: 1,
	maxLength: 12,
	size: 'max',
});
const runs = { numRuns: 40 };

interface Played {
	life: RelayLife;
	devices: Enrolled[];
	edits: { device: number; edit: Edit; answer: EditAnswer }[];
	doc(): Y.Doc;
	push(device: number, edits: Edit[]): Promise<EditAnswer[]>;
	/** All updates as the log holds them, verdicts included. */
	updates(): Uint8Array[];
}

/** A relay on which these moves were pushed one after the other, each by a device that had seen all before it. */
async function withPlayed(list: readonly Move[], use: (played: Played) => Promise<void>): Promise<void> {
	const random = createRandom(7);
	const time = createVirtualTime(start, () => {});
	const errors: unknown[] = [];
	const relay = createSimRelay({
		...{ time, random, onFile: false },
		failed: (error) => void errors.push(error),
		died() {},
		closeDevice() {},
		reconnectAgent() {},
	});
	try {
		await time.wait(relay.start());
		const life = relay.life!;
		await time.wait(furnish(life));
		const devices: Enrolled[] = [];
		for (const name of ['ada', 'bob', 'cleo'])
			devices.push(await time.wait(enrol(life, { name, role: 'agent', lines: ['alpha'] as LineId[] }, name)));
		const identities = devices.map(({ token }): DeviceIdentity => {
			const identified = life.identify(token);
			if (identified.kind === 'refused') throw new Error(identified.reason);
			return identified.identity;
		});
		const lastClaim: (EntryId | undefined)[] = [];
		const edits: Played['edits'] = [];
		const push = async (device: number, pushed: Edit[]) => {
			const answer = await time.wait(life.relay.push(identities[device]!, encodePush(pushed)));
			await time.pass(100);
			if (answer.kind === 'refused') throw new Error(answer.reason);
			return answer.body.answers;
		};
		const write = async (device: number, skew: number, drafts: Draft[], isNew: boolean) => {
			const { agent, session } = devices[device]!;
			const pen: Author = {
				...{ agent, device: session.device.id },
				tick: () => encodeHlc(time.now + skew),
				newId: () => createUlid(time.now, (bytes) => random.fill(bytes)) as EntryId,
			};
			const doc = new Y.Doc();
			const known = life.relay.read(ticket);
			if (known !== undefined) Y.applyUpdate(doc, Y.encodeStateAsUpdate(known));
			const before = Y.encodeStateVector(doc);
			doc.transact(() => {
				if (isNew) writeMeta(doc, 'ticket');
				const [id] = appendEntries(doc, pen, drafts);
				if (drafts[0]?.kind === 'claimed') lastClaim[device] = id;
			});
			const edit = { n: edits.length + 1, document: ticket, generation: 0, update: Y.encodeStateAsUpdate(doc, before) };
			const [answer] = await push(device, [edit]);
			edits.push({ device, edit, answer: answer! });
		};
		const number = ticketNumber(devices[0]!.session.blocks[0]!, 0);
		const where = { line: 'alpha' as LineId, queue: 'alpha-front' as QueueId };
		await write(0, 0, [{ kind: 'opened', number, subject: 'Printer', ...where, channel: 'phone' }], true);
		for (const { device, kind, skew } of list) {
			const claim = lastClaim[device];
			const draft: Draft =
				kind === 'claimed'
					? { kind }
					: kind === 'released' && claim !== undefined
						? { kind: 'released', claim }
						: { kind: 'note', text: 'n', attachments: [] };
			await write(device, skew, [draft], false);
		}
		const bytes = relay.disk.db.prepare(
			'SELECT bytes FROM updates JOIN docs ON docs.key = doc WHERE id = ? ORDER BY seq',
		);
		await use({
			...{ life, devices, edits, push },
			doc: () => life.relay.read(ticket)!,
			updates: () => bytes.all(ticket).map((row) => row.bytes as Uint8Array),
		});
		expect(errors).toEqual([]);
	} finally {
		relay.dispose();
	}
}

/** What the relay said, fact by fact in the order of arrival, without times. */
function verdictsOf({ doc, edits, devices }: Played): unknown[] {
	const verdicts = doc().getMap(roots.verdicts).toJSON() as Record<string, { outcome: string; holder: string | null }>;
	const order = edits.flatMap(({ edit }) => entryIdsOf(edit.update));
	const placeOf = (agent: string | null) => devices.findIndex((device) => device.agent === agent);
	return order.map((id) => {
		const verdict = verdicts[id];
		if (verdict === undefined) return undefined;
		return { ...verdict, at: undefined, holder: placeOf(verdict.holder) };
	});
}

function entryIdsOf(update: Uint8Array): string[] {
	return Y.decodeUpdate(update).structs.flatMap((struct) =>
		struct instanceof Y.Item && (struct.parent as unknown) === roots.entries && struct.parentSub !== null
			? [struct.parentSub]
			: [],
	);
}

function holderIn(doc: Y.Doc): unknown {
	const reading = readRecord(doc);
	return reading.kind === 'record' ? foldTicket(reading.facts)?.claim : undefined;
}

const week = 7 * 24 * 60 * 60_000;
const anySkew = fc.oneof(fc.integer({ min: -week, max: week }), fc.integer({ min: -2000, max: 2000 }));

test('[I9] no skew of any device clock changes a verdict', { timeout: 300_000 }, async () => {
	await fc.assert(
		fc.asyncProperty(moves, fc.array(anySkew, { minLength: 12, maxLength: 12 }), async (list, skews) => {
			let right: unknown[] = [];
			await withPlayed(list, async (played) => void (right = verdictsOf(played)));
			const wrong = list.map((move, i) => ({ ...move, skew: skews[i] ?? 0 }));
			await withPlayed(wrong, async (played) => expect(verdictsOf(played)).toEqual(right));
		}),
		runs,
	);
});

test(
	'[I7] pushing anything again, in any order, as often as one likes, changes nothing',
	{ timeout: 300_000 },
	async () => {
		await fc.assert(
			fc.asyncProperty(moves, fc.infiniteStream(fc.nat(1000)), async (list, chance) => {
				await withPlayed(list, async (played) => {
					const { edits, life, push } = played;
					const head = life.relay.head();
					const before = canonical(played.doc().toJSON());
					const log = canonical(played.updates().map((bytes) => Buffer.from(bytes).toString('hex')));
					for (let i = 0; i < 2 * edits.length; i++) {
						const { device, edit, answer } = edits[(chance.next().value ?? 0) % edits.length]!;
						expect(answer.kind).toBe('ok');
						const seq = answer.kind === 'rejected' ? -1 : answer.seq;
						expect(await push(device, [edit, edit])).toEqual(Array(2).fill({ n: edit.n, kind: 'duplicate', seq }));
					}
					// The same bytes under a new number are no news either.
					const { device, edit } = edits[0]!;
					await push(device, [{ ...edit, n: 1_000_000 }]);
					expect(life.relay.head()).toBe(head);
					expect(canonical(played.doc().toJSON())).toBe(before);
					expect(canonical(played.updates().map((bytes) => Buffer.from(bytes).toString('hex')))).toBe(log);
				});
			}),
			runs,
		);
	},
);

test('[I1] the same facts give the same holder, in any order and by any path', { timeout: 300_000 }, async () => {
	await fc.assert(
		fc.asyncProperty(moves, fc.infiniteStream(fc.nat(1000)), async (list, chance) => {
			await withPlayed(list, async (played) => {
				const expected = canonical(holderIn(played.doc()));
				const pick = () => chance.next().value ?? 0;
				const updates = played.updates();
				const shuffled = updates
					.map((update) => ({ update, place: pick() }))
					.sort((a, b) => a.place - b.place)
					.map(({ update }) => update);
				const twice = [...shuffled, ...updates.filter(() => pick() % 2 === 0)];
				const one = new Y.Doc();
				for (const update of twice) Y.applyUpdate(one, update);
				expect(canonical(holderIn(one))).toBe(expected);
				// Through folds of what happened to be there, as a device does.
				const some = shuffled.slice(0, pick() % (shuffled.length + 1));
				const folded = foldUpdates(undefined, some);
				const rest = shuffled.filter((update) => !folded?.taken.some((place) => some[place] === update));
				const other = new Y.Doc();
				for (const update of folded === undefined ? rest : [folded.update, ...rest]) Y.applyUpdate(other, update);
				expect(canonical(holderIn(other))).toBe(expected);
			});
		}),
		runs,
	);
});
