import type { AgentId, DocumentId, EntryId } from '../domain/ids.ts';
import type { Ticket, TimelineEntry } from '../domain/fold-ticket.ts';
import { hlcTime } from '../domain/hlc.ts';

/** What somebody who writes a reply has not seen yet. */
export interface NewSince {
	customer: { count: number; at: number } | undefined;
	/** Colleagues' replies and notes, each colleague once with the newest. */
	colleagues: { agent: AgentId; kind: 'reply' | 'note'; at: number }[];
	/** The oldest of all: where to look. */
	first: EntryId;
}

/** What stood in the ticket when a draft was begun. Kept while the tab lives, over reloads. */
export class DraftWatch {
	readonly #storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> | undefined;

	constructor(storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> | undefined) {
		this.#storage = storage;
	}

	/** Remembers what there is, unless a draft was begun before. */
	begin(document: DocumentId, ticket: Ticket): void {
		if (this.#read(document) === undefined) this.seen(document, ticket);
	}

	/** The author has looked: nothing of this is new any more. */
	seen(document: DocumentId, ticket: Ticket): void {
		const known = saidIn(ticket).map(({ id }) => id);
		try {
			this.#storage?.setItem(keyOf(document), known.join(' '));
		} catch {
			// A full or forbidden storage: then the gate alone holds back what is stale.
		}
	}

	/** The draft was sent or emptied. */
	end(document: DocumentId): void {
		this.#storage?.removeItem(keyOf(document));
	}

	newSince(document: DocumentId, ticket: Ticket, me: AgentId | undefined): NewSince | undefined {
		const known = this.#read(document);
		if (known === undefined) return undefined;
		return newAmong(
			saidIn(ticket).filter(({ id }) => !known.has(id)),
			me,
		);
	}

	#read(document: DocumentId): Set<string> | undefined {
		const stored = this.#storage?.getItem(keyOf(document));
		return stored === null || stored === undefined ? undefined : new Set(stored.split(' '));
	}
}

type Said = TimelineEntry & { kind: 'message' | 'note' | 'reply-requested' };

function saidIn(ticket: Ticket): Said[] {
	return ticket.timeline.filter(
		(entry): entry is Said => entry.kind === 'message' || entry.kind === 'note' || entry.kind === 'reply-requested',
	);
}

function newAmong(said: readonly Said[], me: AgentId | undefined): NewSince | undefined {
	const messages = said.filter(
		(entry) => entry.kind === 'message' && entry.direction === 'in' && entry.automatic === undefined,
	);
	const others = said.filter((entry) => entry.kind !== 'message' && entry.by !== me && !entry.undone);
	const first = said.find((entry) => messages.includes(entry) || others.includes(entry));
	if (first === undefined) return undefined;
	const last = messages.at(-1);
	const newest = new Map<string, NewSince['colleagues'][number]>();
	for (const { by, kind, time } of others) {
		const what = kind === 'note' ? 'note' : 'reply';
		newest.set(`${what} ${by}`, { agent: by, kind: what, at: hlcTime(time) });
	}
	return {
		customer: last === undefined ? undefined : { count: messages.length, at: hlcTime(last.time) },
		colleagues: [...newest.values()],
		first: first.id,
	};
}

function keyOf(document: DocumentId): string {
	return `draft-begun:${document}`;
}
