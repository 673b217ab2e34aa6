import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { Hono, type Context } from 'hono';
import * as v from 'valibot';
import { blobIdSchema, type BlobId } from '../../src/lib/domain/ids.ts';
import { receivedHeader } from '../../src/lib/protocol/blob.ts';
import type { CloseReason } from '../../src/lib/protocol/close-reasons.ts';
import { limits } from '../../src/lib/protocol/limits.ts';
import { answer, refuse } from '../http/answers.ts';
import { readBytes } from '../http/request-body.ts';
import type { BlobReader, BlobStore } from './blob-store.ts';

export type ReaderOf = (
	c: Context,
) => { kind: 'reader'; reader: BlobReader } | { kind: 'refused'; reason: CloseReason };

/** The routes of `/blobs`, as protocol/blob.ts names them. */
export function blobRoutes(
	blobs: BlobStore,
	readerOf: ReaderOf,
	fetched: (blob: BlobId, device: BlobReader['device']) => void,
): Hono {
	const app = new Hono();

	const withReader =
		(run: (c: Context, id: BlobId, reader: BlobReader) => Promise<Response> | Response) => (c: Context) => {
			const asked = readerOf(c);
			if (asked.kind === 'refused') return refuse(c, asked.reason);
			const id = v.safeParse(blobIdSchema, c.req.param('id'));
			return id.success ? run(c, id.output, asked.reader) : refuse(c, 'not-found');
		};

	app.get(
		'/:id',
		withReader(async (c, id, reader) => {
			const found = await whole(blobs.find(id, reader));
			if (c.req.method === 'HEAD') {
				if (found !== undefined) return c.body(null, 200, { [receivedHeader]: String(found.size) });
				const received = await blobs.received(id, reader.device);
				return received > 0 ? c.body(null, 206, { [receivedHeader]: String(received) }) : c.body(null, 404);
			}
			if (found === undefined) return refuse(c, 'not-found');
			fetched(id, reader.device);
			return sendFile(c, found);
		}),
	);

	app.patch(
		'/:id',
		withReader(async (c, id, reader) => {
			const offset = wholeNumber(c.req.query('offset'));
			const size = wholeNumber(c.req.query('size'));
			if (offset === undefined || size === undefined) return refuse(c, 'malformed', 'offset and size');
			if (size > limits.blobBytes) return refuse(c, 'too-big');
			const body = await readBytes(c.req.raw, limits.blobChunkBytes);
			if (body.kind === 'refused') return refuse(c, body.reason, body.detail);
			const result = await blobs.receive(id, reader.device, offset, size, body.value);
			if (result.kind === 'refused') return refuse(c, result.reason);
			if (result.kind === 'elsewhere') return c.json({ received: result.received }, 409);
			return answer(c, { complete: result.kind === 'complete', received: result.received });
		}),
	);
	return app;
}

/** Undefined for one that the disk lost, in part or altogether: whoever has it may bring it again. */
async function whole(found: { size: number; path: string } | undefined) {
	if (found === undefined) return undefined;
	const there = await stat(found.path).catch(() => undefined);
	return there?.size === found.size ? found : undefined;
}

/** A stranger's file is only ever saved, never shown from here: the app shows what is safe from its own copy. */
function sendFile(c: Context, { path, size }: { path: string; size: number }): Response {
	const headers: Record<string, string> = {
		'content-type': 'application/octet-stream',
		'content-disposition': 'attachment',
		'content-security-policy': "default-src 'none'; sandbox",
		'cache-control': 'no-store',
		'accept-ranges': 'bytes',
	};
	const from = rangeStart(c.req.header('range'));
	if (from !== undefined && from >= size) {
		return c.body(null, 416, { ...headers, 'content-range': `bytes */${size}` });
	}
	const start = from ?? 0;
	if (from !== undefined) headers['content-range'] = `bytes ${start}-${size - 1}/${size}`;
	headers['content-length'] = String(size - start);
	const stream = Readable.toWeb(createReadStream(path, { start })) as ReadableStream;
	return c.body(stream, from === undefined ? 200 : 206, headers);
}

/** `bytes=N-`: what a broken download asks for. Every other range is answered with the whole. */
function rangeStart(header: string | undefined): number | undefined {
	return wholeNumber(/^bytes=(\d+)-$/.exec(header ?? '')?.[1]);
}

function wholeNumber(text: string | undefined): number | undefined {
	const number = /^\d{1,15}$/.test(text ?? '') ? Number(text) : undefined;
	return Number.isSafeInteger(number) ? number : undefined;
}
