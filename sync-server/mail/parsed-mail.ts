export type MailAddress = { name: string; address: string };

export type MailAttachment = {
	name: string;
	mime: string;
	size: number;
	/** Lower-case hex, the name under which the blob is stored. */
	sha256: string;
	bytes: Uint8Array;
	/** Content-ID without angle brackets, as `cid:` addresses in the HTML name it. */
	cid?: string;
	/** True when the HTML shows this part by its `cid:`. */
	inline: boolean;
};

/** First value of each header that later decisions need; see `HEADERS_OF_USE`. */
export type MailHeaders = { [K in HeaderOfUse]?: string };

export type ParsedMail = {
	/** Without angle brackets. */
	messageId?: string;
	inReplyTo: string[];
	/** Oldest first, as in the header. */
	references: string[];
	/** Milliseconds; from Date, else from the newest Received. */
	date?: number;
	from?: MailAddress;
	replyTo?: MailAddress;
	to: MailAddress[];
	cc: MailAddress[];
	subject: string;
	text: string;
	textCut: boolean;
	/** Sanitised; see sanitise-html.ts. */
	html?: string;
	htmlCut: boolean;
	attachments: MailAttachment[];
	headers: MailHeaders;
	/** First value of every header by its name in lower case, for the rules that people write. */
	headerValues: ReadonlyMap<string, string>;
};

export type RefusalReason =
	| 'empty'
	| 'not-a-mail'
	| 'too-large'
	| 'too-many-headers'
	| 'headers-too-large'
	| 'nested-too-deep'
	| 'too-many-parts'
	| 'too-many-lines'
	| 'too-many-attachments'
	| 'unreadable';

export type ParseResult =
	{ kind: 'parsed'; mail: ParsedMail } | { kind: 'refused'; reason: RefusalReason; detail: string };

export type MailLimits = {
	rawBytes: number;
	/** Header lines of one part, folded lines counted singly. */
	headerLines: number;
	/** Header bytes of all parts together. */
	headerBytes: number;
	depth: number;
	parts: number;
	lines: number;
	attachments: number;
	addresses: number;
	/** Names of headers whose values are kept. */
	headerNames: number;
	references: number;
	textLength: number;
	htmlLength: number;
};

export const DEFAULT_MAIL_LIMITS: MailLimits = {
	rawBytes: 30 * 1024 * 1024,
	headerLines: 5_000,
	headerBytes: 1024 * 1024,
	depth: 50,
	parts: 2_000,
	lines: 1_500_000,
	attachments: 200,
	addresses: 1_000,
	headerNames: 200,
	references: 100,
	textLength: 1_000_000,
	htmlLength: 1_000_000,
};

export const HEADERS_OF_USE = [
	'auto-submitted',
	'precedence',
	'list-id',
	'list-unsubscribe',
	'list-post',
	'list-help',
	'list-subscribe',
	'list-owner',
	'mailing-list',
	'feedback-id',
	'return-path',
	'delivered-to',
	'x-original-to',
	'envelope-to',
	'x-envelope-to',
	'x-precedence',
	'x-autoreply',
	'x-autoreply-from',
	'x-auto-reply-from',
	'x-mail-autoreply',
	'x-autorespond',
	'x-auto-response-suppress',
	'x-failed-recipients',
	'x-loop',
	'x-tresen',
	'content-type',
] as const;

export type HeaderOfUse = (typeof HEADERS_OF_USE)[number];
