import { writeDeskValue } from '../../../src/lib/document/desk-document.ts';
import { appendEntries } from '../../../src/lib/document/record-document.ts';
import type { EntryKind } from '../../../src/lib/domain/entry.ts';
import {
	deskDocument,
	recordKinds,
	relayAgent,
	relayDevice,
	type DocumentId,
	type RecordKind,
} from '../../../src/lib/domain/ids.ts';
import { beginnings, kindsOfRecord, sampleDraft } from '../../support/sample-entry.ts';
import { createHand, type Hand } from '../../support/hand.ts';
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
	return { relay, maria, sue: handOf(relay, device) };
}

export function handOf(relay: TestRelay, device: TestDevice, base = relay.url): Hand {
	return createHand(device, base, (document) => relay.installation.relay.read(document));
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
