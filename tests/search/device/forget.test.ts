import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import type { DocumentId } from '../../../src/lib/domain/ids.ts';
import { createFedTable } from '../../../src/lib/search/device/fed-table.ts';
import { createSearchIndex } from '../../../src/lib/search/search-index.ts';
import type { SearchDocument } from '../../../src/lib/search/search-document.ts';
import type { Sql } from '../../../src/lib/search/sql.ts';

test('[F86][F106] after another generation no byte of the index on the disk holds the words of the old one', () => {
	const folder = mkdtempSync(join(tmpdir(), 'tresen-'));
	const file = join(folder, 'index');
	const db = new DatabaseSync(file);
	db.exec('PRAGMA journal_mode = TRUNCATE; PRAGMA secure_delete = ON');
	const sql: Sql = {
		exec: (text) => db.exec(text),
		run: (text, params) => void db.prepare(text).run(...params),
		all: <Row>(text: string, params: readonly (string | number | null)[]) => db.prepare(text).all(...params) as Row[],
	};
	try {
		const index = createSearchIndex(sql);
		const fed = createFedTable(sql, 'me');
		const told = (id: number, body: string): SearchDocument =>
			({
				id: `ticket/${id}`,
				kind: 'ticket',
				title: body,
				body,
				tags: [],
				at: id * 1e9,
				uses: 0,
			}) as unknown as SearchDocument;
		const name = 'Quittenbaum';
		index.put([told(1, `Frau ${name} fragt`), ...Array.from({ length: 200 }, (_, i) => told(i + 2, `Vorgang ${i}`))]);
		fed.set([{ document: 'ticket/1' as DocumentId, stamp: '0.5.1' }], ['ticket/1']);
		expect(fed.takeReplaced()).toBe(false);
		expect(readFileSync(file).toString('latin1').toLowerCase()).toContain('quittenba');
		index.put([told(1, 'Frau █████ fragt')]);
		fed.set([{ document: 'ticket/1' as DocumentId, stamp: '1.6.2' }], ['ticket/1']);
		expect(fed.takeReplaced()).toBe(true);
		expect(fed.takeReplaced()).toBe(false);
		index.forgetRemoved();
		expect(index.search({ text: name })).toEqual([]);
		expect(index.search({ text: 'fragt' })).toHaveLength(1);
		expect(readFileSync(file).toString('latin1').toLowerCase()).not.toContain('quitt');
		fed.set([{ document: 'ticket/1' as DocumentId, stamp: 'cold.1.6.' }], ['ticket/1']);
		expect(fed.takeReplaced()).toBe(false);
	} finally {
		db.close();
		rmSync(folder, { recursive: true });
	}
});
