import { describe, expect, it } from 'vitest';
import type { BlobId } from '../../src/lib/domain/ids.ts';
import { encodePage } from '../../src/lib/protocol/replica.ts';
import { createHttpTransport } from '../../src/lib/sync/http-transport.ts';
import { createVirtualTime } from './virtual-time.ts';

const pull = { cursor: 0, scopeRevision: 1 };

function answering(answer: (request: Request) => Response | Promise<Response>) {
	const time = createVirtualTime();
	const asked: Request[] = [];
	const transport = createHttpTransport({
		base: 'http://relay.test',
		time,
		fetch: (input, init) => {
			const request = new Request(input as string, { ...init, duplex: 'half' } as RequestInit);
			asked.push(request);
			return Promise.resolve(answer(request));
		},
	});
	return { transport, time, asked };
}
const json = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status });

describe('the relay over fetch', () => {
	it('every request says its protocol version', async () => {
		const { transport, asked } = answering(() => json({ block: 7 }));
		expect(await transport.block()).toEqual({ kind: 'ok', value: 7 });
		expect(asked[0]?.headers.get('x-tresen-version')).toBe('1');
	});

	it('no network is an answer, not an error', async () => {
		const { transport } = answering(() => Promise.reject(new TypeError('Failed to fetch')));
		expect(await transport.pull(pull)).toEqual({ kind: 'offline' });
	});

	it('a relay that keeps silent counts as away after its deadline', async () => {
		const time = createVirtualTime();
		const transport = createHttpTransport({
			base: 'http://relay.test',
			time,
			fetch: (_input, init) =>
				new Promise((_, reject) => init?.signal?.addEventListener('abort', () => reject(new Error('aborted')))),
		});
		const answer = transport.block();
		await time.advance(15_000);
		expect(await answer).toEqual({ kind: 'offline' });
		expect(time.next()).toBeUndefined();
	});

	it('[F113] a dead line is noticed after 15 s by what is asked in a few bytes; a long answer may take its minute', async () => {
		const silent = (init?: RequestInit) =>
			new Promise<never>((_, reject) => init?.signal?.addEventListener('abort', () => reject(new Error('aborted'))));
		for (const { begins, after } of [
			{ begins: false, after: 15_000 },
			{ begins: true, after: 60_000 },
		]) {
			const time = createVirtualTime();
			const transport = createHttpTransport({
				base: 'http://relay.test',
				time,
				fetch: (_input, init) =>
					begins ? Promise.resolve(Object.assign(new Response(), { arrayBuffer: () => silent(init) })) : silent(init),
			});
			const answered: unknown[] = [];
			void transport.pull(pull).then((answer) => answered.push(answer));
			await time.advance(after - 1);
			expect(answered).toEqual([]);
			await time.advance(1);
			expect(answered).toEqual([{ kind: 'offline' }]);
		}
	});

	it('refusals come with their names', async () => {
		const { transport } = answering(() => json({ error: 'sign-in', detail: 'wrong-device' }, 401));
		expect(await transport.auth('GET', '/auth/me')).toEqual({
			kind: 'refused',
			reason: 'sign-in',
			detail: 'wrong-device',
		});
	});

	it('[RP5] a bare 403 from something in between is never taken for `revoked`', async () => {
		for (const body of ['<h1>Forbidden</h1>', '', '{"error":"constructor"}', '{"error":7}']) {
			const { transport } = answering(() => new Response(body, { status: 403 }));
			expect(await transport.pull(pull)).toEqual({ kind: 'refused', reason: 'no-access' });
		}
	});

	it('what is not an answer of the relay counts as none', async () => {
		const bodies = ['<html>Sign in to the hotel network</html>', '', '{}', '[]', '\u0001\u0002'];
		for (const body of bodies) {
			const { transport } = answering(() => new Response(body));
			expect(await transport.pull(pull)).toEqual({ kind: 'offline' });
			expect(await transport.push(new Uint8Array())).toEqual({ kind: 'offline' });
			expect(await transport.block()).toEqual({ kind: 'offline' });
		}
		const { transport } = answering(() => new Response('Bad gateway', { status: 502 }));
		expect(await transport.pull(pull)).toEqual({ kind: 'offline' });
	});

	it('reads pages', async () => {
		const page = {
			...{ documents: [], gone: [], dropped: [], cursor: 3, next: null, total: 0 },
			...{ relayTime: 9, era: 1, scopeRevision: 1 },
		};
		const { transport } = answering(() => new Response(encodePage(page) as Uint8Array<ArrayBuffer>));
		expect(await transport.pull(pull)).toEqual({ kind: 'ok', value: page });
	});

	it('knows how much of a file is there', async () => {
		const blob = 'a'.repeat(64) as BlobId;
		const partly = answering(() => new Response(null, { status: 206, headers: { 'x-tresen-received': '12' } }));
		expect(await partly.transport.blobProgress(blob)).toEqual({ kind: 'ok', value: { complete: false, received: 12 } });
		const unknown = answering(() => new Response(null, { status: 404 }));
		expect(await unknown.transport.blobProgress(blob)).toMatchObject({ value: { complete: false, received: 0 } });
		const elsewhere = answering(() => json({ received: 5 }, 409));
		const chunk = { offset: 0, size: 9, bytes: new Uint8Array(9) };
		expect(await elsewhere.transport.sendBlobChunk(blob, chunk)).toMatchObject({
			value: { complete: false, received: 5 },
		});
	});
});
