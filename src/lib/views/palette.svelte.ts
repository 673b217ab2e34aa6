import type { Desk } from '../desk.ts';
import type { DocumentId } from '../domain/ids.ts';
import { readTicketNumber, type NumberReading } from '../domain/ticket-number.ts';
import type { PartyRow, TicketRow } from '../projection/rows.ts';
import { SourceValue } from './source-value.ts';
import { foldText, searchText } from './ticket-filter.ts';

/** A command as the palette lists it: the name is in the person's language. */
export interface PaletteCommand {
	id: string;
	name: string;
	keys: readonly string[];
}

export type PaletteHit =
	| { kind: 'command'; id: string; command: PaletteCommand }
	| { kind: 'ticket'; id: DocumentId; row: TicketRow }
	| { kind: 'party'; id: DocumentId; row: PartyRow };

const most = { commands: 8, tickets: 12, parties: 6 };

/**
 * One field for everything: commands, tickets, customers; `>` commands only, `#` a number, `@` a person, `?` the keys.
 * A number whose check digit is wrong says so and offers what was probably meant.
 */
export class Palette {
	readonly #desk: Desk;
	readonly #commands: () => readonly PaletteCommand[];
	readonly #tickets: SourceValue<readonly TicketRow[]>;
	readonly #parties: SourceValue<readonly PartyRow[]>;
	text = $state('');

	constructor(desk: Desk, commands: () => readonly PaletteCommand[]) {
		this.#desk = desk;
		this.#commands = commands;
		this.#tickets = new SourceValue(desk.tickets);
		this.#parties = new SourceValue(desk.parties);
	}

	readonly #sign = $derived(/^[>#@?]/.exec(this.text.trimStart())?.[0]);
	readonly #query = $derived(
		foldText(
			this.text
				.trimStart()
				.replace(/^[>#@?]\s*/, '')
				.trim(),
		),
	);

	readonly wantsHelp = $derived(this.#sign === '?');

	/** What stands there if it is meant to be a ticket number. */
	readonly number = $derived.by((): NumberReading => {
		if (this.#sign === '>' || this.#sign === '@' || this.#sign === '?') return { kind: 'none' };
		const reading = readTicketNumber(this.text);
		// Two or three digits are rather the beginning of a number than a mistake.
		return reading.kind === 'mistyped' && reading.hint === 'too-short' && this.#sign !== '#'
			? { kind: 'none' }
			: reading;
	});

	readonly hits = $derived.by((): PaletteHit[] => {
		const found: PaletteHit[] = [];
		if (this.#sign === undefined || this.#sign === '>' || this.#sign === '?') found.push(...this.#commandHits());
		if (this.#sign === undefined || this.#sign === '#') found.unshift(...this.#ticketHits());
		if (this.#sign === undefined || this.#sign === '@') found.push(...this.#partyHits());
		return found;
	});

	#commandHits(): PaletteHit[] {
		const words = this.#query.split(/\s+/);
		const all = this.#commands().filter(({ name }) => {
			const folded = foldText(name);
			return words.every((word) => folded.includes(word));
		});
		const shown = this.#sign === undefined ? all.slice(0, most.commands) : all;
		return shown.map((command) => ({ kind: 'command', id: command.id, command }));
	}

	#ticketHits(): PaletteHit[] {
		if (this.#query === '') return [];
		if (this.number.kind === 'number') {
			const { number } = this.number;
			const row = this.#tickets.current.find((candidate) => candidate.number === number);
			return row === undefined ? [] : [{ kind: 'ticket', id: row.id, row }];
		}
		const digits = this.#query.replace(/[\s.\-/]/g, '');
		const isDigits = /^\d+$/.test(digits);
		if (this.#sign === '#' && !isDigits) return [];
		const words = this.#query.split(/\s+/);
		const found: TicketRow[] = [];
		for (const row of this.#tickets.current) {
			const text = searchText(row);
			if ((isDigits && row.number.startsWith(digits)) || words.every((word) => text.includes(word))) found.push(row);
		}
		return found
			.sort((a, b) => Number(a.status === 'closed') - Number(b.status === 'closed') || b.changedAt - a.changedAt)
			.slice(0, most.tickets)
			.map((row) => ({ kind: 'ticket', id: row.id, row }));
	}

	#partyHits(): PaletteHit[] {
		if (this.#query === '') return [];
		return findParties(this.#parties.current, this.#query)
			.slice(0, most.parties)
			.map((row) => ({ kind: 'party', id: row.id, row }));
	}

	clear(): void {
		this.text = '';
	}

	/** False while tickets are still being read, so that "nothing found" is never said too early. */
	get isComplete(): boolean {
		void this.#tickets.current;
		return this.#desk.tickets.complete;
	}
}

/** Customers by name, address or phone number; digits of a phone match whatever stands between them. */
export function findParties(rows: readonly PartyRow[], query: string): PartyRow[] {
	const folded = foldText(query.trim());
	if (folded === '') return [];
	const words = folded.split(/\s+/);
	const digits = folded.replace(/\D/g, '').replace(/^0+/, '');
	const isPhone = digits.length >= 4 && /^[+\d\s()/-]+$/.test(folded);
	return rows.filter((row) => {
		if (isPhone) return row.phones.some((phone) => phone.replace(/\D/g, '').includes(digits));
		const text = foldText(`${row.name} ${row.addresses.join(' ')}`);
		return words.every((word) => text.includes(word));
	});
}
