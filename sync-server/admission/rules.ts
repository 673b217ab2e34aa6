import * as Y from 'yjs';
import type { Desk } from '../../src/lib/domain/desk-config.ts';
import { isPublished } from '../../src/lib/domain/fold-article.ts';
import { lineScope } from '../../src/lib/domain/audience.ts';
import type { Entry } from '../../src/lib/domain/entry.ts';
import { recordKinds, type DocumentId, type EntryId, type LineId } from '../../src/lib/domain/ids.ts';
import { mayConfigure, mayPublish, mayWriteEntry } from '../../src/lib/domain/role.ts';
import { blockOf, type TicketNumber } from '../../src/lib/domain/ticket-number.ts';
import { deskRoot, isRelayDeskKey, parseDeskValue } from '../../src/lib/document/desk-document.ts';
import { meRoot } from '../../src/lib/document/me-document.ts';
import { parseEntry, readMeta, recordSchemaVersion, roots } from '../../src/lib/document/record-document.ts';
import { limits } from '../../src/lib/protocol/limits.ts';
import type { RejectionCode } from '../../src/lib/protocol/replica.ts';
import type { DeviceIdentity } from '../device-identity.ts';
import { rootsOf, type OpenDocument } from './open-document.ts';
import type { UpdateScan } from './scan-update.ts';

/**
 * What a device may add to a document.
 *
 * AD1  An update is at most 128 KB and one whole, plausible update; a document at most 1 MB.
 * AD2  New structs carry a client id that belongs to the pushing device; the first use of a client id binds it.
 * AD3  What an update builds on is here already; else the device sends it again from the base.
 * AD4  Only the root types of that kind of document, and no documents inside.
 * AD5  `meta` is written once and says the document's own kind.
 * AD6  Entries are only added: plain JSON under a fresh ULID, of a known kind, never overwritten, never deleted. A record
 *      begins with one `opened`, `created` or `contacted`.
 * AD7  An entry names the authenticated agent and device, who may write that kind of entry.
 * AD8  A ticket's number comes from a block of that device and belongs to no other ticket.
 * AD9  Only devices in the audience write to a record, and only into lines that they see themselves.
 * AD10 `verdicts` are the relay's.
 * AD11 Configuration is written by admins, valid under its key; agents stand there as the relay writes them.
 * AD12 `me:<agent>` is that agent's alone.
 * AD13 Observers add nothing to records.
 */
export interface AdmissionContext {
	/** The blocks of ticket numbers that the device owns. */
	blocksOf(device: string): readonly number[];
	/** Whether the block belongs to no one because a backup was put back, and so is this device's now. */
	adoptBlock?(device: string, block: number): boolean;
	/** The ticket that has that number already. */
	documentWithNumber(number: string): DocumentId | undefined;
	/** Who publishes articles on this desk; without it the admins. */
	publishing?(): Desk['publishing'];
}

const meDocumentBytes = 64 * 1024;
const shortKey = /^.{1,60}$/su;

/** What can be refused without touching the document. */
export function refuseBeforeApplying(
	open: OpenDocument,
	identity: DeviceIdentity,
	generation: number,
	scan: UpdateScan,
): RejectionCode | undefined {
	if (open.goneAt !== undefined) return 'gone';
	if (generation !== open.generation) return 'other-generation';
	if (!mayTouch(open, identity)) return 'no-access';
	const allowed = rootsOf(open);
	for (const root of scan.roots) if (!allowed.includes(root)) return 'malformed';
	const known = open.doc.store;
	for (const { client, to } of scan.clients) {
		if (to <= Y.getState(known, client)) continue;
		const owner = open.clients.get(client);
		if (owner !== undefined && owner !== identity.device) return 'forged-client';
	}
	return undefined;
}

/** Whether the device may see the document, and so write to it. A record that nothing opened yet is anybody's to open. */
function mayTouch(open: OpenDocument, identity: DeviceIdentity): boolean {
	if (open.record === undefined && open.id.startsWith('me:')) return open.id === `me:${identity.agent}`;
	if (open.id === 'desk') return identity.scopes.includes('desk');
	return open.scopes.length === 0 || open.scopes.some((scope) => identity.scopes.includes(scope));
}

export function isVisibleTo(open: Pick<OpenDocument, 'scopes' | 'id'>, identity: DeviceIdentity): boolean {
	if (open.id === 'desk') return identity.scopes.includes('desk');
	if (open.id.startsWith('me:')) return open.id === `me:${identity.agent}`;
	return open.scopes.some((scope) => identity.scopes.includes(scope));
}

export interface Additions {
	entries: [EntryId, Entry][];
	numbers: TicketNumber[];
}

export type Ruling = { kind: 'admitted'; additions: Additions } | { kind: 'refused'; code: RejectionCode };

const refused = (code: RejectionCode): Ruling => ({ kind: 'refused', code });

/**
 * What the document says after the updates of one turn were applied to it. `authors` are the devices whose updates the
 * transaction holds; with more than one, each entry must name one of them.
 */
export function ruleOn(
	open: OpenDocument,
	transaction: Y.Transaction,
	authors: readonly DeviceIdentity[],
	context: AdmissionContext,
): Ruling {
	const { doc } = open;
	if (doc.store.pendingStructs !== null || doc.store.pendingDs !== null) return refused('missing-base');
	if (transaction.subdocsAdded.size > 0 || doc.share.size !== rootsOf(open).length) return refused('malformed');
	// What the scan has missed, if anything: no client advances that does not belong to an author of this turn.
	for (const [client, clock] of transaction.afterState) {
		if (clock <= (transaction.beforeState.get(client) ?? 0)) continue;
		const owner = open.clients.get(client);
		if (!authors.some((author) => author.device === owner)) return refused('forged-client');
	}
	if (open.id === 'desk') return ruleOnDesk(open, transaction, authors);
	if (open.record === undefined) return ruleOnMe(open, transaction);
	return ruleOnRecord(open, transaction, authors, context);
}

function ruleOnRecord(
	open: OpenDocument,
	transaction: Y.Transaction,
	authors: readonly DeviceIdentity[],
	context: AdmissionContext,
): Ruling {
	const { doc, record } = open;
	const additions: Additions = { entries: [], numbers: [] };
	if (transaction.changed.size === 0 && !hasNews(transaction)) return { kind: 'admitted', additions };
	if (authors.some((author) => author.role === 'observer')) return refused('no-permission');
	if (transaction.changed.has(doc.getMap(roots.verdicts) as never)) return refused('touches-verdicts');

	const metaKeys = transaction.changed.get(doc.getMap(roots.meta) as never);
	if (metaKeys !== undefined) {
		const meta = doc.getMap(roots.meta);
		for (const key of metaKeys) {
			if (key !== 'kind' && key !== 'schema') return refused('malformed');
			const standing = standingItem(meta, key);
			if (standing === 'deleted' || standing === 'overwritten') return refused('overwrites-entry');
			if (standing === 'not-plain') return refused('malformed');
		}
	}
	const meta = readMeta(doc);
	if (meta === undefined) return refused('missing-base');
	if (!recordKinds.includes(meta.kind) || meta.kind !== record || meta.schema > recordSchemaVersion)
		return refused('malformed');

	const entryKeys = transaction.changed.get(doc.getMap(roots.entries) as never);
	if (entryKeys === undefined) return { kind: 'admitted', additions };
	const map = doc.getMap(roots.entries);
	for (const key of entryKeys) {
		if (key === null) return refused('invalid-entry');
		const standing = standingItem(map, key);
		if (standing === 'deleted') return refused('deletes-entry');
		if (standing === 'overwritten') return refused('overwrites-entry');
		if (standing === 'not-plain' || !isUlid(key)) return refused('invalid-entry');
		const entry = parseEntry(record, map.get(key));
		if (entry === undefined) return refused('invalid-entry');
		const author = authors.find(({ agent, device }) => agent === entry.by && device === entry.device);
		if (author === undefined || !isWrittenBy(open, map, key, author)) return refused('forged-author');
		if (!mayWriteEntry(author.role, entry.kind)) return refused('no-permission');
		const isPublishing = entry.kind === 'article-state-set' && isPublished(entry.state);
		if (isPublishing && !mayPublish(author.role, context.publishing?.())) return refused('no-permission');
		if (linesNamed(entry).some((line) => !author.scopes.includes(lineScope(line)))) return refused('no-access');
		if (isBeginning(entry.kind) && isOpenedTwice(map)) return refused('invalid-entry');
		if (entry.kind === 'opened') {
			const number = entry.number as TicketNumber;
			const owner = context.documentWithNumber(number);
			if (owner !== undefined && owner !== open.id) return refused('foreign-number');
			const block = blockOf(number);
			const isOwn = context.blocksOf(author.device).includes(block) || context.adoptBlock?.(author.device, block);
			if (isOwn !== true) return refused('foreign-number');
			additions.numbers.push(number);
		}
		additions.entries.push([key as EntryId, entry]);
	}
	return { kind: 'admitted', additions };
}

function ruleOnDesk(open: OpenDocument, transaction: Y.Transaction, authors: readonly DeviceIdentity[]): Ruling {
	const none: Ruling = { kind: 'admitted', additions: { entries: [], numbers: [] } };
	if (transaction.changed.size === 0 && !hasNews(transaction)) return none;
	if (!authors.every((author) => mayConfigure(author.role))) return refused('no-permission');
	const map = open.doc.getMap(deskRoot);
	for (const key of transaction.changed.get(map as never) ?? []) {
		if (key === null) return refused('invalid-entry');
		if (isRelayDeskKey(key)) return refused('no-permission');
		const standing = standingItem(map, key);
		if (standing === 'deleted') return refused('deletes-entry');
		if (standing === 'not-plain' || parseDeskValue(key, map.get(key)) === undefined) return refused('invalid-entry');
	}
	return none;
}

function ruleOnMe(open: OpenDocument, transaction: Y.Transaction): Ruling {
	const map = open.doc.getMap(meRoot);
	for (const key of transaction.changed.get(map as never) ?? []) {
		if (key === null || !shortKey.test(key)) return refused('invalid-entry');
		if (standingItem(map, key) === 'not-plain') return refused('invalid-entry');
	}
	if (open.bytes > meDocumentBytes && Y.encodeStateAsUpdate(open.doc).length > meDocumentBytes)
		return refused('document-too-big');
	return { kind: 'admitted', additions: { entries: [], numbers: [] } };
}

/** Whether anything was inserted or deleted, wherever it landed. */
export function hasNews(transaction: Y.Transaction): boolean {
	if (transaction.deleteSet.clients.size > 0) return true;
	for (const [client, clock] of transaction.afterState) {
		if (clock > (transaction.beforeState.get(client) ?? 0)) return true;
	}
	return false;
}

type Standing = 'fresh' | 'overwritten' | 'deleted' | 'not-plain';

export function standingItem(map: Y.Map<unknown>, key: string): Standing {
	const item = map._map.get(key);
	if (item === undefined || item.deleted) return 'deleted';
	if (!(item.content instanceof Y.ContentAny) || item.content.arr.length !== 1) return 'not-plain';
	return item.left === null ? 'fresh' : 'overwritten';
}

/** In a turn of several devices: the struct itself must be of the client of the author that the entry names. */
function isWrittenBy(open: OpenDocument, map: Y.Map<unknown>, key: string, author: DeviceIdentity): boolean {
	const client = map._map.get(key)?.id.client;
	return client !== undefined && open.clients.get(client) === author.device;
}

function isBeginning(kind: unknown): boolean {
	return kind === 'opened' || kind === 'created' || kind === 'contacted';
}

/** A record begins once; a second beginning with an earlier time would take its place. */
export function isOpenedTwice(map: Y.Map<unknown>): boolean {
	let found = 0;
	for (const value of map.values()) {
		if (isBeginning(((value ?? {}) as { kind?: unknown }).kind)) found++;
	}
	return found > 1;
}

/** The lines that an entry puts a record into. */
function linesNamed(entry: Entry): readonly LineId[] {
	if (entry.kind === 'opened' || entry.kind === 'contacted') return [entry.line];
	if (entry.kind === 'line-set' || entry.kind === 'line-added') return [entry.line];
	return entry.kind === 'created' ? entry.lines : [];
}

const ulid = /^[0-9A-HJKMNP-TV-Z]{26}$/;
export function isUlid(key: string): boolean {
	return ulid.test(key);
}

export function isTooBig(open: OpenDocument, most: number = limits.documentBytes): boolean {
	if (open.bytes <= most) return false;
	open.bytes = Y.encodeStateAsUpdate(open.doc).length;
	return open.bytes > most;
}
