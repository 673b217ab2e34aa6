import { expect, test } from 'vitest';
import { createTurns } from '../../../sync-server/mail-in/turns.ts';

test('so many work at a time, the others in the order in which they came', async () => {
	const turn = createTurns(2);
	const began: number[] = [];
	const leave: (() => void)[] = [];
	const works = [1, 2, 3, 4].map(async (n) => {
		const done = await turn();
		began.push(n);
		leave[n] = done;
	});
	await Promise.all(works.slice(0, 2));
	expect(began).toEqual([1, 2]);
	leave[2]?.();
	// Leaving twice makes no second place.
	leave[2]?.();
	await works[2];
	expect(began).toEqual([1, 2, 3]);
	leave[1]?.();
	await works[3];
	expect(began).toEqual([1, 2, 3, 4]);
});
