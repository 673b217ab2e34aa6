import type { Page } from '@playwright/test';
import * as Y from 'yjs';
import { draftText, readRecord } from '../../../src/lib/document/record-document.ts';
import { foldTicket, type Ticket } from '../../../src/lib/domain/fold-ticket.ts';
import { hashOf } from './hash.ts';

/** What lies on a device, read from its database and not from its screen. */
export interface DeviceContent {
	/** Everything that happened, per record, and the drafts: equal on two devices that are in step. */
	records: Record<string, { entries: unknown; verdicts: unknown; reply: string; note: string }>;
	rows: Record<string, unknown>;
	tickets: Map<string, Ticket>;
	/** Edits that the relay does not have yet. */
	unsent: number;
	hash: string;
}

interface StoredBytes {
	documents: { document: string; updates: string[] }[];
	rows: { id: string; row: unknown }[];
	unsent: number;
}

export async function readDevice(page: Page): Promise<DeviceContent> {
	const stored = await page.evaluate(readStoredBytes);
	const records: DeviceContent['records'] = {};
	const tickets = new Map<string, Ticket>();
	for (const { document, updates } of stored.documents) {
		const doc = new Y.Doc();
		for (const update of updates) Y.applyUpdate(doc, Buffer.from(update, 'base64'));
		const reading = readRecord(doc);
		if (reading.kind === 'empty') continue;
		const { entries, verdicts } = reading.facts;
		records[document] = {
			entries: sorted(entries),
			verdicts: sorted(verdicts),
			reply: draftText(doc, 'reply'),
			note: draftText(doc, 'note'),
		};
		const ticket = reading.record === 'ticket' ? foldTicket(reading.facts) : undefined;
		if (ticket !== undefined) tickets.set(ticket.number, ticket);
	}
	const rows = Object.fromEntries(stored.rows.map(({ id, row }) => [id, row]));
	return { records, rows, tickets, unsent: stored.unsent, hash: hashOf([records, rows]) };
}

function sorted(map: ReadonlyMap<string, unknown>): unknown {
	return Object.fromEntries([...map].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Runs in the page. */
async function readStoredBytes(): Promise<StoredBytes> {
	const done = <T>(request: IDBRequest<T>) =>
		new Promise<T>((resolve, reject) => {
			request.onsuccess = () => resolve(request.result);
			request.onerror = () => reject(request.error ?? new Error('unreadable'));
		});
	const base64 = (bytes: Uint8Array) => {
		let text = '';
		for (const byte of bytes) text += String.fromCharCode(byte);
		return btoa(text);
	};
	const db = await done(indexedDB.open('tresen'));
	try {
		const transaction = db.transaction(['heads', 'snapshots', 'updates', 'rows', 'outbox'], 'readonly');
		const all = <T>(table: string) => done(transaction.objectStore(table).getAll() as IDBRequest<T[]>);
		type Bytes = { document: string; update: Uint8Array };
		const [heads, snapshots, updates, rows, outbox] = await Promise.all([
			all<{ document: string }>('heads'),
			all<Bytes>('snapshots'),
			all<Bytes>('updates'),
			all<{ id: string; row: unknown }>('rows'),
			all<unknown>('outbox'),
		]);
		const byDocument = new Map<string, string[]>();
		for (const { document, update } of [...snapshots, ...updates])
			byDocument.set(document, [...(byDocument.get(document) ?? []), base64(update)]);
		return {
			documents: heads
				.filter(({ document }) => document.includes('/'))
				.map(({ document }) => ({ document, updates: byDocument.get(document) ?? [] })),
			rows: rows.map(({ id, row }) => ({ id, row })),
			unsent: outbox.length,
		};
	} finally {
		db.close();
	}
}
