import type { Ticket } from '../domain/fold-ticket.ts';
import type { DocumentId } from '../domain/ids.ts';
import type { SearchDocument } from './search-document.ts';

/** More of one record is not searched: so much is written in years, or pasted in at once. */
const mostText = 200_000;

/** What can be found of a ticket: on a device that holds it, and on the relay. */
export function ticketToSearch(id: DocumentId, ticket: Ticket): SearchDocument {
	const { from } = ticket;
	const correspondents = new Set<string>();
	if (from !== undefined) correspondents.add(`${from.name} ${from.address} ${from.phone ?? ''}`.trim());
	const texts: string[] = [];
	for (const entry of ticket.timeline) {
		if (entry.undone) continue;
		if (entry.kind === 'message' && entry.direction === 'in')
			correspondents.add(`${entry.from.name} ${entry.from.address}`.trim());
		if (entry.kind === 'message' || entry.kind === 'note' || entry.kind === 'reply-requested') texts.push(entry.text);
		if ('attachments' in entry) texts.push(...entry.attachments.map(({ name }) => name));
	}
	return {
		...{ id, kind: 'ticket', title: ticket.subject, number: ticket.number, customer: [...correspondents].join(' ') },
		...{ body: joinTexts(texts), tags: ticket.tags, status: ticket.status, line: ticket.line, queue: ticket.queue },
		...personOf(ticket.persons),
		...{ at: ticket.changedAt, uses: 0 },
	};
}

export function personOf(persons: readonly DocumentId[]): Pick<SearchDocument, 'person'> {
	return persons.length === 0 ? {} : { person: persons.join(' ') };
}

export function joinTexts(texts: readonly string[]): string {
	return texts
		.filter((text) => text.trim() !== '')
		.join('\n')
		.slice(0, mostText);
}
