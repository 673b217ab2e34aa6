import './seeded-crypto.ts';
import { expect, test } from 'vitest';
import { calm } from './network.ts';
import type { Program, Step } from './program.ts';
import { play, report } from './runs.ts';

/** What the simulator found, made small (see `shrink`). The programs stand here whole, so that they stay when the generator changes. */
const found: { title: string; program: Program }[] = [
	{
		title: 'a ticket made and sent before the first walk, and erased at the relay in between, leaves the device',
		program: {
			seed: 104,
			people: [
				{ name: 'ada', role: 'admin', lines: ['alpha', 'beta'] },
				{ name: 'bob', role: 'agent', lines: ['alpha'] },
				{ name: 'cleo', role: 'agent', lines: ['alpha', 'beta'] },
			],
			devices: [
				{ person: 0, skew: 0, dexie: false, tabs: 2 },
				{ person: 1, skew: 0, dexie: false, tabs: 1 },
				{ person: 2, skew: 25286, dexie: false, tabs: 1 },
				{ person: 2, skew: 163, dexie: false, tabs: 2 },
			],
			relayOnFile: false,
			slowestDisk: 1,
			mood: {
				lostRequests: 0.056837813998572524,
				lostAnswers: 0.18464738759212196,
				repeated: 0.21863792000804097,
				slowest: 4000,
			},
			steps: [
				{ at: 1396, do: 'create', device: 0, tab: 0, line: 'alpha', text: 'sxq.' },
				{ at: 21145, do: 'erase', ticket: 0 },
			],
		},
	},
	{
		title: 'documents of a line that the agent gained and lost again between two answers leave the device',
		program: {
			seed: 102,
			people: [
				{ name: 'ada', role: 'admin', lines: ['alpha', 'beta'] },
				{ name: 'bob', role: 'agent', lines: ['beta'] },
				{ name: 'cleo', role: 'agent', lines: ['beta'] },
			],
			devices: [
				{ person: 0, skew: 145040, dexie: false, tabs: 2 },
				{ person: 1, skew: 202377, dexie: false, tabs: 1 },
				{ person: 2, skew: 148700, dexie: false, tabs: 1 },
				{ person: 0, skew: 335, dexie: false, tabs: 1 },
			],
			relayOnFile: false,
			slowestDisk: 1,
			mood: {
				lostRequests: 0.27560240579769013,
				lostAnswers: 0.2279604666866362,
				repeated: 0.08241464712191372,
				slowest: 4000,
			},
			steps: [
				{ at: 10137, do: 'crash-device', device: 2, calls: 13, moment: 'after', ms: 12576 },
				{ at: 34259, do: 'create', device: 0, tab: 1, line: 'beta', text: 'gqwu.' },
				{ at: 34469, do: 'lines', person: 1, lines: [] },
				{ at: 34700, do: 'create', device: 0, tab: 0, line: 'alpha', text: 'baeg.' },
				{ at: 41437, do: 'lines', person: 2, lines: ['alpha', 'beta'] },
				{ at: 41512, do: 'act', device: 0, tab: 1, ticket: 5, act: { kind: 'release' } },
				{ at: 45143, do: 'create', device: 3, tab: 0, line: 'alpha', text: 'nöxeicql.' },
				{ at: 61388, do: 'lines', person: 2, lines: ['beta'] },
			],
		},
	},
	{
		title: 'an edit that was refused and let go in one tab leaves the screen of the other',
		program: {
			seed: 20,
			people: [
				{ name: 'ada', role: 'admin', lines: ['alpha', 'beta'] },
				{ name: 'bob', role: 'agent', lines: ['alpha', 'beta'] },
			],
			devices: [
				{ person: 0, skew: -145, dexie: false, tabs: 1 },
				{ person: 1, skew: -14520113, dexie: false, tabs: 2 },
				{ person: 0, skew: 117, dexie: false, tabs: 2 },
				{ person: 1, skew: -707, dexie: false, tabs: 2 },
			],
			relayOnFile: false,
			slowestDisk: 1,
			mood: { lostRequests: 0, lostAnswers: 0, repeated: 0, slowest: 20 },
			steps: [
				{ at: 500, do: 'create', device: 3, tab: 0, line: 'alpha', text: 'hgpef.' },
				{ at: 25099, do: 'lines', person: 1, lines: ['alpha'] },
				{
					at: 45455,
					do: 'type',
					device: 3,
					tab: 1,
					ticket: 5,
					text: 'jqh äp.',
					draft: 'reply',
					place: 0.23596665752120316,
				},
				{ at: 45509, do: 'act', device: 3, tab: 0, ticket: 0, act: { kind: 'line', line: 'beta' } },
			],
		},
	},
	{
		title: 'a document that left a line leaves the device, although the agent lost that line before it was told',
		program: {
			seed: 1000920,
			people: [
				{ name: 'ada', role: 'admin', lines: ['alpha', 'beta'] },
				{ name: 'bob', role: 'agent', lines: ['alpha', 'beta'] },
			],
			devices: [
				{ person: 0, skew: -722, dexie: false, tabs: 2 },
				{ person: 1, skew: -189, dexie: false, tabs: 1 },
				{ person: 0, skew: 0, dexie: false, tabs: 1 },
				{ person: 1, skew: -109814, dexie: false, tabs: 2 },
			],
			relayOnFile: false,
			slowestDisk: 1,
			mood: {
				lostRequests: 0.1992703193798661,
				lostAnswers: 0.12027938382234424,
				repeated: 0.12535332874394953,
				slowest: 4000,
			},
			steps: [
				{ at: 1004, do: 'create', device: 2, tab: 0, line: 'alpha', text: 'zßbw.' },
				{ at: 1795, do: 'lines', person: 1, lines: ['alpha'] },
				{ at: 2481, do: 'clock', device: 0, skew: 176160 },
				{ at: 42506, do: 'act', device: 2, tab: 0, ticket: 0, act: { kind: 'line', line: 'beta' } },
				{ at: 58263, do: 'lines', person: 1, lines: [] },
			],
		},
	},
	{
		title: 'a line that was lost and gained again before the device heard of either brings whole documents',
		program: {
			seed: 561,
			people: [
				{ name: 'ada', role: 'admin', lines: ['alpha', 'beta'] },
				{ name: 'bob', role: 'agent', lines: ['alpha', 'beta'] },
			],
			devices: [
				{ person: 0, skew: -85647013, dexie: false, tabs: 1 },
				{ person: 1, skew: -46699260, dexie: false, tabs: 1 },
				{ person: 1, skew: 161717, dexie: false, tabs: 1 },
				{ person: 0, skew: 935, dexie: false, tabs: 2 },
			],
			relayOnFile: false,
			slowestDisk: 1,
			mood: {
				lostRequests: 0.19453873098827898,
				lostAnswers: 0.10772016781847923,
				repeated: 0.21666704874951392,
				slowest: 4000,
			},
			steps: [
				{ at: 500, do: 'create', device: 2, tab: 0, line: 'alpha', text: 'obxi öam.' },
				{ at: 524, do: 'create', device: 1, tab: 0, line: 'alpha', text: 'l mjä.' },
				{ at: 585, do: 'create', device: 3, tab: 0, line: 'beta', text: 'dbyvcimp.' },
				{ at: 688, do: 'act', device: 3, tab: 1, ticket: 5, act: { kind: 'untag', tag: 'printer' } },
				{ at: 785, do: 'lines', person: 1, lines: ['alpha'] },
				{ at: 881, do: 'crash-relay', statements: 63, moment: 'after', ms: 5020 },
				{
					at: 8255,
					do: 'type',
					device: 1,
					tab: 0,
					ticket: 3,
					text: 'l thn.',
					draft: 'reply',
					place: 0.992844499181956,
				},
				{ at: 13161, do: 'customer-writes', ticket: 0, text: 'llghun.' },
				{ at: 40968, do: 'lines', person: 1, lines: ['alpha', 'beta'] },
				{ at: 48767, do: 'customer-writes', ticket: 4, text: 'etwax.' },
			],
		},
	},
	{
		title: 'a ticket that was erased leaves the device, although that asked for everything once more before it heard',
		program: {
			...plain(166),
			steps: [
				{ at: 500, do: 'create', device: 0, tab: 0, line: 'alpha', text: 'soon gone' },
				{ at: 9000, do: 'cut-line', device: 1, ms: 20_000 },
				{ at: 10_000, do: 'erase', ticket: 0 },
				{ at: 12_000, do: 'choose-tier', device: 1, tab: 0, isRecent: true },
				{ at: 13_000, do: 'choose-tier', device: 1, tab: 0, isRecent: false },
			],
		},
	},
	{
		title: 'a note on a ticket that is a row alone goes on top of the generation that blacking out made of it',
		program: {
			...plain(36),
			devices: [0, 1].map((person) => ({ person, skew: 0, dexie: false, tabs: 1, recent: person === 1 })),
			steps: [
				{ at: 500, do: 'create', device: 0, tab: 0, line: 'alpha', text: 'old matter' },
				{ at: 4000, do: 'act', device: 0, tab: 0, ticket: 0, act: { kind: 'status', status: 'closed' } },
				{ at: 8000, do: 'person', device: 0, tab: 0, line: 'alpha', text: 'Kim' },
				{ at: 14_000, do: 'cut-line', device: 1, ms: 20_000 },
				{ at: 15_000, do: 'act', device: 1, tab: 0, ticket: 0, act: { kind: 'note', text: 'from the train' } },
				{ at: 16_000, do: 'redact', ticket: 0 },
			],
		},
	},
	{
		title: 'a repair while a page is on its way loses nothing',
		program: {
			...repairing(),
			mood: { lostRequests: 0, lostAnswers: 0, repeated: 0, slowest: 4000 },
		},
	},
	{
		title: 'a device that is revoked while its desk opens is wiped',
		program: {
			...plain(7),
			slowestDisk: 60,
			steps: [
				{ at: 500, do: 'create', device: 1, tab: 0, line: 'alpha', text: 'one' },
				{ at: 3000, do: 'close-tab', device: 1, tab: 0 },
				{ at: 4000, do: 'revoke', device: 1 },
				{ at: 5000, do: 'open-tab', device: 1, tab: 0 },
			],
		},
	},
	{
		title: 'a draft on a ticket whose making was refused is refused as well, and leaves nothing behind',
		program: {
			...plain(58),
			people: [
				{ name: 'ada', role: 'admin', lines: ['alpha', 'beta'] },
				{ name: 'bob', role: 'agent', lines: ['alpha'] },
			],
			devices: [
				{ person: 0, skew: 0, dexie: false, tabs: 1 },
				{ person: 1, skew: 0, dexie: false, tabs: 2 },
			],
			steps: [
				{ at: 2000, do: 'create', device: 1, tab: 1, line: 'beta', text: 'not his line' },
				{ at: 2005, do: 'lines', person: 1, lines: [] },
				{ at: 2600, do: 'cut-line', device: 1, ms: 20_000 },
				{ at: 4000, do: 'type', device: 1, tab: 0, ticket: 0, text: 'typed', draft: 'reply', place: 0.7 },
				{ at: 5000, do: 'discard', device: 1, tab: 1 },
				{ at: 9000, do: 'lines', person: 1, lines: ['alpha', 'beta'] },
			],
		},
	},
];

for (const { title, program } of found)
	test(`seed ${program.seed}: ${title}`, { timeout: 60_000 }, async () => {
		const result = await play(program);
		expect(result.violations, report(result)).toEqual([]);
	});

function plain(seed: number): Omit<Program, 'steps'> {
	return {
		seed,
		people: ['ada', 'bob'].map((name) => ({ name, role: 'admin', lines: ['alpha', 'beta'] })),
		devices: [0, 1].map((person) => ({ person, skew: 0, dexie: false, tabs: 1 })),
		relayOnFile: false,
		slowestDisk: 1,
		mood: calm,
	};
}

/** Repairs at many moments, most of them between a question and its answer. */
function repairing(): Program {
	const steps: Step[] = [];
	for (let i = 0; i < 40; i++) {
		const at = 8000 + i * 1700;
		steps.push({ at, do: 'create', device: 0, tab: 0, line: 'alpha', text: `${i}` });
		if (i % 4 === 3) steps.push({ at: at + 900, do: 'repair', device: 1, tab: 0 });
	}
	return { ...plain(4), steps };
}
