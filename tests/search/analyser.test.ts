import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { splitCompound } from '../../src/lib/search/compound.ts';
import { foldWord, splitWords, splitWordsJoined } from '../../src/lib/search/fold.ts';
import { markWords, snippetOf } from '../../src/lib/search/highlight.ts';
import { stemEnglish } from '../../src/lib/search/stem-english.ts';
import { rootGerman, stemGerman } from '../../src/lib/search/stem-german.ts';
import { Vocabulary } from '../../src/lib/search/vocabulary.ts';

const one = { reference: 1, record: 0 };
const vocabularyOf = (words: readonly string[]) =>
	new Vocabulary([...new Set(words)].sort().map((word): [string, typeof one] => [word, { ...one }]));

describe('folding', () => {
	test.for([
		[['Häuser', 'haeuser', 'hauser', 'HÄUSER', 'Ha\u0308user'], 'hauser'],
		[['Straße', 'Strasse', 'STRASSE', 'STRAẞE'], 'strasse'],
		[['über', 'ueber', 'Uber'], 'uber'],
		[['Öl', 'Oel', 'ol'], 'ol'],
		[['naïve', 'naive'], 'naive'],
	] as const)('%s are one word', ([spellings, folded]) => {
		expect([...new Set(spellings.map(foldWord))]).toEqual([folded]);
	});

	test('"ue" that is no umlaut stays', () => {
		expect(['neue', 'Bauer', 'Frequenz', 'Steuer', 'queue'].map(foldWord)).toEqual([
			...['neue', 'bauer', 'frequenz', 'steuer', 'queue'],
		]);
	});

	test('the fold of a beginning is a beginning of the fold, as typing needs it', () => {
		const letters = fc.string({ unit: fc.constantFrom(...'aeouißäöüqx'), maxLength: 12 });
		fc.assert(
			fc.property(letters, letters, (beginning, rest) => {
				expect(foldWord(beginning + rest).startsWith(foldWord(beginning))).toBe(true);
			}),
		);
	});

	test('words know where they stood; what has hyphens stands there in one word too', () => {
		const text = 'Der VPN-Zugang, don’t use E-Mail 4711-12';
		for (const { word, start, end } of splitWords(text)) expect(foldWord(text.slice(start, end))).toContain(word);
		const words = splitWordsJoined(text).map(({ word }) => word);
		expect(words).toEqual(['der', 'vpn', 'zugang', 'vpnzugang', 'don', 'use', 'e', 'mail', 'email', '4711', '12']);
	});
});

describe('stems', () => {
	test.for([
		['drucker', 'druckers', 'druckern'],
		['rechnung', 'rechnungen'],
		['haus', 'hauser', 'hausern'],
		['kunde', 'kunden'],
		['neu', 'neue', 'neuen', 'neuer', 'neues', 'neuem'],
		['passwort', 'passworter'],
	])('%s: inflections share the stem', (words) => {
		expect(new Set(words.map(stemGerman)).size).toBe(1);
	});

	test.for([
		['bestellung', 'bestellen', 'bestellt'],
		['lieferung', 'liefern', 'geliefert', 'liefert'],
		['anmeldung', 'anmelden', 'angemeldet', 'anzumelden'],
		['installation', 'installieren', 'installiert'],
		['stornierung', 'stornieren', 'storniert', 'storno'],
		['sperrung', 'sperren', 'gesperrt'],
		['anderung', 'andern', 'geandert'],
	])('%s: derivations share the root', (words) => {
		expect(new Set(words.map(rootGerman)).size).toBe(1);
	});

	test('English ones are those of the Snowball project', () => {
		const words = {
			...{ consigned: 'consign', consistency: 'consist', knackeries: 'knackeri', generally: 'general', hopping: 'hop' },
			...{
				relational: 'relat',
				skies: 'sky',
				agreed: 'agre',
				happily: 'happili',
				abilities: 'abil',
				printers: 'printer',
			},
		};
		for (const [word, stem] of Object.entries(words)) expect(stemEnglish(word)).toBe(stem);
	});
});

describe('compounds', () => {
	const vocabulary = vocabularyOf([
		'drucker',
		'treiber',
		'auftrag',
		'nummer',
		'kunde',
		'adresse',
		'buch',
		'liste',
		'netz',
	]);
	const words = {
		has: (word: string) => vocabulary.has(word),
		hasStem: (stem: string) => vocabulary.beginning(stem).some(({ word }) => stemGerman(word) === stem),
	};

	test.for([
		['druckertreiber', ['drucker', 'treiber']],
		['auftragsnummer', ['auftrag', 'nummer']],
		['kundennummern', ['kunden', 'nummern']],
		['adressbuch', ['adress', 'buch']],
		['netzdruckertreiberliste', ['netz', 'drucker', 'treiber', 'liste']],
	] as const)('%s has parts that stand alone elsewhere', ([word, parts]) => {
		const stems = splitCompound(word, words)?.map(stemGerman);
		expect(stems).toEqual(parts.map(stemGerman));
	});

	test('what has an unknown rest is none', () => {
		expect(splitCompound('druckerxyzzy', words)).toBeUndefined();
		expect(splitCompound('treiber', words)).toBeUndefined();
	});
});

describe('typing errors', () => {
	const letters = fc.string({ unit: fc.constantFrom(...'abcd'), minLength: 1, maxLength: 7 });

	test('are counted as the textbook counts them, for every word of any list', () => {
		fc.assert(
			fc.property(
				fc.array(letters, { size: 'max', maxLength: 40 }),
				letters,
				fc.constantFrom(1, 2),
				(list, typed, most) => {
					const found = vocabularyOf(list).near(typed, most, false);
					const expected = [...new Set(list)].filter((word) => distance(typed, word) <= most).sort();
					expect(found.map(({ word }) => word).sort()).toEqual(expected);
					for (const near of found) expect(near.distance).toBe(distance(typed, near.word));
				},
			),
			{ numRuns: 300 },
		);
	});

	test('of an unfinished word are counted against the best beginning', () => {
		fc.assert(
			fc.property(fc.array(letters, { size: 'max', maxLength: 30 }), letters, (list, typed) => {
				const best = (word: string) =>
					Math.min(...Array.from({ length: word.length }, (_, i) => distance(typed, word.slice(0, i + 1))));
				const found = vocabularyOf(list).near(typed, 1, true);
				const expected = [...new Set(list)].filter((word) => best(word) <= 1).sort();
				expect(found.map(({ word }) => word).sort()).toEqual(expected);
			}),
			{ numRuns: 200 },
		);
	});
});

describe('the vocabulary', () => {
	test('knows what came later as what was there from the start', () => {
		fc.assert(
			fc.property(
				fc.array(fc.string({ unit: fc.constantFrom(...'abc'), minLength: 1, maxLength: 5 }), {
					size: 'max',
					maxLength: 60,
				}),
				fc.nat(60),
				(words, cut) => {
					const whole = vocabularyOf(words);
					const grown = vocabularyOf(words.slice(0, cut));
					for (const word of new Set(words.slice(cut))) if (!grown.has(word)) grown.count(word, one);
					const sorted = (found: readonly { word: string }[]) => found.map(({ word }) => word).sort();
					for (const letters of ['a', 'ab', 'ca']) {
						expect(sorted(grown.beginning(letters))).toEqual(sorted(whole.beginning(letters)));
						expect(sorted(grown.holding(letters))).toEqual(sorted(whole.holding(letters)));
						expect(sorted(grown.commonest(letters, 100))).toEqual(sorted(whole.beginning(letters)));
					}
				},
			),
			{ numRuns: 60 },
		);
	});

	test('forgets a word that no document holds any more', () => {
		const vocabulary = vocabularyOf(['drucker']);
		vocabulary.count('drucker', { reference: -1, record: 0 });
		expect([vocabulary.has('drucker'), vocabulary.beginning('dru'), vocabulary.near('druker', 1, false)]).toEqual([
			...[false, [], []],
		]);
	});
});

describe('marks', () => {
	test('stand on the whole word of the text as it is', () => {
		const text = 'Die Straße der Häuser';
		expect(markWords(text, ['strasse', 'hauser']).map(([from, to]) => text.slice(from, to))).toEqual([
			'Straße',
			'Häuser',
		]);
	});

	test('a snippet is the piece in which most of the words stand', () => {
		const text = `${'Lorem ipsum dolor. '.repeat(30)}Der Treiber des Druckers fehlt. ${'Sit amet. '.repeat(30)}`;
		const { text: shown, ranges } = snippetOf(text, ['treiber', 'druckers']);
		expect(ranges.map(([from, to]) => shown.slice(from, to))).toEqual(['Treiber', 'Druckers']);
		expect(shown.length).toBeLessThan(200);
		expect(snippetOf('', ['x'])).toEqual({ text: '', ranges: [] });
	});
});

function distance(a: string, b: string): number {
	const rows = Array.from({ length: a.length + 1 }, (_, i) => [i, ...Array.from({ length: b.length }, () => 0)]);
	const at = (i: number, j: number) => rows[i]?.[j] ?? 0;
	for (let j = 1; j <= b.length; j++) (rows[0] as number[])[j] = j;
	for (let i = 1; i <= a.length; i++)
		for (let j = 1; j <= b.length; j++) {
			let cost = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1));
			if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, at(i - 2, j - 2) + 1);
			(rows[i] as number[])[j] = cost;
		}
	return at(a.length, b.length);
}
