import type { DatabaseSync } from 'node:sqlite';
import type { DocumentId } from '../../src/lib/domain/ids.ts';
import type { ArchiveIndex } from './archive-index.ts';
import { readTicket, tokensOfTicket } from './resting-ticket.ts';
import { openStoredTickets, type StoredTicket } from './stored-tickets.ts';

export interface ReadRestingParts {
	db: DatabaseSync;
	index: ArchiveIndex;
	/** What changed after this does not rest yet. */
	restsSince: number;
	isOver(): boolean;
	/** Called once, when something is found that is not in the index. */
	behind(): void;
	pause(ms: number): Promise<void>;
	measure(): number;
}

const slice = 500;
/** After so much work it pauses as long as it worked: the machine has other things to do. */
const turnMs = 20;

/** Compares all tickets with the index, and reads those at rest that it does not have as they are. */
export async function readResting(parts: ReadRestingParts): Promise<void> {
	const { db, index, restsSince, isOver } = parts;
	const stored = openStoredTickets(db);
	let isBehind = false;
	for (let after = 0; !isOver();) {
		const some = stored.slice(after, slice);
		const last = some.at(-1);
		if (last === undefined) return;
		const known = new Map(index.known(after, last.key).map((ticket) => [ticket.doc, ticket]));
		const isOther = ({ key, generation, goneAt }: StoredTicket) => {
			const ticket = known.get(key);
			return ticket !== undefined && (goneAt !== null || ticket.generation !== generation);
		};
		if (some.some(isOther)) forgetOthers(db, index);
		const due = some.filter(
			({ key, head, open, changedAt, goneAt }) =>
				open === 0 && goneAt === null && changedAt < restsSince && known.get(key)?.head !== head,
		);
		if (due.length > 0 && !isBehind) {
			isBehind = true;
			parts.behind();
		}
		await readAll(due.map(({ key }) => key));
		after = last.key;
	}

	async function readAll(keys: number[]): Promise<void> {
		while (keys.length > 0 && !isOver()) {
			const began = parts.measure();
			const made: Parameters<ArchiveIndex['put']>[0][number][] = [];
			do {
				const row = stored.row(keys.shift() ?? 0);
				if (row === undefined || row.goneAt !== null) continue;
				const { key: doc, generation, head, changedAt: at } = row;
				const ticket = readTicket(row.id as DocumentId, stored.updatesOf(doc));
				const tokens = ticket === undefined ? [] : [...tokensOfTicket(ticket, stored.scopesOf(doc))];
				made.push({ doc, generation, head, at, tokens });
			} while (keys.length > 0 && parts.measure() - began < turnMs);
			// What was erased since it was read is not written any more: whoever erases comes before this, or after it and removes it.
			index.put(made, ({ doc, generation }) => stored.isAt(doc, generation));
			await parts.pause(parts.measure() - began);
		}
	}
}

/** What was erased, and what has another generation since words were blacked out, leaves nothing. False if that has to be tried again. */
export function forgetOthers(db: DatabaseSync, index: ArchiveIndex): boolean {
	const stored = openStoredTickets(db);
	const others = index.all().filter(({ doc, generation }) => !stored.isAt(doc, generation));
	index.remove(others.map(({ doc }) => doc));
	return index.forgetRemoved();
}
