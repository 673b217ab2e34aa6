import * as v from 'valibot';
import type * as Y from 'yjs';
import type { Entry } from '../../src/lib/domain/entry.ts';
import { clockToleranceMs, hlcTime } from '../../src/lib/domain/hlc.ts';
import { recordKinds, relayDevice, type EntryId } from '../../src/lib/domain/ids.ts';
import { mayConfigure } from '../../src/lib/domain/role.ts';
import type { TicketNumber } from '../../src/lib/domain/ticket-number.ts';
import { stampKey, verdictSchema } from '../../src/lib/domain/verdict.ts';
import { deskRoot, parseDeskValue } from '../../src/lib/document/desk-document.ts';
import { parseEntry, readMeta, recordSchemaVersion, roots } from '../../src/lib/document/record-document.ts';
import type { RejectionCode } from '../../src/lib/protocol/replica.ts';
import type { DeviceIdentity } from '../device-identity.ts';
import type { Restored } from '../store/restored.ts';
import { rootsOf, type OpenDocument } from './open-document.ts';
import { hasNews, isOpenedTwice, isUlid, standingItem, type AdmissionContext, type Additions } from './rules.ts';

/**
 * What a device may hand over after a backup was put back, though others wrote it. It was accepted before, by the relay that is gone; so
 * the rules on authors give way, and these stand in their place:
 *
 * OF1 Only what the relay asked that device for, within 30 days of the restore (`replica/compare.ts`).
 * OF2 Entries are only added, legal, and under fresh ULIDs; those of others were written before the restore, or came before it by the word of
 *     the relay that is gone.
 * OF3 Verdicts are legal and of an era before this one, so that whatever is said now stands above them. Where this relay has spoken already,
 *     its word stays (`intake.ts` says it over if the old one came above it), and the rest of the offer is taken.
 * OF4 A ticket keeps its number unless another has it; records begin once and say their own kind.
 * OF5 Configuration comes back from admins alone, `me:<agent>` from that agent's devices.
 * OF6 A client id goes to the device that the entry names, to the relay where it wrote verdicts; else it stays nobody's.
 */
export type OfferRuling =
	{ kind: 'admitted'; additions: Additions; clients: Map<number, string> } | { kind: 'refused'; code: RejectionCode };

const refused = (code: RejectionCode): OfferRuling => ({ kind: 'refused', code });

export function ruleOnOffer(
	open: OpenDocument,
	transaction: Y.Transaction,
	offerer: DeviceIdentity,
	context: AdmissionContext & { era: number; restored?: Restored | undefined },
	/** What the relay had said before, by key. */
	said: ReadonlyMap<string, unknown>,
): OfferRuling {
	const { doc, record } = open;
	const { restored, era } = context;
	if (restored === undefined) return refused('no-access');
	if (doc.store.pendingStructs !== null || doc.store.pendingDs !== null) return refused('missing-base');
	if (transaction.subdocsAdded.size > 0 || doc.share.size !== rootsOf(open).length) return refused('malformed');
	const additions: Additions = { entries: [], numbers: [] };
	const ruling = { kind: 'admitted' as const, additions, clients: new Map<number, string>() };
	if (!hasNews(transaction)) return ruling;
	if (open.id === 'desk') return isLegalDesk(open, transaction, offerer) ? ruling : refused('no-permission');
	if (record === undefined) return open.id === `me:${offerer.agent}` ? ruling : refused('no-access');

	const changedKeys = (root: string) => transaction.changed.get(doc.getMap(root) as never) ?? new Set<string | null>();
	for (const key of changedKeys(roots.meta))
		if ((key !== 'kind' && key !== 'schema') || standingItem(doc.getMap(roots.meta), key) !== 'fresh')
			return refused('malformed');
	const meta = readMeta(doc);
	if (meta === undefined) return refused('missing-base');
	if (!recordKinds.includes(meta.kind) || meta.kind !== record || meta.schema > recordSchemaVersion)
		return refused('malformed');

	const verdicts = doc.getMap(roots.verdicts);
	for (const key of changedKeys(roots.verdicts)) {
		const standing = key === null ? 'not-plain' : standingItem(verdicts, key);
		if (key === null || standing === 'deleted' || standing === 'not-plain') return refused('touches-verdicts');
		const verdict = verdicts.get(key);
		if (said.has(key) && said.get(key) === verdict) continue;
		const parsed = v.safeParse(verdictSchema, verdict);
		if (!parsed.success || (parsed.output.kind === 'claim' && parsed.output.epoch.era >= era))
			return refused('touches-verdicts');
		claim(ruling.clients, verdicts, key, relayDevice);
	}

	const entries = doc.getMap(roots.entries);
	const latest = restored.at + clockToleranceMs;
	for (const key of changedKeys(roots.entries)) {
		if (key === null) return refused('invalid-entry');
		const standing = standingItem(entries, key);
		if (standing === 'deleted') return refused('deletes-entry');
		if (standing === 'overwritten') return refused('overwrites-entry');
		const entry = standing === 'fresh' && isUlid(key) ? parseEntry(record, entries.get(key)) : undefined;
		if (entry === undefined) return refused('invalid-entry');
		// A clock that was ahead: the relay that is gone had said beside it when it came.
		const stamp = v.safeParse(verdictSchema, verdicts.get(stampKey(key as EntryId)));
		const at = stamp.success && stamp.output.kind === 'stamp' ? stamp.output.at : hlcTime(entry.at);
		if (entry.device !== offerer.device && at > latest) return refused('forged-author');
		if (isBeginning(entry) && isOpenedTwice(entries)) return refused('invalid-entry');
		if (entry.kind === 'opened') {
			const owner = context.documentWithNumber(entry.number);
			if (owner !== undefined && owner !== open.id) return refused('foreign-number');
			ruling.additions.numbers.push(entry.number as TicketNumber);
		}
		ruling.additions.entries.push([key as EntryId, entry]);
		claim(ruling.clients, entries, key, entry.device);
	}
	return ruling;
}

function isBeginning({ kind }: Entry): boolean {
	return kind === 'opened' || kind === 'created' || kind === 'contacted';
}

function claim(clients: Map<number, string>, map: Y.Map<unknown>, key: string, writer: string): void {
	const client = map._map.get(key)?.id.client;
	if (client !== undefined && !clients.has(client)) clients.set(client, writer);
}

function isLegalDesk(open: OpenDocument, transaction: Y.Transaction, offerer: DeviceIdentity): boolean {
	if (!mayConfigure(offerer.role)) return false;
	const map = open.doc.getMap(deskRoot);
	for (const key of transaction.changed.get(map as never) ?? []) {
		if (key === null || standingItem(map, key) === 'deleted' || standingItem(map, key) === 'not-plain') return false;
		if (parseDeskValue(key, map.get(key)) === undefined) return false;
	}
	return true;
}
