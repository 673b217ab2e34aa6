import { draftRoots, isDraftEmpty, type DraftKind } from '../../src/lib/document/record-document.ts';
import type { DocumentId } from '../../src/lib/domain/ids.ts';
import { nothingKept, type KeptHere } from '../../src/lib/domain/tier.ts';
import type { TicketRow } from '../../src/lib/domain/ticket-row.ts';
import { headerVersion } from '../../src/lib/protocol/ticket-header.ts';
import type { RecordStore } from '../../src/lib/store/record-store.ts';
import type { Progress } from '../../src/lib/sync/progress.ts';
import { settingKeys } from '../../src/lib/sync/setting-keys.ts';
import type { Relay } from '../../sync-server/relay.ts';
import { docOf } from './content.ts';

/** How much of it there was, to see that a run did something. */
export interface ColdCounts {
	trimmed: number;
	opened: number;
	written: number;
	rewritten: number;
	/** Rows without their document, in the end. */
	rows: number;
}

/** A week without a look at anything. */
export async function forgetLooks({ settings }: Pick<RecordStore, 'settings'>): Promise<void> {
	await settings.change<KeptHere>(settingKeys.kept, (kept = nothingKept) => ({ ...kept, lookedAt: {} }));
}

/** Leaves the rows of cold tickets as an older build wrote them. */
export async function ageRows({ rows, settings }: Pick<RecordStore, 'rows' | 'settings'>): Promise<void> {
	const progress = await settings.get<Progress>(settingKeys.progress);
	if (progress === undefined) return;
	const cold: TicketRow[] = [];
	await rows.each('ticket', 100, (found) => {
		for (const row of found as TicketRow[]) if (row.cold !== undefined) cold.push(row);
	});
	await rows.put(cold.map((row) => ({ ...row, preview: 'as it was written before' })));
	await settings.set(settingKeys.progress, { ...progress, headers: headerVersion - 1 });
}

/** Every word of it goes; entries and verdicts keep their ids. */
export function blackOut(relay: Pick<Relay, 'rewrite'>, document: DocumentId): boolean {
	const rewriting = { entry: <T>(_id: unknown, entry: T) => entry, words: (text: string) => text };
	return relay.rewrite(document, { rewriting, always: true }).kind === 'rewritten';
}

/** Why the store must not let this document go, seen before it does. */
export async function whyToStay(store: RecordStore, document: DocumentId): Promise<string | undefined> {
	const [outbox, stored] = await Promise.all([store.outbox(), store.load(document)]);
	if (outbox.some((edit) => edit.document === document)) return 'something in it is not sent';
	const doc = docOf(stored?.updates ?? []);
	const isDrafted = (Object.keys(draftRoots) as DraftKind[]).some((kind) => !isDraftEmpty(doc, kind));
	return isDrafted ? 'a draft is in it' : undefined;
}
