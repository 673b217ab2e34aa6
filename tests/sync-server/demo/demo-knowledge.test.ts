import { describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { readContent, writeContent } from '../../../src/lib/document/article-content.ts';
import { readEntry } from '../../../src/lib/domain/entry.ts';
import { isChangedSince } from '../../../src/lib/domain/article-command.ts';
import { readArticleValues } from '../../../src/lib/domain/article-entry.ts';
import { foldArticle } from '../../../src/lib/domain/fold-article.ts';
import { demoCases, demoCategories, demoSystems } from '../../../sync-server/demo/demo-cases.ts';
import { demoRecords } from '../../../sync-server/demo/demo-desk.ts';

const now = Date.UTC(2026, 5, 15, 12);
const records = [...demoRecords({ seed: 3, now, people: 40, tickets: 600, takeBlock: () => 104 })];
const entriesOf = (kind: string) =>
	records.filter((record) => record.kind === kind).map(({ entries }) => entries.map(([, entry]) => entry));

describe('[F115] the standard cases of the demo desk', () => {
	const cases = demoCases();

	test('are two hundred, in two languages, each with a question, two to six steps, an answer, a system and a category', () => {
		expect(cases.filter(({ language }) => language === 'de').length).toBeGreaterThanOrEqual(150);
		expect(cases.filter(({ language }) => language === 'en').length).toBeGreaterThanOrEqual(50);
		const systems = new Set<unknown>(demoSystems.map(({ id }) => id));
		const categories = new Set<unknown>(demoCategories.filter(({ group }) => group !== null).map(({ id }) => id));
		for (const { title, language, words, values } of cases) {
			const own = words[language];
			const { length } = own?.steps ?? [];
			expect([title, own?.pattern.length !== 0, length >= 2 && length <= 6, own?.answer !== '']).toEqual([
				title,
				true,
				true,
				true,
			]);
			expect([title, systems.has(values.system), categories.has(values.category)]).toEqual([title, true, true]);
			expect(readArticleValues(values)).toEqual(values);
		}
		expect(new Set(cases.map(({ title, language }) => `${language} ${title}`)).size).toBe(cases.length);
	});

	test('have permissions, documentation, hand-over and variants whose base is there', () => {
		const titles = new Set(cases.map(({ title, language }) => `${language} ${title}`));
		expect(cases.filter(({ base, language }) => base !== undefined && !titles.has(`${language} ${base}`))).toEqual([]);
		expect(cases.filter(({ base }) => base !== undefined).length).toBeGreaterThan(30);
		expect(cases.filter(({ values }) => (values.permissions ?? []).length > 0).length).toBeGreaterThan(20);
		expect(
			cases.filter(({ values }) => (values.documentation ?? []).some(({ required }) => required)).length,
		).toBeGreaterThan(60);
		expect(cases.filter(({ values }) => (values.handOver ?? []).length > 0).length).toBeGreaterThan(20);
	});

	test('are text that a document holds as it is', () => {
		for (const { words } of cases) {
			const doc = new Y.Doc();
			writeContent(doc, words);
			expect(readContent(doc)).toEqual(words);
		}
	});

	test('say what their newest version says: nothing was worked on since', () => {
		for (const { entries, write } of records.filter(({ kind }) => kind === 'article')) {
			const doc = new Y.Doc();
			write?.(doc);
			const article = foldArticle({ entries: new Map(entries), verdicts: new Map() })!;
			expect([article.name, isChangedSince(article.versions.at(-1), article, readContent(doc))]).toEqual([
				article.name,
				false,
			]);
		}
	});

	test('are written as entries that a document may hold', () => {
		expect(entriesOf('article')).toHaveLength(cases.length);
		for (const entries of [...entriesOf('article'), ...entriesOf('interaction')])
			for (const entry of entries) expect(readEntry(entry)).toEqual(entry);
	});
});

test('[F3] half of the contacts are solved at once, sixty a working day, tickets are linked', () => {
	const contacts = entriesOf('interaction').flat();
	const outcomes = contacts.filter((entry) => entry.kind === 'outcome-set');
	expect(outcomes).toHaveLength(600);
	const solved = outcomes.filter(({ outcome }) => outcome === 'solved').length / outcomes.length;
	expect(solved).toBeGreaterThan(0.43);
	expect(solved).toBeLessThan(0.57);
	expect(outcomes.filter(({ outcome }) => outcome === 'ticket').every(({ ticket }) => ticket !== undefined)).toBe(true);
	const days = new Set(
		contacts.flatMap((entry) => (entry.kind === 'contacted' ? [Math.floor(entry.began / 86_400_000)] : [])),
	);
	expect(days.size).toBeGreaterThanOrEqual(10);
	expect(days.size).toBeLessThanOrEqual(12);
	expect(contacts.filter((entry) => entry.kind === 'case-applied').length).toBeGreaterThan(200);
});
