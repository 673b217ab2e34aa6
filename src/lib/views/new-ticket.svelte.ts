import type { Draft } from '../domain/entry.ts';
import type { DocumentId, LineId, QueueId } from '../domain/ids.ts';
import type { PartyRow, TicketRow } from '../projection/rows.ts';
import { linesFor } from './colleagues.ts';
import { findParties } from './desk-search.ts';
import { KeptForm, type KeptFormParts } from './kept-form.svelte.ts';
import { RowsValue } from './source-value.ts';

export type MissingField = 'who' | 'subject' | 'line';

/** A ticket while somebody writes down a call. Stored on this device at once, with its final number. */
export class NewTicketForm extends KeptForm<'ticket'> {
	readonly #tickets: RowsValue<TicketRow>;
	#queue: QueueId | undefined;

	created = $state.raw<{ document: DocumentId; number: string; isClaimed: boolean } | undefined>(undefined);

	/** `queue`: where the ticket before this one went; it is the first choice if it still can be chosen. */
	constructor(parts: KeptFormParts & { queue?: string | undefined }) {
		super(parts, 'ticket');
		this.#queue = parts.queue as QueueId | undefined;
		this.#tickets = new RowsValue(parts.desk.tickets);
	}

	protected empty() {
		return {
			...{ queue: null, name: '', phone: '', address: '', person: null, subject: '', text: '' },
			...{ channel: 'phone' as const, priority: null, claimIt: false, attachments: [] },
		};
	}

	/** The lines this agent works in. */
	readonly lines = $derived.by(() => linesFor(this.config.current, this.session.current?.agent));
	readonly queues = $derived.by(() => this.config.current.queues.filter((queue) => queue.line === this.line?.id));
	readonly queue = $derived.by((): QueueId | undefined => {
		const wished = this.draft.queue ?? this.#queue;
		return this.queues.find(({ id }) => id === wished)?.id ?? this.queues[0]?.id;
	});

	chooseQueue(queue: QueueId): void {
		this.draft.queue = queue;
	}

	/** Customers that could be meant by what stands in the fields so far. */
	readonly suggestions = $derived.by((): PartyRow[] => {
		if (this.draft.person !== null) return [];
		const query = [this.draft.phone, this.draft.address, this.draft.name].find((text) => text.trim().length >= 3);
		if (query === undefined) return [];
		return findParties(this.parties.current, query)
			.filter((row) => row.kind === 'person')
			.slice(0, 5);
	});
	readonly knownPerson = $derived.by(() => {
		return this.draft.person === null ? undefined : this.parties.get(this.draft.person);
	});

	/** What a customer has open, the newest first. */
	openTicketsOf(row: PartyRow): TicketRow[] {
		const groups = [row.id, ...row.addresses.map((address) => address.toLowerCase())];
		return [...new Set(groups.flatMap((group) => this.#tickets.inGroup(group)))]
			.filter((ticket) => ticket.status !== 'closed')
			.sort((a, b) => b.changedAt - a.changedAt);
	}

	/** Who it is beyond doubt, and what of theirs is open: the call may be about that. */
	readonly alreadyOpen = $derived.by((): { person: PartyRow; tickets: TicketRow[] } | undefined => {
		const person = this.knownPerson ?? this.suggestions.find((row) => this.#isCaller(row));
		const tickets = person === undefined ? [] : this.openTicketsOf(person).slice(0, 5);
		return person === undefined || tickets.length === 0 ? undefined : { person, tickets };
	});

	#isCaller(row: PartyRow): boolean {
		const address = this.draft.address.trim().toLowerCase();
		const phone = this.draft.phone.replace(/\D/g, '').replace(/^0+/, '');
		return (
			(address !== '' && row.addresses.some((known) => known.toLowerCase() === address)) ||
			(phone.length >= 6 && row.phones.some((known) => known.replace(/\D/g, '').endsWith(phone)))
		);
	}

	choosePerson(row: PartyRow): void {
		this.draft.person = row.id;
		this.draft.name = row.name;
		if (this.draft.address === '') this.draft.address = row.addresses[0] ?? '';
		if (this.draft.phone === '') this.draft.phone = row.phones[0] ?? '';
	}

	forgetPerson(): void {
		this.draft.person = null;
	}

	readonly missing = $derived.by((): MissingField[] => {
		const missing: MissingField[] = [];
		if (this.line === undefined || this.queue === undefined) missing.push('line');
		if (this.draft.name.trim() === '' && this.draft.phone.trim() === '' && this.draft.address.trim() === '')
			missing.push('who');
		if (this.draft.subject.trim() === '') missing.push('subject');
		return missing;
	});

	async save(): Promise<boolean> {
		this.wasTried = true;
		const { line, queue } = this;
		if (this.isBusy || this.missing.length > 0 || line === undefined || queue === undefined) return false;
		this.isBusy = true;
		const { name, phone, address, person, subject, text, channel, priority, claimIt, attachments } = $state.snapshot(
			this.draft,
		);
		this.failure = undefined;
		const linked = person ?? (await this.#newPerson(line.id));
		const from = { name: name.trim(), address: address.trim() };
		const first: Draft[] = [
			...(priority === null ? [] : [{ kind: 'priority-set' as const, priority, replaces: [] }]),
			...(claimIt ? [{ kind: 'claimed' as const }] : []),
		];
		const result = await this.desk.createTicket(
			{
				...{ subject: subject.trim(), line: line.id, queue, channel, text, attachments },
				from: phone.trim() === '' ? from : { ...from, phone: phone.trim() },
				...(linked === undefined ? {} : { person: linked }),
			},
			first,
		);
		this.isBusy = false;
		if (result.kind !== 'ok') {
			this.failure = result;
			return false;
		}
		this.created = { document: result.document, number: result.number, isClaimed: claimIt };
		this.#queue = queue;
		this.startAnew();
		return true;
	}

	/** For the next one, after the number was told. */
	next(): void {
		this.created = undefined;
	}

	async #newPerson(line: LineId): Promise<DocumentId | undefined> {
		if (this.draft.name.trim() === '') return undefined;
		const result = await this.desk.createParty('person', {
			name: this.draft.name.trim(),
			lines: [line],
			addresses: this.draft.address.trim() === '' ? [] : [this.draft.address.trim()],
			phones: this.draft.phone.trim() === '' ? [] : [this.draft.phone.trim()],
		});
		return result.kind === 'ok' ? result.document : undefined;
	}
}
