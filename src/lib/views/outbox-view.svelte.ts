import { mayRetry, refusalsOf, type Desk, type OutboxItem, type SyncState } from '../desk.ts';
import { SourceValue } from './source-value.ts';

/** What this device still has to hand over: changes to one record told together, refused ones apart and first. */
export interface OutboxGroup {
	key: string;
	document: OutboxItem['document'];
	title: string;
	items: OutboxItem[];
	since: number;
	attempts: number;
	bytes: number;
	state: 'waiting' | 'sending' | 'refused';
}

export class OutboxView {
	readonly #desk: Desk;
	readonly #items: SourceValue<readonly OutboxItem[]>;
	readonly #sync: SourceValue<SyncState>;

	constructor(desk: Desk) {
		this.#desk = desk;
		this.#items = new SourceValue(desk.outbox);
		this.#sync = new SourceValue(desk.sync);
	}

	readonly sync = $derived.by(() => this.#sync.current);
	readonly groups = $derived.by(() => groupOutbox(this.#items.current, this.sync.kind));
	readonly refused = $derived(this.groups.filter((group) => group.state === 'refused').length);

	retry(): void {
		this.#desk.syncNow();
	}

	/** Refusals that may have passed; see desk/may-retry.ts. */
	maySendAgain(group: OutboxGroup): boolean {
		return group.items.every(({ rejected }) => mayRetry(rejected));
	}

	async sendAgain(group: OutboxGroup): Promise<void> {
		for (const { n } of group.items) await this.#desk.retryEdit(n);
	}

	async discard(group: OutboxGroup): Promise<void> {
		for (const { n } of group.items) await this.#desk.discardEdit(n);
	}
}

export function groupOutbox(items: readonly OutboxItem[], sync: SyncState['kind']): OutboxGroup[] {
	const refused = refusalsOf(items).map((refusal) => groupOf(`refused:${refusal[0]!.n}`, refusal, 'refused'));
	const waiting = Map.groupBy(
		items.filter((item) => item.rejected === undefined),
		(item) => item.document,
	);
	const state = sync === 'syncing' ? 'sending' : 'waiting';
	const others = [...waiting].map(([document, ofDocument]) => groupOf(document, ofDocument, state));
	const byAge = (a: OutboxGroup, b: OutboxGroup) => a.since - b.since;
	return [...refused.sort(byAge), ...others.sort(byAge)];
}

function groupOf(key: string, items: OutboxItem[], state: OutboxGroup['state']): OutboxGroup {
	const [{ document, title }] = items as [OutboxItem, ...OutboxItem[]];
	return {
		...{ key, document, title, items, state },
		since: Math.min(...items.map((item) => item.at)),
		attempts: Math.max(...items.map((item) => item.attempts)),
		bytes: items.reduce((sum, item) => sum + item.bytes, 0),
	};
}
