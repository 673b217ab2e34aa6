import type { DocumentId } from '../../src/lib/domain/ids.ts';
import { ticketNumber } from '../../src/lib/domain/ticket-number.ts';
import type { TicketRow } from '../../src/lib/projection/rows.ts';

export const noon = Date.UTC(2026, 10, 23, 12);

export function ticketId(n: number): DocumentId {
	return `ticket/${String(n).padStart(26, '0')}` as DocumentId;
}

/** A row as the list gets it: new, nobody's, changed `n` minutes before noon. */
export function row(n: number, changes: Partial<Record<keyof TicketRow, unknown>> = {}): TicketRow {
	return {
		...{ systems: typeof changes.system === 'string' ? [changes.system] : [] },
		...{ id: ticketId(n), kind: 'ticket', number: ticketNumber(104, n), subject: `Ticket ${n}` },
		...{ line: 'main', queue: 'first', channel: 'mail', status: 'new', reason: undefined, until: undefined },
		...{
			priority: 3,
			tags: [],
			system: null,
			category: null,
			cases: [],
			mentions: [],
			assignee: null,
			holder: null,
			holding: 'free',
		},
		...{
			heldSince: undefined,
			activeAt: undefined,
			handOvers: 0,
			handedOverBy: undefined,
			replies: [],
			consults: [],
			leftQueue: false,
			mergedInto: undefined,
		},
		...{ fromName: 'Weiß, Kim', fromAddress: 'kim@example.org', persons: [], preview: '', slot: undefined },
		...{ waitingSince: undefined, messages: 1, attachments: 0, conflicts: 0 },
		...{ openedAt: noon - n * 60_000, changedAt: noon - n * 60_000, newer: false },
		...changes,
	} as TicketRow;
}
