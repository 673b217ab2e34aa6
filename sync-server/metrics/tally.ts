import type { EditAnswer } from '../../src/lib/protocol/replica.ts';

/** Where something was refused: a request, an edit of a push, a socket. */
export type Door = 'http' | 'push' | 'socket';

/** What came in since the relay started. Reasons are words of the protocol: nothing of a person is counted. */
export interface Tally {
	refused(door: Door, reason: string): void;
	pushed(answers: readonly EditAnswer[]): void;
	requested(): void;
	readonly requests: number;
	/** Edits of pushes, by how they were answered. */
	readonly edits: Readonly<Record<EditAnswer['kind'], number>>;
	refusals(): { door: Door; reason: string; count: number }[];
}

export function createTally(): Tally {
	const counts = new Map<string, { door: Door; reason: string; count: number }>();
	const edits = { ok: 0, duplicate: 0, rejected: 0 };
	let requests = 0;
	const refused = (door: Door, reason: string) => {
		const key = `${door} ${reason}`;
		const known = counts.get(key);
		if (known === undefined) counts.set(key, { door, reason, count: 1 });
		else known.count++;
	};
	return {
		refused,
		pushed(answers) {
			for (const answer of answers) {
				edits[answer.kind]++;
				if (answer.kind === 'rejected') refused('push', answer.code);
			}
		},
		requested() {
			requests++;
		},
		get requests() {
			return requests;
		},
		edits,
		refusals: () => [...counts.values()],
	};
}
