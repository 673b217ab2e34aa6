import type { Desk } from '$lib/desk.ts';
import type { DocumentId } from '$lib/domain/ids.ts';
import { renderText } from '$lib/domain/text-module.ts';
import { modulesFor, textValuesOf } from '$lib/domain/text-values.ts';
import { matchScore } from '$lib/ui/palette-query.ts';
import type { Insertion, Sign, Suggestion, Suggestions } from '$lib/ui/suggestions.ts';
import { cases } from '$lib/ui/words/cases-words.ts';
import { words } from '$lib/ui/words/words.svelte.ts';
import { articleTitle } from '$lib/views/article-title.ts';
import { findCases } from '$lib/views/find-cases.ts';
import { escapeHtml, readCase, renderedAnswer } from '$lib/views/read-case.ts';
import type { TicketView } from '$lib/views/ticket-view.svelte.ts';
import { browserTimer } from '$lib/views/wall-clock.svelte.ts';
import { categoryText } from '../../../names.ts';

const most = 8;

/**
 * What is offered while somebody writes on this ticket. Colleagues are mentioned in notes alone: in a reply `@` stays what it is.
 * A customer cannot follow a link into the desk, so a reply gets the answer of a case, and a note a link to it.
 */
export function suggestionsHere(
	desk: Desk,
	ticket: TicketView,
	mode: 'reply' | 'note',
	now: () => number,
): Suggestions {
	const me = () => desk.session.current?.agent.id;
	const valuesHere = () => (ticket.ticket === undefined ? {} : textValuesOf(desk.config.current, ticket.ticket, me()));

	function modules(text: string): Suggestion[] {
		if (ticket.ticket === undefined) return [];
		return best(modulesFor(desk.config.current, ticket.ticket.line), text).map(
			({ id, name, language, text: template }) => ({
				id,
				label: name,
				detail: renderText(template, valuesHere(), language, { keepUnknown: true }).text.slice(0, 160),
			}),
		);
	}

	async function standardCases(text: string): Promise<Suggestion[]> {
		if (ticket.ticket === undefined) return [];
		const { subject, system, category, line } = ticket.ticket;
		const isTyped = text.trim() !== '';
		const question = {
			...{ text: isTyped ? text : subject, isTyped, system, category, line },
			...{ language: words.locale, now: now(), most },
		};
		const { rows } = await findCases(desk, question, browserTimer);
		return rows.map((row) => ({
			id: row.id,
			label: articleTitle(row, words.locale).text,
			detail: row.preview === '' ? categoryText(desk, row) : row.preview,
			...(mode === 'note' ? { other: cases.t.suggestions.answer } : {}),
		}));
	}

	function colleagues(text: string): Suggestion[] {
		const agents = desk.config.current.agents.filter(({ id, active }) => active && id !== me());
		return best(agents, text).map(({ id, name, mail }) => ({ id, label: name, detail: mail }));
	}

	async function caseText(id: DocumentId, isLink: boolean): Promise<Insertion | undefined> {
		const row = desk.articles.get(id);
		if (isLink && row !== undefined) {
			const address = `${location.origin}/knowledge/all/${id.slice('article/'.length)}`;
			return { html: `<a href="${escapeHtml(address)}">${escapeHtml(articleTitle(row, words.locale).text)}</a> ` };
		}
		const line = ticket.ticket?.line;
		if (line === undefined) return undefined;
		const read = await readCase(desk, id, { line, agentLanguage: words.locale, now: now() });
		const html = read === undefined ? '' : renderedAnswer(read.application, valuesHere());
		return html === '' ? undefined : { html };
	}

	return {
		signs: mode === 'note' ? ['::', '??', '@'] : ['::', '??'],
		label(sign) {
			const t = cases.t.suggestions;
			return { '::': t.modules, '??': t.cases, '@': t.colleagues }[sign];
		},
		find: (sign: Sign, text: string) => ({ '::': modules, '??': standardCases, '@': colleagues })[sign](text),
		choose(sign, id, other) {
			if (sign === '??') return caseText(id as DocumentId, (mode === 'note') !== other);
			if (sign === '@') {
				const name = desk.config.current.agents.find((agent) => agent.id === id)?.name;
				return name === undefined ? undefined : { text: `@${name} ` };
			}
			const module = desk.config.current.textModules.find((known) => known.id === id);
			if (module === undefined) return undefined;
			return { text: renderText(module.text, valuesHere(), module.language, { keepUnknown: true }).text };
		},
	};
}

function best<Named extends { name: string }>(all: readonly Named[], text: string): Named[] {
	return all
		.map((one) => ({ one, score: matchScore(one.name, text.trim()) }))
		.filter(({ score }) => score > 0)
		.sort((a, b) => b.score - a.score)
		.slice(0, most)
		.map(({ one }) => one);
}
