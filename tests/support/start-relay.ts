import { randomFillSync } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { lineScope, type Scope } from '../../src/lib/domain/audience.ts';
import { createClock } from '../../src/lib/domain/hlc.ts';
import type { AgentId, DeviceId, DocumentId, EntryId, LineId, QueueId } from '../../src/lib/domain/ids.ts';
import { recordId } from '../../src/lib/domain/ids.ts';
import type { Role } from '../../src/lib/domain/role.ts';
import { ticketNumber } from '../../src/lib/domain/ticket-number.ts';
import { createUlid } from '../../src/lib/domain/ulid.ts';
import type { Author } from '../../src/lib/document/record-document.ts';
import { closeReasons } from '../../src/lib/protocol/close-reasons.ts';
import {
	decodePage,
	encodePush,
	type BootstrapRequest,
	type Edit,
	type Page,
	type PushAnswer,
} from '../../src/lib/protocol/replica.ts';
import type { DeviceIdentity, Identification } from '../../sync-server/device-identity.ts';
import { createRelay, type Relay, type RelayOptions } from '../../sync-server/relay.ts';
import { mustOpenDatabase, type RelayDatabase } from '../../sync-server/store/database.ts';

export interface TestDevice {
	identity: DeviceIdentity;
	/** Sent with requests and sockets. */
	cookie: string;
	/** The device's own block of ticket numbers. */
	block: number;
	author: Author;
}

export interface TestRelay {
	relay: Relay;
	database: RelayDatabase;
	url: string;
	liveUrl: string;
	/** A device that the relay knows; `lines` are what its agent sees. */
	device(name: string, options?: { agent?: string; role?: Role; lines?: string[] }): TestDevice;
	/** Changes what the agent may see from now on. */
	setLines(device: TestDevice, lines: string[]): void;
	push(device: TestDevice, edits: Edit[]): Promise<PushAnswer>;
	pushBytes(device: TestDevice, bytes: Uint8Array): Promise<Response>;
	pull(device: TestDevice, cursor: number, scopeRevision?: number): Promise<Page>;
	bootstrap(device: TestDevice, request?: Partial<BootstrapRequest>): Promise<Page>;
	failures: unknown[];
	close(): Promise<void>;
}

export interface TestRelayOptions extends Partial<Omit<RelayOptions, 'database' | 'identify' | 'blocksOf'>> {
	dataDir?: string;
	port?: number;
}

/** A real relay behind a bare door: real sockets and SQLite, devices known by a cookie. */
export async function startRelay(options: TestRelayOptions = {}): Promise<TestRelay> {
	const database = mustOpenDatabase(options.dataDir ?? ':memory:');
	const devices = new Map<string, TestDevice>();
	const failures: unknown[] = [];
	const now = options.now ?? Date.now;
	let nextBlock = 100;

	const identify = (headers: Pick<Headers, 'get'>): Identification => {
		const name = /(?:^|; )device=([^;]+)/.exec(headers.get('cookie') ?? '')?.[1];
		const device = name === undefined ? undefined : devices.get(name);
		return device === undefined ? { kind: 'refused', reason: 'sign-in' } : { kind: 'known', identity: device.identity };
	};
	const relay = createRelay({
		now,
		random: (bytes) => randomFillSync(bytes),
		onFailure: (error) => failures.push(error),
		...options,
		database,
		identify,
		blocksOf: (device) => [devices.get(device)?.block ?? -1],
	});

	const server = createServer((request, response) => {
		void answer(request).then(async (result) => {
			response.writeHead(result.status, Object.fromEntries(result.headers));
			response.end(new Uint8Array(await result.arrayBuffer()));
		});
	});
	async function answer(request: IncomingMessage): Promise<Response> {
		const identified = identify(new Headers({ cookie: request.headers.cookie ?? '' }));
		if (identified.kind === 'refused') return refused(identified.reason);
		const chunks: Buffer[] = [];
		for await (const chunk of request) chunks.push(chunk as Buffer);
		const body = new Uint8Array(Buffer.concat(chunks));
		const { identity } = identified;
		if (request.url === '/replica/push') {
			const result = await relay.push(identity, body);
			return result.kind === 'ok' ? Response.json(result.body) : refused(result.reason);
		}
		const asked = JSON.parse(new TextDecoder().decode(body)) as never;
		const result = await (request.url === '/replica/pull'
			? relay.pull(identity, asked)
			: relay.bootstrap(identity, asked));
		return result.kind === 'ok' ? new Response(result.body as Uint8Array<ArrayBuffer>) : refused(result.reason);
	}
	const refused = (reason: keyof typeof closeReasons) =>
		Response.json({ error: reason }, { status: closeReasons[reason].status });
	server.on('upgrade', (request, socket, head) => relay.upgrade(request, socket, head));
	await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	const url = `http://127.0.0.1:${port}`;

	const post = (device: TestDevice, path: string, body: Uint8Array | string) =>
		fetch(url + path, { method: 'POST', headers: { cookie: device.cookie }, body: body as Uint8Array<ArrayBuffer> });
	const page = async (response: Response) => {
		if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
		return decodePage(new Uint8Array(await response.arrayBuffer()));
	};
	let isClosed = false;

	return {
		relay,
		database,
		url,
		liveUrl: `ws://127.0.0.1:${port}/live`,
		failures,
		device(name, { agent = name, role = 'agent', lines = ['support'] } = {}) {
			const known = devices.get(name);
			if (known !== undefined) return known;
			const clock = createClock(now);
			const device: TestDevice = {
				identity: {
					device: name as DeviceId,
					agent: agent as AgentId,
					role,
					scopes: scopesFor(agent, lines),
					scopeRevision: 1,
				},
				cookie: `device=${name}`,
				block: nextBlock++,
				author: {
					agent: agent as AgentId,
					device: name as DeviceId,
					tick: () => clock.tick(),
					newId: () => newUlid(now()) as EntryId,
				},
			};
			devices.set(name, device);
			return device;
		},
		setLines(device, lines) {
			device.identity = {
				...device.identity,
				scopes: scopesFor(device.identity.agent, lines),
				scopeRevision: device.identity.scopeRevision + 1,
			};
		},
		async push(device, edits) {
			const response = await post(device, '/replica/push', encodePush(edits));
			if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
			return (await response.json()) as PushAnswer;
		},
		pushBytes: (device, bytes) => post(device, '/replica/push', bytes),
		pull: async (device, cursor, scopeRevision = device.identity.scopeRevision) =>
			page(await post(device, '/replica/pull', JSON.stringify({ cursor, scopeRevision }))),
		bootstrap: async (device, request = {}) =>
			page(await post(device, '/replica/bootstrap', JSON.stringify({ after: null, ...request }))),
		async close() {
			if (isClosed) return;
			isClosed = true;
			await relay.close();
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
			database.close();
		},
	};
}

function scopesFor(agent: string, lines: string[]): Scope[] {
	return ['desk', `agent:${agent}`, ...lines.map((line) => lineScope(line as LineId))];
}

export function newUlid(now = Date.now()): string {
	return createUlid(now, (bytes) => randomFillSync(bytes));
}

export function newTicketId(): DocumentId {
	return recordId('ticket', newUlid());
}

/** What opens a ticket, with the `counter`-th number of the device's block. */
export function opening(device: TestDevice, counter: number, line = 'support', subject = 'A question') {
	return {
		kind: 'opened',
		number: ticketNumber(device.block, counter),
		subject,
		line: line as LineId,
		queue: 'inbox' as QueueId,
		channel: 'phone',
	} as const;
}
