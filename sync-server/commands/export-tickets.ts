import { foldTicket, type Ticket } from '../../src/lib/domain/fold-ticket.ts';
import { hlcTime } from '../../src/lib/domain/hlc.ts';
import { readRecord } from '../../src/lib/document/record-document.ts';
import type { Command } from './command.ts';
import type { Operation } from './operation.ts';

/** Every ticket with its messages, notes and requests to send, oldest first. */
export const exportTickets: Operation = async function* ({ relay, audit }) {
	audit.add('command', 'data-exported', 'tickets');
	for (const id of relay.documentsOfKind('ticket')) {
		const doc = relay.read(id);
		const reading = doc === undefined ? undefined : readRecord(doc);
		const ticket = reading === undefined || reading.kind === 'empty' ? undefined : foldTicket(reading.facts);
		if (ticket !== undefined) yield exported(id, ticket);
	}
};

function exported(document: string, ticket: Ticket): object {
	const { number, subject, from, status, reason, line, queue, assignee, priority, tags, openedAt } = ticket;
	return {
		number,
		document,
		subject,
		from: from ?? null,
		status,
		...(reason === undefined ? {} : { reason }),
		line,
		queue,
		assignee,
		priority,
		tags,
		openedAt: isoTime(openedAt),
		messages: ticket.timeline.flatMap((entry) => {
			if (entry.kind === 'message') {
				const { direction, channel, visibility, from: sender, to, cc, subject: title, text, html, attachments } = entry;
				return [
					{
						id: entry.id,
						direction,
						channel,
						visibility,
						from: sender,
						to,
						cc,
						subject: title,
						text,
						...(html === undefined ? {} : { html }),
						...(entry.messageId === undefined ? {} : { messageId: entry.messageId }),
						...(entry.raw === undefined ? {} : { raw: entry.raw }),
						at: isoTime(hlcTime(entry.time)),
						...(entry.sentAt === undefined ? {} : { sentAt: isoTime(entry.sentAt) }),
						attachments: attachments.map(({ name, mime, size, blob }) => ({ name, mime, size, sha256: blob })),
					},
				];
			}
			return [];
		}),
	};
}

function isoTime(ms: number): string {
	return new Date(ms).toISOString();
}

export const exportTicketsCommand: Command = {
	usage: 'export tickets --json',
	help: 'prints every ticket with its messages, one JSON object a line',
	shape: { switches: ['json'] },
	async run({ reachDesk, print }) {
		const desk = await reachDesk();
		try {
			for await (const ticket of desk.run('export-tickets', {})) print(JSON.stringify(ticket));
			return 0;
		} finally {
			await desk.close();
		}
	},
};
