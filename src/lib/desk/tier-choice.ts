import type { DocumentId } from '../domain/ids.ts';
import { nothingKept, usualTiers, type DeviceTier, type KeptHere } from '../domain/tier.ts';
import type { RecordStore } from '../store/record-store.ts';
import { createCell } from '../sync/cell.ts';
import { settingKeys } from '../sync/setting-keys.ts';
import type { Source } from '../desk.ts';

/** How much of the desk this device holds, and what of it somebody wants to have here in any case. */
export interface TierChoice {
	tier: Source<DeviceTier>;
	/** Takes effect with the next round with the relay; what is not sent stays, whatever is chosen. */
	chooseTier(tier: DeviceTier): Promise<void>;
	/** Tickets, people and organisations that stay on this device. */
	pinned: Source<readonly DocumentId[]>;
	pin(document: DocumentId, isPinned: boolean): Promise<void>;
}

export function createTierChoice(
	{ settings, watch }: Pick<RecordStore, 'settings' | 'watch'>,
	{ widened, changed }: { widened(): void; changed(): void },
): TierChoice & { load(): Promise<void>; close(): void } {
	const tier = createCell<DeviceTier>(usualTiers.other);
	const pinned = createCell<readonly DocumentId[]>([]);

	async function load(): Promise<void> {
		const [storedTier, kept] = await Promise.all([
			settings.get<DeviceTier>(settingKeys.tier),
			settings.get<KeptHere>(settingKeys.kept),
		]);
		tier.set(storedTier ?? usualTiers.other);
		pinned.set(kept?.pinned ?? []);
	}
	const close = watch((change) => {
		if (change.kind !== 'settings') return;
		if (change.keys.includes(settingKeys.tier) || change.keys.includes(settingKeys.kept)) void load().catch(() => {});
	});

	return {
		tier,
		pinned,
		async chooseTier(next) {
			const before = tier.current;
			tier.set(next);
			await settings.set(settingKeys.tier, next);
			if (daysOf(next) > daysOf(before)) widened();
			else changed();
		},
		async pin(document, isPinned) {
			const { pinned: now } = await settings.change<KeptHere>(settingKeys.kept, (kept = nothingKept) => {
				const others = kept.pinned.filter((other) => other !== document);
				return { ...kept, pinned: isPinned ? [...others, document] : others };
			});
			pinned.set(now);
			changed();
		},
		load,
		close,
	};
}

function daysOf(tier: DeviceTier): number {
	return tier.kind === 'everything' ? Infinity : tier.days;
}
