import type { ActFailure, Desk } from '../desk.ts';
import { emptyCall, isCallDraftEmpty, type CallDraft, type CallEnd } from '../domain/call-draft.ts';
import { placeNamed } from '../domain/call-case.ts';
import { contactEndOf, endsOf, inAnHour, isAgain, missingFor, type CallMissing } from '../domain/call-outcome.ts';
import type { Language } from '../domain/desk-config.ts';
import type { AgentId, DocumentId, LineId } from '../domain/ids.ts';
import { CallCaller } from './call-caller.svelte.ts';
import { CallMatter } from './call-matter.svelte.ts';
import { goOnWith, goOnWithCase, personOf, startCallBack, startOnTicket, type CallStart } from './call-start.ts';
import { readContact } from './contact-acts.ts';
import { keepCallDraft, readCallDraft, type DraftStorage } from './kept-call.ts';
import { storeCall, type StoredCall } from './store-call.ts';
import type { Timer } from './wall-clock.svelte.ts';

/** What ended, for the toast and the way back. */
export interface EndedCall extends StoredCall {
	end: CallEnd;
	/** The draft as it was, to go on with it. */
	draft: CallDraft;
}

export interface CallFormParts {
	desk: Desk;
	storage: DraftStorage | undefined;
	timer: Timer;
	language: () => Language;
	/** The line chosen last on this device. */
	lastLine?: string | undefined;
}

/**
 * The call while it goes on. Everything typed is kept on this device at once (`keep`); nothing is stored in a record before it ends.
 * Ending stores step by step and remembers each step in the draft, so that a second try stores nothing twice.
 */
export class CallForm {
	readonly #parts: CallFormParts;
	readonly #desk: Desk;
	readonly caller: CallCaller;
	readonly matter: CallMatter;

	draft = $state<CallDraft>() as CallDraft;
	isSaving = $state(false);
	wasTried = $state(false);
	failure = $state.raw<ActFailure | undefined>(undefined);
	/** It was found on this device: somebody began it before. */
	isResumed = $state(false);
	#isBegun = false;

	constructor(parts: CallFormParts, start: CallStart = {}) {
		const { desk, timer, language, lastLine } = parts;
		const draft = () => this.draft;
		this.#parts = parts;
		this.#desk = desk;
		this.caller = new CallCaller(desk, draft);
		this.matter = new CallMatter({ desk, timer, language, lastLine, draft, caller: this.caller });
		const kept = readCallDraft(parts.storage, desk.session.current?.agent.id);
		this.isResumed = kept !== undefined;
		this.draft = kept ?? this.#begin();
		this.#isBegun = kept !== undefined;
		this.startWith(start);
	}

	#begin(): CallDraft {
		const agent = this.#desk.session.current?.agent.id ?? ('nobody' as AgentId);
		return emptyCall(agent, this.#parts.timer.now());
	}

	// Where it begins

	/** Only a call that has nothing yet begins with what is asked for; one that goes on is not written over. */
	startWith({ ticket, person, callsBack, goesOn }: CallStart): void {
		if (!isCallDraftEmpty(this.draft)) return;
		const { tickets, interactions, parties } = this.#desk;
		const contact = goesOn ?? callsBack;
		if (contact !== undefined) {
			const row = interactions.get(contact);
			if (row === undefined || (goesOn !== undefined && row.outcome !== undefined)) return;
			if (goesOn !== undefined) void this.#goOn(goesOn, goOnWith(row));
			else this.#start(startCallBack(row), row.persons);
		} else if (ticket !== undefined) {
			const row = tickets.get(ticket);
			if (row !== undefined) this.#start(startOnTicket(row), row.persons);
		} else if (person !== undefined && parties.get(person) !== undefined) this.#start({}, [person]);
	}

	#start(known: Partial<CallDraft>, persons: readonly DocumentId[]): void {
		Object.assign(this.draft, known);
		const person = personOf(persons, (id) => this.#desk.parties.get(id));
		if (person !== undefined) this.caller.choose(person, known.phone);
		if (this.draft.caller === this.draft.phone) this.draft.phone = '';
		this.#isBegun = !this.isEmpty;
	}

	async #goOn(contact: DocumentId, known: Partial<CallDraft>): Promise<void> {
		Object.assign(this.draft, known);
		this.#isBegun = true;
		const worked = goOnWithCase(await readContact(this.#desk, contact));
		if (this.draft.stored.contact === contact) Object.assign(this.draft, worked);
	}

	/**
	 * Goes on with what was written before, from an end that was taken back or after it was thrown away. False where another call is
	 * being written down: that one stays.
	 */
	adopt(draft: CallDraft): boolean {
		if (!isCallDraftEmpty(this.draft)) return false;
		this.draft = draft;
		this.#isBegun = true;
		this.wasTried = false;
		this.keep();
		return true;
	}

	// While it goes on

	/** Written at every change, before the next key. */
	keep(): void {
		const draft = $state.snapshot(this.draft) as CallDraft;
		keepCallDraft(this.#parts.storage, isCallDraftEmpty(draft) ? undefined : draft);
	}

	/** Words were taken out of what is kept, because somebody was erased. */
	readAgain(): void {
		this.draft = readCallDraft(this.#parts.storage, this.#desk.session.current?.agent.id) ?? this.#begin();
	}

	/** Throws away what is written and begins anew. */
	clear(): void {
		this.draft = this.#begin();
		this.#isBegun = false;
		this.wasTried = false;
		this.failure = undefined;
		this.isResumed = false;
		this.keep();
	}

	get isEmpty(): boolean {
		return isCallDraftEmpty(this.draft);
	}

	secondsAt(now: number): number {
		return Math.max(0, Math.floor((now - this.draft.began) / 1000));
	}

	/** After each key in the caller field and in the request: the clock begins with the first one, not with the opening of an empty form. */
	typed(): void {
		if (!this.#isBegun) this.draft.began = this.#parts.timer.now();
		this.#isBegun = true;
	}

	belongsTo(ticket: DocumentId | null): void {
		this.draft.ticket = ticket;
		if (ticket !== null) this.draft.end = 'ticket';
	}

	// How it ends

	readonly ends = $derived.by((): readonly CallEnd[] => endsOf(this.draft));

	choose(end: CallEnd): void {
		if (!this.ends.includes(end)) return;
		this.draft.end = end;
		if (isAgain(end) && this.draft.callBackAt === null) this.draft.callBackAt = inAnHour(this.#parts.timer.now());
		if (end === 'wrong-place') this.draft.passedTo ||= placeNamed(this.draft);
	}

	readonly missing = $derived.by((): CallMissing[] =>
		missingFor(this.draft, {
			...{ line: this.matter.line, queue: this.matter.queue, phone: this.caller.phone },
			mayAnswer: this.matter.ruling?.mayAnswer ?? true,
		}),
	);

	/** Ends it; undefined if something is missing or failed, and then all that was written is still there. */
	async end(end: CallEnd = this.draft.end): Promise<EndedCall | undefined> {
		this.choose(end);
		this.wasTried = true;
		const { line } = this.matter;
		if (this.isSaving || this.missing.length > 0 || line === undefined) return undefined;
		this.isSaving = true;
		this.failure = undefined;
		try {
			return await this.#store(line);
		} finally {
			this.isSaving = false;
		}
	}

	async #store(line: LineId): Promise<EndedCall | undefined> {
		const { caller, matter } = this;
		const draft = $state.snapshot(this.draft) as CallDraft;
		const now = this.#parts.timer.now();
		const seconds = this.secondsAt(now);
		const { phone } = caller;
		const result = await storeCall(this.#desk, {
			...{ draft, line, phone, seconds, queue: matter.queue, subject: matter.subject },
			...{ name: caller.name.trim(), address: caller.person?.addresses[0] ?? '' },
			end: draft.end === 'ticket' ? undefined : contactEndOf(draft, { phone, seconds, now }),
			reply: matter.ruling?.mayAnswer === true ? matter.chosenRead?.application.reply : undefined,
			remember: (stored) => {
				this.draft.stored = stored;
				this.keep();
			},
		});
		if ('failed' in result) {
			this.failure = result.failed;
			return undefined;
		}
		const kept = $state.snapshot(this.draft) as CallDraft;
		this.clear();
		return { ...result, end: draft.end, draft: kept };
	}
}
