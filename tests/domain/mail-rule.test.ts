import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { MailRule } from '../../src/lib/domain/desk-config.ts';
import type { QueueId } from '../../src/lib/domain/ids.ts';
import { applyMailRules, type RuleMail } from '../../src/lib/domain/mail-rule.ts';

const anna = { name: 'Anna Müller', address: 'anna@kunde.example' };
const support = { name: '', address: 'hilfe@desk.example' };
const mail: RuleMail = {
	from: anna,
	to: [support, { name: 'Die Straßenmeisterei', address: 'b@desk.example' }],
	subject: 'Störung am Drucker',
	text: 'Der Drücker\nklemmt.',
	header: (name) => (name === 'x-priority' ? '1 (Highest)' : undefined),
};

type Shape = Partial<Omit<MailRule, 'when'>> & { when?: MailRule['when'][number][] };
const rule = (id: string, shape: Shape = {}): MailRule => ({
	id,
	name: id,
	order: 1,
	active: true,
	when: [{ field: 'subject', contains: 'drucker' }],
	put: {},
	stop: false,
	...shape,
});
const queue = (id: string) => ({ put: { queue: id as QueueId } });
const hits = (...when: MailRule['when'][number][]) => applyMailRules([rule('a', { when })], mail).hits.length === 1;

describe('[F43] rules for mail', () => {
	test('MR1 are tried by order, then id, and only active ones', () => {
		const rules = [
			rule('c', { order: 2 }),
			rule('b'),
			rule('a'),
			rule('z', { order: -1 }),
			rule('x', { active: false }),
		];
		expect(applyMailRules(rules, mail).hits).toEqual(['z', 'a', 'b', 'c']);
	});

	test('MR1 all conditions must hold', () => {
		expect(hits({ field: 'subject', contains: 'drucker' }, { field: 'from', contains: 'kunde.example' })).toBe(true);
		expect(hits({ field: 'subject', contains: 'drucker' }, { field: 'from', contains: 'sonst.example' })).toBe(false);
	});

	test.each<[MailRule['when'][number], boolean]>([
		[{ field: 'from', contains: 'anna müller' }, true],
		[{ field: 'from', contains: 'Anna Mueller <anna@' }, true],
		[{ field: 'from', contains: 'ANNA MULLER' }, true],
		[{ field: 'to', contains: 'B@desk.example' }, true],
		[{ field: 'to', contains: 'strassenmeisterei' }, true],
		[{ field: 'to', contains: 'anna' }, false],
		[{ field: 'subject', contains: 'STOERUNG' }, true],
		[{ field: 'subject', contains: 'störung am' }, true],
		[{ field: 'text', contains: 'drucker klemmt' }, true],
		[{ field: 'text', contains: 'Störung' }, false],
		[{ field: 'header', name: 'X-Priority', contains: 'highest' }, true],
		[{ field: 'header', name: 'List-Id', contains: 'x' }, false],
		[{ field: 'header', contains: 'x' }, false],
	])('MR2 %j: %s', (condition, expected) => {
		expect(hits(condition)).toBe(expected);
	});

	test('MR3 the first queue and priority stand, tags add up', () => {
		const rules = [
			rule('a', { order: 1, put: { tags: ['druck', 'hw'] } }),
			rule('b', { order: 2, put: { queue: 'technik' as QueueId, tags: ['hw', 'eilig'] } }),
			rule('c', { order: 3, put: { queue: 'andere' as QueueId, priority: 1 } }),
			rule('d', { order: 4, put: { priority: 4 } }),
		];
		expect(applyMailRules(rules, mail)).toEqual({
			hits: ['a', 'b', 'c', 'd'],
			queue: 'technik',
			priority: 1,
			tags: ['druck', 'hw', 'eilig'],
		});
	});

	test('MR4 stop ends it, but only when the rule has hit', () => {
		const rules = [
			rule('a', { order: 1, stop: true, when: [{ field: 'subject', contains: 'nichts' }] }),
			rule('b', { order: 2, stop: true, ...queue('eins') }),
			rule('c', { order: 3, ...queue('zwei') }),
		];
		expect(applyMailRules(rules, mail)).toMatchObject({ hits: ['b'], queue: 'eins' });
	});

	test('no rule, no effect', () => {
		expect(applyMailRules([], mail)).toEqual({ hits: [], queue: undefined, priority: undefined, tags: [] });
	});

	test('a mail without sender, and any text, is taken', () => {
		expect(
			applyMailRules([rule('a', { when: [{ field: 'from', contains: 'x' }] })], { ...mail, from: undefined }).hits,
		).toEqual([]);
		fc.assert(
			fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 50 }), (text) => {
				const same = applyMailRules([rule('a', { when: [{ field: 'text', contains: text }] })], {
					...mail,
					text: `… ${text} …`,
				});
				return same.hits.length === 1;
			}),
		);
	});
});
