import * as Y from 'yjs';
import { appendEntries, writeMeta } from '../../src/lib/document/record-document.ts';
import type { Draft } from '../../src/lib/domain/entry.ts';
import { createClock } from '../../src/lib/domain/hlc.ts';
import { recordId, type DocumentId, type EntryId, type LineId, type QueueId } from '../../src/lib/domain/ids.ts';
import { openTicket } from '../../src/lib/domain/ticket-command.ts';
import { createUlid } from '../../src/lib/domain/ulid.ts';
import { documentToRow, updatesToRow } from '../../src/lib/projection/document-row.ts';
import { createMemoryRecordStore } from '../../src/lib/store/memory-record-store.ts';
import type { RecordStore } from '../../src/lib/store/record-store.ts';
import { createMemoryKeys } from '../../src/lib/sync/device-key.ts';
import type { RestoredNews } from '../../src/lib/sync/hand-over.ts';
import { createHttpTransport } from '../../src/lib/sync/http-transport.ts';
import { createProjectHere } from '../../src/lib/sync/project-here.ts';
import { createReplica } from '../../src/lib/sync/replica.ts';
import { createSessions } from '../../src/lib/sync/session.ts';
import { settingKeys } from '../../src/lib/sync/setting-keys.ts';
import { browserTime } from '../../src/lib/sync/time.ts';
import type { TestDevice } from './running-relay.ts';

const fill = (bytes: Uint8Array) => crypto.getRandomValues(bytes as Uint8Array<ArrayBuffer>);
export const newUlid = () => createUlid(Date.now(), fill);

/** What lies on the device's disk. */
export interface Kept {
	store: RecordStore;
	docs?: Map<DocumentId, Y.Doc>;
}

/** The app's own store and sync, over HTTP to a real relay. */
export function appDevice({ session, cookie }: Pick<TestDevice, 'session' | 'cookie'>, base: string, known?: Kept) {
	const store = known?.store ?? createMemoryRecordStore({ now: Date.now, project: updatesToRow });
	const transport = createHttpTransport({
		...{ base, time: browserTime },
		fetch: ((url: string, init: RequestInit = {}) =>
			fetch(url, { ...init, headers: { ...Object.fromEntries(new Headers(init.headers)), cookie } })) as typeof fetch,
	});
	const sessions = createSessions({ transport, settings: store.settings, keys: createMemoryKeys(), known: session });
	const replica = createReplica({
		...{ store, transport, sessions, time: browserTime, project: createProjectHere(browserTime) },
		visible: () => true,
		wipe: () => Promise.reject(new Error('wiped')),
	});
	const clock = createClock(Date.now);
	const docs = known?.docs ?? new Map<DocumentId, Y.Doc>();
	const device = {
		...{ store, replica, docs, transport },
		sync: () => replica.syncNow(),
		async doc(document: DocumentId): Promise<Y.Doc> {
			const doc = docs.get(document) ?? new Y.Doc();
			docs.set(document, doc);
			for (const update of (await store.load(document))?.updates ?? []) Y.applyUpdate(doc, update);
			return doc;
		},
		async write(document: DocumentId, drafts: Draft[], isNew = false): Promise<EntryId[]> {
			const doc = await device.doc(document);
			const before = Y.encodeStateVector(doc);
			const author = {
				...{ agent: session.agent.id, device: session.device.id },
				...{ tick: () => clock.tick(), newId: () => newUlid() as EntryId },
			};
			let ids: EntryId[] = [];
			doc.transact(() => {
				if (isNew) writeMeta(doc, 'ticket');
				ids = appendEntries(doc, author, drafts);
			});
			const update = Y.encodeStateAsUpdate(doc, before);
			await store.commit({
				...{ document, generation: 0, update, row: documentToRow(document, doc), at: Date.now(), what: 'test' },
			});
			return ids;
		},
		async open(subject: string): Promise<DocumentId> {
			const number = (await store.takeNumber())?.number;
			if (number === undefined) throw new Error('no number');
			const document = recordId('ticket', newUlid());
			const place = { line: 'support' as LineId, queue: 'front' as QueueId };
			await device.write(
				document,
				openTicket({ number, subject, ...place, channel: 'phone', text: 'Please help', attachments: [] }),
				true,
			);
			return document;
		},
		restored: () => store.settings.get<RestoredNews>(settingKeys.restored),
	};
	return device;
}
