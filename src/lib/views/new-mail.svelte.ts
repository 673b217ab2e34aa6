import type { Desk } from '../desk.ts';
import { isBegunEmpty } from '../domain/begun-form.ts';
import type { Address } from '../domain/entry-parts.ts';
import type { DocumentId, LineId } from '../domain/ids.ts';
import { renderText, type TextValues } from '../domain/text-module.ts';
import { textValuesOf } from '../domain/text-values.ts';
import type { PartyRow } from '../projection/rows.ts';
import { linesFor } from './colleagues.ts';
import { findParties } from './desk-search.ts';
import { readRecipients } from './forward-mail.ts';
import { KeptForm, type KeptFormParts } from './kept-form.svelte.ts';
import { SourceValue } from './source-value.ts';
import type { TicketActs } from './ticket-acts.ts';

export type MailFault = 'line' | 'to' | 'subject' | 'text';

/** A mail that nobody asked for, while it is written: it opens a ticket of its own, and leaves through the same gate as every reply. */
export class NewMailForm extends KeptForm<'mail'> {
	readonly #acts: TicketActs;
	readonly #me: SourceValue<Desk['me']['current']>;
	/** To whom the page was opened: nobody typed it. */
	#given = $state('');

	constructor(parts: KeptFormParts & { acts: TicketActs; to?: string }) {
		super(parts, 'mail');
		this.#acts = parts.acts;
		this.#me = new SourceValue(parts.desk.me);
		this.startWith(parts.to ?? '');
	}

	protected empty() {
		return { to: '', subject: '', text: '', attachments: [] };
	}

	override get isEmpty(): boolean {
		const { draft } = this;
		return isBegunEmpty(draft.to === this.#given ? { ...draft, to: '' } : draft);
	}

	/** Only a mail that has nothing yet begins with who is asked for; one that was begun is not written over. */
	startWith(to: string): void {
		const isFree = this.isEmpty;
		this.#given = to;
		if (to !== '' && (isFree || this.draft.to.trim() === '')) this.draft.to = to;
	}

	protected override startAnew(): void {
		super.startAnew();
		this.draft.to = this.#given;
	}

	/** The page was opened for somebody else than the one the mail was begun to. */
	readonly isToAnother = $derived.by(() => !this.isEmpty && !this.draft.to.includes(this.#given));

	/** The lines this agent works in that have somewhere to put the ticket. */
	readonly lines = $derived.by(() =>
		linesFor(this.config.current, this.session.current?.agent).filter(({ id }) =>
			this.config.current.queues.some(({ line }) => line === id),
		),
	);

	readonly recipients = $derived.by(() => readRecipients(this.draft.to));

	/** Customers with an address that what is being typed could mean. */
	readonly suggestions = $derived.by((): { row: PartyRow; address: string }[] => {
		const end = lastBreak(this.draft.to) + 1;
		const typed = this.draft.to.slice(end).trim();
		if (typed.length < 2) return [];
		const before = readRecipients(this.draft.to.slice(0, end));
		const chosen = new Set(before.kind === 'ok' ? before.addresses.map(keyOf) : []);
		return findParties(this.parties.current, typed)
			.flatMap((row) => row.addresses.map((address) => ({ row, address })))
			.filter(({ address }) => !chosen.has(address.toLowerCase()) && address.toLowerCase() !== typed.toLowerCase())
			.slice(0, 5);
	});

	choose({ row, address }: { row: PartyRow; address: string }): void {
		const before = this.draft.to.slice(0, lastBreak(this.draft.to) + 1);
		const name = row.name.replace(/[<>",;\n]/g, ' ').trim();
		this.draft.to = `${before}${before === '' ? '' : ' '}${name} <${address}>, `;
	}

	/** The person whose address it goes to first. */
	readonly #person = $derived.by((): PartyRow | undefined => {
		const first = this.recipients.kind === 'ok' ? this.recipients.addresses[0] : undefined;
		return (
			first &&
			this.parties.current.find(
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
		const about = { from: this.#first, line: this.line?.id ?? ('' as LineId), subject: this.draft.subject };
		return textValuesOf(this.config.current, { ...about, number: undefined }, this.session.current?.agent.id);
	});

	/** What the relay puts below the text. */
	readonly signature = $derived.by(() => {
		const template = this.line?.signature ?? this.#me.current.signature ?? '';
		return renderText(template, this.values, this.line?.language ?? this.config.current.desk.language).text.trim();
	});

	readonly faults = $derived.by((): MailFault[] => {
		const faults: MailFault[] = [];
		if (this.line === undefined) faults.push('line');
		if (this.recipients.kind !== 'ok') faults.push('to');
		if (this.draft.subject.trim() === '') faults.push('subject');
		if (this.draft.text.trim() === '' && this.draft.attachments.length === 0) faults.push('text');
		return faults;
	});

	/** The ticket that the mail opened. */
	async send(): Promise<DocumentId | undefined> {
		this.wasTried = true;
		const { line, recipients } = this;
		if (this.isBusy || this.faults.length > 0 || line === undefined || recipients.kind !== 'ok') return undefined;
		const queue = this.config.current.queues.find((one) => one.line === line.id);
		if (queue === undefined) return undefined;
		this.isBusy = true;
		this.failure = undefined;
		const person = this.#person?.id;
		const result = await this.#acts.writeFirst({
			...{ line: line.id, queue: queue.id, from: this.#first, ...(person === undefined ? {} : { person }) },
			mail: {
				...{ to: recipients.addresses, cc: [], subject: this.draft.subject.trim(), text: this.draft.text.trim() },
				attachments: $state.snapshot(this.draft.attachments),
			},
		});
		this.isBusy = false;
		if (result.kind === 'ok') {
			this.startAnew();
			return result.document;
		}
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
