import { mayRetry, type Desk, type OutboxItem, type SyncState } from '../desk.ts';
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
	const groups = new Map<string, OutboxGroup>();
	for (const item of items) {
		const isRefused = item.rejected !== undefined;
		const key = isRefused ? `refused:${item.n}` : item.document;
		const group = groups.get(key) ?? {
			key,
			document: item.document,
			title: item.title,
			items: [],
			since: item.at,
			attempts: 0,
			bytes: 0,
			state: isRefused ? 'refused' : sync === 'syncing' ? 'sending' : 'waiting',
		};
		group.items.push(item);
		group.since = Math.min(group.since, item.at);
		group.attempts = Math.max(group.attempts, item.attempts);
		group.bytes += item.bytes;
		groups.set(key, group);
	}
	return [...groups.values()].sort(
		(a, b) => Number(b.state === 'refused') - Number(a.state === 'refused') || a.since - b.since,
	);
}
