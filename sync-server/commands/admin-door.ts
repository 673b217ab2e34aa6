import { randomBytes, timingSafeEqual } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import * as v from 'valibot';
import type { Installation } from '../installation.ts';
import { OperationRefused, type Operation } from './operation.ts';

/**
 * The door by which commands on this machine reach the running relay: a listener of its own on the loopback address, never on
 * the public port. Who can read the file with its key, mode 0600 in the data directory, may use it.
 *
 *   POST /<operation>?input=<JSON>   body: bytes, where the operation takes some
 *                                    -> JSON lines; the last is {done: true} or {refused: "why"}
 */
const doorSchema = v.strictObject({ url: v.string(), key: v.string() });
type DoorFile = v.InferOutput<typeof doorSchema>;

const mostBodyBytes = 64 * 1024 * 1024;
const lastLineSchema = v.union([v.strictObject({ done: v.literal(true) }), v.strictObject({ refused: v.string() })]);

function doorPath(directory: string): string {
	return join(directory, 'secrets', 'door.json');
}

export async function openAdminDoor(
	installation: Installation,
	operations: Readonly<Record<string, Operation>>,
): Promise<{ close(): Promise<void> }> {
	const key = randomBytes(32).toString('base64url');
	const server = createServer((request, response) => {
		answer(installation, operations, key, request, response).catch((error: unknown) => {
			installation.log.error({ error: String(error) }, 'a command failed');
			response.destroy();
		});
	});
	await new Promise<void>((resolve, reject) => {
		server.once('error', reject);
		server.listen(0, '127.0.0.1', resolve);
	});
	const file: DoorFile = { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, key };
	const path = doorPath(installation.config.data);
	await mkdir(dirname(path), { recursive: true, mode: 0o700 });
	await rm(path, { force: true });
	await writeFile(path, JSON.stringify(file), { mode: 0o600 });
	return {
		async close() {
			await rm(path, { force: true });
			server.closeAllConnections();
			await new Promise<void>((resolve) => server.close(() => resolve()));
		},
	};
}

async function answer(
	installation: Installation,
	operations: Readonly<Record<string, Operation>>,
	key: string,
	request: IncomingMessage,
	response: ServerResponse,
): Promise<void> {
	const url = new URL(request.url ?? '/', 'http://127.0.0.1');
	const name = url.pathname.slice(1);
	const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
	// A browser always says where it comes from when it posts; a command never does.
	const isCommand = request.headers.origin === undefined && request.headers['sec-fetch-site'] === undefined;
	if (!isCommand || request.method !== 'POST' || !isKey(request.headers.authorization, key)) {
		response.writeHead(403).end();
		return;
	}
	if (operation === undefined) {
		response.writeHead(404).end();
		return;
	}
	const body = await readBody(request);
	if (body === undefined) {
		response.writeHead(413, { connection: 'close' }).end();
		return;
	}
	response.writeHead(200, { 'content-type': 'application/x-ndjson' });
	try {
		for await (const line of operation(installation, JSON.parse(url.searchParams.get('input') ?? '{}'), body)) {
			if (!response.write(`${JSON.stringify(line)}\n`)) {
				await new Promise((resolve) => response.once('drain', resolve).once('close', resolve));
			}
			if (response.destroyed) return;
		}
		response.end(`${JSON.stringify({ done: true })}\n`);
	} catch (thrown) {
		if (!(thrown instanceof OperationRefused)) throw thrown;
		response.end(`${JSON.stringify({ refused: thrown.message })}\n`);
	}
}

function isKey(authorization: string | undefined, key: string): boolean {
	const given = Buffer.from(authorization ?? '');
	const wanted = Buffer.from(`Bearer ${key}`);
	return given.length === wanted.length && timingSafeEqual(given, wanted);
}

async function readBody(request: IncomingMessage): Promise<Uint8Array | undefined> {
	const chunks: Uint8Array[] = [];
	let size = 0;
	for await (const chunk of request as AsyncIterable<Uint8Array>) {
		size += chunk.length;
		if (size > mostBodyBytes) return undefined;
		chunks.push(chunk);
	}
	return Buffer.concat(chunks);
}

/** Runs operations in the relay that holds this data directory. */
export interface AdminDoor {
	run(name: string, input: object, body?: Uint8Array): AsyncIterable<unknown>;
}

/** The door of the running relay; undefined if none runs there. */
export async function findAdminDoor(directory: string): Promise<AdminDoor | undefined> {
	let file: DoorFile;
	try {
		file = v.parse(doorSchema, JSON.parse(await readFile(doorPath(directory), 'utf8')));
	} catch {
		return undefined;
	}
	const ask = (name: string, input: object, body?: Uint8Array) =>
		fetch(`${file.url}/${name}?input=${encodeURIComponent(JSON.stringify(input))}`, {
			method: 'POST',
			headers: { authorization: `Bearer ${file.key}` },
			body: body === undefined ? null : Uint8Array.from(body),
		});
	try {
		const pong = await ask('ping', {});
		await pong.body?.cancel();
		if (!pong.ok) return undefined;
	} catch {
		// A relay that was killed leaves its file behind.
		return undefined;
	}
	return {
		async *run(name, input, body) {
			const response = await ask(name, input, body);
			if (!response.ok || response.body === null) {
				throw new OperationRefused(`The running relay answered ${response.status} to ${name}. Is it the same version?`);
			}
			for await (const line of linesOf(response.body)) {
				const parsed: unknown = JSON.parse(line);
				const last = v.safeParse(lastLineSchema, parsed);
				if (!last.success) yield parsed;
				else if ('refused' in last.output) throw new OperationRefused(last.output.refused);
				else return;
			}
			throw new OperationRefused('The relay stopped before the command was done.');
		},
	};
}

async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
	const decoder = new TextDecoder();
	let rest = '';
	for await (const chunk of stream) {
		const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
		rest = lines.pop() ?? '';
		yield* lines;
	}
	if (rest !== '') yield rest;
}
