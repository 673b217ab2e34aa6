/** A table for spreadsheets: a BOM and semicolons, as German ones want it; nothing in a cell is taken for a formula. */
export function toCsv(rows: readonly (readonly string[])[]): string {
	return `\uFEFF${rows.map((row) => row.map(cell).join(';')).join('\r\n')}\r\n`;
}

function cell(text: string): string {
	const safe = /^[=+\-@\t\r]/.test(text) && !/^[+-]?[\d\s()/.-]+$/.test(text) ? `'${text}` : text;
	return /[";\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
