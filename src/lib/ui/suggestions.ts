/** What the composer offers at the caret: `::` text modules, `??` standard cases, `@` colleagues. */
export type Sign = '::' | '??' | '@';

export interface Suggestion {
	id: string;
	label: string;
	detail?: string;
	/** What Shift+Enter does instead, in words. */
	other?: string;
}

export type Insertion = { text: string } | { html: string };

export interface Suggestions {
	signs: readonly Sign[];
	/** Names the list that a sign opens. */
	label(sign: Sign): string;
	find(sign: Sign, text: string): readonly Suggestion[] | Promise<readonly Suggestion[]>;
	choose(sign: Sign, id: string, other: boolean): Insertion | undefined | Promise<Insertion | undefined>;
}

/** A sign and what was typed after it, where somebody writes. Positions are those of the editor. */
export interface Lookup {
	sign: Sign;
	text: string;
	from: number;
	to: number;
	/** Where the sign stands in the window. */
	place: { left: number; top: number; bottom: number };
}

/**
 * The sign that opens a list, and what follows it, at the end of a text: at its beginning or after a space, a bracket or a quote,
 * so that neither an address nor `std::vector` nor "Really??" opens anything. Both can be typed on every keyboard: `@` by AltGr too.
 */
export function readLookup(before: string, signs: readonly Sign[]): { sign: Sign; text: string } | undefined {
	const match = /(?:^|[\s([{"'„“«\u{fffc}])(::|\?\?|@)((?![\s:?@])[^\u{fffc}]{0,40})?$/u.exec(before);
	const sign = match?.[1] as Sign | undefined;
	if (sign === undefined || !signs.includes(sign)) return undefined;
	const text = match?.[2] ?? '';
	// Whoever wrote on for a few words does not look for anything any more.
	return text.split(/\s+/).length > 5 ? undefined : { sign, text };
}
