import { WebSocket } from 'ws';
import * as Y from 'yjs';
import { encodePush } from '../../../src/lib/protocol/replica.ts';
import type { TestDevice } from '../running-relay.ts';
import { presenceFrame, syncFrame } from '../../support/hand.ts';

/** What somebody outside knows: even ids, which nobody gave them. */
export interface Known {
	documents: readonly string[];
	files: readonly string[];
	devices?: readonly string[];
}

interface Asking {
	path?: string;
	method?: string;
	body?: unknown;
	headers?: Record<string, string>;
}

const emptyUpdate = Y.encodeStateAsUpdate(new Y.Doc());

/** Every door of the relay and what somebody may try at it; `Doors` and the relay's own list must name the same (see the test). */
export const doors: Record<string, (known: Known) => Asking[]> = {
	'GET /metrics': () => [{}],
	'GET /healthz': () => [{}],
	'GET /readyz': () => [{}],
	'GET /auth/state': () => [{}],
	'GET /auth/me': () => [{}],
	'GET /auth/devices': () => [{}],
	'POST /auth/setup': () => [{ body: {} }, { body: { token: 'x' } }],
	'POST /auth/enrol': () => [{ body: {} }],
	'POST /auth/challenge': () => [{ body: { device: 'x' } }],
	'POST /auth/session': () => [{ body: { device: 'x', nonce: 'x', signature: 'x' } }],
	'POST /auth/invitations': () => [
		{ body: { agent: { name: 'X', mail: 'x@x.example', role: 'admin', lines: ['legal'] } } },
	],
	'POST /auth/devices/revoke': () => [{ body: { device: 'x' } }],
	'POST /auth/devices/wiped': () => [{ body: { device: 'x' } }],
	'POST /auth/agents': () => [{ body: { id: 'x', role: 'admin', lines: ['legal'], active: true } }],
	'POST /auth/passkey/register-options': () => [{ body: {} }],
	'POST /auth/passkey/register': () => [{ body: { response: {} } }],
	'POST /auth/passkey/sign-in-options': () => [{ body: {} }],
	'POST /auth/passkey/sign-in': () => [{ body: {} }],
	'POST /auth/agents/leave': () => [{ body: { id: 'x' } }],
	'POST /auth/audit': () => [{ body: {} }, { body: { isExport: true } }],
	'POST /auth/devices/held': ({ devices = [] }) => devices.map((device) => ({ body: { device } })),
	'POST /auth/erasures/plan': ({ documents }) => [
		...documents.map((person) => ({ body: { who: { person }, texts: 'all' } })),
		{ body: { who: { address: 'eva@customer.example' }, texts: 'theirs' } },
	],
	'POST /auth/erasures': ({ documents }) =>
		documents.map((person) => ({ body: { who: { person }, texts: 'all', tickets: 0 } })),
	'POST /auth/erasures/redact': ({ documents }) =>
		documents.map((document) => ({ body: { document, entry: '0'.repeat(26), ranges: null, reason: 'x' } })),
	'POST /auth/erasures/open': () => [{ body: {} }],
	'POST /auth/erasures/places': ({ documents }) => documents.map((person) => ({ body: { person } })),
	'GET /auth/passkey': () => [{}],
	'POST /auth/passkey/confirm': () => [{ body: { response: {} } }],
	'GET /auth/mailboxes': () => [{}],
	'POST /auth/mailboxes': () => [{ body: {} }],
	'POST /auth/mailboxes/remove': () => [{ body: { id: 'x' } }],
	'POST /auth/mailboxes/test': () => [{ body: {} }],
	'POST /auth/mailboxes/log': () => [{ body: { id: 'x' } }],
	'POST /auth/mail-rules/dry-run': () => [{ body: { rules: [] } }],
	'GET /auth/waiting-mail': () => [{}],
	'POST /auth/archive-search': () => [
		{ body: { text: 'ticket' } },
		{ body: { text: 'legal', line: 'legal' } },
		{ body: { text: '"* OR tokens:a', recentDays: 1 } },
	],
	'POST /auth/person-export': ({ documents }) => documents.map((person) => ({ body: { person, withInternal: true } })),
	'POST /replica/blocks': () => [{ body: {} }],
	'POST /replica/pull': () => [
		{ body: { cursor: 0, scopeRevision: 0 } },
		{ body: { cursor: 0, scopeRevision: 99 } },
		{ body: { cursor: 0, scopeRevision: 1, recentDays: 1 } },
		{ body: { cursor: 1, scopeRevision: 1 } },
		{ body: 'not JSON' },
	],
	'POST /replica/bootstrap': () => [
		{ body: { after: null } },
		{ body: { after: null, scopes: ['line:legal'] } },
		{ body: { after: 'changed.0.0' } },
		{ body: { after: null, recentDays: 1, only: 'headers' } },
		{ body: { after: '-1.0.0.0' } },
		{ body: { after: '0.9007199254740991.9007199254740991.0', scopes: ['line:legal', 'agent:sue', 'desk'] } },
	],
	'POST /replica/documents': ({ documents }) => [
		{ body: { documents: documents.map((document) => ({ document, generation: 0, head: 0 })) } },
		{ body: { documents: documents.map((document) => ({ document, generation: 0, head: 1 })) } },
		{ body: { documents: documents.map((document) => ({ document, generation: 9, head: 9 })) } },
	],
	'POST /replica/push': ({ documents }) => [
		{
			body: encodePush(
				documents.map((document, i) => ({ n: i + 1, document: document as never, generation: 0, update: emptyUpdate })),
			),
		},
		{
			body: encodePush(
				documents.map((document, i) => ({
					n: i + 900,
					document: document as never,
					generation: 7,
					update: emptyUpdate,
				})),
			),
		},
		{ body: new Uint8Array([9, 9, 9]) },
	],
	'POST /replica/offer': ({ documents }) => [
		{
			body: encodePush(
				documents.map((document, i) => ({ n: i, document: document as never, generation: 0, update: emptyUpdate })),
			),
		},
	],
	'POST /replica/compare': ({ documents }) => [
		{
			body: {
				documents: documents.slice(0, 25).map((document) => ({ document, generation: 0, vector: 'AQEB', deleted: 0 })),
			},
		},
		{
			body: {
				documents: documents.slice(0, 25).map((document) => ({ document, generation: 0, vector: 'AA==', deleted: 9 })),
			},
		},
	],
	'GET /blobs/:id': ({ files }) =>
		files.flatMap((id) => [
			{ path: `/blobs/${id}` },
			{ path: `/blobs/${id}`, method: 'HEAD' },
			{ path: `/blobs/${id}`, headers: { range: 'bytes=3-' } },
			{ path: `/blobs/..%2f${id}` },
			{ path: `/blobs/incoming%2f${id}` },
		]),
	'PATCH /blobs/:id': ({ files }) =>
		files.flatMap((id) => [
			{ path: `/blobs/${id}?offset=0&size=3`, method: 'PATCH', body: new Uint8Array([1, 2, 3]) },
			{ path: `/blobs/${id}?offset=40&size=41`, method: 'PATCH', body: new Uint8Array([1]) },
		]),
	'POST /pictures': ({ documents }) =>
		documents.map((document) => ({ body: { document, entry: '0'.repeat(26), url: 'https://tracker.example/a.png' } })),
	/** It would end his session before the other doors are tried. */
	'POST /auth/sign-out': () => [],
	'GET /*': ({ documents }) =>
		[...documents, 'index.html', '%2e%2e/%2e%2e/data/tresen.db', 'blobs', 'nothing'].map((path) => ({
			path: `/${path}`,
		})),
};

/** Tries all of it as that device, or as nobody. */
export async function tryDoors(base: string, device: TestDevice | undefined, known: Known): Promise<number> {
	let tried = 0;
	for (const [door, askings] of Object.entries(doors)) {
		const [method = '', path = ''] = door.split(' ');
		for (const asking of askings(known)) {
			const { body } = asking;
			const verb = asking.method ?? method;
			const response = await fetch(base + (asking.path ?? path.replace('*', '')), {
				method: verb,
				headers: { ...(device === undefined ? {} : { cookie: device.cookie }), ...asking.headers },
				...(body === undefined
					? {}
					: { body: (body instanceof Uint8Array ? body : JSON.stringify(body)) as Uint8Array<ArrayBuffer> }),
			});
			await response.arrayBuffer();
			tried++;
		}
	}
	return tried;
}

/** Enters every room, or tries to, asks for everything and shows itself. Resolves when each socket was answered or is closed. */
export async function tryRooms(base: string, device: TestDevice | undefined, known: Known): Promise<void> {
	const rooms = known.documents.flatMap((id) => [id, `${id}@0`, `${id}@1`]);
	await Promise.all(
		[...rooms.map((room) => `/live/${encodeURIComponent(room)}`), '/replica/poke', '/live/', '/live/desk'].map(
			(path) =>
				new Promise<void>((resolve) => {
					const { socket } = listenAt(base, device, path);
					socket.on('open', () => {
						if (path !== '/replica/poke') {
							socket.send(syncFrame(0, new Uint8Array([0])));
							socket.send(new Uint8Array([3]));
							socket.send(presenceFrame(77, { user: { name: 'Otto' } }));
						}
						socket.ping();
					});
					socket.on('pong', () => socket.terminate());
					socket.on('close', () => resolve());
				}),
		),
	);
}

/** A socket that is held open and heard by the wire. */
export function listenAt(base: string, device: TestDevice | undefined, path: string) {
	const headers = device === undefined ? {} : { cookie: device.cookie };
	const socket = new WebSocket(base.replace('http', 'ws') + path, { headers });
	socket.on('error', () => undefined);
	const opened = new Promise<void>((resolve) => socket.once('open', () => resolve()).once('close', () => resolve()));
	const closed = new Promise<string>((resolve) => socket.once('close', (_code, why) => resolve(why.toString())));
	return { socket, opened, closed };
}
