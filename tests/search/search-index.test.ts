import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createSearchIndex } from '../../src/lib/search/search-index.ts';
import { nodeSql } from '../../sync-server/search/node-sql.ts';
import { article, found, indexOf, ticket } from './open-index.ts';
import { judgedArticles } from './judged/judged-set.ts';

describe('[F59] [F90] what is found', () => {
	const index = indexOf(
		article('driver', 'Druckertreiber neu installieren', 'Nach dem Neustart die Testseite ausgeben.'),
		article('street', 'Parkplatz in der Schulstraße', 'Die Schranke steht an der Straße.'),
		article('houses', 'Häuser der Filialen'),
		article('push', 'Drücker an der Tür', 'Der Türöffner klemmt.'),
		article('printer', 'Drucker offline', 'Das Gerät des Druckers ist aus.'),
		article('login', 'Anmeldung am Portal', 'Wer angemeldet ist, sieht die Lieferungen. Per E-Mail kommt ein Link.'),
		article('reset', 'Resetting passwords', 'Users are locked out of their accounts.', { lang: 'en' }),
		article('delivery', 'Liefertermin eines Neuwagens', '', { tags: ['Auslieferung'], system: 'Händlerportal' }),
	);

	test.for([
		['drukertreiber', 'driver'],
		['Drucker Treiber', 'driver'],
		['Treiber', 'driver'],
		['treiber fuer drucker', 'driver'],
		['Strasse', 'street'],
		['straße', 'street'],
		['schulstr', 'street'],
		['haeuser', 'houses'],
		['Häuser', 'houses'],
		['hauser', 'houses'],
		['haus', 'houses'],
		['anmelden', 'login'],
		['email', 'login'],
		['e-mail', 'login'],
		['reset password', 'reset'],
		['pasword', 'reset'],
		['locking acounts', 'reset'],
		['Termin Lieferung', 'delivery'],
		['Händlerportal', 'delivery'],
		['Auslieferungen', 'delivery'],
		['NEUWAGEN', 'delivery'],
	])('%s finds %s first', ([query, id]) => {
		expect(found(index, query as string)[0]).toBe(id);
	});

	test.for(['drucker', 'Druckers', 'Drücker', 'DRUCKER', 'druecker'])(
		'%s finds the printer, its driver and the handle',
		(query) => {
			expect(found(index, query)).toEqual(expect.arrayContaining(['printer', 'driver', 'push']));
		},
	);

	test('each letter of a word keeps what the whole word finds', () => {
		for (let length = 3; length <= 'druckertreiber'.length; length++)
			expect(found(index, 'druckertreiber'.slice(0, length)), 'druckertreiber'.slice(0, length)).toContain('driver');
	});

	test('nothing that fits is an empty answer', () => {
		for (const text of ['', '   ', 'xyzzyqq', '🙂🙂', '?!', '\u0000']) expect(found(index, text)).toEqual([]);
	});

	test('little words alone find something, and beside others do not decide', () => {
		expect(found(index, 'der')).toContain('street');
		expect(found(index, 'wie geht das mit dem Treiber')[0]).toBe('driver');
	});

	test('the title and the body are marked where it was found', () => {
		const [hit] = index.search({ text: 'drucker gerat' });
		expect(hit?.id).toBe('printer');
		const marked = ({ text, ranges }: { text: string; ranges: readonly (readonly [number, number])[] }) =>
			ranges.map(([from, to]) => text.slice(from, to));
		expect(marked(hit?.title as never)).toEqual(['Drucker']);
		expect(marked(hit?.snippet as never)).toEqual(['Gerät', 'Druckers']);
	});
});

describe('numbers', () => {
	const index = indexOf(
		ticket('t1', 'Rechnung fehlt', { number: '1042173', at: 1 }),
		ticket('t2', 'Rückfrage zu 104-2173', { number: '1042199', at: 2 }),
		article('error', 'Fehler 0x80070005', 'Code 550 beim Versand'),
	);

	test.for(['1042173', '104-2173', '#104-2173', 'T 104 2173'])('%s jumps to the ticket', (text) => {
		expect(found(index, text)[0]).toBe('t1');
	});

	test('a number is found by its beginning and never by a similar one', () => {
		expect(found(index, '10421')).toEqual(expect.arrayContaining(['t1', 't2']));
		expect(found(index, '550')).toEqual(['error']);
		expect(found(index, '551')).toEqual([]);
		expect(found(index, '0x80070005')).toEqual(['error']);
	});
});

describe('filters and order', () => {
	const index = indexOf(
		ticket('old', 'Drucker streikt', { status: 'closed', line: 'a', queue: 'q', person: 'p', at: 1_000, lang: 'de' }),
		ticket('new', 'Drucker streikt', { status: 'open', line: 'b', at: 86_400_000_000, lang: 'en' }),
		article('used', 'Drucker', '', { uses: 50 }),
		article('unused', 'Drucker'),
	);
	const ids = (query: Parameters<typeof index.search>[0]) => index.search(query).map(({ id }) => id);

	test('each filter leaves through what it names', () => {
		expect(ids({ text: 'drucker', kinds: ['ticket'] })).toHaveLength(2);
		expect(ids({ text: 'drucker', status: ['open'] })).toEqual(['new']);
		expect(ids({ text: 'drucker', line: ['a'] })).toEqual(['old']);
		expect(ids({ text: 'drucker', queue: ['q'], person: ['p'] })).toEqual(['old']);
		expect(ids({ text: 'drucker', lang: ['en'] })).toEqual(['new']);
		expect(ids({ text: 'drucker', from: 2_000 })).toEqual(['new']);
		expect(ids({ text: 'drucker', kinds: ['ticket'], to: 2_000 })).toEqual(['old']);
		expect(ids({ text: 'drucker', status: ["' OR 1=1 --"] })).toEqual([]);
	});

	test('[F90] any linked person, any of its lines, either language; what is for every line is in each', () => {
		const many = indexOf(
			ticket('two', 'Drucker', { person: 'person/1 person/22', line: 'a' }),
			article('both', 'Drucker', '', { lang: 'de en', line: 'a b' }),
			article('all', 'Drucker', '', { lang: 'de', line: '*' }),
		);
		const found = (query: Parameters<typeof index.search>[0]) =>
			many
				.search(query)
				.map(({ id }) => id)
				.sort();
		expect(found({ text: 'drucker', person: ['person/22'] })).toEqual(['two']);
		expect(found({ text: 'drucker', person: ['person/2'] })).toEqual([]);
		expect(found({ text: 'drucker', line: ['b'] })).toEqual(['all', 'both']);
		expect(found({ text: 'drucker', line: ['a'] })).toEqual(['all', 'both', 'two']);
		expect(found({ text: 'drucker', lang: ['en'] })).toEqual(['both']);
		expect(found({ text: 'drucker', lang: ['de'] })).toEqual(['all', 'both']);
	});

	test('filters without words answer with the newest', () => {
		expect(ids({ text: '', kinds: ['ticket'] })).toEqual(['new', 'old']);
	});

	test('what is fresh or often used comes first among equals', () => {
		expect(ids({ text: 'drucker', kinds: ['ticket'], now: 86_400_000_000 })).toEqual(['new', 'old']);
		expect(ids({ text: 'drucker', kinds: ['article'] })).toEqual(['used', 'unused']);
	});

	test('a word in the title counts more than in the body', () => {
		const two = indexOf(article('body', 'Allgemeines', 'Treiber'), article('title', 'Treiber', 'Allgemeines'));
		expect(found(two, 'treiber')).toEqual(['title', 'body']);
	});
});

describe('the index follows the documents', () => {
	test('what was changed is found by its new words and no longer by the old', () => {
		const index = indexOf(article('a', 'Drucker'), article('b', 'Drucker'));
		index.put([article('a', 'Scanner')], 7);
		expect(found(index, 'drucker')).toEqual(['b']);
		expect(found(index, 'scanner')).toEqual(['a']);
		index.remove(['b', 'never'], 8);
		expect(found(index, 'drucker')).toEqual([]);
		expect([index.sequence, index.size]).toEqual([8, 1]);
	});

	test('a status that changes is filtered by, though no word changed', () => {
		const index = indexOf(ticket('a', 'Drucker', { status: 'open' }));
		index.put([ticket('a', 'Drucker', { status: 'closed' })]);
		expect(index.search({ text: 'drucker', status: ['open'] })).toEqual([]);
		expect(index.search({ text: 'drucker', status: ['closed'] })).toHaveLength(1);
	});

	test('an index that was closed goes on where it was; one of another version begins anew', () => {
		const database = new DatabaseSync(':memory:');
		const sql = nodeSql(database);
		const first = createSearchIndex(sql);
		first.put([article('a', 'Druckertreiber')], 12);
		expect(first.origin).toBe('new');
		const second = createSearchIndex(sql);
		expect([second.origin, second.sequence]).toEqual(['kept', 12]);
		expect(found(second, 'treiber')).toEqual(['a']);
		sql.run("UPDATE search_meta SET value = 999 WHERE key = 'version'", []);
		const third = createSearchIndex(sql);
		expect([third.origin, third.sequence, third.size]).toEqual(['replaced-newer', 0, 0]);
		sql.run("UPDATE search_meta SET value = 0 WHERE key = 'version'", []);
		expect(createSearchIndex(sql).origin).toBe('replaced-older');
	});

	test('a batch that fails leaves the index as it was', () => {
		const index = indexOf(article('a', 'Drucker'));
		const broken = { ...article('b', 'Scanner'), at: 1n as unknown as number, kind: null as never };
		expect(() => index.put([article('c', 'Scanner'), broken], 5)).toThrow();
		expect([index.size, index.sequence, found(index, 'scanner')]).toEqual([1, 0, []]);
	});

	test('any order of changes ends in the index that the last state alone makes', () => {
		const word = fc.constantFrom('Drucker', 'Treiber', 'Druckertreiber', 'Passwort', 'Straße', 'Rechnung');
		const step = fc.oneof(
			fc.record({ id: fc.constantFrom('a', 'b', 'c'), title: fc.array(word, { minLength: 1, maxLength: 3 }) }),
			fc.record({ id: fc.constantFrom('a', 'b', 'c') }),
		);
		fc.assert(
			fc.property(fc.array(step, { size: 'max', maxLength: 12 }), (steps) => {
				const index = indexOf();
				const last = new Map<string, string>();
				for (const one of steps) {
					if ('title' in one) {
						last.set(one.id, one.title.join(' '));
						index.put([article(one.id, one.title.join(' '))]);
					} else {
						last.delete(one.id);
						index.remove([one.id]);
					}
				}
				const fresh = indexOf(...[...last].map(([id, title]) => article(id, title)));
				for (const text of ['drucker', 'treiber', 'strase', 'rechnungen'])
					expect(found(index, text)).toEqual(found(fresh, text));
			}),
			{ numRuns: 40 },
		);
	});
});

describe('hostile questions and texts', () => {
	const index = indexOf(
		...judgedArticles,
		ticket('t', 'NEAR OR NOT "quoted" title:body', { body: 'x'.repeat(300_000), at: Number.NaN }),
	);

	test.for([
		['FTS syntax', '" * NEAR OR ( ) : ^ - + {title} : NEAR(a b, 2) AND NOT "'],
		['a column filter', 'title : drucker OR body : x'],
		['10,000 letters', 'druckertreiber'.repeat(720)],
		['10,000 characters of words', 'Drukertreiber pasword rechnugn '.repeat(330)],
		['10,000 quotes', '"'.repeat(10_000)],
		['control characters', '\u0000\u0001\u0002drucker\u001b[31m\u202e'],
		['half a surrogate pair', '\ud83d drucker \udc00'],
		['only little words', 'der die das und oder nicht the of and to'],
		['emoji', '👩‍💻🖨️🔥 drucker'],
		['marks upon marks', `a${'\u0301'.repeat(5000)}`],
		['other scripts', 'принтер 打印机 طابعة מדפסת'],
		['SQL', "'; DROP TABLE document; --"],
	])('%s: an answer, and soon', ([, text]) => {
		const hits = index.search({ text: text as string, now: Number.NaN, limit: -3 });
		expect(Array.isArray(hits)).toBe(true);
		expect(index.size).toBe(judgedArticles.length + 1);
	});

	test('words of the syntax are found as words', () => {
		expect(found(index, 'NEAR quoted')[0]).toBe('t');
	});

	test('never throws, whatever is typed, and marks only what is there', () => {
		const piece = fc.oneof(
			fc.string({ unit: 'binary', maxLength: 30 }),
			fc.constantFrom('"', '*', ' OR ', 'NEAR(', ')', ':', 'drucker', 'ß', 'ä', '1042173', '-', '\n'),
		);
		fc.assert(
			fc.property(fc.array(piece, { size: 'max', maxLength: 12 }), (pieces) => {
				for (const { title, snippet } of index.search({ text: pieces.join(''), limit: 5 }))
					for (const { text, ranges } of [title, snippet])
						for (const [from, to] of ranges) expect(from >= 0 && from < to && to <= text.length).toBe(true);
			}),
			{ numRuns: 60 },
		);
	});
});
