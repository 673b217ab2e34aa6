import type { AgentId, DocumentId, EntryId } from '../domain/ids.ts';
import type { OpenReply, TicketRow } from '../projection/rows.ts';

/** What happened to this agent's tickets without their own doing. */
export type News =
	| { kind: 'claim-lost'; row: TicketRow; agent: AgentId }
	| { kind: 'handed-to-you'; row: TicketRow; agent: AgentId }
	| { kind: 'reply-stuck'; row: TicketRow; state: 'held' | 'failed' | 'uncertain' }
	| { kind: 'asked'; row: TicketRow; agent: AgentId }
	| { kind: 'mentioned'; row: TicketRow };

interface Tenancy {
	holder: AgentId;
	handOvers: number;
}

interface Seen {
	/** With the hand-overs there had been when the holder got it. */
	holders: Map<DocumentId, Tenancy>;
	replies: Map<EntryId, OpenReply['state']>;
	asked: Set<EntryId>;
	mentioned: Set<DocumentId>;
}

/** Compares the rows with what they said before. Asked after every change of the rows. */
export class RowNews {
	readonly #rows: () => readonly TicketRow[];
	readonly #me: () => AgentId | undefined;
	readonly #isReady: () => boolean;
	readonly #tell: (news: News) => void;
	#seen: Seen | undefined;

	/** While `isReady` says no, rows only arrive: nothing is news then. */
	constructor(parts: {
		rows: () => readonly TicketRow[];
		me: () => AgentId | undefined;
		isReady: () => boolean;
		tell: (news: News) => void;
	}) {
		this.#rows = parts.rows;
		this.#me = parts.me;
		this.#isReady = parts.isReady;
		this.#tell = parts.tell;
	}

	look(): void {
		const me = this.#me();
		const before = this.#isReady() ? this.#seen : undefined;
		const now: Seen = { holders: new Map(), replies: new Map(), asked: new Set(), mentioned: new Set() };
		for (const row of this.#rows()) {
			if (row.holder !== null) now.holders.set(row.id, tenancyOf(row, row.holder, this.#seen?.holders.get(row.id)));
			for (const { request, by, state } of row.replies) if (by === me) now.replies.set(request, state);
			for (const { consult, agent } of row.consults) if (agent === me) now.asked.add(consult);
			if (row.mentions.some((agent) => agent === me)) now.mentioned.add(row.id);
			if (before !== undefined && me !== undefined) this.#compare(row, me, before);
		}
		this.#seen = now;
	}

	#compare(row: TicketRow, me: AgentId, before: Seen): void {
		const was = before.holders.get(row.id);
		if (row.holder !== null && was !== undefined && was.holder !== row.holder) {
			if (was.holder === me && !this.#gaveAway(row, was)) this.#tell({ kind: 'claim-lost', row, agent: row.holder });
			else if (row.holder === me && row.handOvers > was.handOvers)
				this.#tell({ kind: 'handed-to-you', row, agent: was.holder });
		}
		for (const { request, by, state } of row.replies) {
			if (by !== me || (state !== 'held' && state !== 'failed' && state !== 'uncertain')) continue;
			const earlier = before.replies.get(request);
			if (earlier !== undefined && earlier !== state) this.#tell({ kind: 'reply-stuck', row, state });
		}
		for (const { consult, agent, by } of row.consults)
			if (agent === me && !before.asked.has(consult)) this.#tell({ kind: 'asked', row, agent: by });
		if (row.mentions.some((agent) => agent === me) && !before.mentioned.has(row.id))
			this.#tell({ kind: 'mentioned', row });
	}

	/** One's own hand-over is no loss. */
	#gaveAway(row: TicketRow, was: Tenancy): boolean {
		return row.handOvers > was.handOvers && row.handedOverBy === this.#me();
	}
}

function tenancyOf({ handOvers }: TicketRow, holder: AgentId, before: Tenancy | undefined): Tenancy {
	return before?.holder === holder ? before : { holder, handOvers };
}
