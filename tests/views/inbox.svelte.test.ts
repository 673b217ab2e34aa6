import { flushSync } from 'svelte';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { CursorMoves } from '../../src/lib/views/cursor-moves.ts';
import { Inbox } from '../../src/lib/views/inbox.svelte.ts';
import { createFakeDesk } from '../support/fake-desk.ts';
import { noon, row, ticketId } from './ticket-rows.ts';

/** Runs with the inbox on screen, as a component would have it. */
async function withInbox(
	run: (inbox: Inbox, desk: ReturnType<typeof createFakeDesk>) => void | Promise<void>,
	count = 5,
): Promise<void> {
	const desk = createFakeDesk();
	for (let n = 1; n <= count; n++) desk.put(row(n));
	const inbox = new Inbox(desk, () => noon);
	const stop = $effect.root(() => {
		$effect(() => void [inbox.rows, inbox.counts]);
	});
	flushSync();
	await run(inbox, desk);
	stop();
}
/** The device told of a change, and the screen has taken it up. */
const settled = async () => {
	await Promise.resolve();
	flushSync();
};
const places = (inbox: Inbox) => inbox.rows.map(({ id }) => Number(id.slice(-3)));

afterEach(() => vi.restoreAllMocks());

describe('the inbox', () => {
	it('[F27] shows the rows of its view in its order, and what a colleague holds only to whoever searches', async () => {
		await withInbox(async (inbox, desk) => {
			expect(places(inbox)).toEqual([1, 2, 3, 4, 5]);
			desk.put(row(3, { status: 'open', holder: 'ben' }));
			await settled();
			expect(places(inbox)).toEqual([1, 2, 4, 5]);
			expect(inbox.counts).toMatchObject({ unclaimed: 4, open: 4 });
			inbox.show('open');
			inbox.order = 'oldest';
			expect(places(inbox)).toEqual([5, 4, 2, 1]);
			inbox.filterText = 'ticket';
			expect(places(inbox)).toEqual([5, 4, 3, 2, 1]);
		});
	});

	it('[F99] looks through what is closed a piece at a time, and is not complete until the last of it', async () => {
		await withInbox(async (inbox, desk) => {
			let ms = 0;
			vi.spyOn(performance, 'now').mockImplementation(() => (ms += 4));
			for (let n = 100; n < 2_100; n++) desk.put(row(n, { status: 'closed', subject: n % 2 === 0 ? 'Kasse' : 'Tür' }));
			inbox.show('closed');
			expect(inbox.rows).toHaveLength(2_000);
			expect(inbox.isComplete).toBe(true);
			inbox.filterText = 'kasse';
			expect(inbox.rows).toHaveLength(250);
			expect([inbox.isSifting, inbox.isComplete]).toEqual([true, false]);
			const [first] = inbox.rows;
			const found = [];
			while (inbox.isSifting) {
				inbox.siftOn();
				found.push(inbox.rows.length);
			}
			expect(found).toEqual([500, 750, 1_000]);
			expect(inbox.rows[0]).toBe(first);
			expect(inbox.isComplete).toBe(true);
			const { rows } = inbox;
			desk.put(row(1, { subject: 'Kasse' }));
			await settled();
			expect([inbox.isSifting, inbox.rows]).toEqual([false, rows]);
			inbox.filterText = 'tur';
			inbox.siftOn(true);
			expect([inbox.isSifting, inbox.rows.length]).toEqual([false, 1_000]);
		});
	});

	it('lets go of a ticket that is claimed, and opens no other in its place', async () => {
		await withInbox(async (inbox, desk) => {
			const moves = new CursorMoves((id) => inbox.placeOf(id) >= 0);
			expect(moves.isOwn(ticketId(1))).toBe(true);
			expect(moves.isOwn(ticketId(2))).toBe(true);
			desk.put(row(2, { holder: 'ada', holding: 'provisional' }));
			await settled();
			expect(places(inbox)).toEqual([1, 3, 4, 5]);
			expect(inbox.placeOf(ticketId(2))).toBe(-1);
			// The list hands the cursor on to the neighbour: nobody asked for that ticket.
			expect(moves.isOwn(ticketId(3))).toBe(false);
			expect(moves.isOwn(ticketId(4))).toBe(true);
		});
	});

	it('knows what comes after a ticket that is done', async () => {
		await withInbox((inbox) => {
			expect(inbox.neighbourOf(ticketId(2))).toBe(ticketId(3));
			expect(inbox.neighbourOf(ticketId(5))).toBe(ticketId(4));
			expect(inbox.neighbourOf(ticketId(99))).toBe(ticketId(1));
		});
	});

	it('knows what is likely opened next: the two after a ticket and the one before', async () => {
		await withInbox((inbox) => {
			expect(inbox.besides(ticketId(2))).toEqual([ticketId(3), ticketId(1), ticketId(4)]);
			expect(inbox.besides(ticketId(5))).toEqual([ticketId(4)]);
			expect(inbox.besides(ticketId(99))).toEqual([]);
		});
	});

	it('acts on the selection, in the order of the list, before the cursor', async () => {
		await withInbox((inbox) => {
			expect(inbox.targets).toEqual([]);
			inbox.cursor = ticketId(2);
			expect(inbox.targets).toEqual([ticketId(2)]);
			inbox.selected = new Set([ticketId(5), ticketId(1)]);
			expect(inbox.targets).toEqual([1, 5].map(ticketId));
			inbox.show('mine');
			expect(inbox.selected.size).toBe(0);
		});
	});

	it('filters by text', async () => {
		await withInbox((inbox) => {
			inbox.filterText = '"ticket 4"';
			expect(places(inbox)).toEqual([4]);
			inbox.filterText = 'nothing like it';
			expect(places(inbox)).toEqual([]);
		});
	});

	it('[F99] does not sort or filter again when only the cursor moves', async () => {
		await withInbox((inbox) => {
			const { rows } = inbox;
			inbox.cursor = ticketId(7);
			flushSync();
			expect(inbox.rows).toBe(rows);
		}, 200);
	});
});
