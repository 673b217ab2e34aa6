import createPurifier, { type Config } from 'dompurify';

/** Foreign HTML made safe to show. Each of `pictures` was held back: what stands in its place has its index as `data-picture`. */
export interface SafeMail {
	html: string;
	pictures: readonly ForeignPicture[];
}

export interface ForeignPicture {
	url: string;
	/** As the mail has it, without an address; clone it before it is shown. */
	image: HTMLImageElement;
}

/** Where the relay put the address of a foreign picture. */
const remoteAddress = 'data-remote-src';
/** A mail with more is no mail to look at; the others stay links. */
const mostPictures = 60;

export interface MailHtmlOptions {
	/** The address of a picture that came with the mail, by its Content-ID. */
	cidUrl: (cid: string) => string | undefined;
	/** What a link says when its text names another host than it leads to. */
	leadsTo: (host: string) => string;
	/** Stands where a remote image was held back. */
	imageWord: string;
	/** What a fold is called, while it is shut and while it is open. */
	quotedWord: string;
	signatureWord: string;
}

/** What the relay marks in HTML that it cleaned; see `sync-server/mail/quote-marks.ts`. */
const marks: ReadonlySet<string> = new Set(['mail-quote', 'mail-quote-start', 'mail-signature']);

const config: Config = {
	USE_PROFILES: { html: true },
	FORBID_TAGS: [
		'style',
		'form',
		'input',
		'button',
		'select',
		'textarea',
		'option',
		'video',
		'audio',
		'source',
		'picture',
		'map',
		'area',
		'dialog',
		'slot',
		'template',
		'marquee',
	],
	FORBID_ATTR: [
		'id',
		'name',
		'srcset',
		'sizes',
		'background',
		'poster',
		'tabindex',
		'autofocus',
		'accesskey',
		'contenteditable',
		'popover',
		'popovertarget',
		'part',
		'slot',
		'is',
		'usemap',
		'ping',
		'target',
	],
	ADD_ATTR: [remoteAddress],
	ALLOW_DATA_ATTR: false,
	ALLOW_ARIA_ATTR: false,
	// The pattern below is held against every attribute that is not named as harmless.
	ADD_URI_SAFE_ATTR: [
		...['width', 'height', 'align', 'valign', 'dir', 'lang', 'color', 'bgcolor', 'face', 'size'],
		...['colspan', 'rowspan', 'scope', 'cellpadding', 'cellspacing', 'border', 'start', 'reversed', 'open'],
	],
	ALLOWED_URI_REGEXP: /^(?:https?:|mailto:|tel:|cid:|data:image\/(?:png|gif|jpeg|webp);base64,)/i,
};

/** Properties that colour and set text; none that can leave the message's box, load something or lay over the app. */
const harmlessProperties = new Set([
	'color',
	'background-color',
	'font-weight',
	'font-style',
	'font-size',
	'text-align',
	'text-decoration',
	'text-decoration-line',
	'text-indent',
	'vertical-align',
	'white-space',
	'border',
	'border-top',
	'border-right',
	'border-bottom',
	'border-left',
	'border-collapse',
	'border-color',
	'border-style',
	'border-width',
	'padding',
	'padding-top',
	'padding-right',
	'padding-bottom',
	'padding-left',
	'list-style-type',
	'width',
	'max-width',
]);

/**
 * The relay has sanitised this already; this is the second lock. Runs in the browser only.
 *
 * MH1 Nothing that runs, submits or takes the focus survives. MH2 Nothing is loaded from a foreign server; where a picture was, a
 * link leads to it, and what tracks unseen is gone. MH3 No style can leave the message's box, and no class but our own marks survives. MH4 A link whose text names
 * another host shows where it leads. MH5 What is quoted below the new text, and signatures, are folded away, not deleted; quotes
 * between new text stay open, and so does a mail that is nothing else.
 */
export function safeMailHtml(html: string, options: MailHtmlOptions): SafeMail {
	const purifier = createPurifier(window);

	purifier.addHook('afterSanitizeAttributes', (node) => {
		if (!(node instanceof HTMLElement)) return;
		keepHarmlessStyle(node);
		keepMark(node);
		if (node instanceof HTMLImageElement) {
			const source = node.getAttribute('src') ?? '';
			node.loading = 'lazy';
			node.referrerPolicy = 'no-referrer';
			// Without alt, screen readers read out the file name.
			if (!node.hasAttribute('alt')) node.alt = '';
			if (source.startsWith('cid:')) {
				const url = options.cidUrl(decode(source.slice('cid:'.length)));
				if (url === undefined) node.removeAttribute('src');
				else node.src = url;
			}
		}
		if (node instanceof HTMLAnchorElement && node.hasAttribute('href')) {
			node.target = '_blank';
			node.rel = 'noopener noreferrer nofollow';
			node.title = node.getAttribute('href')!;
		}
	});

	const fragment = purifier.sanitize(html, { ...config, RETURN_DOM_FRAGMENT: true });
	const pictures: ForeignPicture[] = [];
	for (const image of fragment.querySelectorAll('img')) {
		const url = foreignAddress(image);
		if (url === undefined) continue;
		image.removeAttribute('src');
		const standIn = isUnseen(image) ? undefined : standInFor(image, url, options.imageWord);
		if (standIn !== undefined && pictures.length < mostPictures) {
			standIn.dataset.picture = String(pictures.length);
			pictures.push({ url: url.href, image: image.cloneNode() as HTMLImageElement });
		}
		image.replaceWith(...(standIn === undefined ? [] : [standIn]));
	}
	for (const link of fragment.querySelectorAll<HTMLAnchorElement>('a[href]')) {
		const host = misleadingHost(link.textContent ?? '', link.href);
		if (host !== undefined) link.append(` ${options.leadsTo(host)}`);
	}
	foldQuotes(fragment, options);
	const box = document.createElement('div');
	box.append(fragment);
	return { html: box.innerHTML, pictures };
}

/** Takes the address away from the picture and returns it, if it leads to a foreign server. */
function foreignAddress(image: HTMLImageElement): URL | undefined {
	const address = image.getAttribute(remoteAddress) ?? image.getAttribute('src') ?? '';
	image.removeAttribute(remoteAddress);
	return /^https?:/i.test(address) && URL.canParse(address) ? new URL(address) : undefined;
}

/** What tracks is not even offered. */
function isUnseen(image: HTMLImageElement): boolean {
	return [image.getAttribute('width'), image.getAttribute('height')].some((size) => /^[01](px)?$/.test(size ?? ''));
}

/** A link, unless the picture stands in one. */
function standInFor(image: HTMLImageElement, url: URL, word: string): HTMLElement {
	const text = image.alt.trim() || word;
	if (image.closest('a') !== null) {
		const plain = document.createElement('span');
		plain.textContent = text;
		return plain;
	}
	const link = document.createElement('a');
	link.href = url.href;
	link.target = '_blank';
	link.rel = 'noopener noreferrer nofollow';
	link.title = link.href;
	link.textContent = `${text} (${url.host})`;
	return link;
}

function foldQuotes(fragment: DocumentFragment, { quotedWord, signatureWord }: MailHtmlOptions): void {
	const start = fragment.querySelector('.mail-quote-start');
	if (start !== null && hasTextBefore(fragment, start)) {
		const rest = document.createRange();
		rest.setStartBefore(start);
		rest.setEndAfter(fragment.lastChild!);
		fragment.append(fold(quotedWord, rest.extractContents()));
	}
	const outermost = (selector: string) =>
		[...fragment.querySelectorAll(selector)].filter(
			(node) => node.parentElement?.closest(`${selector}, details`) == null,
		);
	for (const signature of outermost('.mail-signature'))
		if (hasTextBefore(fragment, signature)) replaceByFold(signature, signatureWord);
	for (const quote of outermost('.mail-quote, blockquote').reverse()) {
		if (hasTextAfter(fragment, quote)) break;
		if (hasTextBefore(fragment, quote)) replaceByFold(quote, quotedWord);
	}
}

function hasTextBefore(fragment: DocumentFragment, node: Node): boolean {
	const range = document.createRange();
	range.setStart(fragment, 0);
	range.setEndBefore(node);
	return holdsText(range);
}

function hasTextAfter(fragment: DocumentFragment, node: Node): boolean {
	const range = document.createRange();
	range.setStartAfter(node);
	range.setEnd(fragment, fragment.childNodes.length);
	return holdsText(range);
}

/** Text or a picture that is not folded away itself. */
function holdsText(range: Range): boolean {
	const copy = range.cloneContents();
	for (const folded of copy.querySelectorAll('details')) folded.remove();
	return copy.textContent.trim() !== '' || copy.querySelector('img') !== null;
}

function replaceByFold(node: Element, word: string): void {
	const place = document.createComment('');
	node.replaceWith(place);
	place.replaceWith(fold(word, node));
}

function fold(word: string, content: Node): HTMLElement {
	const details = document.createElement('details');
	const summary = document.createElement('summary');
	summary.textContent = word;
	details.append(summary, content);
	return details;
}

/** The same locks for HTML that is stored: addresses of pictures stay, because what is loaded is decided when it is shown. */
export function sanitiseMailHtml(html: string): string {
	const purifier = createPurifier(window);
	purifier.addHook('afterSanitizeAttributes', (node) => {
		if (!(node instanceof HTMLElement)) return;
		keepHarmlessStyle(node);
		keepMark(node);
	});
	return purifier.sanitize(html, config);
}

/** The host a link really leads to, if its text names another one. */
export function misleadingHost(text: string, href: string): string | undefined {
	const claimed = /(?:https?:\/\/)?((?:[\p{L}\p{N}-]+\.)+\p{L}{2,})/iu.exec(text)?.[1]?.toLowerCase();
	if (claimed === undefined || !URL.canParse(href)) return undefined;
	const { protocol, host } = new URL(href);
	if (protocol !== 'https:' && protocol !== 'http:') return undefined;
	const bare = (name: string) => name.replace(/^www\./, '');
	return bare(host) === bare(claimed) ? undefined : host;
}

function keepMark(node: HTMLElement): void {
	if (node.hasAttribute('class') && !marks.has(node.className)) node.removeAttribute('class');
}

function keepHarmlessStyle(node: HTMLElement): void {
	if (!node.hasAttribute('style')) return;
	const kept = [...node.style]
		.filter((name) => harmlessProperties.has(name) || name.startsWith('border-') || name.startsWith('padding-'))
		.map((name) => [name, node.style.getPropertyValue(name)] as const)
		.filter(([, value]) => !/url\(|image-set|var\(|env\(|attr\(|calc\(/i.test(value))
		.map(([name, value]) => `${name}: ${value}`);
	if (kept.length === 0) node.removeAttribute('style');
	else node.setAttribute('style', kept.join('; '));
}

function decode(text: string): string {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}
