import type { ActFailure, Desk } from '../desk.ts';
import type { Address, Attachment } from '../domain/entry-parts.ts';
import type { DocumentId, LineId } from '../domain/ids.ts';
import { renderText, type TextValues } from '../domain/text-module.ts';
import { textValuesOf } from '../domain/text-values.ts';
import type { PartyRow } from '../projection/rows.ts';
import { findParties } from './desk-search.ts';
import { readRecipients } from './forward-mail.ts';
import { SourceValue } from './source-value.ts';
import type { TicketActs } from './ticket-acts.ts';

export type MailFault = 'line' | 'to' | 'subject' | 'text';

/** A mail that nobody asked for, while it is written: it opens a ticket of its own, and leaves through the same gate as every reply. */
export class NewMailForm {
	readonly #acts: TicketActs;
	readonly #config: SourceValue<Desk['config']['current']>;
	readonly #session: SourceValue<Desk['session']['current']>;
	readonly #me: SourceValue<Desk['me']['current']>;
	readonly #parties: SourceValue<readonly PartyRow[]>;

	to = $state('');
	subject = $state('');
	text = $state('');
	attachments = $state.raw<readonly Attachment[]>([]);
	#line = $state<LineId | undefined>(undefined);
	isSending = $state(false);
	wasTried = $state(false);
	failure = $state.raw<ActFailure | undefined>(undefined);

	/** `line`: the one used last; it is the first choice if it still can be chosen. */
	constructor(desk: Desk, acts: TicketActs, { to = '', line }: { to?: string; line?: string | undefined } = {}) {
		this.#acts = acts;
		this.to = to;
		this.#line = line as LineId | undefined;
		this.#config = new SourceValue(desk.config);
		this.#session = new SourceValue(desk.session);
		this.#me = new SourceValue(desk.me);
		this.#parties = new SourceValue(desk.parties);
	}

	/** The lines this agent works in that have somewhere to put the ticket. */
	readonly lines = $derived.by(() => {
		const agent = this.#session.current?.agent;
		const { lines, queues } = this.#config.current;
		return lines.filter(
			({ id }) =>
				queues.some(({ line }) => line === id) &&
				(agent === undefined || agent.role === 'admin' || agent.lines.includes(id)),
		);
	});
	readonly line = $derived.by(() => this.lines.find(({ id }) => id === this.#line) ?? this.lines[0]);

	chooseLine(line: LineId): void {
		this.#line = line;
	}

	readonly recipients = $derived.by(() => readRecipients(this.to));

	/** Customers with an address that what is being typed could mean. */
	readonly suggestions = $derived.by((): { row: PartyRow; address: string }[] => {
		const end = lastBreak(this.to) + 1;
		const typed = this.to.slice(end).trim();
		if (typed.length < 2) return [];
		const before = readRecipients(this.to.slice(0, end));
		const chosen = new Set(before.kind === 'ok' ? before.addresses.map(keyOf) : []);
		return findParties(this.#parties.current, typed)
			.flatMap((row) => row.addresses.map((address) => ({ row, address })))
			.filter(({ address }) => !chosen.has(address.toLowerCase()) && address.toLowerCase() !== typed.toLowerCase())
			.slice(0, 5);
	});

	choose({ row, address }: { row: PartyRow; address: string }): void {
		const before = this.to.slice(0, lastBreak(this.to) + 1);
		const name = row.name.replace(/[<>",;\n]/g, ' ').trim();
		this.to = `${before}${before === '' ? '' : ' '}${name} <${address}>, `;
	}

	/** The person whose address it goes to first. */
	readonly #person = $derived.by((): PartyRow | undefined => {
		const first = this.recipients.kind === 'ok' ? this.recipients.addresses[0] : undefined;
		return (
			first &&
			this.#parties.current.find(
				({ kind, addresses }) =>
					kind === 'person' && addresses.some((address) => address.toLowerCase() === keyOf(first)),
			)
		);
	});
	readonly #first = $derived.by((): Address => {
		const first = this.recipients.kind === 'ok' ? this.recipients.addresses[0] : undefined;
		return { name: first?.name || this.#person?.name || '', address: first?.address ?? '' };
	});

	/** What text modules and the signature stand for. The number comes with the ticket. */
	readonly values = $derived.by((): TextValues => {
		const about = { from: this.#first, line: this.line?.id ?? ('' as LineId), subject: this.subject };
		return textValuesOf(this.#config.current, { ...about, number: undefined }, this.#session.current?.agent.id);
	});

	/** What the relay puts below the text. */
	readonly signature = $derived.by(() => {
		const template = this.line?.signature ?? this.#me.current.signature ?? '';
		return renderText(template, this.values, this.line?.language ?? this.#config.current.desk.language).text.trim();
	});

	readonly faults = $derived.by((): MailFault[] => {
		const faults: MailFault[] = [];
		if (this.line === undefined) faults.push('line');
		if (this.recipients.kind !== 'ok') faults.push('to');
		if (this.subject.trim() === '') faults.push('subject');
		if (this.text.trim() === '' && this.attachments.length === 0) faults.push('text');
		return faults;
	});

	/** The ticket that the mail opened. */
	async send(): Promise<DocumentId | undefined> {
		this.wasTried = true;
		const { line, recipients } = this;
		if (this.isSending || this.faults.length > 0 || line === undefined || recipients.kind !== 'ok') return undefined;
		const queue = this.#config.current.queues.find((one) => one.line === line.id);
		if (queue === undefined) return undefined;
		this.isSending = true;
		this.failure = undefined;
		const person = this.#person?.id;
		const result = await this.#acts.writeFirst({
			...{ line: line.id, queue: queue.id, from: this.#first, ...(person === undefined ? {} : { person }) },
			mail: {
				...{ to: recipients.addresses, cc: [], subject: this.subject.trim(), text: this.text.trim() },
				attachments: [...this.attachments],
			},
		});
		this.isSending = false;
		if (result.kind === 'ok') return result.document;
		this.failure = result;
		return undefined;
	}
}

function lastBreak(text: string): number {
	return Math.max(text.lastIndexOf(','), text.lastIndexOf(';'));
}

function keyOf({ address }: Address): string {
	return address.toLowerCase();
}
