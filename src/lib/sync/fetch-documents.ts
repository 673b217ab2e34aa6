import type { DocumentId } from '../domain/ids.ts';
import { limits } from '../protocol/limits.ts';
import type { RecordStore } from '../store/record-store.ts';
import { receivePage, type Project } from './receive-page.ts';
import { settingKeys } from './setting-keys.ts';
import type { NoAnswer, Transport } from './transport.ts';

export interface FetchParts {
	store: RecordStore;
	transport: Pick<Transport, 'documents'>;
	project: Project;
}

export type Fetched = { kind: 'fetched' } | { kind: 'superseded' } | NoAnswer;

/** Pages of the feed that come in between are stored first: one of them may have taken the document out of sight. */
const mostTries = 4;

/** Asks the relay for these documents, whole or what the device lacks of them, and stores them. They are wanted until they are here. */
export async function fetchDocuments(parts: FetchParts, documents: readonly DocumentId[]): Promise<Fetched> {
	for (let tries = 0; tries < mostTries; tries++) {
		const fetched = await fetchOnce(parts, documents.slice(0, limits.askedDocuments));
		if (fetched.kind !== 'superseded') return fetched;
	}
	return { kind: 'superseded' };
}

async function fetchOnce(
	{ store, transport, project }: FetchParts,
	documents: readonly DocumentId[],
): Promise<Fetched> {
	const { progress, wanted } = settingKeys;
	const [before, wantedBefore, heads] = await Promise.all([
		store.settings.get<unknown>(progress),
		store.settings.get<DocumentId[]>(wanted),
		store.heads(documents),
	]);
	const answer = await transport.documents({
		documents: documents.map((document) => {
			const { generation = 0, head = 0, whole = false } = heads.get(document) ?? {};
			return { document, generation, head: whole ? head : 0 };
		}),
	});
	if (answer.kind !== 'ok') return answer;
	const page = answer.value;
	const come = new Set([...page.documents.map(({ document }) => document), ...page.gone, ...page.dropped]);
	const rest = (wantedBefore ?? []).filter((document) => !come.has(document));
	const settings = wantedBefore === undefined ? {} : { [wanted]: rest };
	const stored = await receivePage({ store, project }, page, settings, { [progress]: before, [wanted]: wantedBefore });
	return stored === 'stored' ? { kind: 'fetched' } : { kind: 'superseded' };
}
