import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { csvToArticles } from '../../../sync-server/articles/csv-articles.ts';
import { readCsv, writeCsv } from '../../../sync-server/articles/csv.ts';

const cellsOf = (text: string) => {
	const reading = readCsv(text);
	return reading.kind === 'ok' ? reading.rows.map(({ cells }) => cells) : reading;
};

test.each([
	[
		'a,b\n1,2\n',
		[
			['a', 'b'],
			['1', '2'],
		],
	],
	[
		'\uFEFFa;b\r\n1;2\r\n',
		[
			['a', 'b'],
			['1', '2'],
		],
	],
	[
		'a\tb\r1\t2',
		[
			['a', 'b'],
			['1', '2'],
		],
	],
	[
		'a;b\n"x;""y""\nz"; 2 \n\n;\n',
		[
			['a', 'b'],
			['x;"y"\nz', '2'],
		],
	],
	[
		'"a,b";c\n1,5;2',
		[
			['a,b', 'c'],
			['1,5', '2'],
		],
	],
	['', []],
	['a;b\n"open;2\n', { kind: 'refused', line: 2, message: 'a quote is opened and never closed' }],
	['a;b\n1;"x"y\n', { kind: 'refused', line: 2, message: 'there is text after a closing quote' }],
])('[CS1, CS2] %j is read', (text, rows) => {
	expect(cellsOf(text)).toEqual(rows);
});

test('[CS3] no cell that is written begins like a formula, and reading gives what was written', () => {
	const cell = fc.oneof(
		fc.constantFrom('=1+1', '+1', '-1', '@x', "'=1", "''-1", '\tx', '"', ';', '\n', "it's", ' a '),
		fc.string({ maxLength: 6 }),
	);
	fc.assert(
		fc.property(fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 5 }), (rows) => {
			const head = ['x', 'y'];
			const file = writeCsv([head, ...rows]);
			const reading = readCsv(file);
			if (reading.kind === 'refused') throw new Error(reading.message);
			const wanted = rows.filter((row) => row.some((text) => text !== '')).map((row) => row.map((text) => text.trim()));
			expect(reading.rows.slice(1).map(({ cells }) => cells.map((text) => text.trim()))).toEqual(wanted);
			for (const { cells } of readRaw(file)) for (const text of cells) expect(text).not.toMatch(/^[=+\-@\t\r]/);
		}),
	);
});

/** As a spreadsheet reads it: what stands in the cell. */
function readRaw(file: string) {
	const reading = readCsv(file.replaceAll("'", '’'));
	return reading.kind === 'ok' ? reading.rows : [];
}

const head = 'Titel;Frage;System;Kategorie;Schritte;Antwort;Stufe;Stand\n';

test('[F65] a row is a case: steps and questions a line each, formulas are text', () => {
	const read = csvToArticles(
		`${head}Drucker;"druckt nicht\nDruck hängt";Kasse;Technik > Drucken;"1. Prüfen\n2. =Starten()";"Hallo,\n\ner läuft <b>wieder</b>.";2;Standard\n`,
		'de',
	);
	if (read.kind === 'refused') throw new Error(JSON.stringify(read.problems));
	expect(read.problems).toEqual([]);
	expect(read.articles).toMatchObject([
		{
			line: 2,
			article: {
				state: 'standard',
				values: { type: 'case', visibility: 'internal', level: 2, system: 'Kasse', category: 'Technik > Drucken' },
				words: {
					de: {
						title: 'Drucker',
						pattern: ['druckt nicht', 'Druck hängt'],
						steps: ['<p>Prüfen</p>', '<p>=Starten()</p>'],
						answer: '<p>Hallo,</p><p>er läuft &lt;b&gt;wieder&lt;/b&gt;.</p>',
					},
				},
			},
		},
	]);
});

test('[F65] what is wrong is listed by line, and the rest goes on', () => {
	const rows = [
		';a;;;;;;',
		'Gut;a;;;;;;',
		'Schlecht;a;;;;;9;',
		'Anders;a;;;;;;fertig',
		'Gut;b;;;;;;',
		'Zu;v;i;e;l;e;1;draft;mehr',
	];
	const read = csvToArticles(head + rows.join('\n'), 'de');
	if (read.kind === 'refused') throw new Error('refused');
	expect(read.articles.map(({ line }) => line)).toEqual([3]);
	expect(read.problems.map(({ line, message }) => [line, message])).toEqual([
		[2, 'the title is missing'],
		[4, 'level must be 1, 2 or 3, not "9"'],
		[5, 'state must be draft, in-review, agreed, standard or archived, not "fertig"'],
		[6, 'the same case as in line 3'],
		[7, '9 cells, but 8 columns'],
	]);
});

test.each([
	['Name;Farbe\nx;rot', 'the column "Farbe" is not known'],
	['Frage;Antwort\nx;y', 'a column "title" is missing'],
	['title;Titel\nx;y', 'the column title is there twice'],
	['', 'the file is empty'],
])('[F65] wrong columns: %j is refused as a whole', (text, message) => {
	const read = csvToArticles(text, 'de');
	expect(read.kind).toBe('refused');
	expect(read.problems[0]).toEqual({ line: 1, message });
});
