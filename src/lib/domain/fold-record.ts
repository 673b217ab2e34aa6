import type { Facts } from './facts.ts';
import { foldArticle, type Article } from './fold-article.ts';
import { foldInteraction, type Interaction } from './fold-interaction.ts';
import { foldParty, type Party } from './fold-party.ts';
import { foldTicket, type Ticket } from './fold-ticket.ts';
import type { LineId, RecordKind } from './ids.ts';

/** What a record is now, with its kind. */
export type Folded =
	| { kind: 'ticket'; ticket: Ticket }
	| { kind: 'person' | 'organisation'; party: Party }
	| { kind: 'article'; article: Article }
	| { kind: 'interaction'; interaction: Interaction };

/** Undefined while nothing opened or created it. */
export function foldRecord(kind: RecordKind, facts: Facts): Folded | undefined {
	if (kind === 'ticket') {
		const ticket = foldTicket(facts);
		return ticket && { kind, ticket };
	}
	if (kind === 'article') {
		const article = foldArticle(facts);
		return article && { kind, article };
	}
	if (kind === 'interaction') {
		const interaction = foldInteraction(facts);
		return interaction && { kind, interaction };
	}
	const party = foldParty(facts);
	return party && { kind, party };
}

/** The lines a record stands in; they decide its audience. */
export function linesOf(record: Folded): LineId[] {
	if (record.kind === 'ticket') return [record.ticket.line];
	if (record.kind === 'article') return record.article.lines;
	if (record.kind === 'interaction') return [record.interaction.line];
	return record.party.lines;
}

/** When it changed last, ms since 1970. */
export function changedAtOf(record: Folded): number {
	if (record.kind === 'ticket') return record.ticket.changedAt;
	if (record.kind === 'article') return record.article.changedAt;
	if (record.kind === 'interaction') return record.interaction.changedAt;
	return record.party.changedAt;
}
