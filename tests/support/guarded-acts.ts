import type { AgentId, DocumentId, LineId, QueueId } from '../../src/lib/domain/ids.ts';
import type { Ticket } from '../../src/lib/domain/fold-ticket.ts';
import * as command from '../../src/lib/domain/ticket-command.ts';
import { ticketNumber } from '../../src/lib/domain/ticket-number.ts';

/** The twelve acts of the guard's matrix; `needs` names what a desk can make to need the claim. */
export const acts: {
	name: string;
	needs: string | undefined;
	run(ticket: Ticket, agent: AgentId): command.CommandResult;
}[] = [
	{
		name: 'reply',
		needs: 'reply',
		run: (ticket, agent) =>
			command.requestReply(ticket, agent, {
				...{ to: [{ name: 'Kim', address: 'kim@example.org' }], cc: [], subject: 'Re:', text: 'Yes', attachments: [] },
			}),
	},
	{ name: 'close', needs: 'close', run: (ticket) => command.setStatus(ticket, { status: 'closed' }) },
	{
		name: 'wait',
		needs: 'status',
		run: (ticket) => command.setStatus(ticket, { status: 'waiting', reason: 'customer' }),
	},
	{ name: 'assign', needs: 'assign', run: (ticket) => command.assign(ticket, 'sue' as AgentId) },
	{ name: 'queue', needs: 'queue', run: (ticket) => command.setQueue(ticket, 'elsewhere' as QueueId) },
	{
		name: 'line',
		needs: 'line',
		run: (ticket) => command.setLine(ticket, 'sales' as LineId, 'sales-front' as QueueId),
	},
	{ name: 'priority', needs: 'priority', run: (ticket) => command.setPriority(ticket, 1) },
	{ name: 'tags', needs: 'tags', run: (ticket) => command.changeTags(ticket, { add: ['printer'] }) },
	{
		name: 'merge',
		needs: 'merge',
		run: (ticket) =>
			command.mergeInto(ticket, {
				id: 'ticket/01HZZZZZZZZZZZZZZZZZZZZZZZ' as DocumentId,
				number: ticketNumber(900, 1),
			}),
	},
	{ name: 'note', needs: undefined, run: () => command.addNote('Called back', undefined, []) },
	{ name: 'subject', needs: undefined, run: (ticket) => command.setSubject(ticket, 'Printer on fire') },
	{
		name: 'consult',
		needs: undefined,
		run: (ticket, agent) => command.consult(ticket, agent, { agent: 'sue' as AgentId, question: 'Which toner?' }),
	},
];
