import * as Y from 'yjs';
import { describe, expect, test } from 'vitest';
import {
	appendEntries,
	clearDraft,
	draftFragment,
	draftText,
	isDraftEmpty,
	readRecord,
	recordSchemaVersion,
	roots,
	writeMeta,
	writeVerdict,
	type Author,
} from '../../src/lib/document/record-document.ts';
import { recordLines } from '../../src/lib/document/record-lines.ts';
import { foldTicket } from '../../src/lib/domain/fold-ticket.ts';
import { createClock } from '../../src/lib/domain/hlc.ts';
import type { DeviceId, EntryId } from '../../src/lib/domain/ids.ts';
import { createUlid } from '../../src/lib/domain/ulid.ts';
import { maria, message, note, opened, support } from '../support/facts.ts';

function author(): Author {
	let now = 1_000_000;
	const clock = createClock(() => ++now);
	let serial = 0;
	return {
		agent: maria,
		device: 'laptop' as DeviceId,
		tick: clock.tick,
		newId: () => createUlid(++serial, (bytes) => bytes.fill(serial)) as EntryId,
	};
}

function ticketDocument(): Y.Doc {
	const doc = new Y.Doc();
	doc.transact(() => {
		writeMeta(doc, 'ticket');
		appendEntries(doc, author(), [opened, message('in')]);
	});
	return doc;
}

describe('record document', () => {
	test('what was appended is read back as facts, signed and timed', () => {
		const reading = readRecord(ticketDocument());
		if (reading.kind !== 'record') throw new Error(reading.kind);
		expect(foldTicket(reading.facts)).toMatchObject({ subject: 'Drucker druckt nicht', status: 'new' });
		expect([...reading.facts.entries.values()].every((entry) => entry.by === maria && entry.device === 'laptop')).toBe(
			true,
		);
	});

	test('a command is one transaction with its origin', () => {
		const doc = ticketDocument();
		const origins: unknown[] = [];
		doc.on('update', (_, origin) => origins.push(origin));
		appendEntries(doc, author(), [note, note], 'typing');
		expect(origins).toEqual(['typing']);
	});

	test('a document that says nothing yet is empty', () => {
		expect(readRecord(new Y.Doc())).toEqual({ kind: 'empty' });
	});

	test('a document of a newer schema is read as far as it goes and says so', () => {
		const doc = ticketDocument();
		doc.getMap(roots.meta).set('schema', recordSchemaVersion + 1);
		expect(readRecord(doc)).toMatchObject({ kind: 'newer', schema: recordSchemaVersion + 1 });
	});

	test('[FT9] an entry that does not fit is kept apart, and the rest is read', () => {
		const doc = ticketDocument();
		doc.getMap(roots.entries).set('X', { kind: 'teleported', to: 'Mars' });
		doc.getMap(roots.entries).set('Y', { kind: 'created', name: 'a person’s entry in a ticket' });
		const reading = readRecord(doc);
		if (reading.kind !== 'record') throw new Error(reading.kind);
		expect([...(reading.facts.unknown ?? [])].map(([key]) => key).sort()).toEqual(['X', 'Y']);
		expect(reading.facts.entries.size).toBe(2);
	});

	test('verdicts that are not verdicts are not believed', () => {
		const doc = ticketDocument();
		writeVerdict(doc, 'A', { kind: 'stamp', at: 5 });
		doc.getMap(roots.verdicts).set('B', { kind: 'claim', outcome: 'granted', holder: 'axel' });
		const reading = readRecord(doc);
		expect(reading.kind === 'record' && [...reading.facts.verdicts.keys()]).toEqual(['A']);
	});

	test('two devices that append at once both keep their entries', () => {
		const doc = ticketDocument();
		const other = new Y.Doc();
		Y.applyUpdate(other, Y.encodeStateAsUpdate(doc));
		appendEntries(doc, { ...author(), newId: () => '01H0000000000000000000000A' as EntryId }, [note]);
		appendEntries(other, { ...author(), newId: () => '01H0000000000000000000000B' as EntryId }, [note]);
		Y.applyUpdate(doc, Y.encodeStateAsUpdate(other));
		const reading = readRecord(doc);
		expect(reading.kind === 'record' && reading.facts.entries.size).toBe(4);
	});

	test('[F21] a draft is text that two write together, read plainly and cleared', () => {
		const doc = ticketDocument();
		expect(isDraftEmpty(doc, 'reply')).toBe(true);
		for (const line of ['Guten Tag,', 'bitte neu starten.']) {
			const paragraph = new Y.XmlElement('paragraph');
			paragraph.insert(0, [new Y.XmlText(line)]);
			draftFragment(doc, 'reply').push([paragraph]);
		}
		expect(draftText(doc, 'reply')).toBe('Guten Tag,\nbitte neu starten.');
		expect(isDraftEmpty(doc, 'note')).toBe(true);
		clearDraft(doc, 'reply');
		expect(isDraftEmpty(doc, 'reply')).toBe(true);
	});

	test('a ticket stands in the line it was opened in', () => {
		const reading = readRecord(ticketDocument());
		expect(reading.kind === 'record' && recordLines('ticket', reading.facts)).toEqual([support]);
	});
});
