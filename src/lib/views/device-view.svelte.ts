import type { Desk, OutboxItem, StorageState, SyncState } from '../desk.ts';
import { SourceValue } from './source-value.ts';

type StorageFigures = Awaited<ReturnType<Desk['device']['storage']>>;

/** What this device holds, whether the browser will keep it, and how to get rid of it. */
export class DeviceView {
	readonly #desk: Desk;
	readonly #outbox: SourceValue<readonly OutboxItem[]>;
	readonly #storage: SourceValue<StorageState>;
	readonly #sync: SourceValue<SyncState>;
	figures = $state.raw<StorageFigures | undefined>(undefined);
	/** What runs now; buttons wait for it. */
	busy = $state<'persist' | 'export' | 'import' | 'repair' | 'wipe' | undefined>(undefined);
	/** What came of the last of them. */
	outcome = $state<'persist-refused' | 'exported' | 'nothing-to-export' | 'repaired' | 'failed' | undefined>(undefined);

	imported = $state.raw<Awaited<ReturnType<Desk['device']['importUnsent']>>>();

	constructor(desk: Desk) {
		this.#desk = desk;
		this.#outbox = new SourceValue(desk.outbox);
		this.#storage = new SourceValue(desk.storage);
		this.#sync = new SourceValue(desk.sync);
	}

	readonly unsent = $derived.by(() => this.#outbox.current.length);
	readonly oldestUnsent = $derived.by(() => {
		const times = this.#outbox.current.map(({ at }) => at);
		return times.length === 0 ? undefined : Math.min(...times);
	});
	readonly storage = $derived.by(() => this.#storage.current);
	readonly sync = $derived.by(() => this.#sync.current);

	async look(): Promise<void> {
		this.figures = await this.#desk.device.storage();
	}

	async persist(): Promise<void> {
		await this.#run('persist', async () => {
			const granted = await this.#desk.device.persist();
			await this.look();
			return granted ? undefined : 'persist-refused';
		});
	}

	/** The unsent work as a file, or undefined if there is none. */
	async exportUnsent(): Promise<Blob | undefined> {
		let file: Blob | undefined;
		await this.#run('export', async () => {
			if (this.unsent === 0) return 'nothing-to-export';
			file = await this.#desk.device.exportUnsent();
			return 'exported';
		});
		return file;
	}

	async importUnsent(file: Blob): Promise<void> {
		this.imported = undefined;
		await this.#run('import', async () => {
			this.imported = await this.#desk.device.importUnsent(file);
			return undefined;
		});
	}

	async repair(): Promise<void> {
		await this.#run('repair', async () => {
			await this.#desk.device.repair();
			await this.look();
			return 'repaired';
		});
	}

	async wipe(): Promise<void> {
		await this.#run('wipe', async () => {
			await this.#desk.device.wipe();
			return undefined;
		});
	}

	async #run(what: NonNullable<typeof this.busy>, run: () => Promise<typeof this.outcome>): Promise<void> {
		if (this.busy !== undefined) return;
		this.busy = what;
		this.outcome = undefined;
		try {
			this.outcome = await run();
		} catch {
			// The browser may refuse at any of these; what is stored stays as it is.
			this.outcome = 'failed';
		} finally {
			this.busy = undefined;
		}
	}
}
