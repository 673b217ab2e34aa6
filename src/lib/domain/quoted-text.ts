/**
 * Tells what somebody has written from what the mail only carries along. Nothing is lost: whoever shows a mail folds the rest.
 *
 * QT1 Below "Original message", a block of mail headers, or "Am … schrieb …:" with date and address, all is quoted.
 * QT2 Lines with ">" above or below the new text are quoted, and the line that introduces them too.
 * QT3 Lines with ">" between lines of new text stay where they are: somebody answers point by point.
 * QT4 The signature goes from "-- " to the next quote; one line that a phone adds is one as well.
 * QT5 What is forwarded is no quote: it is what the mail is about. A mail that is nothing but a block of headers and what
 *     follows is taken for one.
 */
export interface SplitText {
	reply: string;
	quoted: string;
	signature: string;
}

type LineKind = 'blank' | 'text' | 'quote' | 'attribution' | 'signature';

/** Only so much of a line is looked at: a line of a megabyte costs as much as any other. */
const lineLooked = 300;
/** Attributions are wrapped to at most so many lines. */
const attributionLines = 4;
const headerBlockLines = 8;
const bareSignatureLines = 15;

const forwardSubject = /^\s*(?:wg|fwd?|fw|wtr|rv|doorst)\s*(?:\[\d{1,3}\])?\s*:/i;
const forwarded =
	/^[\s*_-]*(?:begin forwarded message|forwarded message|weitergeleitete nachricht|anfang der weitergeleiteten (?:nachricht|e-mail))[\s*_:-]*$/i;
const original = /^[\s>*]*-{2,}\s*(?:original message|ursprüngliche nachricht|original-?nachricht)\s*-{2,}\s*$/i;
const rule = /^\s*(?:_{5,}|-{5,}|—{3,})\s*$/;
const headerLine =
	/^\s*\*?(von|from|gesendet|sent|datum|date|an|to|cc|kopie|betreff|subject|antwort an|reply-to)\s?:\*?(?:\s|$)/i;
const openingHeader = new Set(['von', 'from', 'gesendet', 'sent', 'datum', 'date']);
const wrote = /schrieb|geschrieben|wrote|a écrit|escribi[óo]|ha scritto|schreef|skrev|napisał|escreveu/i;
const attributionStart = /^\s*(?:am|on|le|el|il|op|den|em|w dniu)\s.{0,40}\d/i;
const hasAddress = /[\w.+-]@[\w-]/;
const hasTime = /\d{1,2}[:.]\d{2}/;
const phoneLine =
	/^\s*(?:von meinem .{1,60} gesendet|von (?:unterwegs|mobil|mobilgerät|iphone|ipad) gesendet|gesendet (?:von|mit|aus) (?:meinem|meiner|der|outlook|mail|yahoo|web\.de|gmx|proton|samsung).{0,120}|(?:diese nachricht wurde )?von meinem android.{0,80} gesendet|sent (?:from|with|using|via) (?:my|outlook|mail|yahoo|proton|mobile|samsung|gmail|the).{0,120}|get outlook for .{1,100}|outlook für .{1,40} (?:beziehen|herunterladen|abrufen).{0,80}|holen sie sich outlook für .{1,100})[.!]?\s*$/i;

/** `subject` tells whether the mail is a forward. */
export function splitQuoted(text: string, subject = ''): SplitText {
	if (forwardSubject.test(subject.slice(0, lineLooked))) return { reply: text.trim(), quoted: '', signature: '' };
	const lines = text.split('\n');
	const looked = lines.map((line) => line.slice(0, lineLooked));
	const { kinds, cut } = kindsOf(looked);
	markSignatures(looked, kinds);

	const first = kinds.indexOf('text');
	const last = kinds.lastIndexOf('text');
	const isReply = replyLines(kinds, first, last);
	const taken = (wanted: (i: number) => boolean) => joined(lines, wanted);
	const reply = taken((i) => isReply(i));
	if (reply === '' && cut < lines.length) return { reply: text.trim(), quoted: '', signature: '' };
	return {
		reply,
		quoted: taken((i) => !isReply(i) && kinds[i] !== 'signature'),
		signature: taken((i) => kinds[i] === 'signature'),
	};
}

/** What each line is; from `cut` on all of it is an earlier mail without marks of its own. */
function kindsOf(lines: readonly string[]): { kinds: LineKind[]; cut: number } {
	const kinds: LineKind[] = lines.map((line) =>
		line.trim() === '' ? 'blank' : /^\s{0,3}>/.test(line) ? 'quote' : 'text',
	);
	let cut = lines.length;
	for (let i = 0; i < lines.length; i++) {
		if (kinds[i] !== 'text') continue;
		const line = lines[i] ?? '';
		if (forwarded.test(line)) {
			kinds.fill('text', i);
			break;
		}
		if (original.test(line) || startsHeaderBlock(lines, i)) {
			cut = i > 0 && rule.test(lines[i - 1] ?? '') ? i - 1 : i;
			break;
		}
		const length = attributionAt(lines, kinds, i);
		if (length === 0) continue;
		let next = i + length;
		while (kinds[next] === 'blank') next++;
		if (kinds[next] === 'quote') {
			kinds.fill('attribution', i, i + length);
			i += length - 1;
			continue;
		}
		const whole = lines.slice(i, i + length).join(' ');
		if (
			next < kinds.length &&
			/\d/.test(whole) &&
			(hasAddress.test(whole) || (attributionStart.test(whole) && hasTime.test(whole)))
		) {
			cut = i;
			break;
		}
	}
	kinds.fill('quote', cut);
	return { kinds, cut };
}

/** How many lines from here introduce a quote; 0 if none. */
function attributionAt(lines: readonly string[], kinds: readonly LineKind[], i: number): number {
	const start = lines[i] ?? '';
	const mayWrap = attributionStart.test(start) || hasAddress.test(start) || wrote.test(start);
	let whole = '';
	for (let length = 1; length <= (mayWrap ? attributionLines : 1) && kinds[i + length - 1] === 'text'; length++) {
		whole += ` ${lines[i + length - 1] ?? ''}`;
		if (whole.trimEnd().endsWith(':')) return wrote.test(whole) ? length : 0;
	}
	return 0;
}

function startsHeaderBlock(lines: readonly string[], i: number): boolean {
	const opening = headerLine.exec(lines[i] ?? '')?.[1]?.toLowerCase();
	if (opening === undefined || !openingHeader.has(opening)) return false;
	const names = new Set([opening]);
	for (let j = i + 1; j < Math.min(lines.length, i + headerBlockLines); j++) {
		const name = headerLine.exec(lines[j] ?? '')?.[1]?.toLowerCase();
		if (name !== undefined) names.add(name);
	}
	return names.size >= 3;
}

function markSignatures(lines: readonly string[], kinds: LineKind[]): void {
	const start = lines.findIndex((line, i) => kinds[i] === 'text' && /^--\s*$/.test(line));
	if (start >= 0) {
		let end = start;
		while (end < kinds.length && (kinds[end] === 'text' || kinds[end] === 'blank')) end++;
		const filled = kinds.slice(start, end).filter((kind) => kind === 'text').length;
		if (lines[start] === '-- ' || filled <= bareSignatureLines) kinds.fill('signature', start, end);
	}
	let next: LineKind | undefined;
	for (let i = lines.length - 1; i >= 0; i--) {
		if (kinds[i] === 'text' && next !== 'text' && phoneLine.test(lines[i] ?? '')) kinds[i] = 'signature';
		if (kinds[i] !== 'blank') next = kinds[i];
	}
}

function replyLines(kinds: readonly LineKind[], first: number, last: number): (i: number) => boolean {
	if (first < 0) return () => false;
	const isPointByPoint = kinds.slice(first, last).includes('quote');
	if (!isPointByPoint) return (i) => kinds[i] === 'text' || (kinds[i] === 'blank' && i > first && i < last);
	const quote = kinds.indexOf('quote');
	const from = Math.min(first, quote);
	return (i) => i >= from && i <= last && kinds[i] !== 'signature';
}

function joined(lines: readonly string[], wanted: (i: number) => boolean): string {
	return lines
		.filter((_, i) => wanted(i))
		.join('\n')
		.replace(/^(?:[^\S\n]*\n)+/, '')
		.trimEnd();
}
