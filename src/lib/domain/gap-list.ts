import type { ArticleContent, ArticleValues } from './article-entry.ts';
import type { Language } from './desk-config.ts';
import { limits } from './entry-parts.ts';
import { isAnswer, type Ticket } from './fold-ticket.ts';
import type { Outcome } from './interaction-entry.ts';
import type { CategoryId, DocumentId, LineId, SystemId } from './ids.ts';
import { blocksToHtml, htmlToBlocks } from './rich-html.ts';
import { linesToBlocks, tidyBlocks } from './rich-text.ts';

/**
 * Requests to which no standard case was applied (F64): what the knowledge does not answer yet.
 *
 *   GL1 A contact counts once it has an outcome that says somebody asked something; wrong place, missed and no answer do not count.
 *   GL2 A contact that became a ticket counts with its ticket, not twice.
 *   GL3 Groups are categories; those without one stand together at the end. The group with most requests comes first.
 */
export interface Request {
	document: DocumentId;
	line: LineId;
	category: CategoryId | null;
	system: SystemId | null;
	/** How many standard cases were applied. */
	cases: number;
	text: string;
	at: number;
	/** Of a contact. */
	outcome?: Outcome | undefined;
	ticket?: DocumentId | undefined;
}

export interface Gap {
	category: CategoryId | null;
	/** Newest first. */
	requests: Request[];
}

const asking = new Set<Outcome>(['solved', 'ticket', 'call-back']);

export function gapList(
	contacts: Iterable<Request>,
	tickets: Iterable<Request>,
	where: { since: number; lines?: readonly LineId[] },
): Gap[] {
	const isHere = ({ at, line, cases }: Request) =>
		cases === 0 && at >= where.since && (where.lines === undefined || where.lines.includes(line));
	const open = [...tickets].filter(isHere);
	for (const contact of contacts) {
		if (!isHere(contact) || contact.outcome === undefined || !asking.has(contact.outcome)) continue;
		if (contact.ticket === undefined) open.push(contact);
	}
	const groups = Map.groupBy(open, ({ category }) => category);
	return [...groups]
		.map(([category, requests]): Gap => ({ category, requests: requests.sort((a, b) => b.at - a.at) }))
		.sort((a, b) => {
			if ((a.category === null) !== (b.category === null)) return a.category === null ? 1 : -1;
			return b.requests.length - a.requests.length || ((a.category ?? '') < (b.category ?? '') ? -1 : 1);
		});
}

export interface CaseDraft {
	name: string;
	words: ArticleContent;
	values: Partial<ArticleValues>;
	lines: LineId[];
}

/** A standard case as a ticket suggests it: how it was asked, and what we answered. Names of people are the writer's to take out. */
export function caseFromTicket(ticket: Ticket, language: Language): CaseDraft {
	const standing = ticket.timeline.filter(({ undone }) => !undone);
	const first = standing.find((entry) => entry.kind === 'message' && entry.direction === 'in');
	const asked = first?.kind === 'message' ? firstSentences(first.text) : '';
	const answer = standing.findLast(
		(entry) => isAnswer(entry) && !(entry.kind === 'reply-requested' && entry.forwards !== undefined),
	);
	const said = answer?.kind === 'message' || answer?.kind === 'reply-requested' ? answer : undefined;
	const html =
		said === undefined ? '' : said.html === undefined ? asParagraphs(said.text) : blocksToHtml(htmlToBlocks(said.html));
	return {
		name: titleOf(ticket.subject),
		words: {
			[language]: {
				title: titleOf(ticket.subject),
				pattern: [ticket.subject.trim(), asked].filter((line) => line !== '').map((line) => line.slice(0, limits.line)),
				body: '',
				steps: [],
				answer: html.length > limits.text ? asParagraphs(said?.text.slice(0, 10_000) ?? '') : html,
			},
		},
		values: { type: 'case', system: ticket.system, category: ticket.category },
		lines: [ticket.line],
	};
}

const mostQuestions = 10;

/** A standard case as a gap suggests it: asked in the words of the requests, the newest first; the first names it. No answer yet. */
export function caseFromGap(requests: readonly Request[], language: Language): CaseDraft | undefined {
	const asked = new Map<string, string>();
	for (const { text } of requests) {
		const question = titleOf(firstSentences(text) || text);
		if (question !== '' && !asked.has(question.toLowerCase())) asked.set(question.toLowerCase(), question);
	}
	const [name, ...more] = asked.values();
	if (name === undefined) return undefined;
	const pattern = [name, ...more].slice(0, mostQuestions).map((line) => line.slice(0, limits.line));
	return {
		name,
		words: { [language]: { title: name, pattern, body: '', steps: [], answer: '' } },
		values: { type: 'case', system: commonSystem(requests), category: requests[0]?.category ?? null },
		lines: [...new Set(requests.map(({ line }) => line))],
	};
}

/** The system that most of these requests are about, if that is more than half of them. */
function commonSystem(requests: readonly Request[]): SystemId | null {
	const counts = Map.groupBy(requests, ({ system }) => system);
	const [most] = [...counts].sort((a, b) => b[1].length - a[1].length);
	return most !== undefined && most[1].length * 2 > requests.length ? most[0] : null;
}

function asParagraphs(text: string): string {
	return blocksToHtml(tidyBlocks(linesToBlocks(text.split(/\n\s*\n/))));
}

/** Without "Re:" and "AW:", and without what a ticket system wrote in front. */
function titleOf(subject: string): string {
	return subject
		.replace(/^((re|aw|wg|fwd?)\s*:\s*|\[[^\]]{1,40}\]\s*)+/i, '')
		.replace(/\s+/g, ' ')
		.trim()
		.slice(0, limits.name);
}

/** What is asked stands after the salutation. */
function firstSentences(text: string): string {
	const lines = text
		.split('\n')
		.map((line) => line.trim())
		.filter(
			(line) => line !== '' && !/^(hallo|guten|sehr geehrte|liebe|hi|hello|dear|moin|servus)\b.{0,60}$/i.test(line),
		);
	const joined = lines.join(' ').replace(/\s+/g, ' ');
	return (/^.{20,300}?[.!?](?=\s|$)/.exec(joined)?.[0] ?? joined.slice(0, 300)).trim();
}
