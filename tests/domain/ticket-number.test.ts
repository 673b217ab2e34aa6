import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
	blockOf,
	blockSize,
	checkDigit,
	formatTicketNumber,
	isTicketNumber,
	readTicketNumber,
	ticketNumber,
} from '../../src/lib/domain/ticket-number.ts';

const block = fc.integer({ min: 100, max: 99_999 });
const counter = fc.integer({ min: 0, max: blockSize - 1 });
const number = fc.tuple(block, counter).map(([b, c]) => ticketNumber(b, c));

describe('[F11] ticket numbers', () => {
	test('the check digit is the one of Damm: 572 has 4', () => {
		expect(checkDigit('572')).toBe('4');
	});

	test('two devices make 500 numbers each without a network and none is the same', () => {
		const made = [104, 105].flatMap((b) => Array.from({ length: 500 }, (_, c) => ticketNumber(b, c)));
		expect(new Set(made).size).toBe(1000);
	});

	test('different places in different blocks give different numbers', () => {
		fc.assert(
			fc.property(block, counter, block, counter, (b1, c1, b2, c2) => {
				fc.pre(b1 !== b2 || c1 !== c2);
				expect(ticketNumber(b1, c1)).not.toBe(ticketNumber(b2, c2));
			}),
		);
	});

	test('a number tells its block', () => {
		fc.assert(fc.property(block, counter, (b, c) => void expect(blockOf(ticketNumber(b, c))).toBe(b)));
	});

	test('every single wrong digit is found', () => {
		fc.assert(
			fc.property(number, fc.nat(), fc.integer({ min: 1, max: 9 }), (right, place, shift) => {
				const i = place % right.length;
				const wrong = right.slice(0, i) + String((Number(right[i]) + shift) % 10) + right.slice(i + 1);
				expect(isTicketNumber(wrong)).toBe(false);
			}),
		);
	});

	test('every swap of neighbours is found, and the hint offers the right number', () => {
		fc.assert(
			fc.property(number, fc.nat(), (right, place) => {
				const i = place % (right.length - 1);
				fc.pre(right[i] !== right[i + 1]);
				const wrong = right.slice(0, i) + right.charAt(i + 1) + right.charAt(i) + right.slice(i + 2);
				const reading = readTicketNumber(wrong);
				expect(reading).toMatchObject({ kind: 'mistyped', hint: 'check-digit' });
				expect(reading.kind === 'mistyped' && reading.perhaps).toContain(right);
			}),
		);
	});

	test('what is shown can be typed again in any of the ways people write it', () => {
		fc.assert(
			fc.property(number, fc.constantFrom('', '#', 'T-', 'T ', ' '), (right, before) => {
				expect(readTicketNumber(before + formatTicketNumber(right))).toEqual({ kind: 'number', number: right });
				expect(readTicketNumber(before + right.split('').join(' '))).toEqual({ kind: 'number', number: right });
			}),
		);
	});

	test.each([
		['12345', 'too-short'],
		['1234567890123456', 'too-long'],
	] as const)('%s is refused as %s', (text, hint) => {
		expect(readTicketNumber(text)).toMatchObject({ kind: 'mistyped', hint });
	});

	test.each(['drucker', '', '12a4567', '-', '1--2'])('%j is not a number at all', (text) => {
		expect(readTicketNumber(text)).toEqual({ kind: 'none' });
	});
});
