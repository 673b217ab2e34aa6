import { createRandom, type Random } from '../../sync-server/demo/random.ts';

/** Who takes part: devices by their place in the list. */
export interface Staff {
	devices: number;
	/** Two lines or more: places in the list of lines. */
	lines: number;
}

/** What happens when, ms after the beginning. Everything else, the ticket that is chosen for one, follows from `chance` and what is there. */
export type Step = { at: number; chance: number } & (
	| { do: 'mail'; customer: number; line: number; words: string }
	| { do: 'work' | 'call' | 'phone-ticket' | 'note' | 'sort' | 'release' | 'reload' | 'article'; device: number }
	| { do: 'hand-over'; device: number; to: number }
	| { do: 'clash'; devices: [number, number] }
	| { do: 'write-together'; devices: [number, number] }
	| { do: 'take-over' | 'configure' | 'settings'; device: number }
	| { do: 'kill-relay' }
);

export interface WeekOptions {
	seed: number;
	staff: Staff;
	/** 300 are a week of the largest centre. */
	tickets: number;
	/** How long the week takes here. */
	ms: number;
	kills: number;
}

/** How often things happen for each ticket; 300 tickets a week, of which six in ten come by mail. */
const perTicket = {
	mail: 0.6,
	call: 1.2,
	'phone-ticket': 0.15,
	work: 2,
	note: 1.2,
	sort: 1.3,
	'hand-over': 0.2,
	release: 0.2,
	'take-over': 0.05,
	clash: 0.3,
	'write-together': 0.2,
	article: 0.25,
	settings: 0.1,
	configure: 0.02,
} as const;
const workingDays = 5;

/** A week from a seed: the same seed is the same plan, to the ms. */
export function planWeek({ seed, staff, tickets, ms, kills }: WeekOptions): Step[] {
	const random = createRandom(seed);
	const device = () => random.below(staff.devices);
	const steps: Step[] = [];
	const add = (at: number, step: Unplaced) => void steps.push({ ...step, at: Math.floor(at), chance: random.next() });
	for (const [what, share] of Object.entries(perTicket)) {
		const count = Math.max(1, Math.round(share * tickets));
		for (let i = 0; i < count; i++) add(officeTime(random, ms), made(what as keyof typeof perTicket));
	}
	// In the morning everybody loads the page anew.
	for (let day = 1; day < workingDays; day++)
		for (let place = 0; place < staff.devices; place++)
			if (random.chance(0.8)) add(((day + random.next() * 0.1) / workingDays) * ms, { do: 'reload', device: place });
	for (let i = 1; i <= kills; i++) add((i / (kills + 1)) * ms, { do: 'kill-relay' });
	return steps.sort((a, b) => a.at - b.at);

	function made(what: keyof typeof perTicket): Unplaced {
		switch (what) {
			case 'mail':
				return { do: what, customer: random.below(200), line: random.below(staff.lines), words: words(random) };
			case 'clash':
			case 'write-together': {
				const first = device();
				return {
					do: what,
					devices: [first, (first + 1 + random.below(Math.max(1, staff.devices - 1))) % staff.devices],
				};
			}
			case 'hand-over':
				return { do: what, device: device(), to: device() };
			default:
				return { do: what, device: device() };
		}
	}
}

type Unplaced = Step extends infer S ? (S extends Step ? Omit<S, 'at' | 'chance'> : never) : never;

/** Most comes in the morning; nothing in the last tenth, so that there is somebody left to answer. */
function officeTime(random: Random, ms: number): number {
	const day = random.below(workingDays);
	const hour = Math.min(random.next(), random.next());
	return ((day + hour) / workingDays) * ms * 0.9;
}

const vocabulary =
	'Anmeldung Rechnung Lieferung Drucker Passwort Konto Zugang Bestellung Fehler Seite Auftrag Adresse Vertrag Kasse Bon Artikel'.split(
		' ',
	);

export function words(random: Random, count = 12): string {
	return Array.from({ length: count }, () => random.pick(vocabulary)).join(' ');
}
