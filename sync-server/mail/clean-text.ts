const LINE_MAX = 998;

// Controls but tab and line feed; bidi embeddings, overrides and isolates (they make "gpj.exe" read as "exe.jpg");
// line and paragraph separators, byte order mark, interlinear marks and non-characters.
const HARMFUL =
	// eslint-disable-next-line no-control-regex
	/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb\ufffe\uffff]/g;

/** Text of several lines: LF line ends, NFC, nothing that hides or reorders what is read. */
export function cleanText(text: string): string {
	return text
		.toWellFormed()
		.replace(/\r\n?|[\u2028\u2029\u0085]/g, '\n')
		.replace(HARMFUL, '')
		.normalize('NFC');
}

/** One line: as `cleanText`, white space folded to single spaces, capped. */
export function cleanLine(text: string, max = LINE_MAX): string {
	return capped(
		cleanText(text)
			.replace(/[\s\u00a0]+/g, ' ')
			.trim(),
		max,
	);
}

/** Removes what hides or reorders text and nothing else. Safe on serialised HTML, where NFC is not: see sanitise-html.ts. */
export function withoutHarmfulCharacters(text: string): string {
	return text.toWellFormed().replace(HARMFUL, '');
}

/** The first `max` UTF-16 units, never ending in half a character. */
export function capped(text: string, max: number): string {
	if (text.length <= max) return text;
	const last = text.charCodeAt(max - 1);
	const splitsPair = last >= 0xd800 && last <= 0xdbff;
	return text.slice(0, splitsPair ? max - 1 : max);
}
