import type { Rows } from '../desk.ts';
import type { AgentId, DocumentId } from '../domain/ids.ts';
import type { TicketRow } from '../projection/rows.ts';

/** What happened to this agent's tickets without their own doing. */
export type News =
	| { kind: 'claim-lost'; row: TicketRow; agent: AgentId }
	| { kind: 'handed-to-you'; row: TicketRow; agent: AgentId }
	| { kind: 'reply-stuck'; row: TicketRow; state: 'held' | 'failed' | 'uncertain' }
	| { kind: 'asked'; row: TicketRow; agent: AgentId }
	| { kind: 'mentioned'; row: TicketRow };

interface Tenancy {
	holder: AgentId;
	/** How many there had been when the holder got it. */
	handOvers: number;
}

/** Compares what changed with what was there before. Asked after every change of the rows, and of what `isReady` asks. */
export class RowNews {
	readonly #tickets: Pick<Rows<TicketRow>, 'revision' | 'changesSince'>;
	readonly #me: () => AgentId | undefined;
	readonly #isReady: () => boolean;
	readonly #tell: (news: News) => void;
	#revision: number;
	#wasReady: boolean;
	/** Where hand-overs came since the holder got it; everywhere else the row says it. */
	readonly #tenancies = new Map<DocumentId, Tenancy>();

	/** Until `isReady` has said yes, rows only arrive: nothing is news then. */
	constructor(parts: {
		tickets: Pick<Rows<TicketRow>, 'revision' | 'changesSince'>;
		me: () => AgentId | undefined;
		isReady: () => boolean;
		tell: (news: News) => void;
	}) {
		this.#tickets = parts.tickets;
		this.#me = parts.me;
		this.#isReady = parts.isReady;
		this.#tell = parts.tell;
		this.#revision = parts.tickets.revision;
		this.#wasReady = parts.isReady();
	}

	look(): void {
		const isReady = this.#isReady();
		const me = this.#wasReady && isReady ? this.#me() : undefined;
		this.#wasReady = isReady;
		const changes = this.#tickets.changesSince(this.#revision) ?? [];
		this.#revision = this.#tickets.revision;
		for (const [document, { before, after }] of changes) {
			const was = this.#tenancies.get(document) ?? (before && tenancyOf(before));
			if (was === undefined || after?.holder !== was.holder) this.#tenancies.delete(document);
			else if (after.handOvers !== was.handOvers) this.#tenancies.set(document, was);
			if (after !== undefined && me !== undefined) this.#compare(after, me, before, was);
		}
	}

	#compare(row: TicketRow, me: AgentId, before: TicketRow | undefined, was: Tenancy | undefined): void {
		if (row.holder !== null && was !== undefined && was.holder !== row.holder) {
			if (was.holder === me && !this.#gaveAway(row, was)) this.#tell({ kind: 'claim-lost', row, agent: row.holder });
			else if (row.holder === me && row.handOvers > was.handOvers)
				this.#tell({ kind: 'handed-to-you', row, agent: was.holder });
		}
		for (const { request, by, state } of row.replies) {
			if (by !== me || (state !== 'held' && state !== 'failed' && state !== 'uncertain')) continue;
			const earlier = before?.replies.find((reply) => reply.request === request);
			if (earlier !== undefined && earlier.state !== state) this.#tell({ kind: 'reply-stuck', row, state });
		}
		for (const { consult, agent, by } of row.consults) {
			const isNew = !(before?.consults.some((earlier) => earlier.consult === consult) ?? false);
			if (agent === me && isNew) this.#tell({ kind: 'asked', row, agent: by });
		}
		if (row.mentions.includes(me) && !(before?.mentions.includes(me) ?? false)) this.#tell({ kind: 'mentioned', row });
	}

	/** One's own hand-over is no loss. */
	#gaveAway(row: TicketRow, was: Tenancy): boolean {
		return row.handOvers > was.handOvers && row.handedOverBy === this.#me();
	}
}

function tenancyOf({ holder, handOvers }: TicketRow): Tenancy | undefined {
	return holder === null ? undefined : { holder, handOvers };
}
