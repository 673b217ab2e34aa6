import { isUtf8 } from 'node:buffer';
import { setImmediate } from 'node:timers/promises';
import PostalMime from 'postal-mime';
import type { Attachment, Email, Header, PostalMimeOptions } from 'postal-mime';
import { decodeText } from './charset.ts';
import { repairEncodedWords } from './encoded-words.ts';
import { unfoldFlowed } from './flowed-text.ts';
import type { MailLimits, RefusalReason } from './parsed-mail.ts';
import { createBase64Decoder, createPlainDecoder, createQuotedPrintableDecoder } from './transfer-decoding.ts';
import type { BodyDecoder } from './transfer-decoding.ts';

const LF = Uint8Array.of(0x0a);
const CRLF = Uint8Array.of(0x0d, 0x0a);

/** How often a long parse lets the rest of the relay run. */
const LINES_PER_TURN = 20_000;
/** As written, encoded; the name that is kept is far shorter. */
const FILE_NAME_MAX = 8_000;

/** Thrown inside the parser, caught in parse-mail.ts: the parser knows no other way to stop early. */
export class MailLimitExceeded extends Error {
	readonly reason: RefusalReason;
	constructor(reason: RefusalReason, detail: string) {
		super(detail);
		this.reason = reason;
	}
}

type StructuredHeader = { value: string; params: Record<string, string> };

type MimeNode = {
	depth: number;
	state: 'header' | 'body' | 'finished';
	headerLines: string[];
	childNodes: MimeNode[];
	contentDecoder: BodyDecoder | null;
	contentTransferEncoding: { encoding: string };
	contentType: { parsed: StructuredHeader; multipart: string | false };
	contentDisposition: { parsed: StructuredHeader };
	content: ArrayBuffer | null;
};

type ParserInside = {
	currentNode: MimeNode;
	attachments: Attachment[];
	headerSize: number;
	root: { headers: Header[] };
	textContent: Record<string, string>;
	parse(raw: Uint8Array): Promise<Email>;
	buildMessage(): Email;
	processLine(line: Uint8Array, isFinal: boolean): Promise<void>;
	collectNode(node: MimeNode, alternative: MimeNode | false, related: boolean): Promise<void>;
	isInlineTextNode(node: MimeNode): boolean;
};

// The parser's inside is not in its published types. Its version is pinned, and guarded-mime.test.ts fails if the inside moves.
const Parser = PostalMime as unknown as new (options: PostalMimeOptions) => ParserInside;

/**
 * The MIME parser with our limits on parts, lines, headers and attachments, body decoders of bounded memory, and charsets decided
 * by the bytes where the label is missing or wrong.
 */
export class GuardedMime extends Parser {
	readonly #limits: MailLimits;
	#lines = 0;
	#parts = 1;
	#lineEnd = LF;
	readonly #ownDecoders = new WeakSet<BodyDecoder>();

	constructor(limits: MailLimits) {
		super({
			forceRfc822Attachments: true,
			// Ours are checked first and have names; these stay as a second wall.
			maxNestingDepth: limits.depth + 1,
			maxHeadersSize: limits.headerBytes + 1,
		});
		this.#limits = limits;
	}

	override parse(raw: Uint8Array): Promise<Email> {
		const end = raw.indexOf(0x0a);
		this.#lineEnd = end > 0 && raw[end - 1] === 0x0d ? CRLF : LF;
		return super.parse(raw);
	}

	override async processLine(line: Uint8Array, isFinal: boolean): Promise<void> {
		this.#lines++;
		if (this.#lines > this.#limits.lines) {
			throw new MailLimitExceeded('too-many-lines', `more than ${this.#limits.lines} lines`);
		}
		if (this.#lines % LINES_PER_TURN === 0) await setImmediate();
		const node = this.currentNode;
		if (node.state === 'header') this.#checkHeaderLine(node, line);
		// A final line finishes the part within the call, so its decoder must be ours before.
		else this.#useOwnDecoder(node);
		await super.processLine(node.state === 'header' ? utf8Line(line) : line, isFinal);
		if (this.currentNode !== node) this.#checkPart(this.currentNode);
	}

	override async collectNode(node: MimeNode, alternative: MimeNode | false, related: boolean): Promise<void> {
		showUndividedBody(node);
		repairFileName(node.contentDisposition.parsed);
		repairFileName(node.contentType.parsed);
		const mime = node.contentType.parsed.value;
		const isText = this.isInlineTextNode(node) || mime === 'text/calendar' || mime === 'application/ics';
		if (isText && !node.contentType.multipart && node.content) {
			const decoded = decodeText(new Uint8Array(node.content), node.contentType.parsed.params.charset);
			const text = mime === 'text/plain' ? unflowed(decoded, node.contentType.parsed.params) : decoded;
			// Several texts of one mail stand below one another, a line apart.
			const apart = this.isInlineTextNode(node) ? '\n' : '';
			node.content = new TextEncoder().encode(text + apart).buffer;
			node.contentType.parsed.params.charset = 'utf-8';
		}
		await super.collectNode(node, alternative, related);
		if (this.attachments.length > this.#limits.attachments) {
			throw new MailLimitExceeded('too-many-attachments', `more than ${this.#limits.attachments} attachments`);
		}
	}

	/** A text that came with a file name is a file, even when it asks to be shown inline. */
	override isInlineTextNode(node: MimeNode): boolean {
		return super.isInlineTextNode(node) && !node.contentDisposition.parsed.params.filename;
	}

	/** Headers are read by parse-mail.ts from their raw values; reading them here as well would be work done twice. */
	override buildMessage(): Email {
		return {
			headers: this.root.headers,
			headerLines: [],
			html: this.textContent.html,
			text: this.textContent.plain,
			attachments: this.attachments,
		};
	}

	#checkHeaderLine(node: MimeNode, line: Uint8Array): void {
		if (node.headerLines.length >= this.#limits.headerLines) {
			throw new MailLimitExceeded('too-many-headers', `more than ${this.#limits.headerLines} header lines in one part`);
		}
		if (this.headerSize + line.length > this.#limits.headerBytes) {
			throw new MailLimitExceeded('headers-too-large', `more than ${this.#limits.headerBytes} bytes of headers`);
		}
	}

	#checkPart(node: MimeNode): void {
		if (node.state !== 'header') return;
		this.#parts++;
		if (this.#parts > this.#limits.parts) {
			throw new MailLimitExceeded('too-many-parts', `more than ${this.#limits.parts} parts`);
		}
		if (node.depth > this.#limits.depth) {
			throw new MailLimitExceeded('nested-too-deep', `parts nested more than ${this.#limits.depth} deep`);
		}
	}

	#useOwnDecoder(node: MimeNode): void {
		if (!node.contentDecoder || this.#ownDecoders.has(node.contentDecoder)) return;
		const encoding = node.contentTransferEncoding.encoding;
		const lineEnd = this.isInlineTextNode(node) ? LF : this.#lineEnd;
		if (/base64/.test(encoding)) node.contentDecoder = createBase64Decoder();
		else if (/quoted-printable/.test(encoding)) node.contentDecoder = createQuotedPrintableDecoder(lineEnd);
		else node.contentDecoder = createPlainDecoder(lineEnd);
		this.#ownDecoders.add(node.contentDecoder);
	}
}

function unflowed(text: string, { format, delsp }: Record<string, string>): string {
	if (format?.toLowerCase() !== 'flowed') return text;
	return unfoldFlowed(text, delsp?.toLowerCase() === 'yes');
}

/** A multipart whose boundary is missing or never comes would lose all of its text. */
function showUndividedBody(node: MimeNode): void {
	if (!node.contentType.multipart || node.childNodes.length > 0) return;
	node.contentType.multipart = false;
	node.contentType.parsed = { value: 'text/plain', params: {} };
}

function repairFileName(header: StructuredHeader): void {
	for (const key of ['filename', 'name']) {
		const written = header.params[key];
		if (written) header.params[key] = repairEncodedWords(written.slice(0, FILE_NAME_MAX));
	}
}

/** Old mailers write raw 8-bit headers; the parser reads them as UTF-8 only. */
function utf8Line(line: Uint8Array): Uint8Array {
	return isUtf8(line) ? line : new TextEncoder().encode(decodeText(line));
}
