import fc from 'fast-check';
import { randomFillSync } from 'node:crypto';
import * as Y from 'yjs';
import type { ClaimFact } from '../../../src/lib/domain/claim.ts';
import type { DeskConfig } from '../../../src/lib/domain/desk-config.ts';
import type { Draft, Entry } from '../../../src/lib/domain/entry.ts';
import { encodeHlc } from '../../../src/lib/domain/hlc.ts';
import type { AgentId, DeviceId, DocumentId, EntryId, LineId, QueueId } from '../../../src/lib/domain/ids.ts';
import { deskDocument, recordId, relayAgent, relayDevice } from '../../../src/lib/domain/ids.ts';
import type { Role } from '../../../src/lib/domain/role.ts';
import { compareEpochs, type ClaimVerdict } from '../../../src/lib/domain/verdict.ts';
import { writeDeskValue } from '../../../src/lib/document/desk-document.ts';
import { appendEntries, readRecord, writeMeta, type Author } from '../../../src/lib/document/record-document.ts';
import { encodePush } from '../../../src/lib/protocol/replica.ts';
import type { DeviceIdentity } from '../../../sync-server/device-identity.ts';
import { createRelay, type Relay } from '../../../sync-server/relay.ts';
import { mustOpenDatabase, type RelayDatabase } from '../../../sync-server/store/database.ts';
import { blockSize, firstBlock, ticketNumber } from '../../../src/lib/domain/ticket-number.ts';

/**
 * Three agents work on one ticket, offline and online, with clocks as wrong as they like; the relay is the real one over SQLite. What
 * arrived in which order is noted beside, and `modelOf` tells from that alone what the relay has to say.
 */
const minute = 60_000;
const start = Date.parse('2026-03-02T08:00:00Z');
const support = 'support' as LineId;
const slow = 'slow' as QueueId;
const quick = 'quick' as QueueId;
const unlockAfter: Record<string, number> = { slow: 60, quick: 20 };

const agent = (id: string, role: Role, lines: LineId[], active = true) => ({
	...{ id: id as AgentId, name: id, mail: `${id}@desk.example` },
	...{ role, lines, active },
});
const people = [
	agent('maria', 'agent', [support]),
	agent('axel', 'agent', [support]),
	agent('boss', 'admin', []),
	agent('gone', 'agent', [support], false),
	agent('eve', 'observer', [support]),
	agent('far', 'agent', ['sales' as LineId]),
];
/** Who may hold the ticket, told by name and not by the rule. */
const mayHold = new Set(['maria', 'axel', 'boss']);

const config: DeskConfig = {
	desk: { name: 'Desk', language: 'en', hours: [] },
	lines: [{ id: support, name: 'Support', addresses: [], colour: 1 }],
	queues: [slow, quick].map((id) => ({ id, name: id, line: support, unlockAfter: unlockAfter[id]! })),
	agents: people,
	systems: [],
	manuals: [],
	categories: [],
	textModules: [],
	mailRules: [],
};

export interface Step {
	who: number;
	do:
		| 'claim'
		| 'release'
		| 'hand'
		| 'take'
		| 'free'
		| 'note'
		| 'reply'
		| 'wait'
		| 'reopen'
		| 'queue'
		| 'customer'
		| 'pass'
		| 'push'
		| 'again'
		| 'pull';
	n: number;
}

/** What happens, not when by whose clock. */
export const steps = (maxLength = 40): fc.Arbitrary<Step[]> =>
	fc.array(
		fc.record({
			who: fc.nat(2),
			do: fc.oneof(
				{ weight: 4, arbitrary: fc.constantFrom('claim', 'push', 'pass') },
				{ weight: 2, arbitrary: fc.constantFrom('release', 'hand', 'take', 'pull', 'push') },
				{
					weight: 1,
					arbitrary: fc.constantFrom('free', 'note', 'reply', 'wait', 'reopen', 'queue', 'customer', 'again'),
				},
			) as fc.Arbitrary<Step['do']>,
			n: fc.nat(1000),
		}),
		{ minLength: 8, maxLength, size: 'max' },
	);

interface Arrival {
	id: EntryId;
	entry: Entry;
	at: number;
}

interface Outcome {
	/** In the order in which the relay stored them; what came in one push stands together. */
	pushes: Arrival[][];
	verdicts: Map<EntryId, ClaimVerdict>;
	/** What is wrong, whatever the rules are. */
	broken: string[];
}

export interface ClaimWorld {
	ticket: DocumentId;
	relay: Relay;
	play(step: Step): Promise<void>;
	outcome(): Outcome;
	pass(minutes: number): void;
	/** Everything that a device has and the relay has not. */
	pushAll(): Promise<void>;
	/** What a device has, and what the relay has. */
	copies(): Y.Doc[];
}

/** A relay with the desk's people, for many tickets one after the other. */
export interface Home {
	relay: Relay;
	clock: { now: number };
	failures: unknown[];
	/** How many tickets were played here. */
	played: number;
	close(): Promise<void>;
}

export async function createHome(database: RelayDatabase = mustOpenDatabase(':memory:'), played = 0): Promise<Home> {
	const clock = { now: start + played * 86_400_000 };
	const failures: unknown[] = [];
	const relay = createRelay({
		...{ database, now: () => clock.now, random: (bytes) => randomFillSync(bytes) },
		identify: () => ({ kind: 'refused', reason: 'sign-in' }),
		blocksOf: () => Array.from({ length: 10 }, (_, i) => firstBlock + i),
		onFailure: (error) => failures.push(error),
	});
	await relay.write(deskDocument, (doc) => {
		writeDeskValue(doc, 'desk', config.desk);
		for (const line of config.lines) writeDeskValue(doc, `line:${line.id}`, line);
		for (const queue of config.queues) writeDeskValue(doc, `queue:${queue.id}`, queue);
		for (const person of config.agents) writeDeskValue(doc, `agent:${person.id}`, person);
	});
	return {
		...{ relay, clock, failures, played },
		async close() {
			await relay.close();
			database.close();
		},
	};
}

/** `ticket`: one that is there already, seen anew by devices that have nothing. */
export async function createClaimWorld(
	home: Home,
	skews: readonly number[] = [],
	known: { ticket: DocumentId; made: number } | undefined = undefined,
): Promise<ClaimWorld> {
	const { relay, clock, failures } = home;
	const place = ++home.played;
	clock.now += 86_400_000;
	let made = known?.made ?? 0;
	const newId = () => `01${String(place).padStart(6, '0')}${String(made++).padStart(18, '0')}` as EntryId;
	const ticket = known?.ticket ?? recordId('ticket', newId());
	const devices = people.slice(0, 3).map(({ id, role }, i) => {
		const identity: DeviceIdentity = {
			...{ device: `${id}-device` as DeviceId, agent: id, role, scopeRevision: 1 },
			scopes: ['desk', `agent:${id}`, `line:${support}`],
		};
		const author: Author = {
			...{ agent: id, device: identity.device, newId },
			tick: () => encodeHlc(Math.max(0, clock.now + (skews[i] ?? 0))),
		};
		return {
			identity,
			author,
			doc: new Y.Doc(),
			n: place * 1000,
			unsent: 0,
			last: undefined as Uint8Array | undefined,
		};
	});
	type Device = (typeof devices)[number];
	const pushes: Arrival[][] = [];
	const arrivedIds = new Set<EntryId>();
	const broken: string[] = [];
	let seen = new Map<EntryId, ClaimVerdict>();

	const factsAtRelay = () => {
		const reading = readRecord(relay.read(ticket) ?? new Y.Doc());
		if (reading.kind !== 'record') throw new Error('the ticket is not there');
		return reading.facts;
	};
	const verdictsNow = () => {
		const verdicts = new Map<EntryId, ClaimVerdict>();
		for (const [key, verdict] of factsAtRelay().verdicts)
			if (verdict.kind === 'claim') verdicts.set(key as EntryId, verdict);
		return verdicts;
	};

	/** After each contact: what is new has arrived, and nothing that was said has changed. */
	async function look(): Promise<void> {
		await relay.settled();
		const arrived: Arrival[] = [];
		for (const [id, entry] of [...factsAtRelay().entries].sort(([a], [b]) => (a < b ? -1 : 1))) {
			if (arrivedIds.has(id)) continue;
			arrivedIds.add(id);
			arrived.push({ id, entry, at: clock.now });
		}
		if (arrived.length > 0) pushes.push(arrived);
		const verdicts = verdictsNow();
		for (const [id, verdict] of seen)
			if (JSON.stringify(verdicts.get(id)) !== JSON.stringify(verdict)) broken.push(`[I8] the verdict ${id} changed`);
		const highest = [...seen.values()]
			.map(({ epoch }) => epoch)
			.sort(compareEpochs)
			.at(-1);
		for (const [id, { epoch }] of verdicts) {
			if (seen.has(id)) continue;
			if (highest !== undefined && (epoch.era < highest.era || (epoch.era === highest.era && epoch.n <= highest.n)))
				broken.push(`[I4] ${id} has an epoch that is not above those before it`);
		}
		seen = verdicts;
	}

	async function push(device: Device): Promise<void> {
		device.last = encodePush([
			{ n: ++device.n, document: ticket, generation: 0, update: Y.encodeStateAsUpdate(device.doc) },
		]);
		const result = await relay.push(device.identity, device.last);
		const answer = result.kind === 'ok' ? result.body.answers[0] : undefined;
		if (answer?.kind !== 'ok') broken.push(`a push was not taken: ${JSON.stringify(result)}`);
		device.unsent = 0;
		await look();
	}

	function write(device: Device, draft: Draft): void {
		appendEntries(device.doc, device.author, [draft]);
		device.unsent++;
	}

	/** What the device could name: the claims, hand-overs and take-overs it knows of. */
	function nameable(device: Device): EntryId[] {
		return [...device.doc.getMap<{ kind: string }>('entries')]
			.filter(([, { kind }]) => kind === 'claimed' || kind === 'handed-over' || kind === 'taken-over')
			.map(([id]) => id as EntryId)
			.sort();
	}

	function entriesOf(device: Device, kind: string): EntryId[] {
		return [...device.doc.getMap<{ kind: string }>('entries')]
			.filter(([, e]) => e.kind === kind)
			.map(([id]) => id as EntryId);
	}

	async function play({ who, do: doing, n }: Step): Promise<void> {
		const device = devices[who]!;
		const pick = <T>(list: readonly T[]): T | undefined => list[n % Math.max(1, list.length)];
		const replaces = (kind: string) => (n % 3 === 0 ? [] : entriesOf(device, kind));
		switch (doing) {
			case 'claim':
				return write(device, { kind: 'claimed' });
			case 'release':
			case 'hand': {
				// Mostly the newest, sometimes any.
				const claims = nameable(device);
				const claim = n % 4 === 0 ? pick(claims) : claims.at(-1);
				if (claim === undefined) return;
				if (doing === 'release') return write(device, { kind: 'released', claim });
				return write(device, { kind: 'handed-over', claim, to: pick(people)!.id, note: 'please' });
			}
			case 'take':
				return write(device, { kind: 'taken-over', to: pick(people)!.id, reason: 'ill' });
			case 'free':
				return write(device, { kind: 'taken-over', to: null, reason: 'ill' });
			case 'note':
				return write(device, { kind: 'note', text: 'x', attachments: [] });
			case 'reply':
				return write(device, {
					...{ kind: 'reply-requested', slot: null, claim: null, to: [], cc: [], subject: 'Re:', text: 'x' },
					attachments: [],
				});
			case 'wait':
			case 'reopen': {
				const words = [...device.doc.getMap<{ kind: string; direction?: string }>('entries')]
					.filter(([, entry]) => entry.kind === 'message' && entry.direction === 'in')
					.map(([id]) => id as EntryId)
					.sort();
				return write(device, {
					kind: 'status-set',
					...(doing === 'wait'
						? { status: 'waiting' as const, reason: 'customer' as const }
						: { status: 'open' as const }),
					...{ seen: words.at(-1) ?? null, replaces: replaces('status-set') },
				});
			}
			case 'queue':
				return write(device, { kind: 'queue-set', queue: n % 2 ? slow : quick, replaces: replaces('queue-set') });
			case 'customer': {
				const pen = { agent: relayAgent, device: relayDevice, tick: () => encodeHlc(clock.now), newId };
				const kim = { name: 'Kim', address: 'kim@example.org' };
				await relay.write(ticket, (doc) => {
					appendEntries(doc, pen, [
						{
							...{ kind: 'message', direction: 'in', channel: 'mail', visibility: 'public' },
							...{ from: kim, to: [], cc: [], subject: 'Re:', text: 'x', attachments: [] },
						},
					]);
				});
				return look();
			}
			case 'pass':
				clock.now += (n % 5 === 0 ? 70 : n % 45) * minute;
				return;
			case 'push':
				if (device.unsent > 0) await push(device);
				return;
			case 'again': {
				if (device.last === undefined) return;
				const result = await relay.push(device.identity, device.last);
				if (result.kind !== 'ok' || result.body.answers[0]?.kind !== 'duplicate')
					broken.push(`[I7] the same push was answered otherwise: ${JSON.stringify(result)}`);
				return look();
			}
			case 'pull':
				Y.applyUpdate(device.doc, Y.encodeStateAsUpdate(relay.read(ticket)!));
		}
	}

	if (known === undefined) {
		const [first] = devices;
		first!.doc.transact(() => {
			writeMeta(first!.doc, 'ticket');
			write(first!, {
				...{
					kind: 'opened',
					number: ticketNumber(firstBlock + Math.floor(place / blockSize), place % blockSize),
					subject: 'A',
					line: support,
					queue: slow,
				},
				channel: 'phone',
			});
		});
		await push(first!);
	} else await look();
	for (const device of devices) Y.applyUpdate(device.doc, Y.encodeStateAsUpdate(relay.read(ticket)!));

	return {
		...{ ticket, relay, play },
		outcome: () => ({
			...{ pushes, verdicts: verdictsNow() },
			broken: [...broken, ...failures.map((error) => `failed: ${String(error)}`)],
		}),
		pass(minutes) {
			clock.now += minutes * minute;
		},
		async pushAll() {
			for (const device of devices) if (device.unsent > 0) await push(device);
		},
		copies: () => [...devices.map(({ doc }) => doc), relay.read(ticket)!],
	};
}

export async function run(home: Home, program: readonly Step[], skews: readonly number[] = []): Promise<Outcome> {
	const world = await createClaimWorld(home, skews);
	for (const step of program) await world.play(step);
	await world.pushAll();
	return world.outcome();
}

interface Told {
	outcome: ClaimVerdict['outcome'];
	holder: string | null;
	why: string | undefined;
	from: string | undefined;
}

/** The rules of DESIGN section 6 told anew, from nothing but what arrived when. */
export function modelOf(pushes: readonly Arrival[][]): { told: Map<EntryId, Told>; holder: string | undefined } {
	const told = new Map<EntryId, Told>();
	const all: Arrival[] = [];
	const lastOf = new Map<string, number>();
	let holder: { agent: string; claim: string; since: number } | undefined;
	let isCustomersTurn = false;
	let replyAt = 0;
	let word: EntryId | undefined;

	const standing = (kinds: string[]) => {
		const setters = all.filter(({ entry }) => kinds.includes(entry.kind));
		const replaced = new Set(setters.flatMap(({ entry }) => ('replaces' in entry ? entry.replaces : [])));
		return setters.filter(({ id }) => !replaced.has(id)).map(({ entry }) => entry);
	};
	const isIdle = (at: number) => {
		const waits = standing(['status-set']).some(
			(entry) =>
				entry.kind === 'status-set' && entry.status === 'waiting' && (word === undefined || entry.seen === word),
		);
		if (waits || holder === undefined) return false;
		const set = standing(['queue-set']).map((entry) => (entry.kind === 'queue-set' ? unlockAfter[entry.queue]! : 0));
		const minutes = set.length > 0 ? Math.max(...set) : unlockAfter.slow!;
		return at >= Math.max(holder.since, lastOf.get(holder.agent) ?? 0, replyAt) + minutes * minute;
	};
	const answer = ({ id, entry, at }: Arrival): Told => {
		const refused = (why: string): Told => ({
			...{ outcome: 'refused', holder: holder?.agent ?? null, why, from: undefined },
		});
		const give = (to: string, why?: string): Told => {
			const from = why === undefined || holder?.agent === to ? undefined : holder?.agent;
			holder = { agent: to, claim: id, since: holder?.agent === to ? holder.since : at };
			return { outcome: 'granted', holder: to, why, from };
		};
		const isOwn = 'claim' in entry && holder?.claim === entry.claim && holder?.agent === entry.by;
		switch (entry.kind as ClaimFact['kind']) {
			case 'claimed':
				if (holder === undefined || holder.agent === entry.by) return give(entry.by);
				return isIdle(at) ? give(entry.by, 'idle') : refused('held-by-other');
			case 'released':
				if (!isOwn) return refused('not-current');
				holder = undefined;
				return { outcome: 'released', holder: null, why: undefined, from: undefined };
			case 'handed-over': {
				const to = (entry as Extract<Entry, { kind: 'handed-over' }>).to;
				if (!isOwn) return refused('not-current');
				return to === entry.by || !mayHold.has(to) ? refused('no-such-agent') : give(to, 'handed-over');
			}
			case 'taken-over': {
				const { to } = entry as Extract<Entry, { kind: 'taken-over' }>;
				if (entry.by !== 'boss') return refused('no-permission');
				if (to !== null) return mayHold.has(to) ? give(to, 'taken-over') : refused('no-such-agent');
				if (holder === undefined) return refused('not-current');
				const from = holder.agent;
				holder = undefined;
				return { outcome: 'released', holder: null, why: 'taken-over', from };
			}
		}
	};

	for (const push of pushes) {
		for (const arrival of push) {
			const { id, entry, at } = arrival;
			all.push(arrival);
			if (entry.by !== relayAgent) lastOf.set(entry.by, at);
			if (entry.kind === 'reply-requested' || (entry.kind === 'status-set' && entry.status === 'waiting'))
				isCustomersTurn = true;
			if (entry.kind !== 'message') continue;
			word = id;
			if (isCustomersTurn) replyAt = at;
			isCustomersTurn = false;
		}
		for (const arrival of push)
			if (['claimed', 'released', 'handed-over', 'taken-over'].includes(arrival.entry.kind))
				told.set(arrival.id, answer(arrival));
	}
	return { told, holder: holder?.agent };
}

/** Where the relay said something else than the rules do. */
export function differences({ pushes, verdicts, broken }: Outcome): string[] {
	const { told } = modelOf(pushes);
	const wrong = [...broken];
	for (const [id, right] of told) {
		const said = verdicts.get(id);
		if (said === undefined) wrong.push(`${id} has no verdict`);
		else if (
			said.outcome !== right.outcome ||
			said.holder !== right.holder ||
			said.why !== right.why ||
			said.from !== right.from
		)
			wrong.push(`${id}: ${JSON.stringify(said)}, not ${JSON.stringify(right)}`);
	}
	for (const id of verdicts.keys()) if (!told.has(id)) wrong.push(`the verdict ${id} answers nothing`);
	const epochs = [...verdicts.values()].map(({ epoch }) => epoch).sort((a, b) => a.era - b.era || a.n - b.n);
	for (const [i, epoch] of epochs.entries())
		if (i > 0 && epochs[i - 1]!.era === epoch.era && epochs[i - 1]!.n >= epoch.n)
			wrong.push('[I2] an epoch was given twice');
	return wrong;
}
