import type { ActFailure, Desk } from '../desk.ts';
import { isCallDraftEmpty, type CallDraft, type CallEnd } from '../domain/call-draft.ts';
import type { Draft } from '../domain/entry.ts';
import type { Channel } from '../domain/entry-parts.ts';
import type { Language } from '../domain/desk-config.ts';
import type { CategoryId, DocumentId, LineId, QueueId, SystemId } from '../domain/ids.ts';
import { categorise, setRequest, subjectOf, type ContactEnd, type NewContact } from '../domain/interaction-command.ts';
import { duplicatesOf, type Matter } from '../domain/same-matter.ts';
import type { ArticleRow, InteractionRow, PartyRow, TicketRow } from '../projection/rows.ts';
import { keepCallDraft, readCallDraft, type DraftStorage } from './kept-call.ts';
import { callerCard, findPeople, isPhone, personWithNumber, type CallerCard } from './caller.ts';
import { CaseReader, type ReadCase } from './case-reader.svelte.ts';
import { linesFor } from './colleagues.ts';
import {
	amendContact,
	amendParty,
	convertContact,
	endContact,
	joinTicket,
	logContact,
	readContact,
} from './contact-acts.ts';
import { findCases } from './find-cases.ts';
import { SourceValue } from './source-value.ts';

export type CallMissing = 'who' | 'request' | 'line' | 'phone' | 'time' | `field:${string}`;

/** What ended, for the toast and the way back. */
export interface EndedCall {
	end: CallEnd;
	contact: DocumentId;
	/** The ticket it belongs to now. */
	ticket: { document: DocumentId; number: string; isNew: boolean } | undefined;
	/** The draft as it was, to go on with it. */
	draft: CallDraft;
}

/** Where a call begins: nothing known, a ticket it is about, a person, or a contact to call back. */
export interface CallStart {
	ticket?: DocumentId | undefined;
	person?: DocumentId | undefined;
	callsBack?: DocumentId | undefined;
	/** A contact that has not ended. */
	goesOn?: DocumentId | undefined;
}

export interface CallFormParts {
	desk: Desk;
	storage: DraftStorage | undefined;
	now: () => number;
	language: () => Language;
	/** The line chosen last on this device. */
	lastLine?: string | undefined;
}

const hour = 3_600_000;

/**
 * The call while it goes on. Everything typed is kept on this device at once (`keep`); nothing is stored in a record before it ends.
 * Ending stores step by step and remembers each step in the draft, so that a second try stores nothing twice.
 */
export class CallForm {
	readonly #parts: CallFormParts;
	readonly #desk: Desk;
	readonly #config: SourceValue<Desk['config']['current']>;
	readonly #session: SourceValue<Desk['session']['current']>;
	readonly #parties: SourceValue<readonly PartyRow[]>;
	readonly #tickets: SourceValue<readonly TicketRow[]>;
	readonly #articles: SourceValue<readonly ArticleRow[]>;
	readonly #interactions: SourceValue<readonly InteractionRow[]>;
	readonly #reader: CaseReader;

	draft = $state<CallDraft>() as CallDraft;
	isSaving = $state(false);
	wasTried = $state(false);
	failure = $state.raw<ActFailure | undefined>(undefined);
	/** It was found on this device: somebody began it before. */
	isResumed = $state(false);

	constructor(parts: CallFormParts, start: CallStart = {}) {
		const { desk } = parts;
		this.#parts = parts;
		this.#desk = desk;
		this.#config = new SourceValue(desk.config);
		this.#session = new SourceValue(desk.session);
		this.#parties = new SourceValue(desk.parties);
		this.#tickets = new SourceValue(desk.tickets);
		this.#articles = new SourceValue(desk.articles);
		this.#interactions = new SourceValue(desk.interactions);
		this.#reader = new CaseReader(desk);
		const kept = readCallDraft(parts.storage, desk.session.current?.agent.id);
		this.isResumed = kept !== undefined;
		this.draft = kept ?? this.#begin();
		this.startWith(start);
	}

	#begin(): CallDraft {
		const agent = this.#desk.session.current?.agent.id ?? ('nobody' as CallDraft['agent']);
		return {
			...{ agent, began: this.#parts.now(), direction: 'in', channel: 'phone' },
			...{ line: null, caller: '', person: null, name: '', phone: '', request: '', system: null, category: null },
			...{ applied: null, documented: {}, ticked: [], end: 'solved', queue: null, subject: '' },
			...{ callBackAt: null, callBackBy: null, passedTo: '', ticket: null, callsBack: null },
			stored: { person: null, contact: null, ticket: null },
		};
	}

	/** Only a call that has nothing yet begins with what is asked for; one that goes on is not written over. */
	startWith({ ticket, person, callsBack, goesOn }: CallStart): void {
		if (!isCallDraftEmpty(this.draft)) return;
		if (goesOn !== undefined) void this.#goOn(goesOn);
		else if (callsBack !== undefined) this.#callBack(callsBack);
		else if (ticket !== undefined) this.#aboutTicket(ticket);
		else if (person !== undefined) {
			const row = this.#desk.parties.get(person);
			if (row !== undefined) this.choosePerson(row);
		}
	}

	#aboutTicket(id: DocumentId): void {
		const row = this.#desk.tickets.get(id);
		if (row === undefined) return;
		Object.assign(this.draft, {
			ticket: id,
			end: 'ticket',
			line: row.line,
			system: row.system,
			category: row.category,
		});
		const person = row.persons.map((linked) => this.#desk.parties.get(linked)).find((known) => known !== undefined);
		if (person !== undefined) this.choosePerson(person);
		else this.draft.caller = row.fromName || row.fromAddress;
	}

	#callBack(id: DocumentId): void {
		const row = this.#desk.interactions.get(id);
		if (row === undefined) return;
		Object.assign(this.draft, {
			...{ callsBack: id, direction: 'out', line: row.line, channel: 'phone', ticket: row.ticket ?? null },
			...{ request: row.request, system: row.system, category: row.category },
		});
		const person = row.persons.map((linked) => this.#desk.parties.get(linked)).find((known) => known !== undefined);
		if (person === undefined) this.draft.caller = row.fromName || row.phone;
		else this.choosePerson(person);
		this.draft.phone = row.callBack?.phone || row.phone;
		if (this.draft.caller === this.draft.phone) this.draft.phone = '';
	}

	async #goOn(id: DocumentId): Promise<void> {
		const row = this.#desk.interactions.get(id);
		if (row === undefined || row.outcome !== undefined) return;
		const { line, channel, direction, began, request, system, category, callsBack = null, ticket = null } = row;
		Object.assign(this.draft, { line, channel, direction, began, request, system, category, callsBack, ticket });
		this.draft.person = row.persons[0] ?? null;
		this.draft.caller = row.fromName || row.phone;
		this.draft.phone = row.fromName === '' ? '' : row.phone;
		this.draft.stored.contact = id;
		const applied = (await readContact(this.#desk, id))?.applied.at(-1);
		if (applied === undefined || this.draft.stored.contact !== id) return;
		const { article, version, title, steps, documentation = [], handOver = [] } = applied;
		this.draft.applied = { article, version, title, steps, documentation, handOver };
	}

	/** Written at every change, before the next key. */
	keep(): void {
		const draft = $state.snapshot(this.draft) as CallDraft;
		keepCallDraft(this.#parts.storage, isCallDraftEmpty(draft) ? undefined : draft);
	}

	/** Throws away what is written and begins anew. */
	clear(): void {
		this.draft = this.#begin();
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

	/** The clock begins with the first thing that is written, not with the opening of an empty form. */
	restartClock(): void {
		if (this.isEmpty) this.draft.began = this.#parts.now();
	}

	// The caller

	readonly person = $derived.by((): PartyRow | undefined => {
		void this.#parties.current;
		return this.draft.person === null ? undefined : this.#desk.parties.get(this.draft.person);
	});
	readonly callerName = $derived(
		this.person?.name ?? (isPhone(this.draft.caller) ? this.draft.name : this.draft.caller),
	);
	readonly callerPhone = $derived(
		this.draft.phone.trim() || (isPhone(this.draft.caller) ? this.draft.caller.trim() : (this.person?.phones[0] ?? '')),
	);
	/** Somebody is named whom nobody knows: the other half can be added. */
	readonly asksFor = $derived.by((): 'name' | 'phone' | undefined => {
		if (this.person !== undefined || this.draft.caller.trim() === '') return undefined;
		return isPhone(this.draft.caller) ? 'name' : 'phone';
	});

	readonly suggestions = $derived.by((): PartyRow[] => {
		void this.#parties.current;
		return this.draft.person === null ? findPeople(this.#desk, this.draft.caller) : [];
	});

	/** After each key in the caller field: a whole number that one person has says who it is. */
	callerTyped(): void {
		this.restartClock();
		if (this.draft.person !== null || !isPhone(this.draft.caller)) return;
		const known = personWithNumber(this.#parties.current, this.draft.caller);
		if (known !== undefined) this.choosePerson(known, this.draft.caller.trim());
	}

	choosePerson(row: PartyRow, phone = ''): void {
		this.draft.person = row.id;
		this.draft.caller = row.name;
		this.draft.name = '';
		this.draft.phone = phone;
		const lines = new Set(this.lines.map(({ id }) => id));
		const own = row.lines.filter((line) => lines.has(line));
		if (this.draft.line === null && own.length === 1) this.draft.line = own[0]!;
	}

	forgetPerson(): void {
		this.draft.person = null;
		this.draft.caller = '';
		this.draft.phone = '';
	}

	readonly card = $derived.by((): CallerCard | undefined => {
		void [this.#tickets.current, this.#interactions.current, this.#parties.current];
		if (this.person === undefined && this.callerPhone === '') return undefined;
		const card = callerCard(this.#desk, this.person, this.callerPhone);
		const own = this.draft.stored.contact;
		return { ...card, contacts: card.contacts.filter(({ id }) => id !== own) };
	});

	/** What of theirs may be the same already (F9). */
	readonly duplicates = $derived.by((): TicketRow[] => {
		const { card, draft } = this;
		if (card === undefined || draft.ticket !== null) return [];
		const matter: Matter = {
			...{ persons: draft.person === null ? [] : [draft.person], phone: this.callerPhone },
			...{ category: draft.category, text: draft.request },
		};
		const open = card.tickets.map((row) => ({
			...{ row, persons: matter.persons, phone: matter.phone },
			...{ category: row.category, text: `${row.subject} ${row.preview}` },
		}));
		return duplicatesOf(matter, open).map(({ row }) => row);
	});

	/** The call is about a ticket that is there already. */
	readonly aboutTicket = $derived.by((): TicketRow | undefined => {
		void this.#tickets.current;
		return this.draft.ticket === null ? undefined : this.#desk.tickets.get(this.draft.ticket);
	});

	belongsTo(ticket: DocumentId | null): void {
		this.draft.ticket = ticket;
		if (ticket !== null) this.draft.end = 'ticket';
	}

	// What it is about

	readonly lines = $derived.by(() => linesFor(this.#config.current, this.#session.current?.agent));
	readonly line = $derived.by((): LineId | undefined => {
		const wishes = [this.draft.line, this.#parts.lastLine];
		const wished = wishes.map((wish) => this.lines.find(({ id }) => id === wish)).find((line) => line !== undefined);
		return wished?.id ?? this.lines[0]?.id;
	});
	readonly queues = $derived.by(() => this.#config.current.queues.filter((queue) => queue.line === this.line));
	readonly queue = $derived.by((): QueueId | undefined => {
		const wishes = [this.draft.queue, ...(this.draft.applied?.handOver.map(({ queue }) => queue) ?? [])];
		return wishes.find((wish) => this.queues.some(({ id }) => id === wish)) ?? this.queues[0]?.id;
	});
	readonly systems = $derived.by(() =>
		this.#config.current.systems.filter(
			({ id, lines, retired }) =>
				id === this.draft.system ||
				(retired !== true && (lines.length === 0 || this.line === undefined || lines.includes(this.line))),
		),
	);
	readonly categories = $derived.by(() => this.#config.current.categories);

	setLine(line: LineId): void {
		this.draft.line = line;
	}
	setChannel(channel: Channel): void {
		this.draft.channel = channel;
	}
	setSystem(system: SystemId | null): void {
		this.draft.system = system;
	}
	setCategory(category: CategoryId | null): void {
		this.draft.category = category;
	}

	readonly cases = $derived.by((): ArticleRow[] =>
		findCases(this.#articles.current, this.draft.request, {
			line: this.line,
			systems: new Set([...(this.draft.system === null ? [] : [this.draft.system]), ...(this.card?.systems ?? [])]),
			now: this.draft.began,
		}),
	);

	readCase(row: ArticleRow): ReadCase | undefined {
		return this.#reader.of(row, this.#parts.language());
	}

	/** Reads what is offered. From an effect: reading is not for derived values. */
	readCases(): void {
		const chosen = this.chosenRow === undefined ? [] : [this.chosenRow];
		this.#reader.want([...this.cases, ...chosen], this.#parts.language());
	}

	readonly chosenRow = $derived.by((): ArticleRow | undefined => {
		void this.#articles.current;
		return this.draft.applied === null ? undefined : this.#desk.articles.get(this.draft.applied.article);
	});

	/** Applies it; the same once more takes it away again. */
	async chooseCase(row: ArticleRow): Promise<void> {
		if (this.draft.applied?.article === row.id) {
			Object.assign(this.draft, { applied: null, ticked: [], documented: {} });
			return;
		}
		const read = this.readCase(row) ?? (await this.#reader.read(row, this.#parts.language()));
		if (read === undefined) return;
		const { article, version, title, steps, documentation, handOver } = read;
		Object.assign(this.draft, {
			applied: { article, version, title: title.slice(0, 200), steps, documentation, handOver },
			...{ ticked: [], documented: {} },
			system: row.system ?? this.draft.system,
			category: row.category ?? this.draft.category,
		});
	}

	tick(step: number): void {
		const { ticked } = this.draft;
		this.draft.ticked = ticked.includes(step) ? ticked.filter((other) => other !== step) : [...ticked, step];
	}

	/** Contacts of today about the same category, this one counted; undefined where there are too few to say anything. */
	readonly trend = $derived.by((): number | undefined => {
		const { category, began } = this.draft;
		if (category === null) return undefined;
		const midnight = new Date(began).setHours(0, 0, 0, 0);
		const today = this.#interactions.current.filter(
			(row) => row.category === category && row.direction === 'in' && row.began >= midnight,
		);
		return today.length >= 2 ? today.length + 1 : undefined;
	});

	// How it ends

	readonly ends = $derived.by((): readonly CallEnd[] =>
		this.draft.callsBack === null
			? ['solved', 'ticket', 'call-back', 'wrong-place']
			: ['solved', 'ticket', 'no-answer', 'given-up'],
	);

	choose(end: CallEnd): void {
		if (!this.ends.includes(end)) return;
		this.draft.end = end;
		if ((end === 'call-back' || end === 'no-answer') && this.draft.callBackAt === null)
			this.draft.callBackAt = inAnHour(this.#parts.now());
	}

	readonly subject = $derived(
		this.draft.subject.trim() || subjectOf(this.draft.request) || this.draft.applied?.title || '',
	);

	readonly missing = $derived.by((): CallMissing[] => {
		const { draft } = this;
		const missing: CallMissing[] = [];
		const isNobody = this.person === undefined && draft.caller.trim() === '';
		if (this.line === undefined) missing.push('line');
		if (isNobody && draft.channel === 'phone') missing.push('who');
		const saysNothing = draft.request.trim() === '' && draft.applied === null && draft.subject.trim() === '';
		const needsRequest = draft.end === 'ticket' ? draft.ticket === null : draft.end === 'solved';
		if (saysNothing && needsRequest) missing.push('request');
		if (draft.end === 'ticket' && draft.ticket === null && this.queue === undefined) missing.push('line');
		if (draft.end === 'call-back' && this.callerPhone === '') missing.push('phone');
		if (isAgain(draft.end) && draft.callBackAt === null) missing.push('time');
		if (draft.end === 'solved')
			for (const { id, required } of draft.applied?.documentation ?? [])
				if (required && (draft.documented[id] ?? '').trim() === '') missing.push(`field:${id}`);
		return missing;
	});

	/** Ends it; undefined if something is missing or failed, and then all that was written is still there. */
	async end(end: CallEnd = this.draft.end): Promise<EndedCall | undefined> {
		this.choose(end);
		this.wasTried = true;
		if (this.isSaving || this.missing.length > 0 || this.line === undefined) return undefined;
		this.isSaving = true;
		this.failure = undefined;
		try {
			const result = await this.#store(this.line);
			if ('failed' in result) {
				this.failure = result.failed;
				return undefined;
			}
			return result;
		} finally {
			this.isSaving = false;
		}
	}

	async #store(line: LineId): Promise<EndedCall | { failed: ActFailure }> {
		const { draft } = this;
		const seconds = this.secondsAt(this.#parts.now());
		const person = draft.person ?? (await this.#newPerson(line));
		if (typeof person === 'object' && person !== null) return person;
		const isTicket = draft.end === 'ticket';
		const ending = isTicket ? undefined : this.#ending(seconds);
		const stored = await this.#storeContact(line, person, ending);
		if ('failed' in stored) return stored;
		const { contact } = stored;
		let ticket: EndedCall['ticket'];
		if (isTicket) {
			const made = draft.ticket === null ? await this.#newTicket(contact, seconds) : await this.#join(contact, seconds);
			if ('failed' in made) return made;
			ticket = made;
		}
		const kept = $state.snapshot(draft) as CallDraft;
		this.clear();
		return { end: kept.end, contact, ticket, draft: kept };
	}

	/** A number alone names nobody; a name does. */
	async #newPerson(line: LineId): Promise<DocumentId | undefined | { failed: ActFailure }> {
		const { draft } = this;
		if (draft.stored.person !== null) return draft.stored.person;
		const name = this.callerName.trim();
		if (name === '') return undefined;
		// Typed to the end instead of chosen: the same name with the same number is nobody new.
		const known = personWithNumber(this.#parties.current, this.callerPhone);
		if (known?.name.toLowerCase() === name.toLowerCase()) return known.id;
		const isAddress = /^\S+@\S+$/.test(name);
		const created = await this.#desk.createParty('person', {
			...{ name: name.slice(0, 200), lines: [line] },
			...(isAddress ? { addresses: [name] } : {}),
			phones: this.callerPhone === '' ? [] : [this.callerPhone.slice(0, 40)],
		});
		if (created.kind !== 'ok') return { failed: created };
		draft.stored.person = created.document;
		this.keep();
		return created.document;
	}

	#ending(seconds: number): ContactEnd {
		const { draft } = this;
		const callBack = {
			...{ until: draft.callBackAt ?? this.#parts.now(), phone: this.callerPhone.slice(0, 40) },
			agent: draft.callBackBy,
		};
		if (draft.end === 'call-back') return { outcome: 'call-back', seconds, callBack };
		if (draft.end === 'no-answer') return { outcome: 'no-answer', seconds, callBack };
		if (draft.end === 'given-up') return { outcome: 'no-answer', seconds };
		if (draft.end === 'wrong-place') return { outcome: 'wrong-place', seconds, passedTo: draft.passedTo };
		return { outcome: 'solved', seconds };
	}

	async #storeContact(
		line: LineId,
		person: DocumentId | undefined,
		end: ContactEnd | undefined,
	): Promise<{ contact: DocumentId } | { failed: ActFailure }> {
		const draft = $state.snapshot(this.draft) as CallDraft;
		const hasDocumented = Object.values(draft.documented).some((value) => value.trim() !== '');
		if (draft.stored.contact !== null) return this.#amendStored(draft.stored.contact, end);
		const contact: NewContact = {
			...{ line, channel: draft.channel, direction: draft.direction, began: draft.began, person },
			from: {
				...{ name: this.callerName.trim().slice(0, 200), address: this.person?.addresses[0] ?? '' },
				...(this.callerPhone === '' ? {} : { phone: this.callerPhone.slice(0, 40) }),
			},
			...{ ticket: draft.ticket ?? undefined, callsBack: draft.callsBack ?? undefined },
			...{ request: draft.request, system: draft.system, category: draft.category },
			applied: draft.applied ?? undefined,
		};
		// What was documented names the entry that applied the case, and that has no name before it is stored.
		const created = await logContact(this.#desk, contact, hasDocumented ? undefined : end);
		if (created.kind !== 'ok') return { failed: created };
		this.draft.stored.contact = created.document;
		this.keep();
		return hasDocumented ? this.#amendStored(created.document, end) : { contact: created.document };
	}

	/** It is stored already, without an end: what was changed since goes there, and the end. */
	async #amendStored(
		contact: DocumentId,
		end: ContactEnd | undefined,
	): Promise<{ contact: DocumentId } | { failed: ActFailure }> {
		const draft = $state.snapshot(this.draft) as CallDraft;
		const known = await readContact(this.#desk, contact);
		if (known === undefined) return { failed: { kind: 'refused', reason: 'not-here' } };
		const changes = await amendContact(this.#desk, contact, 'contacted', (folded) => {
			const results = [setRequest(folded, draft.request), categorise(folded, draft)];
			const drafts: Draft[] = results.flatMap((result) => (result.kind === 'ok' ? result.drafts : []));
			const standing = folded.applied.at(-1);
			if (draft.applied !== null && standing?.article !== draft.applied.article)
				drafts.push({ kind: 'case-applied', ...draft.applied });
			return drafts.length === 0 ? { kind: 'refused', reason: 'nothing-to-change' } : { kind: 'ok', drafts };
		});
		if (changes.kind !== 'ok' && !isNothing(changes)) return { failed: changes };
		const documented = await amendContact(this.#desk, contact, 'documented', (folded) => {
			const applied = folded.applied.at(-1);
			const fields = (draft.applied?.documentation ?? [])
				.map(({ id, label }) => ({ id, label, value: (draft.documented[id] ?? '').trim() }))
				.filter(({ value }) => value !== '');
			if (applied === undefined || fields.length === 0) return { kind: 'refused', reason: 'nothing-to-change' };
			return { kind: 'ok', drafts: [{ kind: 'documented', applied: applied.id, fields, replaces: [] }] };
		});
		if (documented.kind !== 'ok' && !isNothing(documented)) return { failed: documented };
		if (end === undefined) return { contact };
		const ended = await endContact(this.#desk, contact, end);
		return ended.kind === 'ok' ? { contact } : { failed: ended };
	}

	async #newTicket(
		contact: DocumentId,
		seconds: number,
	): Promise<NonNullable<EndedCall['ticket']> | { failed: ActFailure }> {
		const { draft, queue } = this;
		if (queue === undefined) return { failed: { kind: 'refused', reason: 'empty' } };
		const converted = await convertContact(
			...([this.#desk, contact, { queue, subject: this.subject, seconds }, draft.stored.ticket ?? undefined] as const),
			(made) => {
				draft.stored.ticket = made;
				this.keep();
			},
		);
		if (converted.kind !== 'ok') return { failed: converted };
		return { document: converted.document, number: converted.number, isNew: true };
	}

	async #join(
		contact: DocumentId,
		seconds: number,
	): Promise<NonNullable<EndedCall['ticket']> | { failed: ActFailure }> {
		const ticket = this.draft.ticket!;
		const joined = await joinTicket(this.#desk, contact, ticket, seconds);
		if (joined.kind !== 'ok') return { failed: joined };
		return { document: ticket, number: this.#desk.tickets.get(ticket)?.number ?? '', isNew: false };
	}

	/**
	 * Goes on with what was written before, from an end that was taken back or after it was thrown away. False where another call is
	 * being written down: that one stays.
	 */
	adopt(draft: CallDraft): boolean {
		if (!isCallDraftEmpty(this.draft)) return false;
		this.draft = draft;
		this.wasTried = false;
		this.keep();
		return true;
	}

	/** A number that the known person did not have: kept with them when somebody says so. */
	async keepNumber(): Promise<void> {
		if (this.person !== undefined && this.callerPhone !== '')
			await amendParty(this.#desk, this.person.id, { addPhone: this.callerPhone });
	}
}

function isAgain(end: CallEnd): boolean {
	return end === 'call-back' || end === 'no-answer';
}

function isNothing(failure: { kind: string; reason?: string }): boolean {
	return failure.kind === 'refused' && failure.reason === 'nothing-to-change';
}

/** In an hour, at a quarter. */
function inAnHour(now: number): number {
	const quarter = hour / 4;
	return Math.ceil((now + hour) / quarter) * quarter;
}
