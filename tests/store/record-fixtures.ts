import * as Y from 'yjs';
import { appendEntries, writeMeta, type Author } from '../../src/lib/document/record-document.ts';
import type { Draft } from '../../src/lib/domain/entry.ts';
import { createClock } from '../../src/lib/domain/hlc.ts';
import {
	recordId,
	type AgentId,
	type BlobId,
	type DeviceId,
	type DocumentId,
	type EntryId,
	type LineId,
	type QueueId,
} from '../../src/lib/domain/ids.ts';
import { ticketNumber } from '../../src/lib/domain/ticket-number.ts';
import type { DocumentNews } from '../../src/lib/protocol/replica.ts';
import type { LocalChange, Row } from '../../src/lib/store/record-store.ts';

export function ulid(n: number): string {
	const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
	let text = '';
	for (let rest = n; text.length < 26; rest = Math.floor(rest / 32)) text = alphabet.charAt(rest % 32) + text;
	return text;
}

export const ticketId = (n: number): DocumentId => recordId('ticket', ulid(n));

let lastEntry = 0;
/** A pen for one agent on one device, with a clock that stands unless it is moved. */
export function author(now: () => number = () => 1000, agent = 'maria', device = 'd1'): Author {
	const clock = createClock(now);
	return {
		agent: agent as AgentId,
		device: device as DeviceId,
		tick: () => clock.tick(),
		newId: () => ulid(++lastEntry) as EntryId,
	};
}

/** A document whose updates are caught as they are made. */
export function writtenTicket(subject = 'Printer', now: () => number = () => 1000) {
	const doc = new Y.Doc();
	const updates: Uint8Array[] = [];
	doc.on('update', (update: Uint8Array) => updates.push(update));
	const pen = author(now);
	doc.transact(() => {
		writeMeta(doc, 'ticket');
		appendEntries(doc, pen, [
			{
				kind: 'opened',
				number: ticketNumber(104, 217),
				subject,
				line: 'it' as LineId,
				queue: 'it-1' as QueueId,
				channel: 'mail',
				from: { name: 'Ada', address: 'ada@example.org' },
			},
			incoming('It does not print.'),
		]);
	});
	return {
		doc,
		updates,
		write: (...drafts: Draft[]) => {
			const before = updates.length;
			appendEntries(doc, pen, drafts);
			return updates.slice(before);
		},
		whole: () => Y.encodeStateAsUpdate(doc),
	};
}

export function incoming(text: string, blobs: BlobId[] = []): Draft<'message'> {
	return {
		kind: 'message',
		direction: 'in',
		channel: 'mail',
		visibility: 'public',
		from: { name: 'Ada', address: 'ada@example.org' },
		to: [],
		cc: [],
		subject: 'Printer',
		text,
		attachments: blobs.map((blob) => ({ blob, name: 'a.png', mime: 'image/png', size: 3 })),
	};
}

export const note = (text: string): Draft<'note'> => ({ kind: 'note', text, attachments: [] });

export function localChange(document: DocumentId, update: Uint8Array, more: Partial<LocalChange> = {}): LocalChange {
	return { document, generation: 1, update, row: undefined, at: 1000, what: 'note', ...more };
}

export function documentNews(
	document: DocumentId,
	updates: Uint8Array[],
	more: Partial<DocumentNews> = {},
): DocumentNews {
	return { document, generation: 1, head: 1, from: 'snapshot', updates, ...more };
}

export const received = (
	documents: { news: DocumentNews; row?: Row | undefined; basedOn?: number }[],
	settings = {},
) => ({
	documents: documents.map((item) => ({ row: undefined, ...item })),
	gone: [] as DocumentId[],
	dropped: [] as DocumentId[],
	settings,
});

/** All notes and messages that stored updates hold, as text, sorted. */
export function textsOf(updates: readonly Uint8Array[]): string[] {
	const doc = new Y.Doc();
	for (const update of updates) Y.applyUpdate(doc, update);
	const texts: string[] = [];
	for (const entry of doc.getMap('entries').values()) {
		const { text } = entry as { text?: string };
		if (text !== undefined) texts.push(text);
	}
	return texts.sort();
}

/** The content of a document, whatever way it came about. */
export function contentOf(updates: readonly Uint8Array[]): string {
	const doc = new Y.Doc();
	for (const update of updates) Y.applyUpdate(doc, update);
	const roots = ['meta', 'entries', 'verdicts'].map((root) => doc.getMap(root).toJSON());
	return JSON.stringify(roots.map((root) => Object.entries(root).sort(([a], [b]) => (a < b ? -1 : 1))));
}
