import type { DocumentId } from '../domain/ids.ts';
import type { TicketRow } from '../domain/ticket-row.ts';
import type { DocumentNews, HeaderNews, Page } from '../protocol/replica.ts';
import { readHeader } from '../protocol/ticket-header.ts';
import type { GoneWords } from '../store/gone-words.ts';
import type { ReceivedNews, RecordStore, Row } from '../store/record-store.ts';
import { goneIn } from './forget-gone.ts';
import { settingKeys } from './setting-keys.ts';

/** Reads documents and says what lists show of them, in the order asked. Runs in a worker where many come at once. */
export type Project = (documents: readonly Projectable[]) => Promise<Projected[]>;
export interface Projectable {
	document: DocumentId;
	updates: Uint8Array[];
}
export type Projected = { kind: 'row'; row: Row | undefined } | { kind: 'unreadable'; why: string };

/** A document whose bytes cannot be read here. It is left out and named; everything else goes on. */
export interface Parked {
	document: DocumentId;
	head: number;
	why: string;
}

/**
 * Stores a page: documents, rows, what is gone, and `settings` (the progress) in one transaction. A row is made from what the device
 * holds and what came; it names the version it was made from, so that the store makes it anew if a person wrote in between.
 * A tail whose beginning is not here, and a document that is here and of which only the header came, are wanted: fetch-documents.ts.
 */
export async function receivePage(
	{ store, project }: { store: RecordStore; project: Project },
	page: Page,
	settings: Record<string, unknown>,
	expected: Record<string, unknown> = {},
): Promise<'stored' | 'superseded'> {
	const headers = (page.headers ?? []).map(rowOf).filter((row) => row !== undefined);
	const tails = page.documents.filter(({ from }) => from === 'tail').map(({ document }) => document);
	const heads = await store.heads([...tails, ...headers.map(({ id }) => id)]);
	const storedWanted = await store.settings.get<DocumentId[]>(settingKeys.wanted);
	const wantedBefore = (settings[settingKeys.wanted] as DocumentId[] | undefined) ?? storedWanted ?? [];
	// What is wanted lacks what the relay told of by a header: no tail fits on it until that is here.
	const lacking = new Set(wantedBefore);
	const isBare = ({ document, generation, from }: DocumentNews) => {
		const head = heads.get(document);
		return from === 'tail' && (head?.whole !== true || head.generation < generation || lacking.has(document));
	};
	const wanted = page.documents.filter(isBare).map(({ document }) => document);
	for (const { id, cold } of headers) {
		const here = heads.get(id);
		if (here === undefined || cold === undefined) continue;
		const isBehind = here.generation < cold.generation || (here.whole && here.head < cold.head);
		if (isBehind) wanted.push(id);
	}
	const arrived = page.documents.filter((news) => !isBare(news)).map(ownBytes);
	const stored = await store.loadMany(arrived.map((news) => news.document));
	const projected = await project(
		arrived.map(({ document, generation, updates }) => {
			// Another generation is another document: nothing of the old one may come into its row.
			const here = stored.get(document);
			return { document, updates: here?.generation === generation ? [...here.updates, ...updates] : updates };
		}),
	);
	const readable: ReceivedNews['documents'] = [];
	const unreadable: Parked[] = [];
	for (const [i, news] of arrived.entries()) {
		const found = projected[i];
		const basedOn = stored.get(news.document)?.version ?? 0;
		if (found?.kind === 'row') readable.push({ news, row: found.row, basedOn });
		else unreadable.push({ document: news.document, head: news.head, why: found?.why ?? 'not projected' });
	}
	const parked = await parkedAfter(store, readable, page, unreadable);
	if (wanted.length > 0) {
		settings = { ...settings, [settingKeys.wanted]: [...new Set([...wantedBefore, ...wanted])] };
		expected = { [settingKeys.wanted]: storedWanted, ...expected };
	}
	const gone = await goneIn(
		readable.map(({ news }) => news),
		stored,
	);
	if (gone.length > 0) {
		const before = await store.settings.get<GoneWords[]>(settingKeys.goneWords);
		settings = { ...settings, [settingKeys.goneWords]: [...(before ?? []), ...gone] };
		expected = { [settingKeys.goneWords]: before, ...expected };
	}
	return store.receive({
		expected,
		documents: readable,
		headers,
		gone: page.gone,
		dropped: page.dropped,
		settings: parked === undefined ? settings : { ...settings, [settingKeys.parked]: parked },
	});
}

/** One that cannot be read is left out: the relay sends it anew when it changes. */
function rowOf({ document, generation, head, header }: HeaderNews): TicketRow | undefined {
	const row = readHeader(document, header);
	return row && { ...row, cold: { generation, head } };
}

/** Updates of a page are views into the whole page; storing a view would store the page with it, once for each. */
function ownBytes(news: DocumentNews): DocumentNews {
	return { ...news, updates: news.updates.map((update) => update.slice()) };
}

async function parkedAfter(
	store: RecordStore,
	readable: { news: DocumentNews }[],
	page: Page,
	unreadable: Parked[],
): Promise<Parked[] | undefined> {
	const before = (await store.settings.get<Parked[]>(settingKeys.parked)) ?? [];
	if (before.length === 0 && unreadable.length === 0) return undefined;
	const over = new Set<DocumentId>([...page.gone, ...page.dropped, ...unreadable.map((parked) => parked.document)]);
	for (const { news } of readable) if (news.from === 'snapshot') over.add(news.document);
	return [...before.filter((parked) => !over.has(parked.document)), ...unreadable];
}
