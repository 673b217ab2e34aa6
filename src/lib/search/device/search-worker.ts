/// <reference lib="webworker" />
import { updatesToRow } from '../../projection/document-row.ts';
import { createDexieRecordStore } from '../../store/dexie-record-store.ts';
import type { RecordRow } from '../../projection/rows.ts';
import { coldToSearch, documentToSearch } from './document-to-search.ts';
import { keepIndex, type KeptIndex } from './keep-index.ts';
import { openIndexDatabase } from './open-index-database.ts';
import { isSearchMessage, type SearchMessage, type SearchState, type StartSearch } from './search-messages.ts';

/** Started by `new Worker(new URL(...url), { type: 'module' })` and told once who it works for. */
addEventListener('message', ({ data }: MessageEvent<StartSearch>) => {
	if (data.kind === 'start') void start(data);
});

async function start({ run, channel: name, database, owner }: StartSearch): Promise<void> {
	const channel = new BroadcastChannel(name);
	const post = (message: SearchMessage) => channel.postMessage(message);
	const tell = (state: SearchState) => post({ kind: 'state', run, state });
	let index: KeptIndex | undefined;
	let before: SearchState = { kind: 'starting' };

	channel.addEventListener('message', ({ data }) => {
		if (!isSearchMessage(data)) return;
		if (data.kind === 'hello') tell(index?.state ?? before);
		else if (data.kind === 'look-again') index?.lookAgain();
		else if (data.kind === 'at-work') index?.makeRoom();
		else if (data.kind === 'ask' && index !== undefined)
			post({ kind: 'answer', tab: data.tab, id: data.id, answer: index.search(data.query) });
	});
	tell(before);
	try {
		index = keepIndex({
			database: await openIndexDatabase(),
			store: createDexieRecordStore({ name: database, now: () => Date.now(), project: updatesToRow }),
			toSearchDocument: documentToSearch,
			rowToSearchDocument: (row) => coldToSearch(row as RecordRow),
			owner,
			now: () => performance.now(),
			pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
			changed: tell,
		});
		tell(index.state);
	} catch (error) {
		before = { kind: 'unavailable', why: String(error) };
		tell(before);
	}
}
