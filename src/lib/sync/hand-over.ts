import * as Y from 'yjs';
import { unnamedDoc } from '../document/unnamed-doc.ts';
import { fromBase64 } from 'lib0/buffer';
import { stateOfDocument } from '../document/document-state.ts';
import type { DocumentId } from '../domain/ids.ts';
import { mostCompared, type CompareRequest } from '../protocol/compare.ts';
import { limits } from '../protocol/limits.ts';
import { encodePush, type Edit } from '../protocol/replica.ts';
import { documentBlobs } from '../store/document-blobs.ts';
import type { RecordStore } from '../store/record-store.ts';
import { sendFile } from './send-files.ts';
import { settingKeys } from './setting-keys.ts';
import type { NoAnswer, Transport } from './transport.ts';

/** What the person hears of a restored backup. Kept in the settings under `restored`. */
export interface RestoredNews {
	era: number;
	/** The moment of which the backup tells, ms since 1970. */
	backupAt: number | null;
	/** Records of which this device handed something over. */
	records: number;
	/** Records that the relay did not take back. */
	refused: number;
	files: number;
	isDone: boolean;
}

export interface HandOverParts {
	store: RecordStore;
	transport: Transport;
	/** The last document that was compared; null to begin. */
	from: DocumentId | null;
	era: number;
}

export type HandOverOutcome = { kind: 'done' } | { kind: 'superseded' } | NoAnswer;

/**
 * After a backup was put back: nothing that was acknowledged is lost as long as one device has it.
 *
 * HO1 After the walk the device holds all that the relay has. Then it names, a few at a time, how much it holds of each document, and
 *     sends what the relay lacks of it, whoever wrote that.
 * HO2 What was handed over is remembered with the place, so that a crash repeats a few documents at most; repeating changes nothing.
 * HO3 Files that these documents name go with them, where this device has them.
 * HO4 Its own edits leave after that: they may build on what was lost.
 * HO5 What turns out to be out of its sight, now that the relay has all of it, is deleted here: no feed names what moved in the time that was lost.
 */
export async function handOver(
	{ store, transport, from, era }: HandOverParts,
	/** Stores how far it has come; undefined at the end. False if something else has happened meanwhile. */
	moveOn: (after: DocumentId | undefined) => Promise<boolean>,
): Promise<HandOverOutcome> {
	let after = from ?? undefined;
	for (;;) {
		const documents = await store.documents(after, mostCompared);
		const last = documents.at(-1);
		if (last === undefined) {
			await note(store, era, (news) => ({ ...news, isDone: true }));
			return (await moveOn(undefined)) ? { kind: 'done' } : { kind: 'superseded' };
		}
		const outcome = await handOverThese({ store, transport, era }, documents);
		if (outcome !== undefined) return outcome;
		after = last;
		if (!(await moveOn(after))) return { kind: 'superseded' };
	}
}

async function handOverThese(
	{ store, transport, era }: Omit<HandOverParts, 'from'>,
	documents: readonly DocumentId[],
): Promise<NoAnswer | undefined> {
	const open = new Map<DocumentId, { doc: Y.Doc; generation: number; updates: Uint8Array[] }>();
	try {
		for (const [document, { updates, generation }] of await store.loadMany(documents)) {
			const doc = unnamedDoc();
			open.set(document, { doc, generation, updates });
			try {
				for (const update of updates) Y.applyUpdate(doc, update);
			} catch {
				open.delete(document);
			}
			// What builds on something that is not here cannot be handed over; all the rest can.
			doc.store.pendingStructs = null;
			doc.store.pendingDs = null;
		}
		const asked: CompareRequest['documents'] = Array.from(open, ([document, { doc, generation }]) => ({
			...{ document, generation },
			...stateOfDocument(doc),
		}));
		for (const some of inBodies(asked)) {
			const compared = await transport.compare({ documents: some });
			// A relay that does not know the question has nothing to ask for.
			if (compared.kind === 'refused' && compared.reason === 'not-found') return undefined;
			if (compared.kind !== 'ok') return compared;
			const { backupAt, lacking, hidden } = compared.value;
			const edits: Edit[] = [];
			for (const [n, { document, vector }] of lacking.entries()) {
				const held = open.get(document);
				if (held === undefined) continue;
				const update = Y.encodeStateAsUpdate(held.doc, fromBase64(vector));
				edits.push({ n, document, generation: held.generation, update });
			}
			let records = 0;
			let refused = 0;
			for (const body of inPushes(edits)) {
				const answer = await transport.offer(encodePush(body));
				if (answer.kind === 'refused' && (answer.reason === 'too-big' || answer.reason === 'malformed'))
					refused += body.length;
				else if (answer.kind !== 'ok') return answer;
				else
					for (const { kind } of answer.value.answers) {
						if (kind === 'rejected') refused++;
						else records++;
					}
			}
			const files = await handOverFiles(
				store,
				transport,
				edits.flatMap(({ document }) => open.get(document)?.updates ?? []),
			);
			if (typeof files !== 'number') return files;
			const unsure = new Set([...hidden, ...edits.map(({ document }) => document)]);
			if (unsure.size > 0) {
				const again = await transport.compare({ documents: some.filter(({ document }) => unsure.has(document)) });
				if (again.kind !== 'ok') return again;
				const kept = new Set(again.value.lacking.map(({ document }) => document));
				const dropped = again.value.hidden.filter((document) => !kept.has(document));
				if (dropped.length > 0) await store.receive({ documents: [], gone: [], dropped, settings: {} });
			}
			await note(store, era, (news) => ({
				...news,
				backupAt,
				records: news.records + records,
				refused: news.refused + refused,
				files: news.files + files,
			}));
		}
		return undefined;
	} finally {
		for (const { doc } of open.values()) doc.destroy();
	}
}

/** Copies count as sent, and only this device may have one still. */
async function handOverFiles(
	store: RecordStore,
	transport: Transport,
	updates: readonly Uint8Array[],
): Promise<number | NoAnswer> {
	if (updates.length === 0) return 0;
	const here = await store.blobs.states(documentBlobs(updates));
	let sent = 0;
	for (const [id, state] of here) {
		const bytes = state === 'sent' ? await store.blobs.get(id) : undefined;
		if (bytes === undefined) continue;
		const answer = await sendFile(transport, id, bytes);
		if (answer.kind === 'offline') return answer;
		if (answer.kind === 'ok') sent++;
	}
	return sent;
}

async function note(store: RecordStore, era: number, change: (news: RestoredNews) => RestoredNews): Promise<void> {
	const begin: RestoredNews = { era, backupAt: null, records: 0, refused: 0, files: 0, isDone: false };
	await store.settings.change<RestoredNews>(settingKeys.restored, (news) => change(news?.era === era ? news : begin));
}

/** Vectors of documents that many wrote in are long. */
function inBodies(asked: CompareRequest['documents']): CompareRequest['documents'][] {
	return inParts(asked, limits.jsonBytes - 1024, ({ vector }) => vector.length + 120);
}

function inPushes(edits: Edit[]): Edit[][] {
	return inParts(edits, limits.pushBytes - 1024, ({ update }) => update.length + 120);
}

function inParts<T>(items: readonly T[], most: number, sizeOf: (item: T) => number): T[][] {
	const parts: T[][] = [];
	let size = most;
	for (const item of items) {
		const more = sizeOf(item);
		if (size + more > most) {
			parts.push([]);
			size = 0;
		}
		parts.at(-1)?.push(item);
		size += more;
	}
	return parts;
}
