import * as Y from 'yjs';
import { expect, test } from 'vitest';
import { redactEntry } from '../../src/lib/domain/redact-entry.ts';
import { rewriteDocument } from '../../src/lib/document/rewrite-document.ts';
import { updatesToRow } from '../../src/lib/projection/document-row.ts';
import type { Page } from '../../src/lib/protocol/replica.ts';
import type { GoneWords } from '../../src/lib/store/gone-words.ts';
import { createMemoryRecordStore } from '../../src/lib/store/memory-record-store.ts';
import type { RecordStore } from '../../src/lib/store/record-store.ts';
import { forgetGone } from '../../src/lib/sync/forget-gone.ts';
import { createProjectHere } from '../../src/lib/sync/project-here.ts';
import { receivePage } from '../../src/lib/sync/receive-page.ts';
import { settingKeys } from '../../src/lib/sync/setting-keys.ts';
import { documentNews, received, ticketId, writtenTicket } from '../store/record-fixtures.ts';
import { createVirtualTime } from './virtual-time.ts';

const newStore = () => createMemoryRecordStore({ now: () => 1000, project: updatesToRow });
const gone = (part: string): GoneWords => ({ label: '█████', names: [], addresses: [], phones: [], parts: [part] });
/** As another tab does that fetches a ticket somebody opens. */
const note = ({ settings }: RecordStore, part: string) =>
	settings.change<GoneWords[]>(settingKeys.goneWords, (before = []) => [...before, gone(part)]);
const partsOf = async ({ settings }: RecordStore) =>
	((await settings.get<GoneWords[]>(settingKeys.goneWords)) ?? []).flatMap(({ parts }) => parts);

test('[F106] [FG2] words that another tab notes while these are looked for stay noted', async () => {
	const store = newStore();
	await note(store, 'first words');
	expect(await forgetGone(store, async () => void (await note(store, 'later words')))).toBe(true);
	expect(await partsOf(store)).toEqual(['later words']);
	expect(await forgetGone(store, async () => {})).toBe(true);
	expect(await forgetGone(store, async () => {})).toBe(false);
});

test('[F106] [FG2] files that wait beside a draft lose the words in their names, and stay', async () => {
	const store = newStore();
	const { settings } = store;
	const file = (name: string) => ({ blob: 'b'.repeat(64), name, mime: 'application/pdf', size: 9 });
	const files = (own: string, other: string) => ({
		[`${ticketId(1)} reply`]: [file(own), file('printer.pdf')],
		[`${ticketId(2)} note`]: [file(other)],
	});
	await settings.set(settingKeys.draftFiles, files('report Kim Weiß.pdf', 'for Kim.pdf'));
	await settings.set(settingKeys.goneWords, [
		{ ...gone('nothing like it'), names: ['Kim Weiß'], document: ticketId(1) },
	]);
	expect(await forgetGone(store, async () => {})).toBe(true);
	// Where the ticket is another one, a single word of the name may be somebody else's.
	expect(await settings.get(settingKeys.draftFiles)).toEqual(files('report █████.pdf', 'for Kim.pdf'));
});

test('[F106] [FG1] a page that was read before another tab noted words is not stored over them', async () => {
	const store = newStore();
	const id = ticketId(1);
	const ticket = writtenTicket();
	const row = updatesToRow(id, [ticket.whole()]);
	await store.receive(received([{ news: documentNews(id, [ticket.whole()], { generation: 1 }), row }]));
	const next = rewriteDocument(ticket.doc, 99, {
		entry: (_id, entry) => redactEntry(entry, { isIt: false, words: ['does not print'], ranges: null }),
		words: (text) => text,
	})!;
	const documents = [documentNews(id, [Y.encodeStateAsUpdate(next)], { generation: 2, head: 9 })];
	const page: Page = {
		...{ documents, gone: [], dropped: [], cursor: 9, next: null, total: 1 },
		...{ relayTime: 0, era: 1, scopeRevision: 1 },
	};
	const project = createProjectHere(createVirtualTime());
	const late: RecordStore = {
		...store,
		async receive(news) {
			await note(store, 'later words');
			return store.receive(news);
		},
	};
	expect(await receivePage({ store: late, project }, page, {})).toBe('superseded');
	expect(await partsOf(store)).toEqual(['later words']);
	expect(await receivePage({ store, project }, page, {})).toBe('stored');
	expect(await partsOf(store)).toEqual(['later words', 'does not print']);
});
