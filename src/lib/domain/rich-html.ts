import { deepest, isLinkTarget, tidyBlocks, type Block, type Mark, type Run } from './rich-text.ts';

/**
 * Rich text as HTML and back: how versions of articles keep it, and how a reply takes it over.
 *
 *   RH1  What is written has the tags of the table and no attribute but `href`; reading it gives the same blocks.
 *   RH2  Reading takes anything: an unknown tag is left out and its text stays, apart from script, style and the like, whose
 *        text goes too. Nothing that is read can name a handler, a style or a foreign scheme, because blocks have no place for it.
 *   RH3  Tables become lines: cells are divided by bars.
 */
const tagOfMark: Readonly<Record<Mark, string>> = {
	bold: 'strong',
	italic: 'em',
	strike: 's',
	underline: 'u',
	code: 'code',
};
const markOfTag: Readonly<Record<string, Mark>> = {
	...{ strong: 'bold', b: 'bold', em: 'italic', i: 'italic', s: 'strike', del: 'strike', strike: 'strike' },
	...{ u: 'underline', ins: 'underline', code: 'code', kbd: 'code', samp: 'code', tt: 'code' },
};

export function blocksToHtml(blocks: readonly Block[]): string {
	return blocks.map(blockToHtml).join('');
}

function blockToHtml(block: Block): string {
	switch (block.kind) {
		case 'paragraph':
			return `<p>${runsToHtml(block.runs)}</p>`;
		case 'heading':
			return `<h${block.level}>${runsToHtml(block.runs)}</h${block.level}>`;
		case 'code':
			return `<pre><code>${escaped(block.text)}</code></pre>`;
		case 'quote':
			return `<blockquote>${blocksToHtml(block.blocks)}</blockquote>`;
		case 'rule':
			return '<hr>';
		case 'list': {
			const tag = block.ordered ? 'ol' : 'ul';
			return `<${tag}>${block.items.map((item) => `<li>${blocksToHtml(item)}</li>`).join('')}</${tag}>`;
		}
	}
}

function runsToHtml(runs: readonly Run[]): string {
	return runs
		.map(({ text, marks, href }) => {
			const tags = marks.map((mark) => tagOfMark[mark]);
			const inner = `${tags.map((tag) => `<${tag}>`).join('')}${escaped(text).replaceAll('\n', '<br>')}${tags
				.toReversed()
				.map((tag) => `</${tag}>`)
				.join('')}`;
			return href === undefined ? inner : `<a href="${escaped(href)}">${inner}</a>`;
		})
		.join('');
}

function escaped(text: string): string {
	return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

type Frame =
	{ kind: 'root' | 'quote' | 'item'; blocks: Block[] } | { kind: 'list'; ordered: boolean; items: Block[][] };

const muted = new Set([
	'script',
	'style',
	'template',
	'title',
	'iframe',
	'object',
	'noscript',
	'textarea',
	'svg',
	'math',
]);
const breaking = new Set([
	'p',
	'div',
	'section',
	'article',
	'header',
	'footer',
	'main',
	'table',
	'dl',
	'dt',
	'dd',
	'figure',
]);
const token = /<!--[\s\S]*?(?:-->|$)|<(\/?)([a-zA-Z][a-zA-Z0-9]*)((?:[^<>"']|"[^"<>]*"|'[^'<>]*')*)>|[^<]+|</g;
const hrefPattern = /\bhref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/i;

/** The text of foreign HTML; never throws. */
export function htmlToBlocks(html: string): Block[] {
	const frames: Frame[] = [{ kind: 'root', blocks: [] }];
	let runs: Run[] = [];
	let heading = 0;
	let code: string | undefined;
	const held: { tag: string; mark?: Mark; href?: string }[] = [];

	const top = () => frames.at(-1) as Frame;
	const put = (block: Block) => {
		const frame = top();
		if (frame.kind === 'list') frame.items.push([block]);
		else frame.blocks.push(block);
	};
	const endBlock = () => {
		if (runs.length > 0) put(heading > 0 ? { kind: 'heading', level: heading, runs } : { kind: 'paragraph', runs });
		runs = [];
		heading = 0;
	};
	const leave = () => {
		endBlock();
		if (frames.length === 1) return;
		const frame = frames.pop() as Frame;
		if (frame.kind === 'list') put({ kind: 'list', ordered: frame.ordered, items: frame.items });
		else if (frame.kind === 'quote') put({ kind: 'quote', blocks: frame.blocks });
		else {
			const list = top();
			if (list.kind === 'list') list.items.push(frame.blocks);
			else if (frame.kind === 'item') list.blocks.push(...frame.blocks);
		}
	};
	const leaveTo = (kind: Frame['kind']) => {
		if (!frames.some((frame) => frame.kind === kind)) return;
		while (top().kind !== kind) leave();
		leave();
	};
	const say = (text: string) => {
		if (code !== undefined) code += text;
		else if (text !== '') {
			const own = held.flatMap(({ mark }) => mark ?? []);
			const href = held.findLast((frame) => frame.href !== undefined)?.href;
			runs.push({ text, marks: own, ...(href === undefined ? {} : { href }) });
		}
	};

	let silent: string | undefined;
	for (const match of html.matchAll(token)) {
		const [whole, slash, name = '', attributes = ''] = match;
		const tag = name.toLowerCase();
		if (silent !== undefined) {
			if (slash === '/' && tag === silent) silent = undefined;
			continue;
		}
		if (tag === '') {
			if (!whole.startsWith('<!--')) say(code === undefined ? unescaped(whole).replace(/\s+/g, ' ') : unescaped(whole));
			continue;
		}
		const isEnd = slash === '/';
		const mark = markOfTag[tag];
		if (muted.has(tag)) silent = isEnd || attributes.endsWith('/') ? undefined : tag;
		else if (tag === 'pre') {
			if (code !== undefined) put({ kind: 'code', text: code });
			else endBlock();
			code = isEnd ? undefined : '';
		} else if (code !== undefined) {
			if (tag === 'br') code += '\n';
		} else if (mark !== undefined || tag === 'a') {
			if (isEnd) {
				const at = held.findLastIndex((frame) => frame.tag === tag);
				if (at >= 0) held.splice(at, 1);
			} else if (held.length < 50) {
				const [, a, b, c] = hrefPattern.exec(attributes) ?? [];
				const href = unescaped(a ?? b ?? c ?? '');
				held.push({ tag, ...(mark === undefined ? {} : { mark }), ...(isLinkTarget(href) ? { href } : {}) });
			}
		} else if (tag === 'br') say('\n');
		else if (tag === 'hr') {
			endBlock();
			put({ kind: 'rule' });
		} else if (/^h[1-6]$/.test(tag)) {
			endBlock();
			if (!isEnd) heading = Number(tag[1]);
		} else if (tag === 'ul' || tag === 'ol' || tag === 'blockquote') {
			endBlock();
			if (isEnd) leaveTo(tag === 'blockquote' ? 'quote' : 'list');
			else if (frames.length <= deepest * 3)
				frames.push(
					tag === 'blockquote' ? { kind: 'quote', blocks: [] } : { kind: 'list', ordered: tag === 'ol', items: [] },
				);
		} else if (tag === 'li') {
			endBlock();
			if (top().kind === 'item') leave();
			if (!isEnd && frames.length <= deepest * 3) frames.push({ kind: 'item', blocks: [] });
		} else if (tag === 'tr') endBlock();
		else if (tag === 'td' || tag === 'th') {
			if (!isEnd && runs.length > 0) say(' | ');
		} else if (breaking.has(tag)) endBlock();
	}
	if (code !== undefined) put({ kind: 'code', text: code });
	while (frames.length > 1) leave();
	endBlock();
	const [root] = frames;
	return root?.kind === 'root' ? tidyBlocks(root.blocks) : [];
}

const named: Readonly<Record<string, string>> = {
	...{
		amp: '&',
		lt: '<',
		gt: '>',
		quot: '"',
		apos: "'",
		nbsp: ' ',
		shy: '',
		ndash: '–',
		mdash: '—',
		hellip: '…',
		euro: '€',
	},
	...{
		auml: 'ä',
		ouml: 'ö',
		uuml: 'ü',
		Auml: 'Ä',
		Ouml: 'Ö',
		Uuml: 'Ü',
		szlig: 'ß',
		bdquo: '„',
		ldquo: '“',
		rdquo: '”',
	},
};

function unescaped(text: string): string {
	return text.replace(/&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([a-zA-Z]{2,8}));/g, (whole, decimal, hex, name) => {
		if (typeof name === 'string') return Object.hasOwn(named, name) ? (named[name] as string) : whole;
		const code = typeof decimal === 'string' ? Number(decimal) : Number.parseInt(String(hex), 16);
		return code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff) ? String.fromCodePoint(code) : '';
	});
}
