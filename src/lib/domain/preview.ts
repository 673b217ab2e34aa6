const longest = 140;

/** The beginning of a text in one line, without quoted lines. */
export function previewOf(text: string): string {
	const start = text.slice(0, 4000);
	const own = start.replace(/^[ \t]*>.*$/gm, '');
	const oneLine = (own.trim() === '' ? start : own).replace(/\s+/g, ' ').trim();
	if (oneLine.length <= longest) return oneLine;
	const cut = oneLine.slice(0, longest).replace(/[\ud800-\udbff]$/, '');
	return `${cut.trimEnd()}…`;
}
