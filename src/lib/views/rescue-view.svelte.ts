import type { Rescue } from '../desk.ts';
import { relayTrouble, type ErrorKey } from './error-text.ts';

type Found = Awaited<ReturnType<Rescue['look']>>;
type Salvaged = Awaited<ReturnType<Rescue['salvage']>>;

/** What the app shows instead of a desk where this device's data cannot be read. */
export type RescueCase = Exclude<Found, 'unknown'>;

export class RescueView {
	readonly #rescue: Rescue;
	/** What the desk ran into before it led here. */
	readonly #reported: string | undefined;
	found = $state<RescueCase>();
	salvaged = $state.raw<Salvaged>();
	busy = $state<'look' | 'repair' | undefined>();
	isSaved = $state(false);
	needsInvitation = $state(false);
	trouble = $state.raw<{ key: ErrorKey; code: string }>();

	constructor(rescue: Rescue, reported: string | undefined) {
		this.#rescue = rescue;
		this.#reported = reported;
	}

	readonly unsent = $derived.by(() => (this.salvaged?.edits ?? 0) + (this.salvaged?.blobs ?? 0));
	readonly mayRepair = $derived.by(() => this.found === 'damaged' || this.found === 'lost' || this.found === 'fine');
	/** Unsent work is a file before anything is deleted. */
	readonly isReady = $derived.by(() => this.salvaged !== undefined && (this.unsent === 0 || this.isSaved));

	async look(): Promise<void> {
		if (this.busy !== undefined) return;
		this.busy = 'look';
		this.trouble = undefined;
		const found = await this.#rescue.look();
		// A start that works says nothing of what could not be read later.
		const isWorse = found === 'unknown' || (found === 'fine' && this.#reported === 'damaged');
		this.found = isWorse ? 'damaged' : found;
		if (this.mayRepair) this.salvaged = await this.#rescue.salvage();
		this.busy = undefined;
	}

	/** True when the device is back and the page can start anew. */
	async repair(): Promise<boolean> {
		if (this.busy !== undefined || !this.isReady) return false;
		this.busy = 'repair';
		this.trouble = undefined;
		const repaired = await this.#rescue
			.repair()
			.catch((error: unknown) => ({ kind: 'failed' as const, why: error instanceof Error ? error.name : 'unknown' }));
		this.busy = undefined;
		this.needsInvitation = repaired.kind === 'needs-invitation';
		if (repaired.kind === 'failed') this.trouble = relayTrouble(repaired);
		return repaired.kind === 'ok';
	}

	/** True when the data is gone and the device can be enrolled anew. */
	async giveUp(): Promise<boolean> {
		if (this.busy !== undefined || !this.isReady) return false;
		this.busy = 'repair';
		const gone = await this.#rescue.giveUp().catch(() => 'failed' as const);
		this.busy = undefined;
		if (gone === 'other-tab') this.trouble = relayTrouble({ kind: 'failed', why: 'other-tab' });
		return gone === 'gone';
	}
}
