import sanitize from 'sanitize-html';
import { capped, cleanText, withoutHarmfulCharacters } from './clean-text.ts';
import { cleanStyle, isColour } from './clean-style.ts';
import { quoteMark } from './quote-marks.ts';

const LENGTH_MAX = 1_000_000;
/** Deeper elements lose their tags and keep their text. */
const DEPTH_MAX = 250;
/** Beyond this the parser's own stack gets slow (200,000 open elements take it 17 s), so less of the source is read. */
const OPEN_ELEMENTS_MAX = 1_000;
const ADDRESS_MAX = 2_000;
const LABEL_MAX = 1_000;

const TAGS = (
	'a abbr address b big blockquote br caption center code col colgroup dd del dfn div dl dt em figcaption figure font ' +
	'h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q s samp small span strike strong sub sup table tbody td tfoot th ' +
	'thead tr tt u ul var'
).split(' ');

/** What is inside these is not text for a reader, or is parsed by other rules in a browser than here. */
const DROPPED_WITH_CONTENT = (
	'script style title textarea option select noscript template iframe frame frameset noframes noembed object embed ' +
	'applet svg math xmp plaintext audio video canvas datalist'
).split(' ');

/** Rule for one attribute: the value to write, or undefined to leave it out. */
type AttributeRule = (value: string) => string | undefined;

const label: AttributeRule = (value) => capped(value, LABEL_MAX);
const size: AttributeRule = (value) => (/^\d{1,4}%?$/.test(value.trim()) ? value.trim() : undefined);
const span: AttributeRule = (value) => (/^[1-9]\d?$/.test(value.trim()) ? value.trim() : undefined);
const colour: AttributeRule = (value) => (isColour(value) ? value.trim() : undefined);
const oneOf =
	(...words: string[]): AttributeRule =>
	(value) =>
		words.find((word) => word === value.trim().toLowerCase());

const align = oneOf('left', 'right', 'center', 'justify');
const verticalAlign = oneOf('top', 'middle', 'bottom', 'baseline');
const EVERYWHERE: Record<string, AttributeRule> = {
	title: label,
	dir: oneOf('ltr', 'rtl', 'auto'),
	lang: (value) => (/^[a-z]{2,3}(-[a-z0-9]{2,8}){0,3}$/i.test(value) ? value : undefined),
	style: cleanStyle,
	align,
};
const CELL: Record<string, AttributeRule> = {
	colspan: span,
	rowspan: span,
	valign: verticalAlign,
	width: size,
	height: size,
	bgcolor: colour,
};
const BY_TAG: Record<string, Record<string, AttributeRule>> = {
	font: { color: colour, size: (value) => (/^[+-]?[1-7]$/.test(value) ? value : undefined) },
	img: { alt: label, width: size, height: size },
	ol: { start: (value) => (/^-?\d{1,6}$/.test(value) ? value : undefined), type: oneOf('1', 'a', 'i') },
	table: { width: size, border: size, cellpadding: size, cellspacing: size, bgcolor: colour },
	td: CELL,
	th: CELL,
	tr: { valign: verticalAlign, bgcolor: colour },
};

const RULES_EVERYWHERE = new Map(Object.entries(EVERYWHERE));
const RULES = new Map(
	Object.entries(BY_TAG).map(([tag, rules]) => [tag, new Map(Object.entries({ ...EVERYWHERE, ...rules }))] as const),
);

const OPTIONS: sanitize.IOptions = {
	allowedTags: TAGS,
	nonTextTags: DROPPED_WITH_CONTENT,
	// Every attribute has been chosen or made by `cleanAttributes` before this list is asked.
	allowedAttributes: {
		'*': [...Object.keys(EVERYWHERE), 'class'],
		...Object.fromEntries(Object.entries(BY_TAG).map(([tag, rules]) => [tag, Object.keys(rules)])),
		a: ['href', 'rel', 'target'],
		img: ['src', 'data-remote-src', ...Object.keys(BY_TAG.img ?? {})],
	},
	allowedSchemes: ['http', 'https', 'mailto', 'tel'],
	allowedSchemesByTag: { img: ['cid'] },
	allowProtocolRelative: false,
	disallowedTagsMode: 'discard',
	enforceHtmlBoundary: false,
	nestingLimit: DEPTH_MAX,
	parseStyleAttributes: false,
	transformTags: { '*': (tagName, attribs) => ({ tagName, attribs: cleanAttributes(tagName, attribs) }) },
};

/**
 * A stranger's HTML, made fit to show: only text, tables, links and pictures are left. Nothing in the result is fetched when it is
 * shown: pictures of the mail itself keep `cid:`, those of the web have their address in `data-remote-src` only.
 *
 * The result must not be normalised (NFC) afterwards: ">" and a following U+0338 would become one character and open the tag again.
 */
export function sanitiseHtml(html: string): string {
	return sanitiseHtmlWithin(html, LENGTH_MAX).html;
}

/** As `sanitiseHtml`; says whether something was cut to stay within `maxLength` in and twice `maxLength` out. */
export function sanitiseHtmlWithin(html: string, maxLength: number): { html: string; cut: boolean } {
	const source = cleanText(html);
	for (let length = Math.min(source.length, maxLength); length > 0; length = Math.floor(length / 4)) {
		const safe = sanitiseOnce(capped(source, length));
		if (safe !== undefined && safe.length <= 2 * maxLength) return { html: safe, cut: length < source.length };
	}
	return { html: '', cut: source.length > 0 };
}

class TooManyOpenElements extends Error {}

/** Undefined when more elements are open at once than any real mail has. */
function sanitiseOnce(source: string): string | undefined {
	let open = 0;
	try {
		const safe = sanitize(source, {
			...OPTIONS,
			onOpenTag() {
				open++;
				if (open > OPEN_ELEMENTS_MAX) throw new TooManyOpenElements();
			},
			onCloseTag() {
				open--;
			},
		});
		return withoutHarmfulCharacters(safe).trim();
	} catch (thrown) {
		if (thrown instanceof TooManyOpenElements) return undefined;
		throw thrown;
	}
}

function cleanAttributes(tag: string, attributes: Record<string, string>): Record<string, string> {
	const clean: Record<string, string> = {};
	const rules = RULES.get(tag) ?? RULES_EVERYWHERE;
	for (const [name, written] of Object.entries(attributes)) {
		const value = rules.get(name)?.(written);
		if (value) clean[name] = value;
	}
	if (tag === 'a') Object.assign(clean, linkAttributes(attributes.href ?? ''));
	const mark = quoteMark(tag, attributes);
	if (mark !== undefined) clean.class = mark;
	if (tag === 'img') Object.assign(clean, pictureAttributes(attributes.src ?? ''));
	return clean;
}

function linkAttributes(href: string): Record<string, string> {
	const address = webAddress(href) ?? contactAddress(href);
	return address ? { href: address, rel: 'noopener noreferrer nofollow', target: '_blank' } : {};
}

function pictureAttributes(src: string): Record<string, string> {
	const cid = /^\s*cid:(.{1,250})$/is.exec(src)?.[1];
	if (cid) {
		const id = decodedUri(cid).replace(/[\s<>"'`\\]/g, '');
		return id ? { src: `cid:${id}` } : {};
	}
	const remote = webAddress(src);
	return remote ? { 'data-remote-src': remote } : {};
}

/** Browsers drop white space and controls inside an address, so they go before it is judged. */
function bareAddress(written: string): string {
	return withoutHarmfulCharacters(written).replace(/[\s\u00a0\u200b-\u200f\u2060]/g, '');
}

function webAddress(written: string): string | undefined {
	const bare = bareAddress(written);
	const absolute = bare.startsWith('//') ? `https:${bare}` : bare;
	if (!/^https?:\/\//i.test(absolute) || !URL.canParse(absolute)) return undefined;
	const { href } = new URL(absolute);
	return href.length <= ADDRESS_MAX ? href : undefined;
}

function contactAddress(written: string): string | undefined {
	const bare = bareAddress(written);
	return /^(mailto|tel):[^\\"'<>`]+$/i.test(bare) && bare.length <= ADDRESS_MAX ? bare : undefined;
}

function decodedUri(text: string): string {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}
