import * as Y from 'yjs';
import { describe, expect, test } from 'vitest';
import { appendEntries, writeMeta, writeVerdict } from '../../src/lib/document/record-document.ts';
import type { AgentId, BlobId, DocumentId, EntryId, LineId } from '../../src/lib/domain/ids.ts';
import { deskDocument, recordId } from '../../src/lib/domain/ids.ts';
import { documentToRow, updatesToRow } from '../../src/lib/projection/document-row.ts';
import { previewOf } from '../../src/lib/domain/preview.ts';
import { author, incoming, note, ticketId, ulid, writtenTicket } from '../store/record-fixtures.ts';

const id = ticketId(1);

describe('a ticket as a row', () => {
	test('[F16] shows what a new mail says', () => {
		const ticket = writtenTicket('Printer', () => 5000);
		expect(documentToRow(id, ticket.doc)).toMatchObject({
			id,
			kind: 'ticket',
			number: '1042175',
			subject: 'Printer',
			line: 'it',
			queue: 'it-1',
			channel: 'mail',
			status: 'new',
			holder: null,
			holding: 'free',
			fromName: 'Ada',
			fromAddress: 'ada@example.org',
			preview: 'It does not print.',
			waitingSince: 5000,
			messages: 1,
			attachments: 0,
			conflicts: 0,
			openedAt: 5000,
			changedAt: 5000,
			newer: false,
		});
	});

	test('[F26] shows who holds it: provisional until the relay says so', () => {
		const { doc } = writtenTicket();
		const [claim] = appendEntries(doc, author(undefined, 'jonas'), [{ kind: 'claimed' }]);
		expect(documentToRow(id, doc)).toMatchObject({ holder: 'jonas', holding: 'provisional', status: 'open' });
		writeVerdict(doc, claim!, {
			kind: 'claim',
			outcome: 'granted',
			epoch: { era: 1, n: 1 },
			holder: 'jonas' as AgentId,
			at: 9,
		});
		expect(documentToRow(id, doc)).toMatchObject({ holder: 'jonas', holding: 'held' });
	});

	test('shows the newest text in one line, without what was quoted, and not what was taken back', () => {
		const ticket = writtenTicket();
		ticket.write(incoming('> quoted\n\n  still\tbroken\n> more', ['a'.repeat(64) as BlobId]));
		expect(documentToRow(id, ticket.doc)).toMatchObject({ preview: 'still broken', messages: 2, attachments: 1 });
		const [taken] = appendEntries(
			ticket.doc,
			author(() => 2000),
			[note('a mistake')],
		);
		expect(documentToRow(id, ticket.doc)).toMatchObject({ preview: 'a mistake' });
		appendEntries(
			ticket.doc,
			author(() => 3000),
			[{ kind: 'undone', entry: taken! }],
		);
		expect(documentToRow(id, ticket.doc)).toMatchObject({ preview: 'still broken' });
	});

	test('[RS6] is the same however the updates came', () => {
		const ticket = writtenTicket();
		ticket.write(note('a'));
		ticket.write({ kind: 'tagged', add: ['vip'], remove: [] });
		const expected = documentToRow(id, ticket.doc);
		expect(updatesToRow(id, ticket.updates)).toEqual(expected);
		expect(updatesToRow(id, [...ticket.updates].reverse())).toEqual(expected);
		expect(updatesToRow(id, [ticket.whole(), ...ticket.updates])).toEqual(expected);
	});

	test('of a newer schema is marked, as far as it can be read', () => {
		const { doc } = writtenTicket('From tomorrow');
		doc.getMap('meta').set('schema', 2);
		expect(documentToRow(id, doc)).toMatchObject({ newer: true, subject: 'From tomorrow', messages: 1 });
	});

	test('of a newer schema whose opening is not understood is still listed', () => {
		const doc = new Y.Doc();
		doc.getMap('meta').set('kind', 'ticket');
		doc.getMap('meta').set('schema', 7);
		doc.getMap('entries').set(ulid(1), {
			kind: 'opened',
			number: '1042175',
			subject: 'Odd',
			line: 'it',
			queue: 5,
			at: '0000000rs000',
			mood: 1,
		});
		doc.getMap('entries').set(ulid(2), null);
		expect(documentToRow(id, doc)).toMatchObject({
			newer: true,
			number: '1042175',
			subject: 'Odd',
			line: 'it',
			queue: '',
			openedAt: 1000,
		});
	});
});

describe('other documents as rows', () => {
	test('[F33] a person shows name, addresses and where they belong', () => {
		const doc = new Y.Doc();
		const id = recordId('person', ulid(3));
		writeMeta(doc, 'person');
		appendEntries(
			doc,
			author(() => 4000),
			[
				{ kind: 'created', name: 'Ada', lines: ['it' as LineId] },
				{ kind: 'address-added', address: 'Ada@Example.org' },
				{ kind: 'phone-added', phone: '+49 30 1' },
			],
		);
		expect(documentToRow(id, doc)).toEqual({
			id,
			kind: 'person',
			name: 'Ada',
			addresses: ['ada@example.org'],
			phones: ['+49 30 1'],
			organisation: null,
			division: '',
			role: '',
			tags: [],
			lines: ['it'],
			changedAt: 4000,
		});
	});

	test('nothing is listed for standing documents, empty ones, and records that say they are something else', () => {
		const { doc, updates } = writtenTicket();
		expect(documentToRow(deskDocument, doc)).toBeUndefined();
		expect(updatesToRow('me:maria' as DocumentId, [Uint8Array.of(9)])).toBeUndefined();
		expect(documentToRow(id, new Y.Doc())).toBeUndefined();
		expect(documentToRow(recordId('person', ulid(3)), doc)).toBeUndefined();
		expect(updatesToRow(id, updates.slice(1))).toBeUndefined();
	});

	test('unknown entries and nonsense change nothing', () => {
		const { doc } = writtenTicket();
		const before = documentToRow(id, doc);
		for (const [i, value] of [1, 'x', [], { kind: 'opened' }, { kind: 'levitated' }].entries())
			doc.getMap('entries').set(ulid(500 + i), value);
		doc.getMap('verdicts').set('x' as EntryId, { kind: 'claim' });
		expect(documentToRow(id, doc)).toEqual(before);
	});
});

test('a preview is one line of at most 140 characters and never half a character', () => {
	expect(previewOf('')).toBe('');
	expect(previewOf('> only\n> quoted')).toBe('> only > quoted');
	const long = previewOf('😀'.repeat(300));
	expect(long.endsWith('…')).toBe(true);
	expect(long.length).toBeLessThanOrEqual(141);
	expect(long).not.toMatch(/[\ud800-\udbff]…$/);
	expect(previewOf('a '.repeat(1_000_000)).length).toBeLessThanOrEqual(141);
});
