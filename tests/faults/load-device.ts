import { createHash, randomBytes } from 'node:crypto';
import * as Y from 'yjs';
import { foldTicket, type Ticket } from '../../src/lib/domain/fold-ticket.ts';
import type { Draft } from '../../src/lib/domain/entry.ts';
import { createClock } from '../../src/lib/domain/hlc.ts';
import {
	recordId,
	type BlobId,
	type DocumentId,
	type EntryId,
	type LineId,
	type QueueId,
} from '../../src/lib/domain/ids.ts';
import { blockSize, ticketNumber } from '../../src/lib/domain/ticket-number.ts';
import {
	appendEntries,
	draftFragment,
	readRecord,
	writeMeta,
	type Author,
} from '../../src/lib/document/record-document.ts';
import type { Session } from '../../src/lib/protocol/session.ts';
import { decodePage, encodePush, type Edit, type PushAnswer } from '../../src/lib/protocol/replica.ts';
import { newUlid } from '../support/start-relay.ts';

/** What a relay has promised to keep. */
export interface Promised {
	edits: { device: string; n: number; seq: number; document: DocumentId; entries: EntryId[]; draft?: string }[];
	/** Ticket, key, and the verdict as it was seen first. */
	verdicts: Map<string, string>;
	blobs: Set<BlobId>;
	blocks: number[];
	/** What should not have happened. */
	broken: string[];
}

export function nothingPromised(): Promised {
	return { edits: [], verdicts: new Map(), blobs: new Set(), blocks: [], broken: [] };
}

/** Evenly from 0 to 1 (mulberry32). */
export function randomFrom(seed: number): () => number {
	let state = seed;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
}

export interface LoadDevice {
	/** Works until the relay is gone; resolves then. */
	work(url: string, onAcknowledged?: () => void): Promise<void>;
	/** Pushes what is left and pulls what is new, once. */
	catchUp(url: string): Promise<void>;
	waiting(): number;
	documents: ReadonlyMap<DocumentId, Y.Doc>;
}

interface Waiting extends Edit {
	entries: EntryId[];
	draft?: string;
}

/** The relay broke off, or said that it cannot now: the device keeps what it has and asks again. */
class Away extends Error {}

/** A device of an agent as the relay sees one: an outbox, a cursor, and somebody in a hurry in front of it. */
export function createLoadDevice(
	session: Session,
	cookie: string,
	random: () => number,
	promised: Promised,
): LoadDevice {
	const clock = createClock(Date.now);
	const author: Author = {
		...{ agent: session.agent.id, device: session.device.id },
		tick: () => clock.tick(),
		newId: () => newUlid() as EntryId,
	};
	const docs = new Map<DocumentId, Y.Doc>();
	const outbox = new Map<number, Waiting>();
	const requested = new Set<EntryId>();
	let n = 0;
	let block: number | undefined;
	let counter = 0;
	let cursor = 0;

	const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;

	async function ask(url: string, path: string, body: BodyInit, method = 'POST'): Promise<Response> {
		const response = await fetch(url + path, { method, headers: { cookie }, body }).catch((): never => {
			throw new Away();
		});
		if ([503, 507].includes(response.status)) throw new Away();
		if (!response.ok && response.status !== 429)
			promised.broken.push(`${path}: ${response.status} ${await response.text()}`);
		return response;
	}
	const read = <T>(body: Promise<T>) =>
		body.catch((): never => {
			throw new Away();
		});

	/** One change of one ticket, as the app makes it: document and outbox together. */
	function edit(id: DocumentId, change: (doc: Y.Doc) => { entries?: EntryId[]; draft?: string }): void {
		const doc = docs.get(id) ?? new Y.Doc();
		docs.set(id, doc);
		const before = Y.encodeStateVector(doc);
		let made: ReturnType<typeof change> = {};
		doc.transact(() => (made = change(doc)));
		const { entries = [], draft } = made;
		const update = Y.encodeStateAsUpdate(doc, before);
		outbox.set(++n, { n, document: id, generation: 0, update, entries, ...(draft === undefined ? {} : { draft }) });
	}

	const append = (id: DocumentId, ...drafts: Draft[]) =>
		edit(id, (doc) => ({ entries: appendEntries(doc, author, drafts) }));

	function ticketOf(id: DocumentId): Ticket | undefined {
		const reading = readRecord(docs.get(id) as Y.Doc);
		return reading.kind === 'record' ? foldTicket(reading.facts) : undefined;
	}

	async function open(url: string): Promise<void> {
		if (block === undefined || random() < 0.1) {
			const given = (await read((await ask(url, '/replica/blocks', '{}')).json())) as { block?: number };
			if (given.block !== undefined) {
				promised.blocks.push(given.block);
				block = given.block;
				counter = 0;
			}
		}
		if (block === undefined || counter === blockSize) return;
		const number = ticketNumber(block, counter++);
		const from = { name: 'Kim', address: `kim${number}@customer.example` };
		const opened: Draft = {
			...{ kind: 'opened', number, subject: 'Printer', channel: 'mail', from },
			...{ line: 'support' as LineId, queue: 'inbox' as QueueId },
		};
		const message: Draft = {
			...{ kind: 'message', direction: 'in', channel: 'mail', visibility: 'public', from, to: [], cc: [] },
			...{ subject: 'Printer', text: 'It does not print.', attachments: [] },
		};
		edit(recordId('ticket', newUlid()), (doc) => {
			writeMeta(doc, 'ticket');
			return { entries: appendEntries(doc, author, [opened, message]) };
		});
	}

	async function attach(url: string, id: DocumentId): Promise<void> {
		const bytes = randomBytes(500 + Math.floor(random() * 60_000));
		const blob = createHash('sha256').update(bytes).digest('hex') as BlobId;
		const response = await ask(url, `/blobs/${blob}?offset=0&size=${bytes.length}`, bytes, 'PATCH');
		const answer = (await read(response.json())) as { complete: boolean };
		if (!answer.complete) return;
		promised.blobs.add(blob);
		const file = { blob, name: 'photo.png', mime: 'image/png', size: bytes.length };
		append(id, { kind: 'note', text: 'as in the picture', attachments: [file] });
	}

	async function act(url: string): Promise<void> {
		const tickets = [...docs.keys()];
		const what = random();
		if (tickets.length === 0 || what < 0.15) return open(url);
		// Mostly where others work too.
		const id =
			random() < 0.7
				? (tickets.at(-1 - Math.floor(random() * Math.min(6, tickets.length))) as DocumentId)
				: pick(tickets);
		const ticket = ticketOf(id);
		if (ticket === undefined) return;
		if (what < 0.35) return append(id, { kind: 'note', text: `note ${n}`, attachments: [] });
		if (what < 0.55)
			return edit(id, (doc) => {
				const draft = `${session.device.id.slice(-6)}:${n};`;
				const fragment = draftFragment(doc, 'reply');
				if (!(fragment.get(0) instanceof Y.XmlElement)) fragment.insert(0, [new Y.XmlElement('paragraph')]);
				(fragment.get(0) as Y.XmlElement).push([new Y.XmlText(draft)]);
				return { draft };
			});
		if (what < 0.68) return append(id, { kind: 'claimed' });
		if (what < 0.74) return attach(url, id);
		if (ticket.slot === undefined || requested.has(ticket.slot)) return;
		requested.add(ticket.slot);
		const to = [{ name: 'Kim', address: `kim@customer.example` }];
		const reply = { to, cc: [], subject: 'Re: Printer', text: `Answer ${n}`, attachments: [] };
		append(id, { kind: 'reply-requested', slot: ticket.slot, claim: null, seen: ticket.slot, ...reply });
	}

	async function push(url: string, onAcknowledged: () => void): Promise<void> {
		const edits = [...outbox.values()].slice(0, 100);
		if (edits.length === 0) return;
		const response = await ask(url, '/replica/push', encodePush(edits) as Uint8Array<ArrayBuffer>);
		// Too many at once: the relay takes them later.
		if (!response.ok) return;
		const { answers } = (await read(response.json())) as PushAnswer;
		for (const answer of answers) {
			const { document, entries, draft } = outbox.get(answer.n) as Waiting;
			// Now and then an answer is lost on the way, and the same is pushed again.
			if (random() < 0.95) outbox.delete(answer.n);
			if (answer.kind === 'rejected') {
				const written = docs.get(document)?.getMap('entries');
				const rejected = JSON.stringify({ draft, entries: entries.map((id) => written?.get(id)) });
				promised.broken.push(`${document}: ${answer.code} ${rejected}`);
				continue;
			}
			const said = { device: session.device.id, n: answer.n, seq: answer.seq, document, entries };
			promised.edits.push(draft === undefined ? said : { ...said, draft });
			onAcknowledged();
		}
	}

	async function pull(url: string): Promise<void> {
		const response = await ask(url, '/replica/pull', JSON.stringify({ cursor, scopeRevision: session.scopeRevision }));
		if (!response.ok) return;
		const page = decodePage(new Uint8Array(await read(response.arrayBuffer())));
		if (page.cursor < cursor) promised.broken.push(`the feed went back from ${cursor} to ${page.cursor}`);
		for (const { document, updates } of page.documents) {
			if (!document.startsWith('ticket/')) continue;
			const doc = docs.get(document) ?? new Y.Doc();
			docs.set(document, doc);
			doc.transact(() => {
				for (const update of updates) Y.applyUpdate(doc, update);
			});
			noteVerdicts(promised, document, doc);
		}
		cursor = page.cursor;
		if (page.total > 0) await pull(url);
	}

	return {
		documents: docs,
		waiting: () => outbox.size,
		async work(url, onAcknowledged = () => {}) {
			try {
				for (;;) {
					for (let acts = 1 + Math.floor(random() * 4); acts > 0; acts--) await act(url);
					await push(url, onAcknowledged);
					if (random() < 0.4) await pull(url);
				}
			} catch (thrown) {
				if (!(thrown instanceof Away)) throw thrown;
			}
		},
		async catchUp(url) {
			while (outbox.size > 0) await push(url, () => {});
			await pull(url);
		},
	};
}

/** A verdict that was seen once stays as it is, for ever and for everybody. */
export function noteVerdicts(promised: Promised, document: DocumentId, doc: Y.Doc): void {
	for (const [key, verdict] of doc.getMap('verdicts').entries()) {
		const name = `${document} ${key}`;
		const text = JSON.stringify(verdict);
		const before = promised.verdicts.get(name);
		if (before === undefined) promised.verdicts.set(name, text);
		else if (before !== text) promised.broken.push(`${name} was ${before} and is ${text}`);
	}
}
