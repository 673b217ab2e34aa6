import { flushSync } from 'svelte';
import { describe, expect, it } from 'vitest';
import { Inbox } from '../../src/lib/views/inbox.svelte.ts';
import { createFakeDesk } from '../support/fake-desk.ts';
import { noon, row, ticketId } from './ticket-rows.ts';

/** Runs with the inbox on screen, as a component would have it. */
function withInbox(run: (inbox: Inbox, desk: ReturnType<typeof createFakeDesk>) => void, count = 5): void {
	const desk = createFakeDesk();
	for (let n = 1; n <= count; n++) desk.put(row(n));
	const stop = $effect.root(() => {
		const inbox = new Inbox(desk, () => noon);
		$effect(() => void [inbox.rows, inbox.counts, inbox.cursorPlace]);
		flushSync();
		run(inbox, desk);
	});
	stop();
}
const places = (inbox: Inbox) => inbox.rows.map(({ id }) => Number(id.slice(-3)));

describe('the inbox', () => {
	it('shows the rows of its view in its order, and follows the device', () => {
		withInbox((inbox, desk) => {
			expect(places(inbox)).toEqual([1, 2, 3, 4, 5]);
			desk.put(row(3, { status: 'open', holder: 'ben' }));
			flushSync();
			expect(places(inbox)).toEqual([1, 2, 4, 5]);
			expect(inbox.counts).toMatchObject({ unclaimed: 4, open: 5 });
			inbox.show('open');
			inbox.order = 'oldest';
			expect(places(inbox)).toEqual([5, 4, 3, 2, 1]);
		});
	});

	it('moves from nowhere to the first, and stops at both ends', () => {
		withInbox((inbox) => {
			expect(inbox.move(1)).toBe(ticketId(1));
			expect(inbox.move(-1)).toBe(ticketId(1));
			expect(inbox.move(3)).toBe(ticketId(4));
			expect(inbox.move(10)).toBe(ticketId(5));
			inbox.cursor = undefined;
			expect(inbox.move(-1)).toBe(ticketId(5));
			expect(inbox.moveTo(-2)).toBe(ticketId(4));
		});
	});

	it('keeps the cursor on its ticket when rows move', () => {
		withInbox((inbox, desk) => {
			inbox.moveTo(2);
			desk.put(row(9, { changedAt: noon + 1 }));
			flushSync();
			expect(inbox.cursor).toBe(ticketId(3));
			expect(inbox.cursorPlace).toBe(3);
		});
	});

	it('knows what comes after a ticket that is done', () => {
		withInbox((inbox) => {
			expect(inbox.neighbourOf(ticketId(2))).toBe(ticketId(3));
			expect(inbox.neighbourOf(ticketId(5))).toBe(ticketId(4));
			expect(inbox.neighbourOf(ticketId(99))).toBe(ticketId(1));
		});
	});

	it('selects single tickets, a stretch and all, and acts on the selection before the cursor', () => {
		withInbox((inbox) => {
			inbox.moveTo(1);
			expect(inbox.targets).toEqual([ticketId(2)]);
			inbox.extend(1);
			inbox.extend(1);
			expect(inbox.targets).toEqual([2, 3, 4].map(ticketId));
			inbox.extend(-1);
			expect(inbox.targets).toEqual([2, 3].map(ticketId));
			inbox.toggleSelected(ticketId(3));
			expect(inbox.targets).toEqual([ticketId(2)]);
			inbox.selectAll();
			expect(inbox.targets).toHaveLength(5);
			inbox.show('mine');
			expect(inbox.selected.size).toBe(0);
		});
	});

	it('filters by text', () => {
		withInbox((inbox) => {
			inbox.filterText = '"ticket 4"';
			expect(places(inbox)).toEqual([4]);
			inbox.filterText = 'nothing like it';
			expect(places(inbox)).toEqual([]);
			expect(inbox.move(1)).toBeUndefined();
		});
	});

	it('[F99] does not sort or filter again when only the cursor moves', () => {
		withInbox((inbox) => {
			const { rows } = inbox;
			inbox.move(1);
			flushSync();
			expect(inbox.rows).toBe(rows);
		}, 200);
	});
});
