import { missingDocumentation } from './applied-case.ts';
import { hlcTime } from './hlc.ts';
import type { Ticket } from './fold-ticket.ts';
import type { AgentId, EntryId } from './ids.ts';

/**
 * A close that lacks what the applied cases ask to be written down (F63). Our app refuses to write one; it arrives all the same, from
 * an old or foreign client, and from two devices of which one closed while the other applied the case or blanked a field.
 *
 *   UC1 It is kept: entries are facts, what is legal but late is not refused, and a refusal would take the rest of the same edit with
 *       it. Whether it lacks anything is decided by the fold, from this ticket's entries alone, the same on every device.
 *   UC2 The ticket says so, with who closed it, when, what is missing and why, until the fields are filled in, the case is taken
 *       back, or the ticket is open again. Filling them in needs no reopening.
 *   UC3 A customer's message that reopens the ticket (FT4) settles it: the next close asks again.
 */
export interface UndocumentedClose {
	/** The entry that closed it. */
	close: EntryId;
	by: AgentId;
	at: number;
	missing: MissingField[];
	/** skipped: it was asked for before the close · later: the case was applied, as far as clocks tell, after it. */
	why: 'skipped' | 'later';
}

export interface MissingField {
	applied: EntryId;
	/** Of the case. */
	title: string;
	field: string;
	label: string;
}

export function undocumentedClose(ticket: Ticket): UndocumentedClose | undefined {
	if (ticket.status !== 'closed') return undefined;
	const missing = missingDocumentation(ticket.applied);
	if (missing.length === 0) return undefined;
	const close = ticket.timeline.findLast(
		(entry) => !entry.undone && entry.kind === 'status-set' && entry.status === 'closed',
	);
	if (close === undefined) return undefined;
	const placeOf = (id: EntryId) => ticket.timeline.findIndex((entry) => entry.id === id);
	const isLater = missing.every(({ applied }) => placeOf(applied) > placeOf(close.id));
	return {
		...{ close: close.id, by: close.by, at: hlcTime(close.time) },
		missing: missing.map(({ applied, title, field }) => ({ applied, title, field: field.id, label: field.label })),
		why: isLater ? 'later' : 'skipped',
	};
}
