import type { Desk } from '../desk.ts';
import type { CallDraft } from '../domain/call-draft.ts';
import { duplicatesOf, type Matter } from '../domain/same-matter.ts';
import type { InteractionRow, PartyRow, TicketRow } from '../projection/rows.ts';
import { callerCard, findPeople, isPhone, personWithNumber, type CallerCard } from './caller.ts';
import { linesFor } from './colleagues.ts';
import { amendParty } from './contact-acts.ts';
import { RowsValue } from './source-value.ts';

/** Who is on the phone: as typed, as known, and what is open of theirs. */
export class CallCaller {
	readonly #desk: Desk;
	readonly #draftNow: () => CallDraft;
	readonly #parties: RowsValue<PartyRow>;
	readonly #tickets: RowsValue<TicketRow>;
	readonly #interactions: RowsValue<InteractionRow>;

	constructor(desk: Desk, draft: () => CallDraft) {
		this.#desk = desk;
		this.#draftNow = draft;
		this.#parties = new RowsValue(desk.parties);
		this.#tickets = new RowsValue(desk.tickets);
		this.#interactions = new RowsValue(desk.interactions);
	}

	get #draft(): CallDraft {
		return this.#draftNow();
	}

	readonly person = $derived.by((): PartyRow | undefined => {
		return this.#draft.person === null ? undefined : this.#parties.get(this.#draft.person);
	});
	readonly name = $derived.by(
		() => this.person?.name ?? (isPhone(this.#draft.caller) ? this.#draft.name : this.#draft.caller),
	);
	readonly phone = $derived.by(() => {
		const { phone, caller } = this.#draft;
		return phone.trim() || (isPhone(caller) ? caller.trim() : (this.person?.phones[0] ?? ''));
	});
	/** Somebody is named whom nobody knows: the other half can be added. */
	readonly asksFor = $derived.by((): 'name' | 'phone' | undefined => {
		if (this.person !== undefined || this.#draft.caller.trim() === '') return undefined;
		return isPhone(this.#draft.caller) ? 'name' : 'phone';
	});
	readonly suggestions = $derived.by((): PartyRow[] => {
		void this.#parties.revision;
		return this.#draft.person === null ? findPeople(this.#desk, this.#draft.caller) : [];
	});

	/** After each key: a whole number that one person has says who it is. */
	typed(): void {
		if (this.#draft.person !== null || !isPhone(this.#draft.caller)) return;
		const known = personWithNumber(this.#parties.current, this.#draft.caller);
		if (known !== undefined) this.choose(known, this.#draft.caller.trim());
	}

	choose(row: PartyRow, phone = ''): void {
		const draft = this.#draft;
		Object.assign(draft, { person: row.id, caller: row.name, name: '', phone });
		const lines = new Set(linesFor(this.#desk.config.current, this.#desk.session.current?.agent).map(({ id }) => id));
		const own = row.lines.filter((line) => lines.has(line));
		if (draft.line === null && own.length === 1) draft.line = own[0]!;
	}

	forget(): void {
		Object.assign(this.#draft, { person: null, caller: '', phone: '' });
	}

	readonly card = $derived.by((): CallerCard | undefined => {
		void [this.#tickets.revision, this.#interactions.revision, this.#parties.revision];
		if (this.person === undefined && this.phone === '') return undefined;
		const card = callerCard(this.#desk, this.person, this.phone);
		const own = this.#draft.stored.contact;
		return { ...card, contacts: card.contacts.filter(({ id }) => id !== own) };
	});

	/** What of theirs may be the same already (F9). */
	readonly duplicates = $derived.by((): TicketRow[] => {
		const { person, ticket, category, request } = this.#draft;
		if (this.card === undefined || ticket !== null) return [];
		const matter: Matter = {
			...{ persons: person === null ? [] : [person], phone: this.phone },
			...{ category, text: request },
		};
		const open = this.card.tickets.map((row) => ({
			...{ row, persons: matter.persons, phone: matter.phone },
			...{ category: row.category, text: `${row.subject} ${row.preview}` },
		}));
		return duplicatesOf(matter, open).map(({ row }) => row);
	});

	/** The call is about a ticket that is there already. */
	readonly aboutTicket = $derived.by((): TicketRow | undefined => {
		return this.#draft.ticket === null ? undefined : this.#tickets.get(this.#draft.ticket);
	});

	/** A number that the known person did not have: kept with them when somebody says so. */
	async keepNumber(): Promise<void> {
		if (this.person !== undefined && this.phone !== '')
			await amendParty(this.#desk, this.person.id, { addPhone: this.phone });
	}
}
