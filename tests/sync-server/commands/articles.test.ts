import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { foldArticle } from '../../../src/lib/domain/fold-article.ts';
import { readRecord } from '../../../src/lib/document/record-document.ts';
import { exportArticlesCommand } from '../../../sync-server/commands/export-articles.ts';
import { importCsvCommand, importMarkdownCommand } from '../../../sync-server/commands/import-articles.ts';
import { readConfig } from '../../../sync-server/config.ts';
import { openInstallation } from '../../../sync-server/installation.ts';
import { runCommand } from './run-command.ts';

const folders: string[] = [];
afterEach(() => {
	for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});
function emptyFolder(): string {
	const folder = mkdtempSync(join(tmpdir(), 'tresen-articles-'));
	folders.push(folder);
	return folder;
}

async function articlesOf(data: string) {
	const reading = readConfig({ data, logLevel: 'silent' }, {});
	if (reading.kind === 'refused') throw new Error('config');
	const opened = await openInstallation(reading.config);
	if (opened.kind === 'refused') throw new Error(opened.message);
	const { relay, close } = opened.installation;
	const found = relay.documentsOfKind('article').map((id) => {
		const record = readRecord(relay.read(id)!);
		return record.kind === 'record' ? foldArticle(record.facts)! : undefined;
	});
	const { systems, categories } = relay.readDesk();
	await close();
	return { articles: found.map((article) => article!), systems, categories };
}

test('[F65] a system with 50 cases comes from a table; importing it twice adds nothing, a changed row is a new version', async () => {
	const [data, folder] = [emptyFolder(), emptyFolder()];
	const file = join(folder, 'kasse.csv');
	const rows = Array.from(
		{ length: 50 },
		(_, i) => `Fall ${i};Frage ${i};Kasse;Zahlung > Bar;"eins\nzwei";Antwort ${i};standard`,
	);
	const table = ['Titel;Frage;System;Kategorie;Schritte;Antwort;Stand', ...rows, 'kaputt;;;;;;fertig'].join('\n');
	writeFileSync(file, table);
	const dry = await runCommand(importCsvCommand, data, [file, '--dry-run']);
	expect(dry.printed.at(-1)).toBe('Would be: 50 created, 0 updated, 0 there already, 1 refused.');
	expect(dry.printed[0]).toContain('kasse.csv:102 · refused: state must be');
	expect((await articlesOf(data)).articles).toEqual([]);

	expect((await runCommand(importCsvCommand, data, [file])).printed.at(-1)).toContain('50 created');
	const first = await articlesOf(data);
	expect(first.systems.map(({ name }) => name)).toEqual(['Kasse']);
	expect(first.categories.map(({ name, group }) => [name, group])).toEqual([
		['Bar', 'zahlung'],
		['Zahlung', null],
	]);
	expect(first.articles.every(({ state, published }) => state === 'standard' && published?.number === 1)).toBe(true);

	expect((await runCommand(importCsvCommand, data, [file])).printed.at(-1)).toContain(
		'0 created, 0 updated, 50 there already',
	);
	writeFileSync(file, table.replace('Antwort 7;', 'Neue Antwort;'));
	const again = await runCommand(importCsvCommand, data, [file, '--json']);
	expect(again.json().filter(({ outcome }) => outcome === 'updated')).toMatchObject([{ title: 'Fall 7' }]);
	expect((await articlesOf(data)).articles.filter(({ versions }) => versions.length === 2)).toHaveLength(1);
}, 60_000);

test('[F65] a table that was exported comes back: nothing new on the same desk, the same cases on another one', async () => {
	const [data, other, folder] = [emptyFolder(), emptyFolder(), emptyFolder()];
	writeFileSync(
		join(folder, 'a.md'),
		'---\nstate: standard\nsystem: Kasse\ncategory: Zahlung > Bar\ntags: [bar]\nlevel: 2\n---\n# =Barzahlung\n\nMit **Nachdruck**\n\n## Schritte\n\n- eins\n- **zwei**',
	);
	writeFileSync(join(folder, 'a.en.md'), '# Cash\n\nText');
	await runCommand(importMarkdownCommand, data, [folder]);
	const file = join(folder, 'cases.csv');
	const written = await runCommand(exportArticlesCommand, data, ['--csv', file]);
	expect(written.printed).toEqual([`1 articles written to ${file}.`]);
	const table = readFileSync(file, 'utf8');
	expect(table.startsWith('\uFEFFid;language;title;')).toBe(true);
	expect(table).toContain(`;'=Barzahlung;`);
	const shown = await runCommand(exportArticlesCommand, data, ['--csv', '-']);
	expect(shown.printed.join('\n')).toBe(table.trimEnd());
	const sum = async (desk: string) => (await runCommand(importCsvCommand, desk, [file])).printed.at(-1);
	expect(await sum(data)).toBe('0 created, 0 updated, 1 there already, 0 refused.');
	writeFileSync(file, table.replace(';Cash;', ';Cash!;'));
	expect(await sum(data)).toBe('0 created, 1 updated, 0 there already, 0 refused.');
	const answer = ({ articles }: Awaited<ReturnType<typeof articlesOf>>) => articles[0]?.published?.content.words;
	expect(answer(await articlesOf(data))).toMatchObject({
		de: { body: '<p>Mit <strong>Nachdruck</strong></p>', steps: ['<p>eins</p>', '<p><strong>zwei</strong></p>'] },
		en: { title: 'Cash!' },
	});
	expect(await sum(other)).toBe('1 created, 0 updated, 0 there already, 0 refused.');
	const there = await articlesOf(other);
	expect(there.articles).toMatchObject([
		{ state: 'standard', level: 2, tags: ['bar'], system: 'kasse', category: 'bar' },
	]);
	expect((await runCommand(exportArticlesCommand, data, ['--csv', '-', '--out', folder])).code).toBe(2);
}, 60_000);

test('[F65] what an export writes comes back on another desk, with its documents, and twice adds nothing', async () => {
	const [data, other, folder, out, again] = [emptyFolder(), emptyFolder(), emptyFolder(), emptyFolder(), emptyFolder()];
	writeFileSync(
		join(folder, 'a.md'),
		'---\nstate: standard\nsystem: Kasse\ntags: [bar]\n---\n# Barzahlung\n\nText\n\n## Schritte\n\n- eins\n- **zwei**',
	);
	writeFileSync(join(folder, 'a.en.md'), '# Cash\n\n<script>alert(1)</script>Text');
	writeFileSync(join(folder, 'b.md'), '---\nid: nonsense\n---\nx');
	writeFileSync(join(folder, 'c.md'), Uint8Array.of(0xff, 0xfe, 0x00));
	const made = await runCommand(importMarkdownCommand, data, [folder, join(folder, 'nowhere')]);
	expect(made.code).toBe(1);
	expect(made.printed.at(-1)).toBe('1 created, 0 updated, 0 there already, 3 refused.');

	expect((await runCommand(exportArticlesCommand, data, ['--out', out])).printed).toEqual([
		`1 articles written to ${out}, as 2 Markdown files and 0 documents.`,
	]);
	const written = readdirSync(out).map((name) => [
		name.replace(/-\w{6}\./, '-ID.'),
		readFileSync(join(out, name), 'utf8'),
	]);
	expect(written.map(([name]) => name)).toEqual(['barzahlung-ID.de.md', 'cash-ID.en.md']);
	expect(written[0]?.[1]).toContain('<!-- steps -->\n\n1. eins\n2. **zwei**');
	expect(written[1]?.[1]).not.toContain('script');

	expect((await runCommand(importMarkdownCommand, other, [out])).printed.at(-1)).toContain('1 created');
	expect((await runCommand(importMarkdownCommand, other, [out])).printed.at(-1)).toContain(
		'0 created, 0 updated, 1 there already',
	);
	mkdirSync(join(again, 'x'));
	await runCommand(exportArticlesCommand, other, ['--out', join(again, 'x')]);
	const files = (folder: string) => readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]);
	expect(files(join(again, 'x'))).toEqual(files(out));
}, 60_000);
