/** What can be found. The first two are written once and read often; the others grow with every day. */
export type SearchKind = 'article' | 'person' | 'organisation' | 'ticket' | 'interaction';

export interface SearchDocument {
	id: string;
	kind: SearchKind;
	/** Language of the text as far as it is known; words of both languages are found either way. */
	lang?: string;
	title: string;
	/** A ticket number, bare digits as in the row; or any other number of its own. */
	number?: string;
	/** Names and addresses of the people and organisations it is about. */
	customer?: string;
	/** The question pattern of a standard case. */
	question?: string;
	/** Plain text, without markup. */
	body: string;
	system?: string;
	tags: readonly string[];
	status?: string;
	/** Ids with a space between; `*` is every line. */
	line?: string;
	queue?: string;
	/** Ids of all linked people, with a space between, for the filter. */
	person?: string;
	/** When it last changed or happened, in milliseconds. */
	at: number;
	/** How often it was applied or opened, as far as known; 0 otherwise. */
	uses: number;
}

export interface SearchQuery {
	/** As typed; anything at all. The last word counts as unfinished unless a space follows. */
	text: string;
	/** The time that "fresh" is measured from, in milliseconds; without it age does not count. */
	now?: number;
	/** How many hits at most; 20. */
	limit?: number;
	/** Each filter leaves through what has one of its values. */
	kinds?: readonly SearchKind[];
	status?: readonly string[];
	line?: readonly string[];
	queue?: readonly string[];
	person?: readonly string[];
	lang?: readonly string[];
	/** `at` from (included) and to (excluded), in milliseconds. */
	from?: number;
	to?: number;
}

/** From and to (excluded), in UTF-16 units of the text they belong to. */
export type TextRange = readonly [number, number];

export interface MarkedText {
	text: string;
	ranges: TextRange[];
}

export interface SearchHit {
	id: string;
	kind: SearchKind;
	/** Comparable within one answer only. */
	score: number;
	at: number;
	lang?: string;
	number?: string;
	/** The title with what was found in it. */
	title: MarkedText;
	/** The piece of the body that tells most about why it was found. */
	snippet: MarkedText;
	/** The index words that matched; give them to `markWords` to mark any other text of the document. */
	words: string[];
}
