import createPurifier, { type Config } from 'dompurify';

/** Foreign HTML made safe to show. `blocked` counts the remote images that were held back. */
export interface SafeMail {
	html: string;
	blocked: number;
}

export interface MailHtmlOptions {
	/** Somebody asked for the remote images of this message. */
	remoteImages: boolean;
	/** The address of a picture that came with the mail, by its Content-ID. */
	cidUrl: (cid: string) => string | undefined;
	/** What a link says when its text names another host than it leads to. */
	leadsTo: (host: string) => string;
	/** Stands where a remote image was held back. */
	imageWord: string;
}

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
		'class',
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
	ALLOW_DATA_ATTR: false,
	ALLOW_ARIA_ATTR: false,
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
 * MH1 Nothing that runs, submits or takes the focus survives. MH2 Nothing is loaded from a foreign server unless somebody asked.
 * MH3 No style can leave the message's box. MH4 A link whose text names another host shows where it leads.
 */
export function safeMailHtml(html: string, options: MailHtmlOptions): SafeMail {
	const purifier = createPurifier(window);
	let blocked = 0;

	purifier.addHook('afterSanitizeAttributes', (node) => {
		if (!(node instanceof HTMLElement)) return;
		keepHarmlessStyle(node);
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
			} else if (/^https?:/i.test(source) && !options.remoteImages) {
				blocked++;
				node.removeAttribute('src');
				node.setAttribute('alt', node.alt || options.imageWord);
			}
		}
		if (node instanceof HTMLAnchorElement && node.hasAttribute('href')) {
			node.target = '_blank';
			node.rel = 'noopener noreferrer nofollow';
			node.title = node.getAttribute('href')!;
		}
	});

	const fragment = purifier.sanitize(html, { ...config, RETURN_DOM_FRAGMENT: true });
	for (const link of fragment.querySelectorAll<HTMLAnchorElement>('a[href]')) {
		const host = misleadingHost(link.textContent ?? '', link.href);
		if (host !== undefined) link.append(` ${options.leadsTo(host)}`);
	}
	const box = document.createElement('div');
	box.append(fragment);
	return { html: box.innerHTML, blocked };
}

/** The same locks for HTML that is stored: addresses of pictures stay, because what is loaded is decided when it is shown. */
export function sanitiseMailHtml(html: string): string {
	const purifier = createPurifier(window);
	purifier.addHook('afterSanitizeAttributes', (node) => {
		if (node instanceof HTMLElement) keepHarmlessStyle(node);
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
