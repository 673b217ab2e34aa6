import * as Y from 'yjs';
import { unnamedDoc } from '../../document/unnamed-doc.ts';
import { articleLanguages, articleLines, type ArticlePart } from '../../document/article-text.ts';
import { readRecord } from '../../document/record-document.ts';
import type { Article } from '../../domain/fold-article.ts';
import type { Interaction } from '../../domain/fold-interaction.ts';
import type { Party } from '../../domain/fold-party.ts';
import { foldRecord } from '../../domain/fold-record.ts';
import { recordKindOf, type DocumentId, type SystemId } from '../../domain/ids.ts';
import type { RecordRow } from '../../projection/rows.ts';
import type { SearchDocument } from '../search-document.ts';
import { joinTexts, personOf, ticketToSearch } from '../ticket-text.ts';

/** What the desk's configuration says, for words that stand in no record. */
export interface SearchNames {
	system(id: SystemId): string | undefined;
}

/** What can be found of a record; undefined where nothing is written in it that anybody could look for. Throws if it cannot be read. */
export function documentToSearch(
	id: DocumentId,
	updates: readonly Uint8Array[],
	names: SearchNames,
): SearchDocument | undefined {
	const kind = recordKindOf(id);
	if (kind === undefined) return undefined;
	const doc = unnamedDoc();
	try {
		doc.transact(() => {
			for (const update of updates) Y.applyUpdate(doc, update);
		});
		const reading = readRecord(doc);
		if (reading.kind === 'empty' || reading.record !== kind) return undefined;
		const folded = foldRecord(kind, reading.facts);
		if (folded === undefined) return undefined;
		if (folded.kind === 'ticket') return ticketToSearch(id, folded.ticket);
		if (folded.kind === 'article') return articleToSearch(id, folded.article, doc, names);
		if (folded.kind === 'interaction') return interactionToSearch(id, folded.interaction, names);
		return partyToSearch(id, folded.kind, folded.party);
	} finally {
		doc.destroy();
	}
}

/** The same of a ticket of which only the row is here: number, subject and customer, and how its newest message begins. */
export function coldToSearch(row: RecordRow): SearchDocument | undefined {
	if (row.kind !== 'ticket') return undefined;
	return {
		...{ id: row.id, kind: 'ticket', title: row.subject, number: row.number },
		customer: `${row.fromName} ${row.fromAddress}`.trim(),
		...{ body: row.preview, tags: row.tags, status: row.status, line: row.line, queue: row.queue },
		...personOf(row.persons),
		...{ at: row.changedAt, uses: 0 },
	};
}

/** One for both languages: what is found in either is the same article. */
function articleToSearch(id: DocumentId, article: Article, doc: Y.Doc, names: SearchNames): SearchDocument {
	const inAll = (part: ArticlePart, between: string) =>
		articleLanguages
			.map((language) => articleLines(doc, part, language).join(between).trim())
			.filter((text) => text !== '');
	const titles = inAll('title', ' ');
	const written = articleLanguages.filter((language) => articleLines(doc, 'title', language).join('').trim() !== '');
	const system = article.system === null ? undefined : names.system(article.system);
	return {
		...{ id, kind: 'article', title: titles.length > 0 ? titles.join(' · ') : article.name },
		...(written.length > 0 ? { lang: written.join(' ') } : {}),
		question: joinTexts(inAll('pattern', '\n')),
		body: joinTexts([...inAll('body', '\n'), ...inAll('steps', '\n'), ...inAll('answer', '\n')]),
		...(system === undefined ? {} : { system }),
		...{ tags: article.tags, status: article.state },
		...{ line: article.lines.length === 0 ? '*' : article.lines.join(' '), at: article.changedAt, uses: 0 },
	};
}

function interactionToSearch(id: DocumentId, interaction: Interaction, names: SearchNames): SearchDocument {
	const { from, request, passedTo, applied, system } = interaction;
	const caller = from === undefined ? '' : `${from.name} ${from.address} ${from.phone ?? ''}`.trim();
	const [firstLine = '', ...rest] = request.split('\n');
	const systemName = system === null ? undefined : names.system(system);
	return {
		...{ id, kind: 'interaction', title: firstLine.slice(0, 200) },
		...(interaction.ticket?.number === undefined ? {} : { number: interaction.ticket.number }),
		customer: caller,
		body: joinTexts([firstLine.slice(200), ...rest, ...applied.map(({ title }) => title), passedTo ?? '']),
		...(systemName === undefined ? {} : { system: systemName }),
		...{ tags: interaction.tags, line: interaction.line },
		...(interaction.outcome === undefined ? {} : { status: interaction.outcome }),
		...personOf(interaction.persons),
		...{ at: interaction.changedAt, uses: 0 },
	};
}

function partyToSearch(id: DocumentId, kind: 'person' | 'organisation', party: Party): SearchDocument {
	const digits = party.phones.map((phone) => phone.replace(/\D/g, ''));
	return {
		...{ id, kind, title: party.name, customer: party.addresses.join(' ') },
		body: joinTexts([...party.phones, ...digits]),
		...(party.lines.length === 0 ? {} : { line: party.lines.join(' ') }),
		...{ tags: [], at: party.changedAt, uses: 0 },
	};
}
