import { foldTicket, type Ticket } from '../../../src/lib/domain/fold-ticket.ts';
import type { DocumentId } from '../../../src/lib/domain/ids.ts';
import { readRecord } from '../../../src/lib/document/record-document.ts';
import type { Installation } from '../../../sync-server/installation.ts';
import type { TakeOptions } from '../../../sync-server/mail-intake/mail-intake.ts';

export interface MailShape {
	from?: string | null;
	to?: string;
	cc?: string;
	subject?: string;
	id?: string;
	answers?: string;
	references?: string;
	headers?: readonly string[];
	body?: string;
}

let sent = 0;

/** A mail of these parts, with an id of its own unless one is given. */
export function mailText(shape: MailShape = {}): string {
	const {
		from = 'Anna <anna@kunde.example>',
		to = 'support@desk.example',
		subject = 'Drucker',
		body = 'Hilfe!',
	} = shape;
	return [
		...(from === null ? [] : [`From: ${from}`]),
		`To: ${to}`,
		...(shape.cc === undefined ? [] : [`Cc: ${shape.cc}`]),
		`Subject: ${subject}`,
		`Message-ID: <${shape.id ?? `mail-${++sent}@kunde.example`}>`,
		...(shape.answers === undefined ? [] : [`In-Reply-To: <${shape.answers}>`]),
		...(shape.references === undefined ? [] : [`References: ${shape.references}`]),
		'Date: Mon, 02 Nov 2026 10:00:00 +0000',
		...(shape.headers ?? []),
		'',
		body,
		'',
	].join('\r\n');
}

export function take({ mails }: Installation, shape: MailShape | string, options?: TakeOptions) {
	const raw = typeof shape === 'string' ? shape : mailText(shape);
	return mails.take(Buffer.from(raw), 'mail', options);
}

export function ticketsOf({ relay }: Installation): { id: DocumentId; ticket: Ticket }[] {
	return relay.documentsOfKind('ticket').map((id) => ({ id, ticket: ticketOf(relay, id) }));
}

export function ticketOf(relay: Installation['relay'], id: DocumentId): Ticket {
	const doc = relay.read(id);
	const reading = doc === undefined ? undefined : readRecord(doc);
	const ticket = reading?.kind === 'record' ? foldTicket(reading.facts) : undefined;
	if (ticket === undefined) throw new Error(`no ticket ${id}`);
	return ticket;
}
