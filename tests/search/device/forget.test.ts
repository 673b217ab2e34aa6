import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import type { DocumentId } from '../../../src/lib/domain/ids.ts';
import { createFedTable } from '../../../src/lib/search/device/fed-table.ts';
import { createSearchIndex, type SearchIndex } from '../../../src/lib/search/search-index.ts';
import type { SearchDocument } from '../../../src/lib/search/search-document.ts';
import type { Sql } from '../../../src/lib/search/sql.ts';

/** An index in a file, as a device has it. */
function onDisk() {
	const folder = mkdtempSync(join(tmpdir(), 'tresen-'));
	const file = join(folder, 'index');
	const db = new DatabaseSync(file);
	db.exec('PRAGMA journal_mode = TRUNCATE; PRAGMA secure_delete = ON; PRAGMA synchronous = OFF');
	const sql: Sql = {
		exec: (text) => db.exec(text),
		run: (text, params) => void db.prepare(text).run(...params),
		all: <Row>(text: string, params: readonly (string | number | null)[]) => db.prepare(text).all(...params) as Row[],
	};
	onTestFinished(() => {
		db.close();
		rmSync(folder, { recursive: true });
	});
	return { sql, bytes: () => readFileSync(file).toString('latin1').toLowerCase() };
}

const told = (id: number, body: string): SearchDocument =>
	({
		...{ id: `ticket/${id}`, kind: 'ticket', title: body, body },
		...{ tags: [], at: id * 1e9, uses: 0 },
	}) as unknown as SearchDocument;
const others = (many: number) => Array.from({ length: many }, (_, i) => told(i + 2, `Vorgang ${i} Wort${i % 977}`));
const ticket = (id: number) => `ticket/${id}` as DocumentId;
const name = 'Quittenbaum';

/** Returns in how many pieces it was done. */
function forgetAll(index: SearchIndex): number {
	let pieces = 1;
	for (let how: 'begin' | 'go on' = 'begin'; index.forgetRemoved(how); how = 'go on') pieces++;
	return pieces;
}

test('[F86][F106] after another generation no byte of the index on the disk holds the words of the old one', () => {
	const { sql, bytes } = onDisk();
	const index = createSearchIndex(sql);
	const fed = createFedTable(sql, 'me');
	index.put([told(1, `Frau ${name} fragt`), ...others(200)]);
	fed.set([{ document: ticket(1), stamp: '0.5.1' }], ['ticket/1']);
	expect(fed.owesForgetting).toBe(false);
	expect(bytes()).toContain('quittenba');
	index.put([told(1, 'Frau █████ fragt')]);
	fed.set([{ document: ticket(1), stamp: '1.6.2' }], ['ticket/1']);
	expect(fed.owesForgetting).toBe(true);
	forgetAll(index);
	fed.forgotten();
	expect(fed.owesForgetting).toBe(false);
	expect(index.search({ text: name })).toEqual([]);
	expect(index.search({ text: 'fragt' })).toHaveLength(1);
	expect(bytes()).not.toContain('quitt');
	fed.set([{ document: ticket(1), stamp: 'cold.1.6.' }], ['ticket/1']);
	expect(fed.owesForgetting).toBe(false);
});

test('[F45] what left the device is owed to be forgotten, over restarts, and then no byte of it is in the file', () => {
	const { sql, bytes } = onDisk();
	const index = createSearchIndex(sql);
	const fed = createFedTable(sql, 'me');
	const rest = others(1000);
	index.put([told(1, `Frau ${name} fragt`)]);
	for (let at = 0; at < rest.length; at += 500) index.put(rest.slice(at, at + 500));
	fed.set([{ document: ticket(1), stamp: '0.5.1' }], ['ticket/1']);
	fed.remove([ticket(7)]);
	expect(fed.owesForgetting, 'it was never there').toBe(false);
	index.remove(['ticket/1']);
	fed.remove([ticket(1)]);
	expect(bytes()).toContain('quittenba');

	const next = createFedTable(sql, 'me');
	expect(next.owesForgetting).toBe(true);
	expect(forgetAll(createSearchIndex(sql))).toBeGreaterThan(1);
	next.forgotten();
	expect(bytes()).not.toContain('quitt');
	expect(createFedTable(sql, 'me').owesForgetting).toBe(false);
	expect(createSearchIndex(sql).search({ text: 'Wort976' })).not.toEqual([]);
});
