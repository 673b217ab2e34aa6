import { describe, expect, it } from 'vitest';
import type { OutboxItem } from '../../src/lib/desk.ts';
import type { DocumentId } from '../../src/lib/domain/ids.ts';
import { groupOutbox } from '../../src/lib/views/outbox-view.svelte.ts';

const one = 'ticket/01JQ0000000000000000000001' as DocumentId;
const other = 'ticket/01JQ0000000000000000000002' as DocumentId;

function item(n: number, document: DocumentId, rejected?: OutboxItem['rejected']): OutboxItem {
	return { n, document, at: 1000 * n, what: 'note-saved', attempts: n, rejected, bytes: 10, title: 'Drucker' };
}

describe('[F113] the groups of the outbox', () => {
	it('tell changes to one record together, the oldest record first', () => {
		const groups = groupOutbox([item(1, other), item(2, one), item(3, other)], 'offline');
		expect(
			groups.map(({ document, items, bytes, attempts, since, state }) => ({
				document,
				n: items.length,
				bytes,
				attempts,
				since,
				state,
			})),
		).toEqual([
			{ document: other, n: 2, bytes: 20, attempts: 3, since: 1000, state: 'waiting' },
			{ document: one, n: 1, bytes: 10, attempts: 2, since: 2000, state: 'waiting' },
		]);
	});

	it('name the first cause once: what was refused only because that one is missing stands with it', () => {
		const groups = groupOutbox(
			[
				item(1, one, 'no-permission'),
				item(2, one, 'missing-base'),
				item(3, other, 'missing-base'),
				item(4, one, 'too-big'),
			],
			'problem',
		);
		expect(groups.map(({ items }) => items.map(({ n }) => n))).toEqual([[1, 2], [3], [4]]);
		expect(groups.map(({ items }) => items[0]!.rejected)).toEqual(['no-permission', 'missing-base', 'too-big']);
		expect(groups.every(({ state }) => state === 'refused')).toBe(true);
	});

	it('put refused ones before what waits', () => {
		const groups = groupOutbox([item(1, other), item(2, one, 'gone')], 'syncing');
		expect(groups.map(({ state }) => state)).toEqual(['refused', 'sending']);
	});
});
