import type { Desk } from '../desk.ts';
import type { ArchiveAnswer, ArchiveQuery } from '../protocol/archive-search.ts';
import type { TicketRow } from '../projection/rows.ts';
import { RowsValue } from './source-value.ts';
import type { ShownHit } from './search-view.svelte.ts';

/**
 * none: there is nothing to ask for · searching · found: the relay has answered, perhaps with nothing · offline · busy: it was asked too
 * often, and is asked again · failed.
 */
export type ArchiveState = 'none' | 'searching' | 'found' | 'offline' | 'busy' | 'failed';

/** Whoever types is not done yet. */
const typingMs = 350;
/** The relay is still reading old tickets. */
const completingMs = 3_000;
const busyMs = 15_000;

export interface ArchiveParts {
	desk: Pick<Desk, 'relay' | 'tickets' | 'sync'>;
	/** Once, later; returns what cancels it. */
	after(ms: number, run: () => void): () => void;
}

/** What the relay finds among tickets that this device does not hold whole, for the newest of all questions. */
export class ArchiveSearch {
	state = $state<ArchiveState>('none');
	/** There are older ones. */
	more = $state(false);
	/** False while some may be missing. */
	complete = $state(true);
	readonly #parts: ArchiveParts;
	readonly #tickets: RowsValue<TicketRow>;
	#found = $state.raw<ArchiveAnswer['hits']>([]);
	#question: { text: string; query: ArchiveQuery } | undefined;
	#asked = 0;
	#callOff = () => {};

	constructor(parts: ArchiveParts) {
		this.#parts = parts;
		this.#tickets = new RowsValue(parts.desk.tickets);
	}

	/** Of tickets whose row is here and no more than that: what is whole here was searched here. */
	get hits(): readonly ShownHit[] {
		return this.#found.flatMap(({ document, snippet }): ShownHit[] => {
			const row = this.#tickets.get(document);
			if (row?.cold === undefined) return [];
			return [
				{ id: document, kind: 'ticket', title: { text: row.subject, ranges: [] }, snippet, at: row.changedAt, row },
			];
		});
	}

	/** The same question again asks again only where the relay was away and may be back. */
	ask(query: ArchiveQuery | undefined): void {
		const text = JSON.stringify(query);
		const isBack = this.state === 'offline' && this.#parts.desk.sync.current.kind !== 'offline';
		if (text === this.#question?.text && !isBack) return;
		this.#question = query === undefined ? undefined : { text, query };
		this.#begin(typingMs);
	}

	again(): void {
		this.#begin(0);
	}

	close(): void {
		this.#asked++;
		this.#callOff();
	}

	#begin(waitMs: number): void {
		this.close();
		this.#found = [];
		this.more = false;
		this.complete = true;
		if (this.#question === undefined) this.state = 'none';
		else if (this.#parts.desk.sync.current.kind === 'offline') this.state = 'offline';
		else {
			this.state = 'searching';
			this.#later(waitMs);
		}
	}

	#later(ms: number): void {
		const asked = ++this.#asked;
		const { query } = this.#question ?? {};
		this.#callOff = this.#parts.after(ms, () => {
			if (query !== undefined && asked === this.#asked) void this.#send(query, asked);
		});
	}

	async #send(query: ArchiveQuery, asked: number): Promise<void> {
		const result = await this.#parts.desk.relay.searchArchive(query);
		if (asked !== this.#asked) return;
		if (result.kind === 'ok') {
			this.#show(result.value);
			if (!this.complete) this.#later(completingMs);
		} else if (result.why === 'too-many') {
			this.state = 'busy';
			this.#later(busyMs);
		} else this.state = result.why === 'offline' ? 'offline' : 'failed';
	}

	#show({ hits, more, complete }: ArchiveAnswer): void {
		this.#found = hits;
		this.more = more;
		this.complete = complete;
		this.state = 'found';
	}
}
