import { expect, test } from 'vitest';
import * as Y from 'yjs';
import type { Desk } from '../../src/lib/desk.ts';
import { gatherPerson } from '../../src/lib/desk/gather-person.ts';
import { appendEntries, writeMeta } from '../../src/lib/document/record-document.ts';
import type { Draft } from '../../src/lib/domain/entry.ts';
import { encodeHlc } from '../../src/lib/domain/hlc.ts';
import {
	recordId,
	type AgentId,
	type DeviceId,
	type DocumentId,
	type EntryId,
	type RecordKind,
} from '../../src/lib/domain/ids.ts';
import { createUlid } from '../../src/lib/domain/ulid.ts';
import { createMemoryRecordStore } from '../../src/lib/store/memory-record-store.ts';
import type { Answer, Transport } from '../../src/lib/sync/transport.ts';
import { frontOffice, opened, support } from '../support/facts.ts';

let count = 0;
const ulid = () => createUlid(1000, (bytes) => bytes.fill(++count));

async function device(answer: Answer<unknown>) {
	const store = createMemoryRecordStore({ now: () => 0, project: () => undefined });
	const write = async (kind: RecordKind, drafts: Draft[]): Promise<DocumentId> => {
		const document = recordId(kind, ulid());
		const doc = new Y.Doc({ guid: document });
		const author = {
			agent: 'maria' as AgentId,
			device: 'laptop' as DeviceId,
			tick: () => encodeHlc(++count),
			newId: () => ulid() as EntryId,
		};
		doc.transact(() => {
			writeMeta(doc, kind);
			appendEntries(doc, author, drafts);
		});
		await store.commit({
			document,
			generation: 0,
			update: Y.encodeStateAsUpdate(doc),
			row: undefined,
			at: 0,
			what: 'x',
		});
		return document;
	};
	const person = await write('person', [
		{ kind: 'created', name: 'Ada', lines: [support] },
		{ kind: 'address-added', address: 'ada@example.org' },
		{ kind: 'phone-added', phone: '0341 123456' },
	]);
	const ticket = await write('ticket', [
		{ ...opened, queue: frontOffice, subject: 'held here', from: { name: '', address: 'ada@example.org' } },
	]);
	const call = await write('interaction', [
		{
			kind: 'contacted',
			line: support,
			channel: 'phone',
			direction: 'in',
			from: { name: '', address: '', phone: '+49341123456' },
			began: 1,
		},
	]);
	const rows = (groups: Record<string, object[]>) => ({
		inGroup: (group: string) => groups[group] ?? [],
		get: () => undefined,
	});
	const cold = { id: recordId('ticket', ulid()), number: '104-2170', subject: 'far away' };
	const parts = {
		...{ store, deskName: 'Desk', now: 5 },
		transport: { auth: () => Promise.resolve(answer) } as unknown as Transport,
		tickets: rows({
			'ada@example.org': [{ id: ticket, number: '1', subject: 'held here' }, cold],
		}) as unknown as Desk['tickets'],
		parties: rows({}) as unknown as Desk['parties'],
		interactions: rows({ 'tel:341123456': [{ id: call }] }) as unknown as Desk['interactions'],
	};
	return { parts, person, ticket, call };
}

test('[F106] without the relay a person is exported from what the device holds, and what it lacks is named', async () => {
	const { parts, person, ticket, call } = await device({ kind: 'offline' });
	const gathered = await gatherPerson(parts, person, true);
	if (gathered.kind === 'failed') throw new Error(gathered.why);
	expect(gathered.value).toMatchObject({ gatheredBy: 'device', desk: 'Desk', missing: ['104-2170 far away'] });
	expect(gathered.value.tickets.map(({ id }) => id)).toEqual([ticket]);
	expect(gathered.value.contacts.map(({ id }) => id)).toEqual([call]);
	expect(await gatherPerson(parts, recordId('person', ulid()), true)).toEqual({ kind: 'failed', why: 'not-found' });
});

test('[F106] what the relay says counts, a refusal too; an answer that is none is not taken', async () => {
	const refused = await device({ kind: 'refused', reason: 'no-access', detail: 'not-admin' });
	expect(await gatherPerson(refused.parts, refused.person, true)).toEqual({ kind: 'failed', why: 'not-admin' });
	const strange = await device({
		kind: 'ok',
		value: { format: 'tresen-person-export', files: [{ sha256: '../../etc' }] },
	});
	expect(await gatherPerson(strange.parts, strange.person, true)).toEqual({ kind: 'failed', why: 'malformed' });
});
