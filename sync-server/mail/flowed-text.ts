/**
 * Text of `format=flowed` (RFC 3676) with its paragraphs joined again: a line that ends in a space goes on in the next one of the
 * same quote depth; "-- " is a signature and never flows; one space at the start of a line is stuffing. With `DelSp=yes` the
 * space at the end is not part of the text.
 */
export function unfoldFlowed(text: string, deletesSpace: boolean): string {
	const joined: string[] = [];
	let parts: string[] = [];
	let depth = 0;
	let isFlowing = false;
	const finish = () => {
		if (parts.length > 0) joined.push(quoted(depth, parts.join('')));
		parts = [];
	};
	for (const line of text.split('\n')) {
		const bare = line.endsWith('\r') ? line.slice(0, -1) : line;
		let lineDepth = 0;
		while (bare[lineDepth] === '>') lineDepth++;
		const stuffed = bare.slice(lineDepth);
		const content = stuffed.startsWith(' ') ? stuffed.slice(1) : stuffed;
		const isSignature = content === '-- ';
		if (!isFlowing || lineDepth !== depth || isSignature) finish();
		depth = lineDepth;
		isFlowing = !isSignature && content.endsWith(' ');
		parts.push(isFlowing && deletesSpace ? content.slice(0, -1) : content);
		if (!isFlowing) finish();
	}
	finish();
	return joined.join('\n');
}

function quoted(depth: number, content: string): string {
	if (depth === 0) return content;
	return content === '' ? '>'.repeat(depth) : `${'>'.repeat(depth)} ${content}`;
}
