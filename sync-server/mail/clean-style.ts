const COLOUR = /^(#[0-9a-f]{3,8}|[a-z]{3,20}|rgba?\(\s*[\d.]{1,6}%?(\s*[,/ ]\s*[\d.]{1,6}%?){2,3}\s*\))$/i;
const STYLE_MAX = 4_000;

/** The whole of what a mail may say in CSS. Each value is matched as a whole, so url(), escapes and expressions cannot pass. */
const PROPERTIES: Record<string, RegExp> = {
	color: COLOUR,
	'background-color': COLOUR,
	'font-weight': /^(normal|bold|bolder|lighter|[1-9]00)$/i,
	'font-style': /^(normal|italic|oblique)$/i,
	'text-decoration': /^(none|underline|line-through)$/i,
	'text-align': /^(left|right|center|justify|start|end)$/i,
	'vertical-align': /^(top|middle|bottom|baseline|sub|super)$/i,
	'white-space': /^(normal|pre|pre-wrap|pre-line|nowrap)$/i,
};

export function isColour(value: string): boolean {
	return value.length <= 60 && COLOUR.test(value.trim());
}

/** The allowed declarations of a style attribute, or undefined when none is left. */
export function cleanStyle(style: string): string | undefined {
	const kept = new Map<string, string>();
	for (const declaration of style.slice(0, STYLE_MAX).split(';')) {
		const colon = declaration.indexOf(':');
		const property = declaration.slice(0, Math.max(colon, 0)).trim().toLowerCase();
		const value = declaration
			.slice(colon + 1)
			.replace(/!\s*important\s*$/i, '')
			.trim();
		const allowed = Object.hasOwn(PROPERTIES, property) ? PROPERTIES[property] : undefined;
		if (allowed && value.length <= 60 && allowed.test(value)) kept.set(property, value);
	}
	return kept.size > 0 ? [...kept].map(([property, value]) => `${property}:${value}`).join(';') : undefined;
}
