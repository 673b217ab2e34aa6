import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mailProblems } from '../../../src/lib/protocol/mail-problem.ts';
import { retryDelay } from '../../../sync-server/mail-in/retry-delay.ts';

const minute = 60_000;
const problem = fc.constantFrom(...mailProblems);
const failures = fc.integer({ min: 1, max: 10_000 });
const chance = fc.double({ min: 0, max: 1, noNaN: true });

test('a lost connection is tried again in seconds, a refused login not within minutes', () => {
	expect(retryDelay('connection-lost', 1, 1)).toBe(2_000);
	expect(retryDelay('connection-lost', 3, 1)).toBe(8_000);
	expect(retryDelay('login-refused', 1, 0)).toBeGreaterThanOrEqual(12 * minute);
});

test('the wait is never shorter after more failures, never nothing, and has an end', () => {
	const property = fc.property(problem, failures, chance, (problem, failures, chance) => {
		const wait = retryDelay(problem, failures, chance);
		expect(wait).toBeGreaterThanOrEqual(1_000);
		expect(wait).toBeLessThanOrEqual(6 * 60 * minute);
		expect(retryDelay(problem, failures + 1, chance)).toBeGreaterThanOrEqual(wait);
	});
	fc.assert(property);
});

test('mailboxes of one server do not all come back in the same moment', () => {
	const waits = [0, 0.25, 0.5, 0.75, 1].map((chance) => retryDelay('unreachable', 8, chance));
	expect(new Set(waits).size).toBe(waits.length);
	expect(Math.max(...waits) / Math.min(...waits)).toBeCloseTo(1.25);
});
