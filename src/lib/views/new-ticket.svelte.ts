import type { ActFailure, Desk } from '../desk.ts';
import type { Attachment, Channel } from '../domain/entry-parts.ts';
import type { DocumentId, LineId, QueueId } from '../domain/ids.ts';
import { claim, setPriority } from '../domain/ticket-command.ts';
import type { Priority } from '../domain/entry.ts';
import type { PartyRow, TicketRow } from '../projection/rows.ts';
import { findParties } from './desk-search.ts';
import { SourceValue } from './source-value.ts';

export type MissingField = 'who' | 'subject' | 'line';

/** A ticket while somebody writes down a call. Stored on this device at once, with its final number. */
export class NewTicketForm {
	readonly #desk: Desk;
	readonly #config: SourceValue<Desk['config']['current']>;
	readonly #session: SourceValue<Desk['session']['current']>;
	readonly #parties: SourceValue<readonly PartyRow[]>;
	readonly #tickets: SourceValue<readonly TicketRow[]>;

	name = $state('');
	phone = $state('');
	address = $state('');
	person = $state<DocumentId | undefined>(undefined);
	subject = $state('');
	text = $state('');
	channel = $state<Channel>('phone');
	priority = $state<Priority | undefined>(undefined);
	claimIt = $state(false);
	attachments = $state.raw<readonly Attachment[]>([]);
	#line = $state<LineId | undefined>(undefined);
	#queue = $state<QueueId | undefined>(undefined);
	isSaving = $state(false);
	wasTried = $state(false);
	failure = $state.raw<ActFailure | undefined>(undefined);
	created = $state.raw<{ document: DocumentId; number: string } | undefined>(undefined);

	/** `last`: where the ticket before this one went; it is the first choice if it still can be chosen. */
	constructor(desk: Desk, last: { line?: string | undefined; queue?: string | undefined } = {}) {
		this.#desk = desk;
		this.#line = last.line as LineId | undefined;
		this.#queue = last.queue as QueueId | undefined;
		this.#config = new SourceValue(desk.config);
		this.#session = new SourceValue(desk.session);
		this.#parties = new SourceValue(desk.parties);
		this.#tickets = new SourceValue(desk.tickets);
	}

	/** The lines this agent works in. */
	readonly lines = $derived.by(() => {
		const agent = this.#session.current?.agent;
		return this.#config.current.lines.filter(
			(line) => agent === undefined || agent.role === 'admin' || agent.lines.includes(line.id),
		);
	});
	readonly line = $derived(this.lines.find((line) => line.id === this.#line)?.id ?? this.lines[0]?.id);
	readonly queues = $derived.by(() => this.#config.current.queues.filter((queue) => queue.line === this.line));
	readonly queue = $derived(this.queues.find((queue) => queue.id === this.#queue)?.id ?? this.queues[0]?.id);

	chooseLine(line: LineId): void {
		this.#line = line;
	}

	chooseQueue(queue: QueueId): void {
		this.#queue = queue;
	}

	/** Customers that could be meant by what stands in the fields so far. */
	readonly suggestions = $derived.by((): PartyRow[] => {
		if (this.person !== undefined) return [];
		const query = [this.phone, this.address, this.name].find((text) => text.trim().length >= 3);
		if (query === undefined) return [];
		return findParties(this.#parties.current, query)
			.filter((row) => row.kind === 'person')
			.slice(0, 5);
	});
	readonly knownPerson = $derived.by(() => {
		void this.#parties.current;
		return this.person === undefined ? undefined : this.#desk.parties.get(this.person);
	});

	/** What a customer has open, the newest first. */
	openTicketsOf(row: PartyRow): TicketRow[] {
		const addresses = new Set(row.addresses.map((address) => address.toLowerCase()));
		return this.#tickets.current
			.filter((ticket) => ticket.status !== 'closed')
			.filter((ticket) => ticket.persons.includes(row.id) || addresses.has(ticket.fromAddress.toLowerCase()))
			.sort((a, b) => b.changedAt - a.changedAt);
	}

	/** Who it is beyond doubt, and what of theirs is open: the call may be about that. */
	readonly alreadyOpen = $derived.by((): { person: PartyRow; tickets: TicketRow[] } | undefined => {
		const person = this.knownPerson ?? this.suggestions.find((row) => this.#isCaller(row));
		const tickets = person === undefined ? [] : this.openTicketsOf(person).slice(0, 5);
		return person === undefined || tickets.length === 0 ? undefined : { person, tickets };
	});

	#isCaller(row: PartyRow): boolean {
		const address = this.address.trim().toLowerCase();
		const phone = this.phone.replace(/\D/g, '').replace(/^0+/, '');
		return (
			(address !== '' && row.addresses.some((known) => known.toLowerCase() === address)) ||
			(phone.length >= 6 && row.phones.some((known) => known.replace(/\D/g, '').endsWith(phone)))
		);
	}

	choosePerson(row: PartyRow): void {
		this.person = row.id;
		this.name = row.name;
		if (this.address === '') this.address = row.addresses[0] ?? '';
		if (this.phone === '') this.phone = row.phones[0] ?? '';
	}

	forgetPerson(): void {
		this.person = undefined;
	}

	readonly missing = $derived.by((): MissingField[] => {
		const missing: MissingField[] = [];
		if (this.line === undefined || this.queue === undefined) missing.push('line');
		if (this.name.trim() === '' && this.phone.trim() === '' && this.address.trim() === '') missing.push('who');
		if (this.subject.trim() === '') missing.push('subject');
		return missing;
	});

	async save(): Promise<boolean> {
		this.wasTried = true;
		const { line, queue } = this;
		if (this.isSaving || this.missing.length > 0 || line === undefined || queue === undefined) return false;
		this.isSaving = true;
		this.failure = undefined;
		const person = this.person ?? (await this.#newPerson(line));
		const result = await this.#desk.createTicket({
			subject: this.subject.trim(),
			line,
			queue,
			channel: this.channel,
			from: {
				name: this.name.trim(),
				address: this.address.trim(),
				...(this.phone.trim() === '' ? {} : { phone: this.phone.trim() }),
			},
			...(person === undefined ? {} : { person }),
			text: this.text,
			attachments: [...this.attachments],
		});
		if (result.kind === 'ok') {
			await this.#follow(result.document);
			this.created = { document: result.document, number: result.number };
		} else this.failure = result;
		this.isSaving = false;
		return result.kind === 'ok';
	}

	async #newPerson(line: LineId): Promise<DocumentId | undefined> {
		if (this.name.trim() === '') return undefined;
		const result = await this.#desk.createParty('person', {
			name: this.name.trim(),
			lines: [line],
			addresses: this.address.trim() === '' ? [] : [this.address.trim()],
			phones: this.phone.trim() === '' ? [] : [this.phone.trim()],
		});
		return result.kind === 'ok' ? result.document : undefined;
	}

	async #follow(document: DocumentId): Promise<void> {
		const { priority } = this;
		const me = this.#session.current?.agent.id;
		if (priority !== undefined)
			await this.#desk.act(document, 'priority-set', (ticket) => setPriority(ticket, priority));
		if (this.claimIt && me !== undefined) await this.#desk.act(document, 'claimed', (ticket) => claim(ticket, me));
	}
}
