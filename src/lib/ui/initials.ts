/** "Anna-Lena von Weiß" is "AW"; a mail address gives its first letter. */
export function initialsOf(name: string): string {
	const parts = name.trim().split(/\s+/).filter(Boolean);
	const first = parts[0] ?? '?';
	const last = parts.length > 1 ? parts.at(-1)! : '';
	const letter = (word: string) => [...word.replace(/^[^\p{L}\p{N}]+/u, '')][0] ?? '';
	return (letter(first) + letter(last)).toLocaleUpperCase() || '?';
}

const colours = 8;

/** One of the eight presence colours, the same for one id on every device. */
export function presenceColour(id: string): string {
	let sum = 0;
	for (const sign of id) sum = (sum * 31 + sign.codePointAt(0)!) >>> 0;
	return `var(--presence-${(sum % colours) + 1})`;
}
