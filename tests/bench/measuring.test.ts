import * as Y from 'yjs';
import { describe, expect, test } from 'vitest';
import { verdictOf, type Figure } from './row.ts';
import { median, quantile } from './spread.ts';
import { readStructEnds } from './struct-ends.ts';
import { figuresToTable } from './table.ts';
import { typeDraft } from './typed-draft.ts';

describe('what the bench counts', () => {
	test('reads from typed updates, alone and merged, how far each writer has come', () => {
		const base = Y.encodeStateAsUpdate(new Y.Doc());
		const writers = [7, 300, 70_000].map((client) => typeDraft(base, client, 50));
		const ends = (update: Uint8Array) => {
			const found = new Map<number, number>();
			readStructEnds(update, 0, (client, end) => found.set(client, Math.max(end, found.get(client) ?? 0)));
			return found;
		};
		for (const { client, updates, ends: expected } of writers) {
			for (const [i, update] of updates.entries()) expect(ends(update)).toEqual(new Map([[client, expected[i]]]));
		}
		const merged = Y.mergeUpdates(writers.flatMap(({ updates }) => updates));
		expect(ends(merged)).toEqual(new Map(writers.map(({ client, ends: all }) => [client, all.at(-1)])));
	});

	test('reads what typing does not make through Yjs', () => {
		const doc = new Y.Doc();
		doc.clientID = 5;
		doc.getMap('entries').set('a', { kind: 'note' });
		doc.getText('t').insert(0, 'abc');
		doc.getText('t').delete(1, 1);
		const found = new Map<number, number>();
		readStructEnds(Y.encodeStateAsUpdate(doc), 0, (client, end) =>
			found.set(client, Math.max(end, found.get(client) ?? 0)),
		);
		expect(found).toEqual(new Map([[5, 4]]));
	});

	test('takes medians and quantiles between neighbours', () => {
		expect(median([3, 1, 2])).toBe(2);
		expect(median([4, 1, 2, 3])).toBe(2.5);
		expect(quantile([0, 10], 0.95)).toBeCloseTo(9.5);
	});

	test('a budget is met at its value, and a ratio without its peer is missed', () => {
		const figure: Figure = { what: 'x', value: 80, unit: 'ms', budget: { kind: 'at-most', value: 80 } };
		expect(verdictOf(figure)).toBe('met');
		expect(verdictOf({ ...figure, budget: { kind: 'at-least', value: 81 } })).toBe('missed');
		const ratio = { ...figure, budget: { kind: 'ratio-at-least', peer: 'bare', value: 0.8 } } as const;
		expect(verdictOf({ ...ratio, peers: [{ name: 'bare', value: 100 }] })).toBe('met');
		expect(verdictOf(ratio)).toBe('missed');
		expect(figuresToTable([{ ...figure, value: 81 }])).toContain('MISSED');
	});
});
