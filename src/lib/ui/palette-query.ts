/** What a person asks the palette for: `>` commands, `#` a ticket number, `@` a person, `?` help, else everything. */
export interface PaletteQuery {
	kind: 'all' | 'commands' | 'number' | 'person' | 'help';
	text: string;
}

const prefixes = { '>': 'commands', '#': 'number', '@': 'person', '?': 'help' } as const;

export function readPaletteQuery(input: string): PaletteQuery {
	const text = input.trim();
	const sign = text.charAt(0);
	if (sign in prefixes) return { kind: prefixes[sign as keyof typeof prefixes], text: text.slice(1).trim() };
	return { kind: 'all', text };
}

/** Every word of `text` begins a word of `label`, or stands in it from the third letter on; higher is better, 0 is no match. */
export function matchScore(label: string, text: string): number {
	const words = fold(text).split(/\s+/).filter(Boolean);
	if (words.length === 0) return 1;
	const target = fold(label);
	const starts = target.split(/[\s\-.,:()]+/);
	let score = target.startsWith(words.join(' ')) ? 4 : 1;
	for (const word of words) {
		if (starts.some((start) => start.startsWith(word))) score += 2;
		else if (word.length >= 3 && target.includes(word)) score += 1;
		else return 0;
	}
	return score;
}

function fold(text: string): string {
	return text.toLocaleLowerCase().replaceAll('ß', 'ss').normalize('NFD').replace(/\p{M}/gu, '');
}
