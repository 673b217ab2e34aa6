import type { Facts } from '../domain/facts.ts';
import { foldParty } from '../domain/fold-party.ts';
import { foldTicket } from '../domain/fold-ticket.ts';
import type { LineId, RecordKind } from '../domain/ids.ts';

/** The lines a record stands in; they decide its audience. Empty while nothing opened or created it. */
export function recordLines(kind: RecordKind, facts: Facts): LineId[] {
	if (kind === 'ticket') {
		const ticket = foldTicket(facts);
		return ticket === undefined ? [] : [ticket.line];
	}
	return foldParty(facts)?.lines ?? [];
}
