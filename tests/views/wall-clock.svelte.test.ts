import { describe, expect, it } from 'vitest';
import type { TicketRow } from '../../src/lib/projection/rows.ts';
import { WallClock } from '../../src/lib/views/wall-clock.svelte.ts';
import { noon, row } from './ticket-rows.ts';

function clockWith(rows: TicketRow[]) {
	let now = noon;
	let pending: { at: number; run: () => void } | undefined;
	const due: string[][] = [];
	const timer = {
		now: () => now,
		after(ms: number, run: () => void) {
			pending = { at: now + ms, run };
			return () => (pending = undefined);
		},
	};
	const clock = new WallClock(
		timer,
		() => rows,
		(found) => due.push(found.map(({ subject }) => subject)),
	);
	clock.start();
	const passUntil = (target: number) => {
		while (pending !== undefined && pending.at <= target) {
			const { at, run } = pending;
			now = at;
			run();
		}
		now = target;
	};
	return { clock, due, passUntil, sleepTo: (at: number) => (now = at), hasTimer: () => pending !== undefined };
}

describe('[F16] reminders fire on the device, with or without a network', () => {
	it('at their moment, once each', () => {
		const rows = [
			row(1, { status: 'waiting', until: noon + 90_000, subject: 'first' }),
			row(2, { status: 'waiting', until: noon + 30 * 86_400_000, subject: 'in a month' }),
			row(3, { status: 'closed', until: noon + 1000, subject: 'closed' }),
			row(4, { status: 'waiting', until: noon - 1000, subject: 'was due before' }),
		];
		const { due, passUntil, clock } = clockWith(rows);
		passUntil(noon + 89_999);
		expect(due).toEqual([]);
		passUntil(noon + 90_000);
		expect(due).toEqual([['first']]);
		expect(clock.now).toBe(noon + 90_000);
		passUntil(noon + 31 * 86_400_000);
		expect(due).toEqual([['first'], ['in a month']]);
	});

	it('together, where the device slept over them', () => {
		const rows = [1, 2].map((n) => row(n, { status: 'waiting', until: noon + n * 1000, subject: `${n}` }));
		const { due, sleepTo, clock } = clockWith(rows);
		sleepTo(noon + 3_600_000);
		clock.look();
		expect(due).toEqual([['1', '2']]);
	});

	it('also when a colleague sets a nearer one meanwhile', () => {
		const rows: TicketRow[] = [];
		const { due, passUntil, clock } = clockWith(rows);
		rows.push(row(1, { status: 'waiting', until: noon + 5000, subject: 'new' }));
		clock.look();
		passUntil(noon + 5000);
		expect(due).toEqual([['new']]);
	});

	it('never after the clock was closed', () => {
		const { clock, hasTimer } = clockWith([row(1, { status: 'waiting', until: noon + 1000 })]);
		clock.close();
		expect(hasTimer()).toBe(false);
	});
});
