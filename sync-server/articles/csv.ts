/**
 * A table as CSV (RFC 4180), as spreadsheets write it: with a byte order mark or without, commas, semicolons or tabs, any line ends.
 *
 *   CS1 The separator is the one that the first line has most, outside quotes.
 *   CS2 Rows carry the line of the file on which they begin; empty ones are left out.
 *   CS3 What a spreadsheet would take for a formula is written with an apostrophe in front, and read without it.
 */
export interface CsvRow {
	line: number;
	cells: string[];
}

export type CsvReading = { kind: 'ok'; rows: CsvRow[] } | { kind: 'refused'; line: number; message: string };

const mostCells = 2_000_000;

export function readCsv(file: string): CsvReading {
	const text = file.replace(/^\uFEFF/, '');
	const separator = separatorOf(text);
	const rows: CsvRow[] = [];
	let cells: string[] = [];
	let cell = '';
	let wasQuoted = false;
	let line = 1;
	let begin = 1;
	let count = 0;
	const endCell = () => {
		cells.push(wasQuoted ? cell : cell.trim());
		cell = '';
		wasQuoted = false;
		count++;
	};
	const endRow = () => {
		endCell();
		if (cells.some((text) => text !== '')) rows.push({ line: begin, cells });
		cells = [];
	};
	for (let i = 0; i < text.length; i++) {
		const sign = text[i] as string;
		if (sign === '"' && !wasQuoted && cell.trim() === '') {
			const opened = line;
			wasQuoted = true;
			cell = '';
			for (i++; ; i++) {
				if (i >= text.length) return { kind: 'refused', line: opened, message: 'a quote is opened and never closed' };
				const inner = text[i] as string;
				if (inner === '"' && text[i + 1] === '"') i++;
				else if (inner === '"') break;
				if (inner === '\n') line++;
				cell += inner;
			}
		} else if (sign === separator) endCell();
		else if (sign === '\n' || sign === '\r') {
			if (sign === '\r' && text[i + 1] === '\n') i++;
			endRow();
			begin = ++line;
		} else if (!wasQuoted || sign.trim() !== '') {
			if (wasQuoted) return { kind: 'refused', line, message: 'there is text after a closing quote' };
			cell += sign;
		}
		if (count > mostCells) return { kind: 'refused', line, message: 'the table is too large' };
	}
	if (cell !== '' || wasQuoted || cells.length > 0) endRow();
	return { kind: 'ok', rows: rows.map((row) => ({ ...row, cells: row.cells.map(withoutApostrophe) })) };
}

function separatorOf(text: string): string {
	const head = text.slice(0, Math.max(0, text.search(/[\r\n]|$/))).replace(/"(?:[^"]|"")*"/g, '');
	const counts = [';', ',', '\t'].map((sign) => [sign, head.split(sign).length] as const);
	return (counts.sort(([, a], [, b]) => b - a)[0] as readonly [string, number])[0];
}

export function writeCsv(rows: readonly (readonly string[])[]): string {
	return rows.map((cells) => `${cells.map((cell) => quoted(neutral(cell))).join(';')}\r\n`).join('');
}

/** A cell that begins like a formula begins with an apostrophe instead, and so does one that begins with such an apostrophe. */
function neutral(cell: string): string {
	return /^'*[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
}

function withoutApostrophe(cell: string): string {
	return /^'+[=+\-@\t\r]/.test(cell) ? cell.slice(1) : cell;
}

function quoted(cell: string): string {
	return /[";,\n\r\t]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
