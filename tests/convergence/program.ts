import { createRandom, type Random } from '../../sync-server/demo/random.ts';
import type { NetworkMood } from './network.ts';
import { calm } from './network.ts';
import { withColdWork, type ColdStep } from './cold-steps.ts';
import { makeArticleAct, makeContactAct, somePart, type OfficeStep } from './office-steps.ts';

/**
 * A run is a program: data made from a seed, printed when the run fails, and played by `world.ts`. `ticket` is a place in the list of
 * tickets that the device has at that moment, counted round.
 */
export interface Program {
	seed: number;
	people: { name: string; role: 'admin' | 'agent'; lines: string[] }[];
	/** `recent`: holds closed tickets as rows alone. */
	devices: { person: number; skew: number; dexie: boolean; tabs: number; recent?: boolean }[];
	relayOnFile: boolean;
	slowestDisk: number;
	mood: NetworkMood;
	steps: Step[];
}

export type Step = { at: number } & (
	| { do: 'create'; device: number; tab: number; line: string; text: string }
	| { do: 'act'; device: number; tab: number; ticket: number; act: Act }
	| { do: 'type'; device: number; tab: number; ticket: number; draft: 'reply' | 'note'; place: number; text: string }
	| { do: 'leave-records'; device: number; tab: number }
	| { do: 'person'; device: number; tab: number; line: string; text: string }
	| { do: 'settings'; device: number; tab: number; text: string }
	| { do: 'configure'; device: number; tab: number; text: string }
	| { do: 'customer-writes'; ticket: number; text: string }
	| { do: 'erase'; ticket: number; kind?: SimKind }
	| { do: 'fold'; device: number; ticket: number }
	| { do: 'repair'; device: number; tab: number }
	| { do: 'discard'; device: number; tab: number }
	| { do: 'close-tab' | 'open-tab'; device: number; tab: number }
	| { do: 'cut-line'; device: number; ms: number }
	| { do: 'crash-device'; device: number; calls: number; moment: 'before' | 'after' | 'inside'; ms: number }
	| { do: 'crash-relay'; statements: number; moment: 'before' | 'after'; ms: number }
	| { do: 'back-up' }
	| { do: 'restore'; ms: number }
	| { do: 'lines'; person: number; lines: string[] }
	| { do: 'revoke'; device: number }
	| { do: 'clock'; device: number; skew: number }
	| OfficeStep
	| ColdStep
);
export type Doing = Exclude<Step['do'], ColdStep['do']>;
export type SimKind = 'ticket' | 'article' | 'interaction';

export type Act =
	| { kind: 'note'; text: string }
	| { kind: 'reply'; text: string }
	| { kind: 'status'; status: 'open' | 'waiting' | 'closed' }
	| { kind: 'priority'; priority: 1 | 2 | 3 | 4 }
	| { kind: 'tag' | 'untag'; tag: string }
	| { kind: 'subject'; text: string }
	| { kind: 'queue'; queue: string }
	| { kind: 'line'; line: string }
	| { kind: 'assign'; person: number | null }
	/** Also of what another holds, as if that one had long been silent. */
	| { kind: 'claim'; isIdle?: boolean }
	| { kind: 'release' }
	| { kind: 'hand-over'; person: number }
	| { kind: 'take-over'; person: number | null }
	| { kind: 'undo'; entry: number };

export interface Shape {
	steps: number;
	/** Share of devices whose store is Dexie over fake-indexeddb. */
	dexie: number;
	relayOnFile: number;
	/** How much more often than usual a kind of step comes; 0 leaves it out. */
	weights?: Partial<Record<Doing, number>>;
}

export const usualShape: Shape = { steps: 36, dexie: 0, relayOnFile: 0.02 };

const usualWeights: Record<Doing, number> = {
	create: 5,
	act: 30,
	type: 12,
	'leave-records': 1,
	person: 1,
	settings: 1,
	configure: 0.5,
	'customer-writes': 3,
	erase: 0.4,
	fold: 3,
	repair: 0,
	discard: 0.5,
	'close-tab': 1.5,
	'open-tab': 2,
	'cut-line': 5,
	'crash-device': 5,
	'crash-relay': 3,
	'back-up': 0,
	restore: 0,
	lines: 2,
	revoke: 0.3,
	clock: 1,
	'write-article': 2,
	article: 12,
	'type-article': 10,
	call: 2,
	contact: 8,
};

/** What a run is mostly about: work that meets in one record finds more than work on many. */
const about: Record<SimKind, Partial<Record<Doing, number>>> = {
	ticket: { 'write-article': 0.2, article: 0.2, 'type-article': 0.2, call: 0.2, contact: 0.2 },
	article: { act: 0.2, type: 0.2, create: 0.4, article: 2.2, 'type-article': 1.6, contact: 0.2 },
	interaction: { act: 0.4, type: 0.2, article: 0.2, 'type-article': 0.2, call: 1.5, contact: 3 },
};

const names = ['ada', 'bob', 'cleo', 'dan'];
const tags = ['urgent', 'printer', 'vip'];
const allLines = ['alpha', 'beta'];

export function makeProgram(seed: number, shape: Shape = usualShape): Program {
	const random = createRandom(seed);
	const deviceCount = 2 + random.below(3);
	const people = names.slice(0, Math.min(deviceCount, 2 + random.below(2))).map((name, i) => ({
		name,
		role: i === 0 ? ('admin' as const) : ('agent' as const),
		lines: i === 0 || random.chance(0.6) ? allLines : [random.pick(allLines)],
	}));
	const devices = Array.from({ length: deviceCount }, (_, i) => ({
		person: i < people.length ? i : random.below(people.length),
		skew: skew(random),
		dexie: random.chance(shape.dexie),
		tabs: random.chance(0.3) ? 2 : 1,
		recent: (seed + i) % 3 === 0,
	}));
	const rough = random.chance(0.75);
	const mood: NetworkMood = rough
		? {
				lostRequests: random.next() * 0.3,
				lostAnswers: random.next() * 0.3,
				repeated: random.next() * 0.3,
				slowest: random.pick([30, 400, 4000]),
			}
		: calm;
	const steps: Step[] = [];
	const mostly = random.pick(['ticket', 'ticket', 'ticket', 'article', 'article', 'interaction'] as const);
	// Work comes in bursts, so that much happens between two rounds of sync.
	const pause = () => (random.chance(0.6) ? random.below(120) : random.below(random.chance(0.1) ? 90_000 : 8000));
	for (let at = 500; steps.length < shape.steps; at += pause()) {
		const first = steps.length < 3;
		steps.push({
			at,
			...(first ? creation(random, devices, mostly) : makeStep(random, shape, mostly, devices, people)),
		});
	}
	return withColdWork({
		seed,
		people,
		devices,
		relayOnFile: random.chance(shape.relayOnFile),
		slowestDisk: random.pick([1, 10, 60]),
		mood,
		steps,
	});
}

function skew(random: Random): number {
	const widest = random.pick([0, 1000, 240_000, 86_400_000]);
	return Math.round((random.next() * 2 - 1) * widest);
}

type Bare = Step extends infer One ? (One extends Step ? Omit<One, 'at'> : never) : never;

function creation(random: Random, devices: Program['devices'], kind: SimKind): Bare {
	const device = random.below(devices.length);
	const tab = tabOf(random, devices, device);
	const line = random.pick(allLines);
	const text = word(random);
	if (kind === 'ticket') return { do: 'create', device, tab, line, text };
	if (kind === 'interaction') return { do: 'call', device, tab, line, text };
	return { do: 'write-article', device, tab, lines: random.chance(0.4) ? [] : [line], text };
}

function tabOf(random: Random, devices: Program['devices'], device: number): number {
	return random.below(devices[device]?.tabs ?? 1);
}

function makeStep(
	random: Random,
	shape: Shape,
	mostly: SimKind,
	devices: Program['devices'],
	people: Program['people'],
): Bare {
	const doing = pickDoing(random, shape, mostly);
	const device = random.below(devices.length);
	const tab = tabOf(random, devices, device);
	// Most work is on the same ticket: that is where order matters.
	const ticket = random.chance(0.5) ? 0 : random.below(6);
	const text = word(random);
	switch (doing) {
		case 'create':
			return creation(random, devices, 'ticket');
		case 'write-article':
			return creation(random, devices, 'article');
		case 'call':
			return creation(random, devices, 'interaction');
		case 'article':
			return { do: doing, device, tab, article: ticket, act: makeArticleAct(random) };
		case 'type-article':
			return { do: doing, device, tab, article: ticket, ...somePart(random), place: random.next(), text };
		case 'contact':
			return { do: doing, device, tab, contact: ticket, act: makeContactAct(random, () => word(random)) };
		case 'act':
			return { do: doing, device, tab, ticket, act: makeAct(random, people) };
		case 'type':
			return {
				...{ do: doing, device, tab, ticket, text },
				draft: random.chance(0.7) ? 'reply' : 'note',
				place: random.next(),
			};
		case 'leave-records':
		case 'repair':
		case 'discard':
		case 'close-tab':
		case 'open-tab':
			return { do: doing, device, tab };
		case 'person':
			return { do: doing, device, tab, line: random.pick(allLines), text };
		case 'settings':
		case 'configure':
			return { do: doing, device, tab, text };
		case 'customer-writes':
			return { do: doing, ticket, text };
		case 'erase':
			return { do: doing, ticket, kind: mostly };
		case 'fold':
			return { do: doing, device, ticket };
		case 'cut-line':
			return { do: doing, device, ms: random.below(40_000) };
		case 'crash-device': {
			const moment = random.pick(['before', 'after', 'inside'] as const);
			const calls = 1 + random.below(moment === 'inside' ? 60 : 25);
			return { do: doing, device, calls, moment, ms: random.below(20_000) };
		}
		case 'crash-relay': {
			const moment = random.pick(['before', 'after'] as const);
			return { do: doing, statements: 1 + random.below(80), moment, ms: random.below(20_000) };
		}
		case 'back-up':
			return { do: doing };
		case 'restore':
			return { do: doing, ms: random.below(20_000) };
		case 'lines': {
			const person = random.below(people.length);
			return { do: doing, person, lines: random.pick([[], ['alpha'], ['beta'], allLines, allLines]) };
		}
		case 'revoke':
			return { do: doing, device };
		case 'clock':
			return { do: doing, device, skew: skew(random) };
	}
}

function makeAct(random: Random, people: Program['people']): Act {
	const kinds = [
		'note',
		'reply',
		'status',
		'priority',
		'tag',
		'untag',
		'subject',
		'queue',
		'assign',
		'undo',
		'line',
	] as const;
	const claims = ['claim', 'claim', 'claim', 'release', 'hand-over', 'take-over'] as const;
	const kind = random.chance(0.45) ? random.pick(claims) : random.pick(kinds);
	switch (kind) {
		case 'note':
		case 'reply':
		case 'subject':
			return { kind, text: word(random) };
		case 'status':
			return { kind, status: random.pick(['open', 'waiting', 'closed'] as const) };
		case 'priority':
			return { kind, priority: random.pick([1, 2, 3, 4] as const) };
		case 'tag':
		case 'untag':
			return { kind, tag: random.pick(tags) };
		case 'queue':
			return { kind, queue: `${random.pick(allLines)}-${random.pick(['front', 'back'])}` };
		case 'line':
			return { kind, line: random.pick(allLines) };
		case 'assign':
			return { kind, person: random.chance(0.2) ? null : random.below(people.length) };
		case 'undo':
			return { kind, entry: random.below(20) };
		case 'claim':
			return { kind, isIdle: random.chance(0.5) };
		case 'hand-over':
			return { kind, person: random.below(people.length) };
		case 'take-over':
			return { kind, person: random.chance(0.3) ? null : random.below(people.length) };
		default:
			return { kind };
	}
}

function pickDoing(random: Random, shape: Shape, mostly: SimKind): Doing {
	const doings = Object.keys(usualWeights) as Doing[];
	const weightOf = (doing: Doing) => usualWeights[doing] * (about[mostly][doing] ?? 1) * (shape.weights?.[doing] ?? 1);
	let rest = random.next() * doings.reduce((sum, doing) => sum + weightOf(doing), 0);
	return doings.find((doing) => (rest -= weightOf(doing)) < 0) ?? 'act';
}

function word(random: Random): string {
	let text = '';
	for (let i = 3 + random.below(6); i > 0; i--) text += 'abcdefghijklmnopqrstuvwxyzäöß '.charAt(random.below(30));
	return `${text.trim()}.`;
}
