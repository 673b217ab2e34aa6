import { expect, test } from 'vitest';
import { newestOnly } from '../../src/lib/views/newest-only.ts';

test('while one question is answered only the newest waits, and the others are dropped', async () => {
	const asked: string[] = [];
	const answers: (() => void)[] = [];
	const ask = newestOnly((question: string) => {
		asked.push(question);
		return new Promise<string>((resolve) => answers.push(() => resolve(`${question}!`)));
	});
	const typed = ['d', 'dr', 'dru', 'druck'].map((text) => ask(text));
	expect(asked).toEqual(['d']);
	answers[0]!();
	expect(await Promise.all(typed.slice(0, 3))).toEqual([undefined, undefined, undefined]);
	expect(asked).toEqual(['d', 'druck']);
	answers[1]!();
	expect(await typed[3]).toBe('druck!');
	const last = ask('x');
	answers[2]!();
	expect(await last).toBe('x!');
});

test('a question that fails holds up nobody', async () => {
	const ask = newestOnly((question: string) =>
		question === 'bad' ? Promise.reject(new Error('bad')) : Promise.resolve(question),
	);
	const bad = ask('bad');
	const good = ask('good');
	await expect(bad).rejects.toThrow('bad');
	expect(await good).toBe('good');
});
