import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { searchCommand } from '../../../sync-server/commands/search.ts';
import { runCommand } from './run-command.ts';

const folder = mkdtempSync(join(tmpdir(), 'tresen-search-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const file = (name: string, content: unknown) => {
	const path = join(folder, name);
	writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
	return path;
};
const articles = file('articles.json', [
	{
		id: 'a',
		lang: 'de',
		title: 'Druckertreiber installieren',
		body: 'Paket holen.',
		system: 'Windows',
		tags: ['Drucken'],
	},
	{ id: 2, title: 'Häuser in der Straße' },
	{ id: 'c', lang: 'en', title: 'Reset a password', body: null, system: null, tags: null },
]);
const queries = file('queries.json', [
	{ id: 'q1', query: 'drukertreiber' },
	{ id: 'q2', query: 'strasse haeuser' },
	{ id: 'q3', query: 'xyzzyq' },
	{ id: 4, query: 'passwords reset" OR *' },
]);
const run = (...args: string[]) => runCommand(searchCommand, join(folder, 'nothing-here'), args);

describe('tresen search', () => {
	test('[F59] ranks the articles of a file for the queries of another, without a desk', async () => {
		const { code, printed } = await run('--articles', articles, '--queries', queries, '--json');
		expect(code).toBe(0);
		expect(JSON.parse(printed.join(''))).toEqual([
			{ id: 'q1', ranked: ['a'] },
			{ id: 'q2', ranked: ['2'] },
			{ id: 'q3', ranked: [] },
			{ id: '4', ranked: ['c'] },
		]);
	});

	test('says in a sentence what is wrong with a file', async () => {
		const ask = (path: string) => run('--articles', path, '--queries', queries);
		await expect(ask(join(folder, 'missing.json'))).rejects.toThrow(/missing\.json is not there/);
		await expect(ask(folder)).rejects.toThrow(/could not be read/);
		await expect(ask(file('text.json', 'no json'))).rejects.toThrow(/is no JSON/);
		await expect(ask(file('object.json', { a: 1 }))).rejects.toThrow(/must be a list/);
		await expect(ask(file('entry.json', [{ id: 'a' }, { title: 'b' }]))).rejects.toThrow(/entry 2\.id/);
		await expect(ask(file('twice.json', [{ id: 'a' }, { id: 'a' }]))).rejects.toThrow(/a is there twice/);
		await expect(run('--articles', articles, '--queries', file('q.json', [{ id: 1 }]))).rejects.toThrow(
			/entry 1\.query/,
		);
		expect((await run('--articles', articles)).complaints.join('')).toMatch(/Name both files/);
	});
});
