import * as encoding from 'lib0/encoding';
import { WebSocket } from 'ws';
import * as Y from 'yjs';
import { appendEntries, draftFragment, writeMeta, type Author } from '../../src/lib/document/record-document.ts';
import type { Draft } from '../../src/lib/domain/entry.ts';
import { createClock } from '../../src/lib/domain/hlc.ts';
import { recordId, type DocumentId, type EntryId, type RecordKind } from '../../src/lib/domain/ids.ts';
import { ticketNumber } from '../../src/lib/domain/ticket-number.ts';
import { createUlid } from '../../src/lib/domain/ulid.ts';
import { encodePush, type PushAnswer } from '../../src/lib/protocol/replica.ts';
import type { Session } from '../../src/lib/protocol/session.ts';

export interface HandDevice {
	session: Session;
	cookie: string;
}

const newUlid = () =>
	createUlid(Date.now(), (bytes) => crypto.getRandomValues(bytes as Uint8Array<ArrayBuffer>)) as EntryId;

/** A scripted device that writes entries one by one. */
export interface Hand {
	device: HandDevice;
	author: Author;
	/** Makes a record with its first entry. */
	open(record: RecordKind, draft: Draft): Promise<DocumentId>;
	/** Pushes each draft as an edit of its own; answers by name. */
	write(document: DocumentId, ...drafts: Draft[]): Promise<string[]>;
	push(document: DocumentId, ...updates: Uint8Array[]): Promise<string[]>;
	number(): string;
	/** Uploads a file; its name. */
	upload(text: string): Promise<string>;
	/** Types into the reply that is being written, in the room of that record, and is seen there. */
	type(document: DocumentId, text: string): Promise<() => void>;
}

/** `read` looks at what the relay has, where the test can. */
export function createHand(
	device: HandDevice,
	base: string,
	read: (document: DocumentId) => Y.Doc | undefined = () => undefined,
): Hand {
	const clock = createClock(Date.now);
	const author: Author = {
		agent: device.session.agent.id,
		device: device.session.device.id,
		tick: () => clock.tick(),
		newId: newUlid,
	};
	let n = 0;
	let counter = 1;
	const block = device.session.blocks[0];
	const hand: Hand = {
		device,
		author,
		number: () => ticketNumber(block ?? 1, counter++),
		async open(record, draft) {
			const document = recordId(record, newUlid());
			const doc = new Y.Doc();
			doc.transact(() => {
				writeMeta(doc, record);
				appendEntries(doc, author, [draft]);
			});
			const [answer] = await hand.push(document, Y.encodeStateAsUpdate(doc));
			if (answer !== 'ok') throw new Error(`${draft.kind}: ${answer}`);
			return document;
		},
		write(document, ...drafts) {
			// Each alone: what is refused must not be missing to the next.
			const updates = drafts.map((draft) => {
				const doc = new Y.Doc();
				appendEntries(doc, author, [draft]);
				return Y.encodeStateAsUpdate(doc);
			});
			return hand.push(document, ...updates);
		},
		async push(document, ...updates) {
			const edits = updates.map((update) => ({ n: ++n, document, generation: 0, update }));
			const response = await fetch(`${base}/replica/push`, {
				method: 'POST',
				headers: { cookie: device.cookie },
				body: encodePush(edits) as Uint8Array<ArrayBuffer>,
			});
			if (!response.ok) return [((await response.json()) as { error: string }).error];
			const { answers } = (await response.json()) as PushAnswer;
			return answers.map((answer) => (answer.kind === 'rejected' ? answer.code : answer.kind));
		},
		async upload(text) {
			const bytes = Buffer.from(text);
			const id = Buffer.from(await crypto.subtle.digest('SHA-256', bytes)).toString('hex');
			const response = await fetch(`${base}/blobs/${id}?offset=0&size=${bytes.length}`, {
				...{ method: 'PATCH', headers: { cookie: device.cookie }, body: bytes },
			});
			if (!response.ok) throw new Error(`not taken: ${response.status}`);
			return id;
		},
		async type(document, text) {
			const socket = new WebSocket(`${base.replace('http', 'ws')}/live/${encodeURIComponent(`${document}@0`)}`, {
				headers: { cookie: device.cookie },
			});
			await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
			const doc = new Y.Doc();
			doc.transact(() => {
				const paragraph = new Y.XmlElement('paragraph');
				paragraph.insert(0, [new Y.XmlText(text)]);
				draftFragment(doc, 'reply').push([paragraph]);
			});
			socket.send(syncFrame(2, Y.encodeStateAsUpdate(doc)));
			socket.send(presenceFrame(doc.clientID, { user: { name: text, color: '#123456' }, doing: 'replying', text }));
			const isThere = () => JSON.stringify(read(document)?.getXmlFragment('draft:reply')).includes(text);
			while (!isThere()) await new Promise((resolve) => setImmediate(resolve));
			return () => socket.terminate();
		},
	};
	return hand;
}

export function syncFrame(kind: number, bytes: Uint8Array): Uint8Array {
	const encoder = encoding.createEncoder();
	encoding.writeVarUint(encoder, 0);
	encoding.writeVarUint(encoder, kind);
	encoding.writeVarUint8Array(encoder, bytes);
	return encoding.toUint8Array(encoder);
}

export function presenceFrame(client: number, state: object): Uint8Array {
	const inner = encoding.createEncoder();
	encoding.writeVarUint(inner, 1);
	encoding.writeVarUint(inner, client);
	encoding.writeVarUint(inner, 1);
	encoding.writeVarString(inner, JSON.stringify(state));
	const encoder = encoding.createEncoder();
	encoding.writeVarUint(encoder, 1);
	encoding.writeVarUint8Array(encoder, encoding.toUint8Array(inner));
	return encoding.toUint8Array(encoder);
}
