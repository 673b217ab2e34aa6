import { createRandom, type Random } from '../../sync-server/demo/random.ts';
import type { Act, Program, Step } from './program.ts';

/** What happens to tickets of which a device holds the row alone; `ticket` is a place in the list of that device; -1 is the newest. */
export type ColdStep =
	/** Opens it on that tab's screen, and leaves it there. */
	| { do: 'look'; device: number; tab: number; ticket: number }
	| { do: 'pin'; device: number; tab: number; ticket: number; isPinned: boolean }
	| { do: 'choose-tier'; device: number; tab: number; isRecent: boolean }
	/** As if a week had gone by since anything was looked at there. */
	| { do: 'forget-looks'; device: number }
	/** All tabs load another build, which writes rows of cold tickets in another way. */
	| { do: 'update-app'; device: number; ms: number }
	/** Words in a ticket are blacked out: it has a next generation. */
	| { do: 'redact'; ticket: number };

const shareOfRuns = 0.35;

/** Adds stories of tickets that become cold to a program; drawn apart, so that the rest of the program is what it would be without them. */
export function withColdWork(program: Program): Program {
	const random = createRandom(program.seed ^ 0xc01d);
	const cold = program.devices.flatMap(({ recent }, index) => (recent === true ? [index] : []));
	if (cold.length === 0 || !random.chance(shareOfRuns)) return program;
	const end = program.steps.at(-1)?.at ?? 0;
	const steps = coldStory(random, program, random.pick(cold), 8000 + random.below(Math.min(end, 30_000) + 1));
	return { ...program, steps: [...program.steps, ...steps].sort((a, b) => a.at - b.at) };
}

/** A ticket is closed somewhere, becomes a row on `there`, and then everything happens to it at once. */
function coldStory(random: Random, program: Program, there: number, start: number): Step[] {
	// Mostly one of its own, the newest there is; or the first, with which most else happens.
	const ticket = random.chance(0.7) ? -1 : 0;
	const other = random.below(program.devices.length);
	const tab = random.below(program.devices[there]!.tabs);
	const steps: Step[] = [];
	let at = start;
	const add = (...more: (Step extends infer One ? (One extends Step ? Omit<One, 'at'> : never) : never)[]) => {
		for (const step of more) steps.push({ at, ...step } as Step);
	};
	const act = (device: number, done: Act) => add({ do: 'act', device, tab: 0, ticket, act: done });
	const text = () => `cold ${random.below(1000)}.`;
	if (ticket < 0) {
		add({ do: 'create', device: other, tab: 0, line: random.pick(['alpha', 'beta']), text: text() });
		at += random.below(6000);
	}
	act(other, { kind: 'assign', person: null });
	act(other, { kind: 'status', status: 'closed' });
	add({ do: 'leave-records', device: there, tab }, { do: 'forget-looks', device: there });
	at += 4000 + random.below(program.mood.slowest > 1000 ? 30_000 : 8000);
	// News for everybody, so that everybody looks what has become cold.
	add({ do: 'person', device: other, tab: 0, line: 'alpha', text: 'Kim' });
	at += 1000 + random.below(program.mood.slowest > 1000 ? 15_000 : 3000);
	const events: (() => void)[] = [
		...many(4, () => add({ do: 'look', device: there, tab, ticket })),
		...many(3, () => act(there, { kind: 'note', text: text() })),
		...many(2, () => act(there, random.pick([{ kind: 'claim' }, { kind: 'tag', tag: 'old' }] as const))),
		() => act(there, { kind: 'status', status: random.pick(['open', 'closed'] as const) }),
		() => add({ do: 'type', device: there, tab, ticket, draft: 'note', place: random.next(), text: text() }),
		...many(2, () => add({ do: 'pin', device: there, tab, ticket, isPinned: random.chance(0.6) })),
		...many(2, () => add({ do: 'leave-records', device: there, tab }, { do: 'forget-looks', device: there })),
		() => add({ do: 'choose-tier', device: there, tab, isRecent: random.chance(0.6) }),
		() => add({ do: 'update-app', device: there, ms: random.below(3000) }),
		...many(2, () => add({ do: 'cut-line', device: there, ms: random.below(15_000) })),
		// In the middle of fetching.
		...many(2, () =>
			add(
				{ do: 'look', device: there, tab, ticket },
				{
					...{ do: 'crash-device', device: there, calls: 1 + random.below(14), ms: random.below(4000) },
					moment: random.pick(['before', 'after'] as const),
				},
			),
		),
		() => add({ do: 'close-tab', device: there, tab }, { do: 'open-tab', device: there, tab }),
		...many(3, () =>
			act(
				other,
				random.pick([
					{ kind: 'note', text: text() },
					{ kind: 'tag', tag: 'vip' },
					{ kind: 'priority', priority: 2 },
					{ kind: 'line', line: random.pick(['alpha', 'beta']) },
					{ kind: 'status', status: 'closed' },
				] as const),
			),
		),
		() => add({ do: 'customer-writes', ticket, text: text() }),
		() => add({ do: 'redact', ticket }),
		() => {
			if (random.chance(0.3)) add({ do: 'erase', ticket });
		},
		() => {
			const { person } = program.devices[there]!;
			const lines = [['alpha'], ['beta'], [], ['alpha', 'beta'], ['alpha', 'beta']];
			if (random.chance(0.5)) add({ do: 'lines', person, lines: random.pick(lines) });
		},
	];
	for (let left = 7 + random.below(6); left > 0; left--) {
		random.pick(events)();
		at += random.chance(0.7) ? random.below(400) : random.below(12_000);
	}
	return steps;
}

function many<T>(count: number, value: T): T[] {
	return Array.from({ length: count }, () => value);
}
