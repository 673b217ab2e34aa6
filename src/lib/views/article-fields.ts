/** Tags and choices as one types them: divided by commas, each once. */
export function readTags(text: string): string[] {
	const tags = text.split(/[,;\n]/).map((tag) => tag.trim().replace(/\s+/g, ' ').slice(0, 60).trim());
	return [...new Set(tags)].filter((tag) => tag !== '').slice(0, 100);
}

export function withRow<Row>(rows: readonly Row[], place: number, change: Partial<Row>): Row[] {
	return rows.map((row, i) => (i === place ? { ...row, ...change } : row));
}

export function withoutRow<Row>(rows: readonly Row[], place: number): Row[] {
	return rows.filter((_, i) => i !== place);
}
