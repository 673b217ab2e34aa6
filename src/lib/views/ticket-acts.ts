import type { ActFailure, ActResult, Desk } from '../desk.ts';
import type { AgentId, CategoryId, DocumentId, EntryId, LineId, QueueId, SystemId } from '../domain/ids.ts';
import type { Draft, EntryOf, Priority } from '../domain/entry.ts';
import type { Attachment } from '../domain/entry-parts.ts';
import type { Conflict, Ticket } from '../domain/fold-ticket.ts';
import type { Outcome } from '../domain/interaction-entry.ts';
import type { StatusValue } from '../domain/status.ts';
import * as command from '../domain/ticket-command.ts';
import * as caseCommand from '../domain/case-command.ts';
import { actTrouble, type Trouble } from './error-text.ts';
import type { Toasts } from './toasts.svelte.ts';

/** What a toast can tell; the words are chosen where it is shown. `number` only where it is about one ticket. */
export type Happening =
	| { kind: 'status-set'; number: string | undefined; count: number; to: StatusValue }
	| { kind: 'assigned'; number: string | undefined; count: number; agent: AgentId | null }
	| { kind: 'priority-set'; number: string | undefined; count: number; priority: Priority }
	| { kind: 'tagged'; number: string | undefined; count: number }
	| { kind: 'moved'; number: string | undefined; count: number }
	| { kind: 'categorised'; number: string | undefined; count: number }
	| { kind: 'case-applied'; number: string | undefined; count: number; title: string }
	| {
			kind: 'claimed' | 'released' | 'subject-set' | 'person-linked' | 'person-unlinked';
			number: string | undefined;
			count: number;
	  }
	| { kind: 'note-saved' | 'reply-stored' | 'forwarded'; number: string | undefined; count: number }
	| {
			kind: 'handed-over' | 'taken-over' | 'consulted';
			number: string | undefined;
			count: number;
			agent: AgentId;
	  }
	| {
			kind:
				| 'set-free'
				| 'consult-answered'
				| 'consult-settled'
				| 'merged'
				| 'merge-declined'
				| 'held-settled'
				| 'delivery-decided';
			number: string | undefined;
			count: number;
	  }
	| { kind: 'withdrawn'; number: string | undefined; count: number; isInDraft: boolean }
	| { kind: 'put-back'; isDone: boolean }
	| { kind: 'merge-not-found'; isItself: boolean }
	| { kind: 'claim-lost' | 'handed-to-you' | 'asked'; number: string; agent: AgentId }
	| { kind: 'mentioned'; number: string }
	| { kind: 'reply-stuck'; number: string; state: 'held' | 'failed' | 'uncertain' }
	| { kind: 'reminder-due'; number: string; subject: string; document: DocumentId; count: number }
	| { kind: 'ticket-created'; number: string; document: DocumentId }
	| { kind: 'contact-ended'; outcome: Outcome; number: string | undefined; until: number | undefined }
	| { kind: 'call-discarded' }
	| { kind: 'form-discarded' }
	| { kind: 'desk-restored' }
	| { kind: 'mails-dropped'; count: number }
	| { kind: 'mail-known'; number: string }
	| { kind: 'mail-refused'; file: string }
	| { kind: 'file-refused'; file: string; why: 'too-large' | 'quota' }
	| { kind: 'copied' }
	| { kind: 'article-changed' }
	| { kind: 'undone' }
	| { kind: 'trouble'; trouble: Trouble };

type UndoableKind = Extract<Happening, { count: number }>['kind'];

/** A mail that nobody asked for, and where its ticket goes. */
export type FirstMail = Pick<command.NewTicket, 'line' | 'queue' | 'from' | 'person'> & { mail: command.ReplyRequest };

/** What a reply said, on its way back into the draft. */
export type Wording = Pick<EntryOf<'reply-requested'>, 'text' | 'html' | 'attachments'>;

/** Writes into the draft of a reply if that is empty; false where there is a draft already. */
export type PutBack = (document: DocumentId, wording: Wording) => Promise<boolean>;

/** What people do to one or many tickets: the act on the device, the toast, and the way back. */
export class TicketActs {
	readonly #desk: Desk;
	readonly #toasts: Toasts<Happening>;
	readonly #putBack: PutBack;
	readonly #now: () => number;

	/** Closing one failed because a standard case asks for more; whoever shows it can lead there. */
	whenUndocumented: ((document: DocumentId) => void) | undefined;

	constructor(
		desk: Desk,
		toasts: Toasts<Happening>,
		{ putBack, now }: { putBack: PutBack; now: () => number } = { putBack: () => Promise.resolve(false), now: () => 0 },
	) {
		this.#desk = desk;
		this.#toasts = toasts;
		this.#putBack = putBack;
		this.#now = now;
	}

	setStatus(documents: readonly DocumentId[], to: StatusValue): Promise<boolean> {
		return this.#each(documents, 'status-set', (ticket) => command.setStatus(ticket, to), { to });
	}

	assign(documents: readonly DocumentId[], agent: AgentId | null): Promise<boolean> {
		return this.#each(documents, 'assigned', (ticket) => command.assign(ticket, agent), { agent });
	}

	setPriority(documents: readonly DocumentId[], priority: Priority): Promise<boolean> {
		return this.#each(documents, 'priority-set', (ticket) => command.setPriority(ticket, priority), { priority });
	}

	changeTags(documents: readonly DocumentId[], change: { add?: string[]; remove?: string[] }): Promise<boolean> {
		return this.#each(documents, 'tagged', (ticket) => command.changeTags(ticket, change), {});
	}

	/** To another queue, and with it to the line the queue belongs to. */
	moveTo(documents: readonly DocumentId[], queue: { id: QueueId; line: LineId }): Promise<boolean> {
		const move = (ticket: Ticket) =>
			ticket.line === queue.line ? command.setQueue(ticket, queue.id) : command.setLine(ticket, queue.line, queue.id);
		return this.#each(documents, 'moved', move, {});
	}

	/** What is left out stays. */
	categorise(
		documents: readonly DocumentId[],
		to: { system?: SystemId | null; category?: CategoryId | null },
	): Promise<boolean> {
		return this.#each(documents, 'categorised', (ticket) => caseCommand.categorise(ticket, to), {});
	}

	changeSystems(
		documents: readonly DocumentId[],
		change: { add?: readonly SystemId[]; remove?: readonly SystemId[] },
	): Promise<boolean> {
		return this.#each(documents, 'categorised', (ticket) => caseCommand.changeSystems(ticket, change), {});
	}

	applyCase(
		document: DocumentId,
		applied: Omit<Draft<'case-applied'>, 'kind'>,
		about: { system: SystemId | null; category: CategoryId | null },
	): Promise<boolean> {
		const apply = (ticket: Ticket) => caseCommand.applyCaseToTicket(ticket, applied, about);
		return this.#each([document], 'case-applied', apply, { title: applied.title });
	}

	/** A tick says itself that it is there, and is taken back by another one: no toast, unless it fails. */
	async tickStep(document: DocumentId, applied: EntryId, step: number, done: boolean): Promise<boolean> {
		const tick = (ticket: Ticket) => caseCommand.tickStep(ticket, applied, step, done);
		return (await this.#actOnAll([document], 'step-ticked', tick)).length > 0;
	}

	/** Likewise silent: the field shows what it holds. */
	async documentCase(
		document: DocumentId,
		applied: EntryId,
		fields: EntryOf<'documented'>['fields'],
	): Promise<boolean> {
		const write = (ticket: Ticket) => caseCommand.documentCase(ticket, applied, fields);
		return (await this.#actOnAll([document], 'documented', write)).length > 0;
	}

	setSubject(document: DocumentId, subject: string): Promise<boolean> {
		return this.#each([document], 'subject-set', (ticket) => command.setSubject(ticket, subject), {});
	}

	linkPerson(document: DocumentId, person: DocumentId): Promise<boolean> {
		return this.#each([document], 'person-linked', (ticket) => command.linkPerson(ticket, person), {});
	}

	unlinkPerson(document: DocumentId, person: DocumentId): Promise<boolean> {
		return this.#each([document], 'person-unlinked', (ticket) => command.unlinkPerson(ticket, person), {});
	}

	/** Sets again the value that lost a conflict. */
	takeRival(document: DocumentId, rival: Conflict['rivals'][number]): Promise<boolean> {
		switch (rival.kind) {
			case 'status-set':
				return rival.status === 'new' ? Promise.resolve(false) : this.setStatus([document], statusOf(rival));
			case 'assigned':
				return this.assign([document], rival.agent);
			case 'queue-set': {
				const { queue } = rival;
				return this.#each([document], 'moved', (ticket) => command.setQueue(ticket, queue), {});
			}
			case 'line-set':
				return this.moveTo([document], { id: rival.queue, line: rival.line });
			case 'subject-set':
				return this.setSubject(document, rival.subject);
			case 'priority-set':
				return this.setPriority([document], rival.priority);
			case 'categorised':
				return this.categorise([document], { system: rival.system, category: rival.category });
		}
	}

	/** Claims what is free, gives back what is one's own. Claims have no way back but the other act. */
	async toggleClaim(documents: readonly DocumentId[]): Promise<boolean> {
		const me = this.#desk.session.current?.agent.id;
		if (me === undefined) return false;
		let done: 'claimed' | 'released' = 'claimed';
		const acted = await this.#actOnAll(documents, 'claimed', (ticket) => {
			const isMine = ticket.claim.kind !== 'free' && ticket.claim.agent === me;
			const isReleasing = ticket.claim.kind === 'held' && ticket.claim.releasing;
			done = isMine && !isReleasing ? 'released' : 'claimed';
			return done === 'released' ? command.release(ticket, me) : command.claim(ticket, me);
		});
		if (acted.length === 0) return false;
		this.#toasts.show({ kind: done, number: this.#numberOf(acted), count: acted.length });
		return true;
	}

	addNote(
		document: DocumentId,
		note: { text: string; html?: string; attachments: Attachment[]; mentions?: readonly AgentId[] },
	): Promise<boolean> {
		const add = () => command.addNote(note.text, note.html, note.attachments, note.mentions);
		return this.#each([document], 'note-saved', add, {});
	}

	/** Stores the request to send. Until the relay sends it, it can be taken back: then its text is a draft again. */
	async requestReply(document: DocumentId, reply: command.ReplyRequest): Promise<boolean> {
		const me = this.#me();
		if (me === undefined) return false;
		const acted = await this.#actOnAll([document], 'reply-stored', (ticket) => command.requestReply(ticket, me, reply));
		if (acted.length === 0) return false;
		const request = acted[0]?.entries.at(-1);
		this.#toasts.show(
			{ kind: 'reply-stored', number: this.#numberOf(acted), count: 1 },
			request === undefined ? {} : { undo: async () => void (await this.withdrawReply(document, request)) },
		);
		return true;
	}

	/** Writes to somebody who has not written: a ticket of its own, whose mail can be taken back like every reply. */
	async writeFirst({ mail, ...ticket }: FirstMail): ReturnType<Desk['createTicket']> {
		const result = await this.#desk.createTicket({
			...{ ...ticket, subject: mail.subject, channel: 'mail', text: '', attachments: [] },
			outbound: mail,
		});
		if (result.kind !== 'ok') return result;
		const { document, number } = result;
		const request = this.#desk.tickets.get(document)?.replies[0]?.request;
		this.#toasts.show(
			{ kind: 'reply-stored', number, count: 1 },
			request === undefined ? {} : { undo: async () => void (await this.withdrawReply(document, request)) },
		);
		return result;
	}

	/** Passes a message on to somebody outside; the customer's message still waits for its answer. */
	async forward(document: DocumentId, message: EntryId, mail: command.ReplyRequest): Promise<boolean> {
		const acted = await this.#actOnAll([document], 'forwarded', (ticket) =>
			command.forwardMessage(ticket, message, mail),
		);
		if (acted.length === 0) return false;
		const request = acted[0]?.entries.at(-1);
		this.#toasts.show(
			{ kind: 'forwarded', number: this.#numberOf(acted), count: 1 },
			request === undefined ? {} : { undo: async () => void (await this.withdrawReply(document, request)) },
		);
		return true;
	}

	/** Keeps a reply back that has not left yet. */
	async withdrawReply(document: DocumentId, request: EntryId): Promise<boolean> {
		const me = this.#me();
		if (me === undefined) return false;
		let wording: Wording | undefined;
		const acted = await this.#actOnAll([document], 'withdrawn', (ticket) => {
			const found = ticket.replies.find((reply) => reply.request.id === request)?.request;
			// What was meant for somebody else must not stand in the draft to the customer.
			wording = found?.forwards === undefined ? found : undefined;
			return command.withdrawReply(ticket, me, request);
		});
		if (acted.length === 0) return false;
		const isInDraft = wording !== undefined && (await this.#putBack(document, wording));
		this.#toasts.show({ kind: 'withdrawn', number: this.#numberOf(acted), count: 1, isInDraft });
		return true;
	}

	/** The text of a reply as a draft once more. */
	async putBack(document: DocumentId, wording: Wording): Promise<boolean> {
		const isDone = await this.#putBack(document, wording);
		this.#toasts.show({ kind: 'put-back', isDone });
		return isDone;
	}

	/** Ends the waiting of a reply that the gate held. */
	settleHeld(document: DocumentId, request: EntryId, choice: command.HeldChoice): Promise<boolean> {
		return this.#say([document], { kind: 'held-settled' }, (ticket, me) =>
			command.settleHeld(ticket, me, request, choice),
		);
	}

	/** The held text goes back to where it was written, and the request is done with. */
	async reviseHeld(document: DocumentId, request: EntryId, wording: Wording): Promise<boolean> {
		if (!(await this.putBack(document, wording))) return false;
		const me = this.#me();
		const discard = (ticket: Ticket) => command.settleHeld(ticket, me!, request, { kind: 'discard' });
		return me !== undefined && (await this.#actOnAll([document], 'held-settled', discard)).length > 0;
	}

	decideDelivery(document: DocumentId, request: EntryId, decision: 'was-sent' | 'send-again'): Promise<boolean> {
		return this.#say([document], { kind: 'delivery-decided' }, (ticket) =>
			command.decideDelivery(ticket, request, decision),
		);
	}

	handOver(documents: readonly DocumentId[], to: AgentId, note: string): Promise<boolean> {
		return this.#say(documents, { kind: 'handed-over', agent: to }, (ticket, me) =>
			command.handOver(ticket, me, to, note),
		);
	}

	/** From whoever holds it; `to` null sets it free. */
	takeOver(documents: readonly DocumentId[], to: AgentId | null, reason: string): Promise<boolean> {
		const role = this.#desk.session.current?.agent.role ?? 'observer';
		return this.#say(documents, to === null ? { kind: 'set-free' } : { kind: 'taken-over', agent: to }, (ticket, me) =>
			command.takeOver(ticket, me, role, reason, to),
		);
	}

	/** Gives back what one holds, and nothing else. */
	release(documents: readonly DocumentId[]): Promise<boolean> {
		return this.#say(documents, { kind: 'released' }, (ticket, me) => command.release(ticket, me));
	}

	consult(document: DocumentId, ask: { agent: AgentId; question: string; until?: number }): Promise<boolean> {
		return this.#say([document], { kind: 'consulted', agent: ask.agent }, (ticket, me) =>
			command.consult(ticket, me, ask),
		);
	}

	answerConsult(document: DocumentId, consult: EntryId, text: string): Promise<boolean> {
		return this.#say([document], { kind: 'consult-answered' }, (ticket, me) =>
			command.answerConsult(ticket, me, consult, text),
		);
	}

	settleConsult(
		document: DocumentId,
		consult: EntryId,
		settle: { how: 'decided-alone' | 'withdrawn'; text: string },
	): Promise<boolean> {
		return this.#say([document], { kind: 'consult-settled' }, (ticket, me) =>
			command.settleConsult(ticket, me, consult, settle, this.#now()),
		);
	}

	/** This ticket goes on in the other one, and both say so. */
	async mergeInto(document: DocumentId, other: DocumentId): Promise<boolean> {
		const source = this.#desk.tickets.get(document);
		const target = this.#desk.tickets.get(other);
		if (source === undefined || target === undefined || other === document) {
			this.#toasts.show({ kind: 'merge-not-found', isItself: other === document });
			return false;
		}
		const isMerged = await this.#say([document], { kind: 'merged' }, (ticket) =>
			command.mergeInto(ticket, {
				...{ id: other, number: target.number },
				mergedInto: target.mergedInto === undefined ? undefined : { number: target.mergedInto },
			}),
		);
		if (!isMerged) return false;
		await this.#desk.act(other, 'merged', (ticket) =>
			command.mergedFrom(ticket, { id: document, number: source.number }),
		);
		return true;
	}

	declineMerge(document: DocumentId, other: DocumentId): Promise<boolean> {
		return this.#say([document], { kind: 'merge-declined' }, (ticket) => command.declineMerge(ticket, other));
	}

	/** Takes back one's own entry, from the timeline. */
	async takeBack(document: DocumentId, entry: EntryId): Promise<boolean> {
		return (await this.#undo([{ document, entries: [entry] }])) > 0;
	}

	/** An act that has no way back but another act. */
	async #say(
		documents: readonly DocumentId[],
		what: { kind: Happening['kind']; agent?: AgentId },
		run: (ticket: Ticket, me: AgentId) => command.CommandResult,
	): Promise<boolean> {
		const me = this.#me();
		if (me === undefined) return false;
		const acted = await this.#actOnAll(documents, what.kind, (ticket) => run(ticket, me));
		if (acted.length === 0) return false;
		this.#toasts.show({ ...what, number: this.#numberOf(acted), count: acted.length } as unknown as Happening);
		return true;
	}

	#me(): AgentId | undefined {
		return this.#desk.session.current?.agent.id;
	}

	async #each<Kind extends UndoableKind>(
		documents: readonly DocumentId[],
		kind: Kind,
		run: (ticket: Ticket) => command.CommandResult,
		data: Omit<Extract<Happening, { kind: Kind }>, 'kind' | 'number' | 'count'>,
	): Promise<boolean> {
		const acted = await this.#actOnAll(documents, kind, run);
		if (acted.length === 0) return false;
		const happening = { kind, number: this.#numberOf(acted), count: acted.length, ...data } as unknown as Happening;
		this.#toasts.show(happening, {
			undo: async () => {
				if ((await this.#undo(acted)) > 0) this.#toasts.show({ kind: 'undone' });
			},
		});
		return true;
	}

	async #actOnAll(
		documents: readonly DocumentId[],
		what: string,
		run: (ticket: Ticket) => command.CommandResult,
	): Promise<{ document: DocumentId; entries: EntryId[] }[]> {
		const acted: { document: DocumentId; entries: EntryId[] }[] = [];
		let failure: ActFailure | undefined;
		let undocumented: ActFailure | undefined;
		for (const document of documents) {
			const result: ActResult = await this.#desk.act(document, what, run);
			if (result.kind === 'ok') acted.push({ document, entries: result.entries });
			else failure = result;
			if (result.kind === 'refused' && result.reason === 'undocumented') {
				undocumented ??= result;
				this.whenUndocumented?.(document);
			}
			// Further tickets would only meet the same full disk.
			if (result.kind === 'not-saved') break;
		}
		// Of many, those that stay open are told of even where others were closed.
		failure = undocumented ?? failure;
		const isWorthSaying =
			failure !== undefined && (acted.length === 0 || failure.kind === 'not-saved' || failure === undocumented);
		if (failure !== undefined && isWorthSaying) {
			this.#toasts.show({ kind: 'trouble', trouble: actTrouble(failure) }, { isUrgent: failure.kind === 'not-saved' });
		}
		return acted;
	}

	async #undo(acted: readonly { document: DocumentId; entries: EntryId[] }[]): Promise<number> {
		const me = this.#desk.session.current?.agent.id;
		if (me === undefined) return 0;
		let undone = 0;
		for (const { document, entries } of acted) {
			for (const entry of [...entries].reverse()) {
				const result = await this.#desk.act(document, 'undone', (ticket) => command.undo(ticket, me, entry));
				if (result.kind === 'ok') undone++;
				else this.#toasts.show({ kind: 'trouble', trouble: actTrouble(result) });
			}
		}
		return undone;
	}

	#numberOf(acted: readonly { document: DocumentId }[]): string | undefined {
		const [only] = acted;
		return acted.length === 1 && only !== undefined ? this.#desk.tickets.get(only.document)?.number : undefined;
	}
}

function statusOf(setter: Extract<Conflict['winner'], { kind: 'status-set' }>): StatusValue {
	if (setter.status === 'waiting') {
		const value = { status: 'waiting', reason: setter.reason ?? 'customer' } as const;
		return setter.until === undefined ? value : { ...value, until: setter.until };
	}
	return { status: setter.status === 'closed' ? 'closed' : 'open' };
}
