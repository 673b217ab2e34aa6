import { describe, expect, test } from 'vitest';
import { createThisDevice } from '../../src/lib/desk/this-device.ts';
import { createMemoryRecordStore } from '../../src/lib/store/memory-record-store.ts';
import { StoreFailure } from '../../src/lib/store/store-failure.ts';
import { decodeUnsent } from '../../src/lib/store/unsent-file.ts';
import { settingKeys } from '../../src/lib/sync/setting-keys.ts';
import { updatesToRow } from '../../src/lib/projection/document-row.ts';
import { localChange, ticketId, writtenTicket } from '../store/record-fixtures.ts';

type Browser = Parameters<typeof createThisDevice>[0]['storage'];

function deviceIn(storage: Browser, unsaved: Uint8Array[] = []) {
	const store = createMemoryRecordStore({ now: () => 1000, project: updatesToRow });
	const document = ticketId(7);
	const edits = unsaved.map((update) => ({
		...{ document, generation: 1, update, at: 1000, what: 'draft', rejected: undefined },
	}));
	const none = () => Promise.resolve();
	const parts = { store, storage, flush: none, unsavedEdits: () => edits, repaired: none, wipe: none };
	return { store, device: createThisDevice(parts) };
}

const browser = (persisted: boolean, persist: () => Promise<boolean>): Browser => ({
	estimate: () => Promise.resolve({ usage: 10, quota: 20 }),
	persisted: () => Promise.resolve(persisted),
	persist,
});

describe('[F113] what the browser keeps', () => {
	test.each([
		['agrees', browser(true, () => Promise.resolve(true)), true],
		['refuses', browser(false, () => Promise.resolve(false)), false],
		['fails', browser(false, () => Promise.reject(new TypeError('no'))), false],
		['has no such thing', undefined, false],
	])('a browser that %s: that is what is said, and work goes on', async (_how, storage, expected) => {
		const { store, device } = deviceIn(storage);
		expect(await device.persist()).toBe(expected);
		expect(await device.storage()).toMatchObject({ persisted: expected, tickets: 0 });
		const { n } = await store.commit(localChange(ticketId(1), writtenTicket().whole()));
		expect((await store.outbox()).map((edit) => edit.n)).toEqual([n]);
	});

	test('a browser that does not say how much there is leaves that open', async () => {
		const silent: Browser = {
			...browser(false, () => Promise.resolve(false))!,
			estimate: () => Promise.reject(new TypeError('no')),
			persisted: () => Promise.reject(new TypeError('no')),
		};
		expect(await deviceIn(silent).device.storage()).toMatchObject({
			...{ persisted: false, usage: undefined, quota: undefined },
		});
	});

	test('where nothing can be stored any more, the file of what is unsent holds what is only in memory, beside the rest', async () => {
		const typed = writtenTicket('typed on a full disk').whole();
		const { store, device } = deviceIn(undefined, [typed]);
		await store.commit(localChange(ticketId(1), writtenTicket().whole()));
		const read = async () => {
			const file = decodeUnsent(new Uint8Array(await (await device.exportUnsent()).arrayBuffer()));
			return file.kind === 'ok' ? file.file.edits.map(({ what }) => what) : file.kind;
		};
		expect(await read()).toEqual(['note', 'draft']);
		store.exportUnsent = () => Promise.reject(new StoreFailure('quota'));
		expect(await read()).toEqual(['draft']);
	});

	test('[F106] fetching everything once more forgets neither what is unsent nor which words must still go from it', async () => {
		const { store, device } = deviceIn(undefined);
		const { n } = await store.commit(localChange(ticketId(1), writtenTicket().whole()));
		const gone = [{ document: ticketId(1), words: ['Seidel'] }];
		await store.settings.set(settingKeys.goneWords, gone);
		await device.repair();
		expect((await store.outbox()).map((edit) => edit.n)).toEqual([n]);
		expect(await store.settings.get(settingKeys.goneWords)).toEqual(gone);
	});
});
