import type { DocumentId } from '../../src/lib/domain/ids.ts';
import type { Committed, LocalChange, RecordStore } from '../../src/lib/store/record-store.ts';
import type { EditAnswer } from '../../src/lib/protocol/replica.ts';
import { whyToStay } from './play-cold.ts';
import type { VirtualTime } from './virtual-time.ts';

/** A page of the app in one browser tab: it can be ended at any moment, and nothing of it runs afterwards. */
export interface Life {
	readonly isDead: boolean;
	die(): void;
	/** Called once, when it dies. */
	onDeath(end: () => void): void;
}

export function createLife(): Life {
	const ends: (() => void)[] = [];
	let isDead = false;
	return {
		get isDead() {
			return isDead;
		},
		die() {
			if (isDead) return;
			isDead = true;
			for (const end of ends) end();
		},
		onDeath(end) {
			if (isDead) end();
			else ends.push(end);
		},
	};
}

/** What a broken store would do; see the mutants. */
export interface StoreFaults {
	/** Takes one unsent edit too many out of the outbox. */
	losesEdit?: boolean;
	/** Stores the cursor first and the documents after it. */
	cursorFirst?: boolean;
}

export interface MortalStoreOptions {
	life: Life;
	time: VirtualTime;
	/** How long the disk takes, ms. */
	delay(): number;
	/** Whether the life ends at this call, and on which side of it. */
	blows(): 'before' | 'after' | undefined;
	/** The life ends here. */
	blow(): void;
	saved(change: LocalChange, committed: Committed): void;
	answered(answers: readonly EditAnswer[]): void;
	/** The store let these go that it must not, or might. */
	trimmed(document: DocumentId, whyNot: string | undefined): void;
	faults: StoreFaults;
}

const never = <T>(): Promise<T> => new Promise(() => {});

/** The store as one tab sees it. Each call takes time, and each is a place where the tab can die, before or after the store did its work. */
export function createMortalStore(inner: RecordStore, options: MortalStoreOptions): RecordStore {
	const { life, time, faults } = options;

	const turns = { in: 0, out: 0 };
	/** Slow, but in order: a database starts transactions over the same tables in the order in which they were asked for. */
	async function pause(way: 'in' | 'out'): Promise<void> {
		const ms = options.delay();
		if (ms === 0 && turns[way] <= time.now) return;
		turns[way] = Math.max(turns[way], time.now + ms);
		await new Promise<void>((resolve) => time.after(turns[way] - time.now, resolve));
	}

	async function call<T>(work: () => Promise<T>): Promise<T> {
		if (life.isDead) return never();
		await pause('in');
		if (life.isDead) return never();
		const moment = options.blows();
		if (moment === 'before') {
			options.blow();
			return never();
		}
		let result: T;
		try {
			result = await time.track(work());
		} catch (error) {
			if (life.isDead) return never();
			throw error;
		}
		if (moment === 'after') options.blow();
		if (life.isDead) return never();
		await pause('out');
		return life.isDead ? never() : result;
	}

	/** Every method of a part of the store. */
	function mortal<Part extends object>(part: Part): Part {
		const wrapped: Record<string, unknown> = {};
		for (const [name, member] of Object.entries(part) as [string, unknown][]) {
			wrapped[name] =
				typeof member === 'function'
					? (...values: unknown[]) => call(async () => (member as (...v: unknown[]) => Promise<unknown>)(...values))
					: member;
		}
		return wrapped as Part;
	}

	const store: RecordStore = {
		...mortal(inner),
		rows: mortal(inner.rows),
		settings: mortal(inner.settings),
		blobs: mortal(inner.blobs),
		commit: (change) =>
			call(async () => {
				const committed = await inner.commit(change);
				options.saved(change, committed);
				return committed;
			}),
		async settle(answers) {
			let told = answers;
			if (faults.losesEdit === true) {
				const next = (await inner.unsent({ edits: 500, bytes: 2 ** 20 })).find(
					(edit) => !answers.some((answer) => answer.n === edit.n),
				);
				if (next !== undefined) told = [...answers, { n: next.n, kind: 'ok', seq: 0 }];
			}
			return call(async () => {
				await inner.settle(told);
				options.answered(answers);
			});
		},
		trim: (documents) =>
			call(async () => {
				const reasons = new Map<DocumentId, string | undefined>();
				for (const { document } of documents) reasons.set(document, await whyToStay(inner, document));
				const trimmed = await inner.trim(documents);
				for (const document of trimmed) options.trimmed(document, reasons.get(document));
				return trimmed;
			}),
		async receive(received) {
			if (faults.cursorFirst !== true) return call(() => inner.receive(received));
			await call(() => inner.receive({ documents: [], gone: [], dropped: [], settings: received.settings }));
			return call(() => inner.receive({ ...received, settings: {} }));
		},
		watch(listener) {
			const stop = inner.watch((change) => {
				if (!life.isDead) listener(change);
			});
			life.onDeath(stop);
			return stop;
		},
		// The disk stays; only this tab goes.
		close() {},
	};
	return store;
}
