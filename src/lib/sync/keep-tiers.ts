import * as Y from 'yjs';
import { unnamedDoc } from '../document/unnamed-doc.ts';
import { draftRoots, isDraftEmpty, type DraftKind } from '../document/record-document.ts';
import type { AgentId, DocumentId } from '../domain/ids.ts';
import type { TicketRow } from '../domain/ticket-row.ts';
import { dayMs, hotSince, isHot, isKept, nothingKept, type KeptHere } from '../domain/tier.ts';
import type { RecordStore } from '../store/record-store.ts';
import { readKept, readTier, want } from './kept-here.ts';
import { settingKeys } from './setting-keys.ts';

/** When tiers were looked through, counted in turns, and with what; another choice is another text. */
interface Looked {
	turn: number;
	by: string;
}

export interface TierParts {
	store: RecordStore;
	agent: AgentId;
	/** By the relay's clock. */
	now: number;
	/** How often, unless something else is chosen. */
	everyMs: number;
	/** On screen in this tab. */
	isInUse(document: DocumentId): boolean;
}

const batch = 500;
const trimmedAtOnce = 25;

/**
 * Once in a while, and after another choice: what has become cold is trimmed to its row, and what should be here is fetched. What is not
 * sent, what a draft is written in, files that wait beside it, and what is on screen stay.
 */
export async function keepTiers(parts: TierParts): Promise<DocumentId[]> {
	const { store, agent, now, everyMs } = parts;
	const [tier, kept] = await Promise.all([readTier(store), readKept(store)]);
	const by = JSON.stringify([tier, kept.pinned, agent]);
	const turn = Math.floor(now / everyMs);
	const looked = await store.settings.get<Looked>(settingKeys.tiersLooked);
	if (looked?.by === by && looked.turn === turn) return [];
	if (looked === undefined && tier.kind === 'everything') return [];
	const since = tier.kind === 'everything' ? -Infinity : hotSince(now, tier.days);
	const files = Object.keys((await store.settings.get<Record<string, unknown>>(settingKeys.draftFiles)) ?? {});
	const wanted: DocumentId[] = [];
	const cold: DocumentId[] = [];
	await store.rows.each('ticket', batch, (rows) => {
		for (const row of rows as TicketRow[]) {
			const shouldBeHere = isHot(row, { agent, since }) || isKept(row, kept, now);
			if (row.cold !== undefined && shouldBeHere) wanted.push(row.id);
			else if (row.cold === undefined && !shouldBeHere && !files.some((key) => key.startsWith(`${row.id} `)))
				cold.push(row.id);
		}
	});
	await want(store, wanted);
	const trimmed: DocumentId[] = [];
	for (let start = 0; start < cold.length; start += trimmedAtOnce)
		trimmed.push(...(await trimSome(parts, cold.slice(start, start + trimmedAtOnce))));
	const lookedAt = Object.fromEntries(Object.entries(kept.lookedAt).filter(([, at]) => now - at < 30 * dayMs));
	await store.settings.change<KeptHere>(settingKeys.kept, (value = nothingKept) => ({ ...value, lookedAt }));
	await store.settings.set(settingKeys.tiersLooked, { turn, by } satisfies Looked);
	return trimmed;
}

async function trimSome({ store, isInUse }: TierParts, documents: readonly DocumentId[]): Promise<DocumentId[]> {
	const idle: { document: DocumentId; version: number }[] = [];
	for (const [document, { updates, version, whole }] of await store.loadMany(documents))
		if (whole && !isInUse(document) && !hasDraft(updates)) idle.push({ document, version });
	return store.trim(idle);
}

/** What cannot be read is left alone. */
function hasDraft(updates: readonly Uint8Array[]): boolean {
	const doc = unnamedDoc();
	try {
		for (const update of updates) Y.applyUpdate(doc, update);
		return (Object.keys(draftRoots) as DraftKind[]).some((kind) => !isDraftEmpty(doc, kind));
	} catch {
		return true;
	} finally {
		doc.destroy();
	}
}
