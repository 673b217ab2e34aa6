import type { IncomingMessage, ServerResponse } from 'node:http';
import { closeReasons, type CloseReason } from '../../src/lib/protocol/close-reasons.ts';
import { compareRequestSchema, type CompareAnswer } from '../../src/lib/protocol/compare.ts';
import { limits } from '../../src/lib/protocol/limits.ts';
import {
	bootstrapRequestSchema,
	documentsRequestSchema,
	pullRequestSchema,
	type PushAnswer,
} from '../../src/lib/protocol/replica.ts';
import type { DeviceIdentity, Identify } from '../device-identity.ts';
import type { DoorAnswer, RelayDoors } from '../http.ts';
import type { Tally } from '../metrics/tally.ts';
import { jsonOf, type BodyReading } from './request-body.ts';
import type { HeaderOf, RequestPolicy } from './request-policy.ts';

export interface ReplicaDoorParts {
	relay: Pick<RelayDoors, 'push' | 'pull' | 'bootstrap' | 'documents' | 'compare' | 'offer'>;
	policy: RequestPolicy;
	identityOf: Identify;
	tally: Tally;
	/** A bug; the device is told to try later. */
	onFailure(error: unknown): CloseReason;
	onAnswered(request: { method: string; area: string; status: number; ms: number }): void;
}

/**
 * Push, pull and bootstrap, answered on Node's own request: they are nearly all that devices ask, and a web Request around
 * each costs as much as storing an edit. False for every other request, which is the app's.
 */
export function createReplicaDoor(parts: ReplicaDoorParts) {
	const { relay, policy, identityOf, tally, onFailure, onAnswered } = parts;

	async function answer(run: Route, request: IncomingMessage, response: ServerResponse): Promise<void> {
		const began = performance.now();
		const header = headerIn(request);
		const send = (status: number, type: string, body: string | Uint8Array) => {
			response.writeHead(status, {
				...policy.headersFor(header),
				'content-type': type,
				'content-length': typeof body === 'string' ? Buffer.byteLength(body) : body.length,
				'cache-control': 'no-store',
			});
			response.end(body);
			onAnswered({ method: 'POST', area: '/replica', status, ms: Math.round(performance.now() - began) });
		};
		const refuse = (reason: CloseReason, detail?: string) => {
			tally.refused('http', reason);
			send(closeReasons[reason].status, 'application/json', JSON.stringify({ error: reason, detail }));
		};
		try {
			const refusal = policy.refusalOf('POST', header);
			if (refusal !== undefined) return refuse(refusal.reason, refusal.detail);
			const identified = identityOf({ get: (name) => header(name) ?? null });
			if (identified.kind === 'refused') return refuse(identified.reason);
			const body = await readBody(request, run.most);
			if (body.kind === 'refused') return refuse(body.reason, body.detail);
			const result = await run.answer(identified.identity, body.value);
			if (result.kind === 'refused') return refuse(result.reason, result.detail);
			if (result.body instanceof Uint8Array) return send(200, 'application/octet-stream', result.body);
			if ('answers' in result.body) tally.pushed(result.body.answers);
			send(200, 'application/json', JSON.stringify(result.body));
		} catch (error) {
			const reason = onFailure(error);
			if (response.headersSent) response.destroy();
			else refuse(reason);
		}
	}

	const routes = new Map<string, Route>([
		['/replica/push', { most: limits.pushBytes, answer: (identity, bytes) => relay.push(identity, bytes) }],
		['/replica/offer', { most: limits.pushBytes, answer: (identity, bytes) => relay.offer(identity, bytes) }],
		[
			'/replica/compare',
			{
				most: limits.jsonBytes,
				async answer(identity, bytes) {
					const body = jsonOf(bytes, compareRequestSchema);
					return body.kind === 'refused' ? body : relay.compare(identity, body.value);
				},
			},
		],
		[
			'/replica/pull',
			{
				most: limits.jsonBytes,
				async answer(identity, bytes) {
					const body = jsonOf(bytes, pullRequestSchema);
					return body.kind === 'refused' ? body : relay.pull(identity, body.value);
				},
			},
		],
		[
			'/replica/bootstrap',
			{
				most: limits.jsonBytes,
				async answer(identity, bytes) {
					const body = jsonOf(bytes, bootstrapRequestSchema);
					return body.kind === 'refused' ? body : relay.bootstrap(identity, body.value);
				},
			},
		],
		[
			'/replica/documents',
			{
				most: limits.jsonBytes,
				async answer(identity, bytes) {
					const body = jsonOf(bytes, documentsRequestSchema);
					return body.kind === 'refused' ? body : relay.documents(identity, body.value);
				},
			},
		],
	]);

	return (request: IncomingMessage, response: ServerResponse): boolean => {
		if (request.method !== 'POST') return false;
		const route = routes.get((request.url ?? '').split('?', 1)[0] ?? '');
		if (route === undefined) return false;
		void answer(route, request, response);
		return true;
	};
}

interface Route {
	most: number;
	answer(identity: DeviceIdentity, body: Uint8Array): Promise<DoorAnswer<PushAnswer | CompareAnswer | Uint8Array>>;
}

/** The headers of Node's own request. */
export function headerIn(request: IncomingMessage): HeaderOf {
	return (name) => {
		const value = request.headers[name];
		return Array.isArray(value) ? value[0] : value;
	};
}

/** Like `readBytes`, of Node's own request. */
function readBody(request: IncomingMessage, most: number): Promise<BodyReading<Uint8Array>> {
	if (Number(request.headers['content-length'] ?? 0) > most)
		return Promise.resolve({ kind: 'refused', reason: 'too-big' });
	return new Promise((resolve) => {
		let chunks: Buffer[] = [];
		let size = 0;
		request.on('data', (chunk: Buffer) => {
			size += chunk.length;
			if (size <= most) return void chunks.push(chunk);
			// What still comes is let go, so that the sender hears why.
			chunks = [];
			resolve({ kind: 'refused', reason: 'too-big' });
		});
		request.on('end', () => resolve({ kind: 'read', value: Buffer.concat(chunks) }));
		const brokeOff = () => resolve({ kind: 'refused', reason: 'malformed', detail: 'the body broke off' });
		request.on('error', brokeOff);
		request.on('close', brokeOff);
	});
}
