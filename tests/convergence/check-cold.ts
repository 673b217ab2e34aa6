import {
	isHot,
	isKept,
	hotSince,
	nothingKept,
	usualTiers,
	type DeviceTier,
	type KeptHere,
} from '../../src/lib/domain/tier.ts';
import type { DocumentId } from '../../src/lib/domain/ids.ts';
import type { TicketRow } from '../../src/lib/domain/ticket-row.ts';
import { updatesToRow } from '../../src/lib/projection/document-row.ts';
import { settingKeys } from '../../src/lib/sync/setting-keys.ts';
import { canonical } from './content.ts';
import type { SimDevice } from './sim-device.ts';
import type { World } from './world.ts';

interface Held {
	isVisible(document: DocumentId): boolean;
	atRelay(document: DocumentId): { head: number; generation: number; updates: Uint8Array[] } | undefined;
}

/** Rows without their document say what the relay's document says; what should be here whole is, and what is on a screen. */
export async function checkCold(world: World, device: SimDevice, { isVisible, atRelay }: Held): Promise<void> {
	const { time, violations } = world;
	const name = `device ${device.index}`;
	const store = device.look();
	const tier = (await time.track(store.settings.get<DeviceTier>(settingKeys.tier))) ?? usualTiers.other;
	const kept = (await time.track(store.settings.get<KeptHere>(settingKeys.kept))) ?? nothingKept;
	const since = tier.kind === 'everything' ? -Infinity : hotSince(time.now, tier.days);
	const cold: TicketRow[] = [];
	await time.track(
		store.rows.each('ticket', 100, (rows) => {
			for (const row of rows as TicketRow[]) if (row.cold !== undefined) cold.push(row);
		}),
	);
	world.cold.rows += cold.length;
	for (const { cold: at, ...row } of cold) {
		const { id } = row;
		if (!isVisible(id)) {
			violations.add(`${name} lists ${id}, which it may not see`);
			continue;
		}
		const truth = atRelay(id);
		const told = canonical(row);
		const made = canonical(truth && updatesToRow(id, truth.updates));
		if (told !== made) violations.add(`${name} has the cold row of ${id} as ${told}, not as ${made}`);
		if (at?.head !== truth?.head || at?.generation !== truth?.generation)
			violations.add(
				`${name} has the cold row of ${id} at ${canonical(at)}, the relay is at ${truth?.generation}/${truth?.head}`,
			);
		if (isHot(row, { agent: device.enrolled.agent, since }))
			violations.add(`${name} holds the row alone of ${id}, which is hot`);
		if (isKept(row, kept, time.now)) violations.add(`${name} holds the row alone of ${id}, which is to be kept there`);
	}
	const rows = new Set(cold.map(({ id }) => id));
	for (const [place, tab] of device.tabs.entries())
		for (const [id, record] of tab?.records ?? []) {
			const { kind } = record.reading.current;
			if (kind === 'cold' || (kind !== 'gone' && rows.has(id)))
				violations.add(`tab ${place} of ${name} shows ${id}, of which only the row is here`);
		}
}
