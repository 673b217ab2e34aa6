import type { ActFailure, Desk } from '../desk.ts';
import { fillDraft } from '../document/fill-draft.ts';
import type { Application } from '../domain/apply-case.ts';
import type { CallDraft } from '../domain/call-draft.ts';
import type { Draft } from '../domain/entry.ts';
import type { DocumentId, LineId, QueueId } from '../domain/ids.ts';
import { categorise, setRequest, workOnCase, type ContactEnd, type NewContact } from '../domain/interaction-command.ts';
import { textValuesOf } from '../domain/text-values.ts';
import { personWithNumber } from './caller.ts';
import { amendContact, convertContact, endContact, isNothingToChange, joinTicket, logContact } from './contact-acts.ts';
import { renderedAnswer } from './read-case.ts';

/** A call as it is stored, and what is known of it beside the draft. */
export interface CallToStore {
	draft: CallDraft;
	line: LineId;
	name: string;
	phone: string;
	/** The address of the person who is known. */
	address: string;
	seconds: number;
	/** Undefined where it ends with a ticket. */
	end: ContactEnd | undefined;
	/** Of the ticket that it becomes. */
	queue: QueueId | undefined;
	subject: string;
	/** The answer of the case, where the one who took the call may give it. */
	reply: Application['reply'];
	/** After each step, so that a second try stores nothing twice. */
	remember(stored: CallDraft['stored']): void;
}

export interface StoredCall {
	contact: DocumentId;
	/** The ticket it belongs to now. */
	ticket: { document: DocumentId; number: string; isNew: boolean } | undefined;
}
type Failed = { failed: ActFailure };

/** Stores a call step by step: the person, the contact, what was done with its case, the end, the ticket. */
export async function storeCall(desk: Desk, call: CallToStore): Promise<StoredCall | Failed> {
	let { stored } = call.draft;
	const remember = (step: Partial<CallDraft['stored']>) => call.remember((stored = { ...stored, ...step }));

	const person = call.draft.person ?? stored.person ?? (await newPerson(desk, call));
	if (typeof person === 'object') return person;
	if (call.draft.person === null && person !== undefined) remember({ person });

	const contact = stored.contact ?? (await newContact(desk, call, person));
	if (typeof contact === 'object') return contact;
	const isAmended = stored.contact !== null || hasWork(call.draft);
	remember({ contact });
	const failed = isAmended ? await amend(desk, contact, call) : undefined;
	if (failed !== undefined) return { failed };
	if (call.draft.end !== 'ticket') return { contact, ticket: undefined };

	const { ticket } = call.draft;
	const made =
		ticket === null
			? await newTicket(desk, contact, call, stored.ticket ?? undefined, (made) => remember({ ticket: made }))
			: await join(desk, contact, ticket, call.seconds);
	return 'failed' in made ? made : { contact, ticket: made };
}

/** A number alone names nobody; a name does. */
async function newPerson(desk: Desk, { name, phone, line }: CallToStore): Promise<DocumentId | undefined | Failed> {
	if (name === '') return undefined;
	// Typed to the end instead of chosen: the same name with the same number is nobody new.
	const known = personWithNumber(desk.parties.current, phone);
	if (known?.name.toLowerCase() === name.toLowerCase()) return known.id;
	const isAddress = /^\S+@\S+$/.test(name);
	const created = await desk.createParty('person', {
		...{ name: name.slice(0, 200), lines: [line] },
		...(isAddress ? { addresses: [name] } : {}),
		phones: phone === '' ? [] : [phone.slice(0, 40)],
	});
	return created.kind === 'ok' ? created.document : { failed: created };
}

function hasWork({ applied, ticked, documented }: CallDraft): boolean {
	return applied !== null && (ticked.length > 0 || Object.values(documented).some((value) => value.trim() !== ''));
}

async function newContact(
	desk: Desk,
	{ draft, line, name, phone, address, end }: CallToStore,
	person: DocumentId | undefined,
): Promise<DocumentId | Failed> {
	const contact: NewContact = {
		...{ line, channel: draft.channel, direction: draft.direction, began: draft.began, person },
		from: { name: name.slice(0, 200), address, ...(phone === '' ? {} : { phone: phone.slice(0, 40) }) },
		...{ ticket: draft.ticket ?? undefined, callsBack: draft.callsBack ?? undefined },
		...{ request: draft.request, system: draft.system, category: draft.category },
		applied: draft.applied ?? undefined,
	};
	// What was done names the entry that applied the case, and that has no name before it is stored.
	const created = await logContact(desk, contact, hasWork(draft) ? undefined : end);
	return created.kind === 'ok' ? created.document : { failed: created };
}

/** It is stored already, without an end: what was changed since goes there, and the end. */
async function amend(desk: Desk, contact: DocumentId, { draft, end }: CallToStore): Promise<ActFailure | undefined> {
	const me = desk.session.current?.agent.id;
	const changed = await amendContact(desk, contact, 'contacted', (folded) => {
		const drafts: Draft[] = [setRequest(folded, draft.request), categorise(folded, draft)].flatMap((result) =>
			result.kind === 'ok' ? result.drafts : [],
		);
		const standing = folded.applied.at(-1);
		if (standing?.article !== draft.applied?.article) {
			if (standing?.by === me && standing !== undefined) drafts.push({ kind: 'undone', entry: standing.id });
			if (draft.applied !== null) drafts.push({ kind: 'case-applied', ...draft.applied });
		}
		return drafts.length === 0 ? { kind: 'refused', reason: 'nothing-to-change' } : { kind: 'ok', drafts };
	});
	if (changed.kind !== 'ok' && !isNothingToChange(changed)) return changed;
	if (draft.applied !== null) {
		const worked = await amendContact(desk, contact, 'documented', (folded) => workOnCase(folded, draft));
		if (worked.kind !== 'ok' && !isNothingToChange(worked)) return worked;
	}
	if (end === undefined) return undefined;
	const ended = await endContact(desk, contact, end);
	return ended.kind === 'ok' ? undefined : ended;
}

async function newTicket(
	desk: Desk,
	contact: DocumentId,
	{ queue, subject, seconds, reply }: CallToStore,
	made: { document: DocumentId; number: string } | undefined,
	remember: (made: { document: DocumentId; number: string }) => void,
): Promise<NonNullable<StoredCall['ticket']> | Failed> {
	if (queue === undefined) return { failed: { kind: 'refused', reason: 'empty' } };
	const converted = await convertContact(desk, contact, { queue, subject, seconds }, made, remember);
	if (converted.kind !== 'ok') return { failed: converted };
	await beginReply(desk, converted.document, reply);
	return { document: converted.document, number: converted.number, isNew: true };
}

async function join(
	desk: Desk,
	contact: DocumentId,
	ticket: DocumentId,
	seconds: number,
): Promise<NonNullable<StoredCall['ticket']> | Failed> {
	const joined = await joinTicket(desk, contact, ticket, seconds);
	if (joined.kind !== 'ok') return { failed: joined };
	return { document: ticket, number: desk.tickets.get(ticket)?.number ?? '', isNew: false };
}

/** The answer of the case stands in the reply of the new ticket, for whoever sends it. */
async function beginReply(desk: Desk, ticket: DocumentId, reply: Application['reply']): Promise<void> {
	if (reply === undefined) return;
	const record = await desk.open(ticket);
	try {
		const reading = record?.reading.current;
		if (record === undefined || reading?.kind !== 'ticket') return;
		const values = textValuesOf(desk.config.current, reading.ticket, desk.session.current?.agent.id);
		fillDraft(record.doc, 'reply', renderedAnswer({ reply }, values));
	} finally {
		record?.close();
	}
}
