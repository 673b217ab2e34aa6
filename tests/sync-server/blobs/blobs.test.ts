import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, utimesSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { createClock } from '../../../src/lib/domain/hlc.ts';
import type { AgentId, BlobId, DeviceId, DocumentId, EntryId, LineId, QueueId } from '../../../src/lib/domain/ids.ts';
import { openTicket } from '../../../src/lib/domain/ticket-command.ts';
import { ticketNumber } from '../../../src/lib/domain/ticket-number.ts';
import { createUlid } from '../../../src/lib/domain/ulid.ts';
import { appendEntries, writeMeta } from '../../../src/lib/document/record-document.ts';
import { receivedHeader } from '../../../src/lib/protocol/blob.ts';
import { limits } from '../../../src/lib/protocol/limits.ts';
import { encodePush, type PushAnswer } from '../../../src/lib/protocol/replica.ts';
import { enrol, runRelay, setUp, type TestDevice, type TestRelay } from '../running-relay.ts';

function fileOf(size: number): { id: string; bytes: Uint8Array } {
	const bytes = randomBytes(size);
	return { id: createHash('sha256').update(bytes).digest('hex'), bytes };
}

async function send(relay: TestRelay, device: TestDevice, id: string, offset: number, size: number, bytes: Uint8Array) {
	const response = await fetch(`${relay.url}/blobs/${id}?offset=${offset}&size=${size}`, {
		method: 'PATCH',
		headers: { cookie: device.cookie },
		body: Uint8Array.from(bytes),
	});
	return { status: response.status, body: (await response.json()) as object };
}

async function upload(relay: TestRelay, device: TestDevice, { id, bytes }: { id: string; bytes: Uint8Array }) {
	for (let offset = 0; offset < bytes.length; offset += limits.blobChunkBytes) {
		const chunk = bytes.subarray(offset, offset + limits.blobChunkBytes);
		const { status } = await send(relay, device, id, offset, bytes.length, chunk);
		expect(status).toBe(200);
	}
}

function look(relay: TestRelay, device: TestDevice, id: string, init: RequestInit = {}) {
	return fetch(`${relay.url}/blobs/${id}`, { ...init, headers: { cookie: device.cookie, ...init.headers } });
}

/** Pushes a new ticket of that device, with a file on its first message. */
async function pushTicket(relay: TestRelay, device: TestDevice, blob: string, line = 'support', n = 1) {
	const random = (bytes: Uint8Array) => bytes.set(randomBytes(bytes.length));
	const doc = new Y.Doc();
	const clock = createClock(Date.now);
	const author = {
		agent: device.session.agent.id as AgentId,
		device: device.session.device.id as DeviceId,
		tick: () => clock.tick(),
		newId: () => createUlid(Date.now(), random) as EntryId,
	};
	writeMeta(doc, 'ticket');
	appendEntries(
		doc,
		author,
		openTicket({
			number: ticketNumber(device.session.blocks[0] ?? 0, n),
			subject: 'File',
			line: line as LineId,
			queue: 'inbox' as QueueId,
			channel: 'phone',
			text: '',
			attachments: [{ blob: blob as BlobId, name: 'a.pdf', mime: 'application/pdf', size: 1 }],
		}),
	);
	const document = `ticket/${createUlid(Date.now(), random)}` as DocumentId;
	const response = await fetch(`${relay.url}/replica/push`, {
		method: 'POST',
		headers: { cookie: device.cookie },
		body: Uint8Array.from(encodePush([{ n, document, generation: 0, update: Y.encodeStateAsUpdate(doc) }])),
	});
	const { answers } = (await response.json()) as PushAnswer;
	expect(answers).toMatchObject([{ n, kind: 'ok' }]);
}

describe('uploads', () => {
	test('a file in several pieces arrives whole, under its hash', async () => {
		const relay = await runRelay();
		const device = await setUp(relay);
		const file = fileOf(2.5 * limits.blobChunkBytes);
		expect((await look(relay, device, file.id, { method: 'HEAD' })).status).toBe(404);
		await upload(relay, device, file);
		const head = await look(relay, device, file.id, { method: 'HEAD' });
		expect([head.status, head.headers.get(receivedHeader)]).toEqual([200, String(file.bytes.length)]);
		expect(Buffer.from(await (await look(relay, device, file.id)).arrayBuffer()).equals(file.bytes)).toBe(true);
		const stored = join(relay.installation.config.data, 'blobs', file.id.slice(0, 2), file.id);
		expect(readFileSync(stored).equals(file.bytes)).toBe(true);
		expect(await send(relay, device, file.id, 0, file.bytes.length, file.bytes.subarray(0, 10))).toMatchObject({
			body: { complete: true },
		});
	});

	test('after a cut connection the device goes on where the relay stands', async () => {
		const relay = await runRelay();
		const device = await setUp(relay);
		const file = fileOf(1.5 * limits.blobChunkBytes);
		const size = file.bytes.length;
		const first = file.bytes.subarray(0, limits.blobChunkBytes);
		await send(relay, device, file.id, 0, size, first);
		// The second piece breaks off in the middle: nothing of it counts.
		await new Promise<void>((resolve) => {
			const { hostname, port } = new URL(relay.url);
			const request = httpRequest({
				hostname,
				port,
				method: 'PATCH',
				path: `/blobs/${file.id}?offset=${first.length}&size=${size}`,
				headers: { cookie: device.cookie, 'content-length': size - first.length },
			});
			request.on('error', () => undefined).on('close', () => resolve());
			request.write(file.bytes.subarray(first.length, first.length + 1_000), () => request.destroy());
		});
		const head = await look(relay, device, file.id, { method: 'HEAD' });
		expect([head.status, head.headers.get(receivedHeader)]).toEqual([206, String(first.length)]);
		expect(await send(relay, device, file.id, 0, size, first)).toEqual({
			status: 409,
			body: { received: first.length },
		});
		expect(await send(relay, device, file.id, first.length, size, file.bytes.subarray(first.length))).toEqual({
			status: 200,
			body: { complete: true, received: size },
		});
	});

	test('an upload goes on after the relay was stopped and started', async () => {
		const first = await runRelay();
		const device = await setUp(first);
		const file = fileOf(limits.blobChunkBytes + 5);
		await send(first, device, file.id, 0, file.bytes.length, file.bytes.subarray(0, limits.blobChunkBytes));
		await first.close();
		const second = await runRelay({ data: first.installation.config.data });
		const rest = file.bytes.subarray(limits.blobChunkBytes);
		expect(await send(second, device, file.id, limits.blobChunkBytes, file.bytes.length, rest)).toMatchObject({
			body: { complete: true },
		});
	});

	test('bytes that do not have the hash are refused and the upload begins anew', async () => {
		const relay = await runRelay();
		const device = await setUp(relay);
		const file = fileOf(1_000);
		const wrong = await send(relay, device, file.id, 0, 1_000, randomBytes(1_000));
		expect(wrong).toEqual({ status: 400, body: { error: 'malformed' } });
		expect((await look(relay, device, file.id, { method: 'HEAD' })).status).toBe(404);
		expect((await send(relay, device, file.id, 0, 1_000, file.bytes)).status).toBe(200);
	});

	test('an empty file is a file', async () => {
		const relay = await runRelay();
		const device = await setUp(relay);
		const empty = fileOf(0);
		expect(await send(relay, device, empty.id, 0, 0, empty.bytes)).toEqual({
			status: 200,
			body: { complete: true, received: 0 },
		});
		expect((await look(relay, device, empty.id)).status).toBe(200);
	});

	test('files, pieces and numbers out of bounds are refused by name', async () => {
		const relay = await runRelay();
		const device = await setUp(relay);
		const { id, bytes } = fileOf(10);
		expect(await send(relay, device, id, 0, limits.blobBytes + 1, bytes)).toEqual({
			status: 413,
			body: { error: 'too-big' },
		});
		const large = new Uint8Array(limits.blobChunkBytes + 1);
		expect((await send(relay, device, id, 0, limits.blobBytes, large)).status).toBe(413);
		expect((await send(relay, device, id, 5, 10, bytes)).status).toBe(400);
		expect((await send(relay, device, id, -1, 10, bytes)).status).toBe(400);
		expect((await send(relay, device, id, 1e21, 10, bytes)).status).toBe(400);
	});

	test('above the quota nothing is taken, and what is there stays', async () => {
		const relay = await runRelay({ blobQuota: '1500' });
		const device = await setUp(relay);
		const [first, second] = [fileOf(1_000), fileOf(1_000)];
		await upload(relay, device, first);
		expect(await send(relay, device, second.id, 0, 1_000, second.bytes)).toEqual({
			status: 507,
			body: { error: 'storage-full' },
		});
		expect((await look(relay, device, first.id)).status).toBe(200);
	});

	test('what was begun and never ended is removed after a week', async () => {
		const relay = await runRelay();
		const device = await setUp(relay);
		const { id, bytes } = fileOf(100);
		await send(relay, device, id, 0, 200, bytes);
		const incoming = join(relay.installation.config.data, 'blobs', 'incoming');
		const [part = ''] = readdirSync(incoming);
		await relay.installation.blobs.clearAbandoned();
		expect(readdirSync(incoming)).toEqual([part]);
		const old = new Date(Date.now() - 8 * 24 * 60 * 60_000);
		utimesSync(join(incoming, part), old, old);
		await relay.installation.blobs.clearAbandoned();
		expect(readdirSync(incoming)).toEqual([]);
	});
});

describe('who may read', () => {
	test('a file is read by who brought it, and by who sees a record that names it', async () => {
		const relay = await runRelay();
		const admin = await setUp(relay);
		const agent = await enrol(relay, admin, { mail: 'ben@desk.example' });
		const outsider = await enrol(relay, admin, { mail: 'eve@desk.example', lines: [] });
		const file = fileOf(100);
		await upload(relay, agent, file);
		for (const other of [admin, outsider]) {
			expect((await look(relay, other, file.id)).status).toBe(404);
			expect((await look(relay, other, file.id, { method: 'HEAD' })).status).toBe(404);
		}
		await pushTicket(relay, agent, file.id);
		expect((await look(relay, admin, file.id)).status).toBe(200);
		expect((await look(relay, outsider, file.id)).status).toBe(404);
	});

	test('a hash alone opens nothing: naming a file that one never had does not make it readable', async () => {
		const relay = await runRelay();
		const admin = await setUp(relay);
		const agent = await enrol(relay, admin, { mail: 'ben@desk.example' });
		const secret = fileOf(100);
		await upload(relay, admin, secret);
		await pushTicket(relay, agent, secret.id);
		expect((await look(relay, agent, secret.id)).status).toBe(404);
		// Who has the bytes may show them.
		await upload(relay, agent, secret);
		expect((await look(relay, agent, secret.id)).status).toBe(200);
	});

	test('a record may name a file before it has arrived', async () => {
		const relay = await runRelay();
		const admin = await setUp(relay);
		const agent = await enrol(relay, admin, { mail: 'ben@desk.example' });
		const file = fileOf(100);
		await pushTicket(relay, agent, file.id);
		expect((await look(relay, admin, file.id)).status).toBe(404);
		await upload(relay, agent, file);
		expect((await look(relay, admin, file.id)).status).toBe(200);
	});

	test('a file is only ever saved, and never run or kept by a cache', async () => {
		const relay = await runRelay();
		const device = await setUp(relay);
		const page = new TextEncoder().encode('<script>alert(1)</script>');
		const file = { id: createHash('sha256').update(page).digest('hex'), bytes: page };
		await upload(relay, device, file);
		const { headers } = await look(relay, device, file.id);
		expect(headers.get('content-type')).toBe('application/octet-stream');
		expect(headers.get('content-disposition')).toBe('attachment');
		expect(headers.get('x-content-type-options')).toBe('nosniff');
		expect(headers.get('content-security-policy')).toBe("default-src 'none'; sandbox");
		expect(headers.get('cache-control')).toBe('no-store');
	});

	test('a broken download goes on where it stopped', async () => {
		const relay = await runRelay();
		const device = await setUp(relay);
		const file = fileOf(1_000);
		await upload(relay, device, file);
		const rest = await look(relay, device, file.id, { headers: { range: 'bytes=600-' } });
		expect([rest.status, rest.headers.get('content-range')]).toEqual([206, 'bytes 600-999/1000']);
		expect(Buffer.from(await rest.arrayBuffer()).equals(file.bytes.subarray(600))).toBe(true);
		expect((await look(relay, device, file.id, { headers: { range: 'bytes=1000-' } })).status).toBe(416);
	});

	test('no name leads out of the folder of files', async () => {
		const relay = await runRelay();
		const device = await setUp(relay);
		const { hostname, port } = new URL(relay.url);
		for (const name of [
			'..%2ftresen.sqlite',
			'../numbers.json',
			'%2e%2e%2fERA',
			'A'.repeat(64),
			`${'0'.repeat(63)}/`,
		]) {
			const status = await new Promise((resolve, reject) => {
				httpRequest({ hostname, port, path: `/blobs/${name}`, headers: { cookie: device.cookie } }, (response) =>
					resolve(response.resume().statusCode),
				)
					.on('error', reject)
					.end();
			});
			expect(status).toBe(404);
		}
	});
});
