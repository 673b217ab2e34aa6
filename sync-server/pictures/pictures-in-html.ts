/** The addresses of foreign pictures that stand in sanitised HTML, written as `URL` writes them. */
export function picturesInHtml(html: string): ReadonlySet<string> {
	const found = new Set<string>();
	for (const [, written = ''] of html.matchAll(/\s(?:data-remote-src|src)="(https?:[^"]*)"/gi)) {
		const address = unescaped(written);
		if (URL.canParse(address)) found.add(new URL(address).href);
	}
	return found;
}

const characters: Record<string, string> = { amp: '&', quot: '"', lt: '<', gt: '>', '#39': "'" };

function unescaped(text: string): string {
	return text.replace(/&(amp|quot|lt|gt|#39);/g, (_, name: string) => characters[name] ?? '');
}
