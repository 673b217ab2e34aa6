import { draftKey, type Desk, type OpenRecord, type Present, type RecordState } from '../desk.ts';
import type { DocumentId, EntryId } from '../domain/ids.ts';
import type { Attachment } from '../domain/entry-parts.ts';
import type { Conflict, Field, Ticket } from '../domain/fold-ticket.ts';
import type { Facts } from '../domain/facts.ts';
import type { TicketRow, PartyRow } from '../projection/rows.ts';
import { draftText, isDraftEmpty, type DraftKind } from '../document/record-document.ts';
import { replyTargetOf } from './reply-target.ts';
import { RowsValue, SourceValue } from './source-value.ts';

/** What the screen can show of a ticket right now. */
export type TicketScreen =
	| { kind: 'opening' }
	| { kind: 'missing' }
	| { kind: 'newer' }
	/** Its row is here, the rest is asked of the relay. */
	| Extract<RecordState, { kind: 'cold' }>
	| { kind: 'open'; ticket: Ticket; facts: Facts; writable: boolean; present: Present[]; unsent: ReadonlySet<EntryId> };

const nobody: Present[] = [];
const nothingUnsent: ReadonlySet<EntryId> = new Set();

/**
 * One ticket on screen: its record while it is open, its row before, drafts and files that wait to be attached.
 * `start` opens it, `close` lets it go.
 */
export class TicketView {
	readonly document: DocumentId;
	readonly #desk: Desk;
	readonly #tickets: RowsValue<TicketRow>;
	readonly #parties: RowsValue<PartyRow>;
	readonly #config: SourceValue<Desk['config']['current']>;
	#record = $state.raw<OpenRecord | undefined>(undefined);
	#reading = $state.raw<SourceValue<RecordState> | undefined>(undefined);
	#isMissing = $state(false);
	#isClosed = false;
	mode = $state<DraftKind>('reply');
	/** The field of an applied case that closing asked for; it takes the focus as soon as it is shown. */
	wanted = $state.raw<{ applied: EntryId; field: string } | undefined>(undefined);
	/** Over when the record is read, or known to be missing. */
	started: Promise<void> = Promise.resolve();
	readonly #draftFiles: SourceValue<Desk['draftFiles']['current']>;

	constructor(desk: Desk, document: DocumentId) {
		this.#desk = desk;
		this.document = document;
		this.#tickets = new RowsValue(desk.tickets);
		this.#parties = new RowsValue(desk.parties);
		this.#config = new SourceValue(desk.config);
		this.#draftFiles = new SourceValue(desk.draftFiles);
	}

	start(): void {
		this.started = this.#read();
	}

	async #read(): Promise<void> {
		const record = await this.#desk.open(this.document);
		if (this.#isClosed) return record?.close();
		if (record === undefined) {
			this.#isMissing = true;
			return;
		}
		this.#record = record;
		this.#reading = new SourceValue(record.reading);
		record.setPresence('viewing');
	}

	close(): void {
		if (this.#isClosed) return;
		this.#isClosed = true;
		this.#record?.close();
	}

	get record(): OpenRecord | undefined {
		return this.#record;
	}

	/** Another one after words were blacked out, or an edit was taken back: what is written in the one before is written in vain. */
	readonly doc = $derived.by(() => {
		void this.#reading?.current;
		return this.#record?.doc;
	});

	/** What the list knows of it: there before the record is read. */
	readonly row = $derived.by(() => this.#tickets.get(this.document));

	readonly screen = $derived.by((): TicketScreen => {
		if (this.#isMissing) return { kind: 'missing' };
		const reading = this.#reading?.current;
		if (reading === undefined) return { kind: 'opening' };
		switch (reading.kind) {
			case 'ticket': {
				const { ticket, facts, writable, present, unsent } = reading;
				return { kind: 'open', ticket, facts, writable, present: present ?? nobody, unsent: unsent ?? nothingUnsent };
			}
			case 'article':
			case 'interaction':
				return { kind: 'missing' };
			case 'cold':
				return reading;
			case 'newer':
				return { kind: 'newer' };
			case 'empty':
				return { kind: 'opening' };
			case 'gone':
			case 'party':
				return { kind: 'missing' };
		}
	});

	readonly ticket = $derived.by(() => (this.screen.kind === 'open' ? this.screen.ticket : undefined));

	readonly persons = $derived.by((): PartyRow[] => {
		const linked = this.ticket?.persons ?? this.row?.persons ?? [];
		return linked.map((person) => this.#parties.get(person)).filter((row) => row !== undefined);
	});

	/** Other tickets of the same people, newest first. */
	readonly otherTickets = $derived.by((): TicketRow[] => {
		const persons = this.ticket?.persons ?? [];
		const address = this.ticket?.from?.address.toLowerCase() ?? '';
		const groups = address === '' ? persons : [...persons, address];
		const rows = new Set(groups.flatMap((group) => this.#tickets.inGroup(group)));
		return [...rows]
			.filter((row) => row.id !== this.document)
			.sort((a, b) => b.changedAt - a.changedAt)
			.slice(0, 50);
	});

	conflictOn(field: Field): Conflict | undefined {
		return this.ticket?.conflicts.find((conflict) => conflict.field === field);
	}

	readonly #ownAddresses = $derived.by(
		() =>
			new Set(
				this.#config.current.lines
					.flatMap(({ addresses, sender }) => [...addresses, ...(sender === undefined ? [] : [sender.address])])
					.map((address) => address.toLowerCase()),
			),
	);
	/** Where a reply goes, and under which subject. */
	readonly replyTarget = $derived.by(() =>
		this.ticket === undefined ? undefined : replyTargetOf(this.ticket, this.#ownAddresses),
	);

	isDraftEmpty(kind: DraftKind): boolean {
		return this.#record === undefined || isDraftEmpty(this.#record.doc, kind);
	}

	draftText(kind: DraftKind): string {
		return this.#record === undefined ? '' : draftText(this.#record.doc, kind);
	}

	/** Files on this device that go out with the next reply or note. */
	filesOf(kind: DraftKind): readonly Attachment[] {
		return this.#draftFiles.current[draftKey(this.document, kind)] ?? [];
	}

	/** Tells the others what one does here. */
	announce(doing: 'viewing' | 'replying' | 'noting'): void {
		this.#record?.setPresence(doing);
	}

	attach(kind: DraftKind, attachment: Attachment): Promise<void> {
		return this.#desk.changeDraftFiles(this.document, kind, (files) => [
			...files.filter((file) => fileKey(file) !== fileKey(attachment)),
			attachment,
		]);
	}

	/** Removed, or sent. */
	detach(kind: DraftKind, attachments: readonly Attachment[]): Promise<void> {
		const going = new Set(attachments.map(fileKey));
		return this.#desk.changeDraftFiles(this.document, kind, (files) =>
			files.filter((file) => !going.has(fileKey(file))),
		);
	}
}

function fileKey({ blob, name }: Attachment): string {
	return `${blob} ${name}`;
}
