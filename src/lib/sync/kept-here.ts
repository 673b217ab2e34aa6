import type { DocumentId } from '../domain/ids.ts';
import { nothingKept, usualTiers, type DeviceTier, type KeptHere } from '../domain/tier.ts';
import type { RecordStore } from '../store/record-store.ts';
import { settingKeys } from './setting-keys.ts';

/** What this device holds, as it was chosen on it. */
export async function readTier({ settings }: Pick<RecordStore, 'settings'>): Promise<DeviceTier> {
	return (await settings.get<DeviceTier>(settingKeys.tier)) ?? usualTiers.other;
}

export async function readKept({ settings }: Pick<RecordStore, 'settings'>): Promise<KeptHere> {
	return (await settings.get<KeptHere>(settingKeys.kept)) ?? nothingKept;
}

/** It is on a screen of this device: it stays for a while (TI4). */
export async function noteLookedAt(
	{ settings }: Pick<RecordStore, 'settings'>,
	document: DocumentId,
	now: number,
): Promise<void> {
	await settings.change<KeptHere>(settingKeys.kept, (kept = nothingKept) => ({
		...kept,
		lookedAt: { ...kept.lookedAt, [document]: now },
	}));
}

/** Adds to what is fetched with the next round. */
export async function want(store: Pick<RecordStore, 'settings'>, documents: readonly DocumentId[]): Promise<void> {
	if (documents.length === 0) return;
	await store.settings.change<DocumentId[]>(settingKeys.wanted, (before = []) => [
		...new Set([...before, ...documents]),
	]);
}
