import { cleanText } from './clean-text.ts';

const QUOTE_DEPTH_MAX = 10;
const PARAGRAPHS = new Set([
	'p',
	'blockquote',
	'pre',
	'table',
	'ul',
	'ol',
	'dl',
	'h1',
	'h2',
	'h3',
	'h4',
	'h5',
	'h6',
	'figure',
]);
const LINES = new Set(['div', 'tr', 'li', 'dt', 'dd', 'address', 'center', 'caption', 'figcaption']);
const TOKEN = /<(\/?)([a-z][a-z0-9]*)([^>]*)>|([^<]+|<)/gi;

/** Readable text of a mail that has only HTML. Takes what `sanitiseHtml` gave: well formed, four entities, no scripts or styles. */
export function htmlToText(safeHtml: string): string {
	const lines = createLines();
	let link: { href: string; text: string } | undefined;
	let preformatted = 0;
	for (const [, closing, name = '', attributes = '', text] of safeHtml.matchAll(TOKEN)) {
		if (text !== undefined) {
			const plain = unescape(text);
			if (link) link.text += plain;
			lines.write(plain, preformatted > 0);
			continue;
		}
		const tag = name.toLowerCase();
		const opens = !closing;
		if (PARAGRAPHS.has(tag)) lines.breakLine(2);
		else if (LINES.has(tag)) lines.breakLine(1);
		if (tag === 'br') lines.newLine();
		else if (tag === 'hr') lines.rule();
		else if (tag === 'pre') preformatted = Math.max(0, preformatted + (opens ? 1 : -1));
		else if (tag === 'blockquote') lines.quote(opens ? 1 : -1);
		else if (tag === 'li' && opens) lines.write('- ', true);
		else if ((tag === 'td' || tag === 'th') && !opens) lines.write(' ', false);
		else if (tag === 'img') lines.write(pictureText(attributes), false);
		else if (tag === 'a' && opens) link = { href: attribute(attributes, 'href'), text: '' };
		else if (tag === 'a' && link) {
			if (addsAnything(link)) lines.write(` <${link.href}>`, false);
			link = undefined;
		}
	}
	return cleanText(lines.finish());
}

function createLines() {
	const done: string[] = [];
	let line = '';
	let depth = 0;
	let owedBreaks = 0;
	function flush() {
		const quoted = depth > 0 ? `${'>'.repeat(Math.min(depth, QUOTE_DEPTH_MAX))} ` : '';
		done.push((quoted + line).trimEnd());
		line = '';
	}
	function settle() {
		if (done.length > 0) for (let i = 1; i < owedBreaks; i++) done.push('');
		owedBreaks = 0;
	}
	return {
		write(text: string, verbatim: boolean) {
			const pieces = verbatim ? text.split('\n') : [text.replace(/[ \t\n\u00a0]+/g, ' ')];
			for (const [i, piece] of pieces.entries()) {
				if (i > 0) flush();
				const part = !verbatim && (line === '' || line.endsWith(' ')) ? piece.trimStart() : piece;
				if (part === '') continue;
				settle();
				line += part;
			}
		},
		newLine() {
			settle();
			flush();
		},
		/** At least `breaks` line ends before the next text. */
		breakLine(breaks: number) {
			if (line.trim() !== '') flush();
			line = '';
			owedBreaks = Math.max(owedBreaks, breaks);
		},
		rule() {
			this.breakLine(1);
			this.write('---', true);
			this.breakLine(1);
		},
		quote(change: number) {
			depth = Math.max(0, depth + change);
		},
		finish(): string {
			if (line.trim() !== '') flush();
			return done
				.join('\n')
				.replace(/\n{3,}/g, '\n\n')
				.replace(/^\n+/, '')
				.trimEnd();
		},
	};
}

function addsAnything(link: { href: string; text: string }): boolean {
	const bare = (text: string) =>
		text
			.trim()
			.replace(/^(https?:\/\/|mailto:|tel:)/i, '')
			.replace(/\/$/, '');
	return link.href !== '' && bare(link.text) !== bare(link.href);
}

function pictureText(attributes: string): string {
	const alt = attribute(attributes, 'alt').trim();
	return alt ? `[${alt}]` : '';
}

function attribute(attributes: string, name: string): string {
	const start = attributes.indexOf(` ${name}="`);
	if (start < 0) return '';
	const from = start + name.length + 3;
	const end = attributes.indexOf('"', from);
	return end < 0 ? '' : unescape(attributes.slice(from, end));
}

function unescape(text: string): string {
	return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&');
}
