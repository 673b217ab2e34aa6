import { describe, expect, it } from 'vitest';
import { adminDe } from '../../src/lib/ui/words/de-admin.ts';
import { aroundDe } from '../../src/lib/ui/words/de-around.ts';
import { callsDe } from '../../src/lib/ui/words/de-calls.ts';
import { casesDe } from '../../src/lib/ui/words/de-cases.ts';
import { doorDe } from '../../src/lib/ui/words/de-door.ts';
import { eraseDe } from '../../src/lib/ui/words/de-erase.ts';
import { knowledgeDe } from '../../src/lib/ui/words/de-knowledge.ts';
import { searchDe } from '../../src/lib/ui/words/de-search.ts';
import { adminEn } from '../../src/lib/ui/words/en-admin.ts';
import { aroundEn } from '../../src/lib/ui/words/en-around.ts';
import { callsEn } from '../../src/lib/ui/words/en-calls.ts';
import { casesEn } from '../../src/lib/ui/words/en-cases.ts';
import { doorEn } from '../../src/lib/ui/words/en-door.ts';
import { eraseEn } from '../../src/lib/ui/words/en-erase.ts';
import { knowledgeEn } from '../../src/lib/ui/words/en-knowledge.ts';
import { searchEn } from '../../src/lib/ui/words/en-search.ts';
import { de } from '../../src/lib/ui/words/de.ts';
import { en } from '../../src/lib/ui/words/en.ts';
import { createFormats } from '../../src/lib/ui/words/formats.ts';
import { chooseLocale, regionalTag } from '../../src/lib/ui/words/locale.ts';
import { words } from '../../src/lib/ui/words/words.svelte.ts';

/** Every text with its path; functions are called with "1" or 1 where they want a name or a count. */
function* texts(node: unknown, path: string): Generator<[string, string]> {
	if (typeof node === 'string') yield [path, node];
	else if (typeof node === 'function') {
		const sample = node as (...values: unknown[]) => string;
		for (const count of [0, 1, 2]) yield [`${path}(${count})`, sample(count, 'Ana', 'Ben', 'Cem', 'Dora')];
	} else
		for (const [key, value] of Object.entries(node as object))
			yield* texts(value, path === '' ? key : `${path}.${key}`);
}

const all = {
	de: {
		...de,
		admin: adminDe,
		around: aroundDe,
		calls: callsDe,
		cases: casesDe,
		door: doorDe,
		erase: eraseDe,
		knowledge: knowledgeDe,
		search: searchDe,
	},
	en: {
		...en,
		admin: adminEn,
		around: aroundEn,
		calls: callsEn,
		cases: casesEn,
		door: doorEn,
		erase: eraseEn,
		knowledge: knowledgeEn,
		search: searchEn,
	},
};
const languages = { de: new Map(texts(all.de, '')), en: new Map(texts(all.en, '')) };

describe('[F111] the dictionaries', () => {
	it('have the same keys', () => {
		expect([...languages.de.keys()].sort()).toEqual([...languages.en.keys()].sort());
	});

	it.each(['de', 'en'] as const)('%s has no empty text, no exclamation mark, no left-over sign', (locale) => {
		for (const [path, text] of languages[locale]) {
			expect(text.trim(), path).not.toBe('');
			expect(text, path).not.toMatch(/!|undefined|\[object|TODO|[^\S\n]{2}/);
			if (!path.startsWith('palette.hint')) expect(text, path).not.toContain('#');
		}
	});

	it('speak German with Sie', () => {
		for (const [path, text] of languages.de) expect(text, path).not.toMatch(/\b(du|dein|deine|dich|dir)\b/i);
	});

	it('name no button OK', () => {
		for (const all of [languages.de, languages.en])
			for (const [path, text] of all) expect(text, path).not.toMatch(/^ok(ay)?$/i);
	});

	it('differ, save for words that are the same in both languages', () => {
		const shared =
			'Tresen Relay Name Version Status Details Passkeys Deutsch English Normal Chat Code Link Organisation Team Server Port System Person'.split(
				' ',
			);
		for (const [path, text] of languages.de) {
			if (path.endsWith(')') || !/\p{L}{4}/u.test(text) || shared.includes(text)) continue;
			expect(text, path).not.toBe(languages.en.get(path));
		}
	});

	it('say of each error what happened, what is safe and what to do', () => {
		for (const errors of [de.errors, en.errors]) {
			for (const [kind, error] of Object.entries(errors)) {
				for (const sentence of [error.what, error.safe, error.todo]) expect(sentence, kind).toMatch(/^\p{Lu}.*\.$/u);
			}
		}
	});

	it('use the plural the language wants', () => {
		expect(de.views.count(0)).toBe('Keine Vorgänge');
		expect(de.views.count(1)).toBe('1 Vorgang');
		expect(de.views.count(15_600)).toBe('15.600 Vorgänge');
		expect(en.views.count(15_600)).toBe('15,600 tickets');
		expect(de.sync.offline(5)).toBe('Ohne Netz – 5 Änderungen auf diesem Gerät gespeichert');
	});
});

describe('[F111] the current language', () => {
	it('refuses to speak before one is loaded, and says what to do', () => {
		expect(() => words.t).toThrow(/words\.use/);
	});

	it('is the one that was chosen last, also when the one before is still loading', async () => {
		await words.use('de');
		const english = words.use('en');
		await words.use('de');
		await english;
		expect([words.locale, words.t.sync.synced]).toEqual(['de', 'Aktuell']);
	});

	it('changes at once', async () => {
		await words.use('de');
		expect(words.t.sync.synced).toBe('Aktuell');
		await words.use('en');
		expect(words.t.sync.synced).toBe('Up to date');
		expect(words.locale).toBe('en');
	});

	it.each([
		[['en', 'de'], 'en'],
		[[undefined, null, 'de-AT'], 'de'],
		[['fr-FR', 'de'], 'de'],
		[['fr-FR'], 'en'],
		[[], 'en'],
	] as const)('chooses from %j: %s', (wishes, locale) => {
		expect(chooseLocale(wishes)).toBe(locale);
	});

	it('keeps the browser’s region', () => {
		expect(regionalTag('de', ['en-US', 'de-AT'])).toBe('de-AT');
		expect(regionalTag('en', ['de-DE'])).toBe('en-GB');
	});
});

describe('[F111] formats', () => {
	const german = createFormats('de-DE', 'Europe/Berlin');
	const british = createFormats('en-GB', 'Europe/Berlin');
	const at = Date.UTC(2026, 10, 23, 13, 5);

	it('write dates and times as people do', () => {
		expect(german.dateTime(at, at)).toBe('Mo., 23. Nov., 14:05');
		expect(british.dateTime(at, at)).toBe('Mon 23 Nov, 14:05');
		expect(german.date(at, Date.UTC(2027, 1, 1))).toBe('23. Nov. 2026');
	});

	it('say how long ago in the largest whole unit', () => {
		expect(german.relative(at - 5 * 60_000, at)).toBe('vor 5 Minuten');
		expect(german.relative(at - 119 * 60_000, at)).toBe('vor 1 Stunde');
		expect(german.relative(at - 30_000, at)).toBe('jetzt');
		expect(german.age(at - 5 * 60_000, at)).toBe('vor 5 Min.');
		expect(british.relative(at + 3 * 86_400_000, at)).toBe('in 3 days');
	});

	it('write sizes with the language’s comma', () => {
		expect(german.bytes(0)).toMatch(/^0\sByte$/);
		expect(german.bytes(1_440_000)).toMatch(/^1,4\sMB$/);
		expect(british.bytes(30_000_000)).toMatch(/^30\sMB$/);
	});

	it('sort umlauts with their letters and numbers by value', () => {
		expect(['Zander', 'Öl 10', 'Öl 9', 'Otto'].sort(german.compare)).toEqual(['Öl 9', 'Öl 10', 'Otto', 'Zander']);
	});
});
