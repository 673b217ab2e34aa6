import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readEntry, type Draft, type Entry } from '../../src/lib/domain/entry.ts';
import { eraseEntry, type ErasedTexts } from '../../src/lib/domain/erase-entry.ts';
import { personalWords, termsOfPerson } from '../../src/lib/domain/erasure-terms.ts';
import type { Facts } from '../../src/lib/domain/facts.ts';
import { foldTicket } from '../../src/lib/domain/fold-ticket.ts';
import { hlcTime } from '../../src/lib/domain/hlc.ts';
import type { EntryId } from '../../src/lib/domain/ids.ts';
import { plainKey, withoutWords } from '../../src/lib/domain/personal-words.ts';
import { redactedWords, redactEntry } from '../../src/lib/domain/redact-entry.ts';
import type { Verdict } from '../../src/lib/domain/verdict.ts';
import { axel, facts, id, maria, message, note, opened, reply, status } from '../support/facts.ts';

const kim = termsOfPerson(
	facts({
		created: { kind: 'created', name: 'Dr. Kim Weiß', lines: [], at: 1 },
		mail: { kind: 'address-added', address: 'Kim@example.org', at: 2 },
		phone: { kind: 'phone-added', phone: '+49 (171) 555-0123', at: 3 },
	}),
);
const words = personalWords(kim, { label: 'Erased person 7', number: 7 });
const erasureOf = (texts: ErasedTexts) => ({ words, keyOf: plainKey, texts });

describe('finding what names a person', () => {
	test.each([
		['Kim Weiß rief an', 'Erased person 7 rief an'],
		['WEISS, KIM', 'WEISS, KIM'],
		['Weiß, Kim', 'Erased person 7'],
		['kim weiß', 'Erased person 7'],
		['Tel. 0171 5550123, 0171/5550123 und +491715550123', 'Tel. +00 0007 000001, +00 0007 000001 und +00 0007 000001'],
		['0171 5550123 030 123456', '+00 0007 000001 030 123456'],
		['KIM@Example.org.', 'erased-7-1@erased.invalid.'],
		['<a href="mailto:kim@example.org">', '<a href="mailto:erased-7-1@erased.invalid">'],
		['Kim kommt, weiß jemand wann?', 'Kim kommt, weiß jemand wann?'],
		['akim weißbier skim@example.org 20171 55501239', 'akim weißbier skim@example.org 20171 55501239'],
	])('%s', (text, wanted) => {
		expect(withoutWords(text, words, plainKey, false)).toBe(wanted);
	});

	test('single words of the name count only where it is about them', () => {
		expect(withoutWords('Frau Weiß, bitte', words, plainKey, false)).toBe('Frau Weiß, bitte');
		expect(withoutWords('Frau Weiß, bitte', words, plainKey, true)).toBe('Frau █████, bitte');
	});

	test('any text that is cleaned holds nothing of it any more, and cleaning again changes nothing', () => {
		const part = fc.constantFrom(
			'Kim Weiß',
			'kim@example.org',
			'0171 555 0123',
			' ',
			'\n',
			'x',
			',',
			'@',
			'1',
			'Kim',
			'ß',
			'█',
		);
		fc.assert(
			fc.property(fc.array(part, { size: 'max', maxLength: 40 }), fc.boolean(), (parts, isAbout) => {
				const once = withoutWords(parts.join(''), words, plainKey, isAbout);
				expect(withoutWords(once, words, plainKey, isAbout)).toBe(once);
			}),
			{ numRuns: 300 },
		);
	});
});

/** What figures, lists and verdicts rest on, without any text. */
function bones(told: Facts) {
	const ticket = foldTicket(told);
	if (ticket === undefined) return undefined;
	const { timeline, from, subject, replies, applied, conflicts, ...rest } = ticket;
	return {
		...(JSON.parse(JSON.stringify(rest, (key, value: unknown) => (key === 'note' ? undefined : value))) as object),
		hasFrom: from !== undefined,
		hasSubject: subject !== '',
		replies: replies.map(({ request, state }) => [request.id, state]),
		applied: applied.map((one) => one.article),
		conflicts: conflicts.map(({ field, winner, rivals }) => [field, winner.id, rivals.map((rival) => rival.id)]),
		timeline: timeline
			.filter(({ kind }) => kind !== 'erased')
			.map((entry) => [entry.id, entry.kind, entry.time, entry.by, entry.device, entry.undone]),
	};
}

const drafts: Draft[] = [
	message('in', 'Kim Weiß hier\n> alt'),
	message('out', 'Liebe Frau Weiß'),
	{ ...note, mentions: [axel] },
	reply(null),
	reply(id('m0')),
	status('closed', null),
	status('open', null),
	status('waiting', id('m1')),
	{ kind: 'claimed' },
	{ kind: 'released', claim: id('m2') },
	{ kind: 'handed-over', claim: id('m2'), to: axel, note: 'Kim Weiß wartet' },
	{ kind: 'taken-over', to: maria, reason: 'Kim Weiß' },
	{ kind: 'tagged', add: ['Kim Weiß', 'x'], remove: [] },
	{ kind: 'subject-set', subject: 'Kim Weiß', replaces: [] },
	{ kind: 'priority-set', priority: 1, replaces: [] },
	{ kind: 'undone', entry: id('m3') },
	{ kind: 'consulted', agent: axel, question: 'Wer ist Kim Weiß?' },
	{ kind: 'categorised', system: null, category: null, replaces: [] },
];
const verdicts: Record<string, Verdict> = {
	m2: { kind: 'claim', outcome: 'granted', epoch: { era: 1, n: 1 }, holder: maria, at: 5 },
	m4: { kind: 'send', outcome: 'accepted', at: 9 },
};

function erased(told: Facts, change: (entry: Entry, id: EntryId) => Entry): Facts {
	const entries = new Map([...told.entries].map(([key, entry]) => [key, change(entry, key)] as const));
	const added = { kind: 'erased', what: 'person', at: 'zzzzzzzzz000', by: maria, device: 'relay' } as unknown as Entry;
	return { ...told, entries: new Map([...entries, [id('zz'), added] as const]) };
}

const ticket = fc
	.array(fc.record({ draft: fc.constantFrom(...drafts), at: fc.nat(50), by: fc.constantFrom(maria, axel) }), {
		size: 'max',
		maxLength: 12,
	})
	.map((told) =>
		facts(
			{
				open: { ...opened, at: 0 },
				...Object.fromEntries(told.map(({ draft, at, by }, i) => [`m${i}`, { ...draft, at: at + 1, by }])),
			},
			verdicts,
		),
	);

test('[F86][I8] erasing changes no status, holder, epoch, slot, time or order of any ticket, and leaves legal entries', () => {
	fc.assert(
		fc.property(ticket, fc.constantFrom<ErasedTexts>('theirs', 'all'), (told, texts) => {
			const after = erased(told, (entry) => eraseEntry(entry, 'about', erasureOf(texts)));
			const tagsOf = (of: Facts) => foldTicket(of)?.tags.length;
			expect({ ...bones(after), tags: [] }).toEqual({ ...bones(told), tags: [] });
			expect(tagsOf(after)).toBe(tagsOf(told));
			expect(after.verdicts).toEqual(told.verdicts);
			for (const [key, entry] of after.entries) if (key !== id('zz')) expect(readEntry(entry)).toBeDefined();
			expect(JSON.stringify([...after.entries])).not.toMatch(/Kim|Weiß|kim@example/);
		}),
		{ numRuns: 150 },
	);
});

test('[F86][I8] blacking out an entry changes none of it either', () => {
	fc.assert(
		fc.property(ticket, fc.nat(11), (told, n) => {
			const target = told.entries.get(id(`m${n}`));
			const gone = target === undefined ? undefined : redactedWords(target, null);
			if (gone === undefined) return;
			const after = erased(told, (entry, key) =>
				redactEntry(entry, { isIt: key === id(`m${n}`), words: gone, ranges: null }),
			);
			expect(bones(after)).toEqual(bones(told));
			for (const [key, entry] of after.entries) if (key !== id('zz')) expect(readEntry(entry)).toBeDefined();
		}),
		{ numRuns: 150 },
	);
});

test('a stand-in that does not fit leaves an entry that is still one', () => {
	const long = `${'x'.repeat(185)} Kim Weiß`;
	const entry = {
		kind: 'created',
		name: long,
		lines: [],
		at: '0000000a0000',
		by: maria,
		device: 'd',
	} as unknown as Entry;
	expect(readEntry(entry)).toBeDefined();
	expect(readEntry(eraseEntry(entry, 'mention', erasureOf('theirs')))).toBeDefined();
	expect(hlcTime(entry.at)).toBeGreaterThanOrEqual(0);
});

test('[RD1] blacking out a word that is shorter than what stands in its place costs the text nothing of its end, in large or small letters', () => {
	const text = 'Pin 417, PIN 417 oder pin. Ende';
	const [entry] = [...facts({ a: { ...note, text, at: 1 } }).entries.values()] as [Entry];
	expect(redactEntry(entry, { isIt: false, words: ['pin'], ranges: null })).toMatchObject({
		text: '█████ 417, █████ 417 oder █████. Ende',
	});
});
