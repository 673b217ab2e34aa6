import type { DeskConfig } from './desk-config.ts';
import type { Ticket } from './fold-ticket.ts';
import type { AgentId } from './ids.ts';
import type { TextModule } from './desk-config.ts';
import type { TextValues } from './text-module.ts';
import { formatTicketNumber } from './ticket-number.ts';

/** What the variables of a text stand for, when this agent writes it on this ticket. */
export function textValuesOf(
	config: DeskConfig,
	/** Without a number while it is still to come. */
	ticket: Pick<Ticket, 'from' | 'line' | 'subject'> & { number: Ticket['number'] | undefined },
	agent: AgentId | undefined,
): TextValues {
	const line = config.lines.find(({ id }) => id === ticket.line);
	const author = config.agents.find(({ id }) => id === agent);
	return {
		'customer.name': ticket.from?.name,
		'customer.address': ticket.from?.address,
		'agent.name': author?.name,
		'agent.mail': author?.mail,
		'line.name': line?.name,
		'line.address': line?.sender?.address ?? line?.addresses[0],
		'desk.name': config.desk.name,
		'ticket.number': ticket.number === undefined ? undefined : formatTicketNumber(ticket.number),
		'ticket.subject': ticket.subject,
	};
}

/** The text modules for a ticket of this line, those in the language of its mails first. */
export function modulesFor(config: DeskConfig, line: Ticket['line']): TextModule[] {
	const language = config.lines.find(({ id }) => id === line)?.language ?? config.desk.language;
	const fitting = config.textModules.filter((module) => module.line === null || module.line === line);
	return fitting.sort((a, b) => Number(b.language === language) - Number(a.language === language));
}
