import { afterEach, describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { articleText } from '../../../src/lib/document/article-text.ts';
import { appendEntries, readRecord, writeMeta } from '../../../src/lib/document/record-document.ts';
import type { Draft } from '../../../src/lib/domain/entry.ts';
import { foldRecord } from '../../../src/lib/domain/fold-record.ts';
import { recordId, type DocumentId, type LineId, type RecordKind } from '../../../src/lib/domain/ids.ts';
import { undocumentedClose } from '../../../src/lib/domain/undocumented-close.ts';
import { newUlid, opening, startRelay, type TestDevice, type TestRelay } from '../../support/start-relay.ts';

let relay: TestRelay | undefined;
afterEach(() => relay?.close());

const support = 'support' as LineId;
const created: Draft<'created'> = { kind: 'created', name: 'Toner wechseln', lines: [support] };
const contacted: Draft<'contacted'> = {
	...{ kind: 'contacted', line: support, channel: 'phone', direction: 'in', began: 1_000 },
	from: { name: 'Kim Beispiel', address: '', phone: '0341 123' },
};
let n = 0;

/** Writes a new record, or more into one, as that device; the relay's answer. */
async function write(
	device: TestDevice,
	id: DocumentId,
	kind: RecordKind,
	drafts: readonly Draft[],
	more: (doc: Y.Doc) => void = () => {},
): Promise<{ answer: string; id: DocumentId; doc: Y.Doc }> {
	const doc = new Y.Doc();
	doc.transact(() => {
		writeMeta(doc, kind);
		appendEntries(doc, device.author, drafts);
		more(doc);
	});
	return { answer: await push(device, id, Y.encodeStateAsUpdate(doc)), id, doc };
}

async function push(device: TestDevice, document: DocumentId, update: Uint8Array): Promise<string> {
	const { answers } = await relay!.push(device, [{ n: ++n, document, generation: 0, update }]);
	const answer = answers[0]!;
	return answer.kind === 'rejected' ? answer.code : answer.kind;
}

/** Adds entries to what the device has written before. */
async function add(device: TestDevice, { id, doc }: { id: DocumentId; doc: Y.Doc }, drafts: readonly Draft[]) {
	const before = Y.encodeStateVector(doc);
	appendEntries(doc, device.author, drafts);
	return push(device, id, Y.encodeStateAsUpdate(doc, before));
}

async function seenBy(device: TestDevice): Promise<DocumentId[]> {
	return (await relay!.pull(device, 0)).documents.map(({ document }) => document);
}

describe('articles and interactions at the relay', () => {
	test('[AD9] an article is seen and written by those of its lines; one without lines by everybody', async () => {
		relay = await startRelay();
		const maria = relay.device('maria');
		const sales = relay.device('sales', { lines: ['sales'] });
		const ours = await write(maria, recordId('article', newUlid()), 'article', [created]);
		const all = await write(maria, recordId('article', newUlid()), 'article', [{ ...created, lines: [] }]);
		expect([ours.answer, all.answer]).toEqual(['ok', 'ok']);
		expect((await seenBy(maria)).sort()).toEqual([ours.id, all.id].sort());
		expect(await seenBy(sales)).toEqual([all.id]);
		const foreign = await write(sales, ours.id, 'article', []);
		expect(foreign.answer).toBe('no-access');
		const intoForeignLine = await write(sales, recordId('article', newUlid()), 'article', [created]);
		expect(intoForeignLine.answer).toBe('no-access');
	});

	test('[AM1] an agent asks for the review of an article; making it what others answer from is for admins', async () => {
		relay = await startRelay();
		const maria = relay.device('maria');
		const ada = relay.device('ada', { role: 'admin' });
		const state = (to: 'in-review' | 'agreed' | 'standard'): Draft<'article-state-set'> => ({
			...{ kind: 'article-state-set', state: to, version: null, replaces: [] },
		});
		const ours = await write(maria, recordId('article', newUlid()), 'article', [created, state('in-review')]);
		expect(ours.answer).toBe('ok');
		const standard = await write(maria, recordId('article', newUlid()), 'article', [created, state('standard')]);
		expect(standard.answer).toBe('no-permission');
		expect((await write(ada, recordId('article', newUlid()), 'article', [created, state('agreed')])).answer).toBe('ok');
	});

	test('[AD9] a contact is seen by those of its line alone', async () => {
		relay = await startRelay();
		const maria = relay.device('maria');
		const sales = relay.device('sales', { lines: ['sales'] });
		const call = await write(maria, recordId('interaction', newUlid()), 'interaction', [
			contacted,
			{ kind: 'request-set', text: 'The printer is silent', replaces: [] },
			{ kind: 'outcome-set', outcome: 'solved', seconds: 40, replaces: [] },
		]);
		expect(call.answer).toBe('ok');
		expect(await seenBy(sales)).toEqual([]);
		const page = await relay.pull(maria, 0);
		const doc = new Y.Doc();
		for (const update of page.documents[0]!.updates) Y.applyUpdate(doc, update);
		const reading = readRecord(doc);
		expect(reading.kind === 'record' && foldRecord('interaction', reading.facts)).toMatchObject({
			interaction: { outcome: 'solved', seconds: 40, request: 'The printer is silent', by: 'maria' },
		});
	});

	test('[AD4] the text of an article stands in articles alone', async () => {
		relay = await startRelay();
		const maria = relay.device('maria');
		const type = (doc: Y.Doc) => articleText(doc, 'title', 'de').insert(0, [new Y.XmlText('Toner')]);
		const article = await write(maria, recordId('article', newUlid()), 'article', [created], type);
		const ticket = await write(maria, recordId('ticket', newUlid()), 'ticket', [opening(maria, 1)], type);
		expect([article.answer, ticket.answer]).toEqual(['ok', 'malformed']);
	});

	test('[AD6] a contact begins once, and each kind of record takes its own entries only', async () => {
		relay = await startRelay();
		const maria = relay.device('maria');
		const call = await write(maria, recordId('interaction', newUlid()), 'interaction', [contacted]);
		expect(await add(maria, call, [contacted])).toBe('invalid-entry');
		const strangers: [RecordKind, Draft][] = [
			['interaction', { kind: 'claimed' }],
			['interaction', created],
			['article', contacted],
			['article', { kind: 'status-set', status: 'closed', seen: null, replaces: [] }],
			['article', { kind: 'article-set', field: 'level', value: 9, replaces: [] }],
			['ticket', { kind: 'article-set', field: 'level', value: 1, replaces: [] }],
			['person', { kind: 'article-state-set', state: 'standard', version: null, replaces: [] }],
		];
		for (const [kind, draft] of strangers) {
			const { answer } = await write(maria, recordId(kind, newUlid()), kind, [draft]);
			expect(answer, `${draft.kind} in ${kind}`).toBe('invalid-entry');
		}
	});

	test('[AD13] observers add nothing to them', async () => {
		relay = await startRelay();
		const reader = relay.device('reader', { role: 'observer' });
		const article = await write(reader, recordId('article', newUlid()), 'article', [created]);
		const call = await write(reader, recordId('interaction', newUlid()), 'interaction', [contacted]);
		expect([article.answer, call.answer]).toEqual(['no-permission', 'no-permission']);
	});

	test('[F63] [UC1] a close without documentation is taken with all that came with it, and named; documenting heals it', async () => {
		relay = await startRelay();
		const maria = relay.device('maria');
		const old = relay.device('axel');
		const id = recordId('ticket', newUlid());
		const made = await write(maria, id, 'ticket', [
			opening(maria, 1),
			{
				...{ kind: 'case-applied', article: recordId('article', newUlid()), version: null, title: 'Toner', steps: [] },
				documentation: [{ id: 'pc', label: 'Gerät', required: true, choices: [] }],
			},
		]);
		const doc = new Y.Doc();
		Y.applyUpdate(doc, Y.encodeStateAsUpdate(made.doc));
		const closed: Draft[] = [
			{ kind: 'note', text: 'Beim Kunden gewesen', attachments: [] },
			{ kind: 'status-set', status: 'closed', seen: null, replaces: [] },
		];
		expect(await add(old, { id, doc }, closed)).toBe('ok');
		const now = () => {
			const reading = readRecord(relay!.relay.read(id)!);
			const folded = reading.kind === 'record' ? foldRecord('ticket', reading.facts) : undefined;
			return folded?.kind === 'ticket' ? folded.ticket : undefined;
		};
		const ticket = now()!;
		expect(ticket.timeline.some(({ kind }) => kind === 'note')).toBe(true);
		expect(undocumentedClose(ticket)).toMatchObject({ by: 'axel', missing: [{ label: 'Gerät' }], why: 'skipped' });
		// Written by a device that knew nothing of the close.
		const fields = [{ id: 'pc', label: 'Gerät', value: 'PC-7' }];
		const applied = ticket.applied[0]!.id;
		expect(await add(maria, made, [{ kind: 'documented', applied, fields, replaces: [] }])).toBe('ok');
		expect(undocumentedClose(now()!)).toBeUndefined();
	});
});
