import * as encoding from 'lib0/encoding';
import { WebSocket } from 'ws';
import * as Y from 'yjs';
import { writeDeskValue } from '../../../src/lib/document/desk-document.ts';
import { appendEntries, draftFragment, writeMeta, type Author } from '../../../src/lib/document/record-document.ts';
import type { Draft, EntryKind } from '../../../src/lib/domain/entry.ts';
import { createClock } from '../../../src/lib/domain/hlc.ts';
import {
	deskDocument,
	recordId,
	recordKinds,
	relayAgent,
	relayDevice,
	type DocumentId,
	type EntryId,
	type RecordKind,
} from '../../../src/lib/domain/ids.ts';
import { ticketNumber } from '../../../src/lib/domain/ticket-number.ts';
import { encodePush, type PushAnswer } from '../../../src/lib/protocol/replica.ts';
import { beginnings, kindsOfRecord, sampleDraft } from '../../support/sample-entry.ts';
import { newUlid } from '../app-device.ts';
import { enrol, runRelay, setUp, type TestDevice, type TestRelay } from '../running-relay.ts';
import type { Secrets } from './secrets.ts';

/** A desk with two clients, `front` and `legal`, and Sue, who works for both. */
export interface Office {
	relay: TestRelay;
	maria: TestDevice;
	sue: Hand;
}

export async function openOffice(): Promise<Office> {
	const relay = await runRelay();
	const maria = await setUp(relay);
	await relay.installation.relay.write(deskDocument, (doc) => {
		for (const id of ['front', 'legal']) {
			const acknowledge = { subject: 'We have it', text: 'Your message has arrived.' };
			const line = { id, name: id, addresses: [`${id}@desk.example`], colour: 1, acknowledge };
			writeDeskValue(doc, `line:${id}` as never, line);
			writeDeskValue(doc, `queue:${id}` as never, { id, name: id, line: id });
		}
	});
	relay.installation.auth.linesChanged();
	const device = await enrol(relay, maria, { mail: 'sue@desk.example', lines: ['front', 'legal'] });
	return { relay, maria, sue: await handOf(relay, device) };
}

/** A scripted device that writes entries one by one. */
export interface Hand {
	device: TestDevice;
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

export async function handOf(relay: TestRelay, device: TestDevice, base = relay.url): Promise<Hand> {
	const clock = createClock(Date.now);
	const author: Author = {
		agent: device.session.agent.id,
		device: device.session.device.id,
		tick: () => clock.tick(),
		newId: () => newUlid() as EntryId,
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
			const isThere = () =>
				JSON.stringify(relay.installation.relay.read(document)?.getXmlFragment('draft:reply')).includes(text);
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

export type Records = Record<RecordKind, DocumentId>;

/** A record of every kind, begun with words of their own. `line`: where the ticket stands; the others stand in `legal`. */
export async function openRecords(sue: Hand, secrets: Secrets, line: 'front' | 'legal' = 'legal'): Promise<Records> {
	const made: Partial<Records> = {};
	for (const record of recordKinds) {
		const where = record === 'ticket' ? line : 'legal';
		const draft = sampleDraft(beginnings[record], {
			word: (place) => secrets.word(`${record}: ${place}`),
			id: (key) => ({ line: where, lines: where, queue: where, number: sue.number() })[key],
		});
		made[record] = await sue.open(record, draft);
	}
	return made as Records;
}

/** What would move a record, open it a second time, or take something back. */
const otherwise = new Set(['line-set', 'line-added', 'opened', 'created', 'contacted', 'undone', 'erased']);
/** The relay's own. */
const byRelay = new Set(['acknowledged', 'merge-suggested']);

/** Everything that can be said in these records is said, each text with a word of its own. Returns the file that was added. */
export async function sayEverything({ relay, sue }: Office, records: Records, secrets: Secrets): Promise<string> {
	const file = await sue.upload(secrets.word('content of a file'));
	for (const record of recordKinds) {
		const document = records[record];
		const kinds = kindsOfRecord(record).filter((kind) => !otherwise.has(kind));
		const sample = (kind: EntryKind) =>
			sampleDraft(kind, {
				word: (place) => secrets.word(`${record}: ${place}`),
				id: (key) => ({ blob: file, htmlBlob: file, raw: file, queue: 'legal' })[key],
			});
		const author = { ...sue.author, agent: relayAgent, device: relayDevice };
		const ofRelay = kinds.filter((kind) => byRelay.has(kind)).map(sample);
		await relay.installation.relay.write(document, (doc) => void appendEntries(doc, author, ofRelay));
		const own = kinds.filter((kind) => !byRelay.has(kind));
		const answers = await sue.write(document, ...own.map(sample));
		for (const [i, kind] of own.entries()) if (answers[i] !== 'ok') throw new Error(`${record} ${kind}: ${answers[i]}`);
	}
	await relay.installation.relay.settled();
	return file;
}

/** A mail to `legal`, with words in every part; it opens a ticket and a person of its own. */
export function mailTo(line: 'front' | 'legal', secrets: Secrets, from = 'eva@customer.example', more = ''): Buffer {
	const word = (part: string) => secrets.word(`mail: ${part}`);
	return Buffer.from(
		[
			`From: ${word('sender')} <${from}>`,
			`To: ${line}@desk.example`,
			`Subject: ${word('subject')}`,
			`Message-ID: <${newUlid()}@customer.example>`,
			...(more === '' ? [] : [more]),
			'Content-Type: multipart/mixed; boundary=b',
			'',
			'--b',
			'Content-Type: text/plain',
			'',
			word('text'),
			'--b',
			`Content-Type: application/octet-stream; name="${word('file name')}"`,
			'Content-Transfer-Encoding: base64',
			'',
			Buffer.from(word('file')).toString('base64'),
			'--b--',
			'',
		].join('\r\n'),
	);
}
