import type { AgentId, DocumentId } from '../domain/ids.ts';
import type { TicketRow } from '../projection/rows.ts';

/** Tells of claims that this agent had only reserved, and that went to somebody else. Asked after every change of the rows. */
export class LostClaims {
	readonly #rows: () => readonly TicketRow[];
	readonly #me: () => AgentId | undefined;
	readonly #lost: (row: TicketRow, holder: AgentId) => void;
	#reserved = new Set<DocumentId>();

	constructor(
		rows: () => readonly TicketRow[],
		me: () => AgentId | undefined,
		lost: (row: TicketRow, holder: AgentId) => void,
	) {
		this.#rows = rows;
		this.#me = me;
		this.#lost = lost;
	}

	look(): void {
		const me = this.#me();
		const reserved = new Set<DocumentId>();
		for (const row of this.#rows()) {
			if (row.holder === null) continue;
			if (row.holder === me) {
				if (row.holding === 'provisional') reserved.add(row.id);
			} else if (this.#reserved.has(row.id)) this.#lost(row, row.holder);
		}
		this.#reserved = reserved;
	}
}
