import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { writeDeskValue } from '../../../src/lib/document/desk-document.ts';
import { deskDocument, type BlobId } from '../../../src/lib/domain/ids.ts';
import { encodePush, type PushAnswer } from '../../../src/lib/protocol/replica.ts';
import { enrol, runRelay, setUp, type TestDevice, type TestRelay } from '../running-relay.ts';

const bytes = randomBytes(2000);
const blob = createHash('sha256').update(bytes).digest('hex') as BlobId;
const manual = (id: string, changes: object = {}) => ({
	...{ id, system: 'till', name: 'Handbuch Kasse', language: 'de', version: '4.2', day: '2026-03-31' },
	...{ file: { blob, name: 'kasse.pdf', mime: 'application/pdf', size: bytes.length } },
	...changes,
});

async function putManual(relay: TestRelay, device: TestDevice, id: string, value: object | null, n: number) {
	const doc = new Y.Doc();
	writeDeskValue(doc, `manual:${id}`, value);
	const response = await fetch(`${relay.url}/replica/push`, {
		method: 'POST',
		headers: { cookie: device.cookie },
		body: Uint8Array.from(
			encodePush([{ n, document: deskDocument, generation: 0, update: Y.encodeStateAsUpdate(doc) }]),
		),
	});
	return ((await response.json()) as PushAnswer).answers[0];
}

async function upload(relay: TestRelay, device: TestDevice) {
	const { status } = await fetch(`${relay.url}/blobs/${blob}?offset=0&size=${bytes.length}`, {
		method: 'PATCH',
		headers: { cookie: device.cookie },
		body: Uint8Array.from(bytes),
	});
	expect(status).toBe(200);
}

const read = async (relay: TestRelay, device: TestDevice) =>
	(await fetch(`${relay.url}/blobs/${blob}`, { headers: { cookie: device.cookie } })).status;

describe('[F65] a manual of a system', () => {
	test.each(['file first', 'name first'])('is read by every agent of the desk (%s)', async (order) => {
		const relay = await runRelay();
		const admin = await setUp(relay);
		const agent = await enrol(relay, admin, { mail: 'colleague1@desk.example', role: 'agent', lines: [] });
		if (order === 'file first') await upload(relay, admin);
		expect(await putManual(relay, admin, 'till-1', manual('till-1'), 1)).toMatchObject({ kind: 'ok' });
		if (order === 'name first') await upload(relay, admin);
		expect([await read(relay, admin), await read(relay, agent)]).toEqual([200, 200]);
	});

	test('is named by admins alone, and only where it is one', async () => {
		const relay = await runRelay();
		const admin = await setUp(relay);
		const agent = await enrol(relay, admin, { mail: 'colleague2@desk.example', role: 'agent', lines: [] });
		const refused = async (device: TestDevice, id: string, value: object, n: number) =>
			expect(await putManual(relay, device, id, value, n)).toMatchObject({ kind: 'rejected' });
		await refused(agent, 'till-1', manual('till-1'), 1);
		await refused(admin, 'till-2', manual('till-1'), 1);
		await refused(admin, 'till-1', manual('till-1', { day: '31.3.2026' }), 2);
		await refused(admin, 'till-1', manual('till-1', { file: { blob: 'x', name: '', mime: '', size: 1 } }), 3);
		await refused(admin, 'till-1', manual('till-1', { extra: 1 }), 4);
	});

	test('opens no file that its author does not have: a hash alone is not enough', async () => {
		const relay = await runRelay();
		const admin = await setUp(relay);
		const agent = await enrol(relay, admin, { mail: 'colleague3@desk.example', role: 'agent', lines: [] });
		const other = await enrol(relay, admin, { mail: 'colleague4@desk.example', role: 'admin', lines: [] });
		await upload(relay, agent);
		expect(await putManual(relay, other, 'till-1', manual('till-1'), 1)).toMatchObject({ kind: 'ok' });
		expect([await read(relay, other), await read(relay, admin), await read(relay, agent)]).toEqual([404, 404, 200]);
		// The relay writes the configuration too, and vouches for nobody by that.
		expect((await enrol(relay, admin, { mail: 'colleague5@desk.example', role: 'agent', lines: [] })).cookie).not.toBe(
			'',
		);
		expect(await read(relay, other)).toBe(404);
	});

	test('can be taken away, and stays readable for those who have an old page open', async () => {
		const relay = await runRelay();
		const admin = await setUp(relay);
		await upload(relay, admin);
		await putManual(relay, admin, 'till-1', manual('till-1'), 1);
		expect(await putManual(relay, admin, 'till-1', null, 2)).toMatchObject({ kind: 'ok' });
		expect(await read(relay, admin)).toBe(200);
	});
});
