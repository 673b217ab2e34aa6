import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { indexOfKey, rowsPerPage, rowWindow, scrollToShow } from '../../src/lib/ui/window-of-rows.ts';

const view = { scrollTop: 4000, height: 600, rowHeight: 40, count: 15_600 };

describe('[F99] the window of rows', () => {
	it('renders what is seen and the overscan, however long the list', () => {
		expect(rowWindow(view, 6)).toEqual({ start: 94, end: 121 });
		expect(rowWindow({ ...view, scrollTop: 0 }, 6)).toEqual({ start: 0, end: 21 });
	});

	it('never leaves the list, even when it has just become shorter', () => {
		fc.assert(
			fc.property(
				fc.nat(1e6),
				fc.nat(2000),
				fc.integer({ min: 1, max: 100 }),
				fc.nat(20_000),
				fc.nat(10),
				(scrollTop, height, rowHeight, count, overscan) => {
					const { start, end } = rowWindow({ scrollTop, height, rowHeight, count }, overscan);
					expect(start).toBeGreaterThanOrEqual(0);
					expect(end).toBeLessThanOrEqual(count);
					expect(end - start).toBeLessThanOrEqual(Math.ceil(height / rowHeight) + 2 + 2 * overscan);
					if (count > 0 && height > 0) expect(end).toBeGreaterThan(start);
				},
			),
		);
	});

	it('scrolls by the least that shows a row whole', () => {
		expect(scrollToShow(view, 100)).toBe(4000);
		expect(scrollToShow(view, 99)).toBe(3960);
		expect(scrollToShow(view, 115)).toBe(4040);
	});

	it('keeps one row of the old page in sight', () => {
		expect(rowsPerPage(600, 40)).toBe(14);
		expect(rowsPerPage(30, 40)).toBe(1);
	});

	it('finds a row that moved, and says when it is gone', () => {
		const keys = ['a', 'b', 'c', 'd'];
		const keyAt = (index: number) => keys[index];
		expect(indexOfKey('d', 0, 4, keyAt)).toBe(3);
		expect(indexOfKey('a', 99, 4, keyAt)).toBe(0);
		expect(indexOfKey('x', 2, 4, keyAt)).toBe(-1);
		expect(indexOfKey('x', 2, 0, keyAt)).toBe(-1);
	});
});
