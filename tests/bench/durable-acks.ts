import { execFile } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import * as encoding from 'lib0/encoding';
import * as Y from 'yjs';
import { createClock } from '../../src/lib/domain/hlc.ts';
import type { AgentId, EntryId } from '../../src/lib/domain/ids.ts';
import { createUlid } from '../../src/lib/domain/ulid.ts';
import { appendEntries } from '../../src/lib/document/record-document.ts';
import { encodePush, type Edit, type PushAnswer } from '../../src/lib/protocol/replica.ts';
import { startChild, startOurs } from './child.ts';
import { createDemoFolder, temporaryFolder, type BenchDevice, type DemoFolder } from './demo-folder.ts';
import { postBytes, RawHttp } from './raw-http.ts';
import type { Bench, Figure } from './row.ts';
import { median } from './spread.ts';

/** How devices push: so many at once, so many edits in each push, over so many tickets. */
interface Shape {
	what: string;
	devices: number;
	pushes: number;
	editsPerPush: number;
	tickets: number;
	/** What raw SQLite commits at once. */
	rowsPerTransaction: number;
	hasBudget: boolean;
	note: string;
}

const shapes: Shape[] = [
	{
		what: 'durable acks, 100 edits a push',
		devices: 8,
		pushes: 25,
		editsPerPush: 100,
		tickets: 200,
		rowsPerTransaction: 100,
		hasBudget: true,
		note: '8 devices empty an outbox of 2,500 notes on 200 tickets',
	},
	{
		what: 'durable acks, 1 edit a push',
		devices: 50,
		pushes: 200,
		editsPerPush: 1,
		tickets: 200,
		rowsPerTransaction: 50,
		hasBudget: true,
		note: '50 devices at once, each with one note and one request a time; raw SQLite commits 50 at once and hears no HTTP',
	},
	{
		what: 'durable acks, documents not in memory',
		devices: 8,
		pushes: 25,
		editsPerPush: 100,
		tickets: 2000,
		rowsPerTransaction: 100,
		hasBudget: false,
		note: 'the same over 2,000 tickets, more than the relay keeps open: each is read before it is checked',
	},
];

const rawSqlite = 'raw SQLite';
const plainHttp = 'HTTP + SQLite, no checks';

/** Edits acknowledged after their commit, per second. */
export const durableAcks: Bench = {
	name: 'durable-acks',
	async run({ quick, rounds, say }) {
		const devices = Math.max(...shapes.map((shape) => shape.devices));
		const tickets = Math.max(...shapes.map((shape) => shape.tickets));
		const folder = await createDemoFolder({ tickets, devices, read: tickets });
		const figures: Figure[] = [];
		for (const shape of shapes) {
			const outboxes = makeOutboxes(folder, { ...shape, pushes: quick ? Math.ceil(shape.pushes / 5) : shape.pushes });
			const rates = { ours: [] as number[], raw: [] as number[], plain: [] as number[] };
			for (let round = 0; round < rounds; round++) {
				rates.raw.push(await measureRaw(outboxes, shape));
				rates.ours.push(await measureOurs(folder, outboxes));
				rates.plain.push(await measurePlain(outboxes));
				say(
					`${shape.what}: ours ${Math.round(rates.ours.at(-1) ?? 0)}/s, raw ${Math.round(rates.raw.at(-1) ?? 0)}/s, HTTP + SQLite ${Math.round(rates.plain.at(-1) ?? 0)}/s`,
				);
			}
			figures.push({
				what: shape.what,
				value: median(rates.ours),
				unit: 'acks/s',
				...(shape.hasBudget ? { budget: { kind: 'ratio-at-least', peer: rawSqlite, value: 0.7 } } : {}),
				peers: [
					{ name: rawSqlite, value: median(rates.raw) },
					{ name: plainHttp, value: median(rates.plain) },
				],
				runs: rates.ours,
				notes: [shape.note],
			});
		}
		return figures;
	},
};

interface Outbox {
	device: BenchDevice;
	pushes: Uint8Array[];
	edits: number;
}

function makeOutboxes(folder: DemoFolder, shape: Shape): Outbox[] {
	const clock = createClock(Date.now);
	const fill = (bytes: Uint8Array) => crypto.getRandomValues(bytes as Uint8Array<ArrayBuffer>);
	const tickets = folder.tickets.slice(0, shape.tickets);
	return folder.devices.slice(0, shape.devices).map((device, place) => {
		const author = {
			agent: device.agent as AgentId,
			device: device.id,
			tick: () => clock.tick(),
			newId: () => createUlid(Date.now(), fill) as EntryId,
		};
		const documents = new Map<string, Y.Doc>();
		let n = 0;
		const nextEdit = (): Edit => {
			const ticket = tickets[(n * 7 + place * 31) % tickets.length];
			if (ticket === undefined) throw new Error('no ticket');
			const doc = documents.get(ticket.id) ?? new Y.Doc();
			documents.set(ticket.id, doc);
			let update: Uint8Array = new Uint8Array();
			doc.once('update', (bytes: Uint8Array) => (update = bytes));
			const text = `Rückruf ${n}: Der Kunde hat die Rechnung erhalten und meldet sich, sobald die Buchung da ist.`;
			appendEntries(doc, author, [{ kind: 'note', text, attachments: [] }]);
			return { n: ++n, document: ticket.id, generation: 0, update };
		};
		const pushes = Array.from({ length: shape.pushes }, () =>
			encodePush(Array.from({ length: shape.editsPerPush }, nextEdit)),
		);
		return { device, pushes, edits: n };
	});
}

async function measureOurs(folder: DemoFolder, outboxes: readonly Outbox[]): Promise<number> {
	const data = folder.copy();
	const relay = await startOurs(data);
	try {
		return await push(relay.url, outboxes);
	} finally {
		await relay.stop();
		rmSync(data, { recursive: true, force: true });
	}
}

async function measurePlain(outboxes: readonly Outbox[]): Promise<number> {
	const data = temporaryFolder();
	const server = await startChild('servers/http-sqlite-server.ts', [data]);
	try {
		return await push(server.url, outboxes);
	} finally {
		await server.stop();
		rmSync(data, { recursive: true, force: true });
	}
}

/** Every device sends its pushes one after the other; the first fifth is warm-up. */
async function push(url: string, outboxes: readonly Outbox[]): Promise<number> {
	const clients = await Promise.all(
		outboxes.map(async ({ device, pushes }) => ({
			http: await RawHttp.open(url),
			requests: pushes.map((bytes) =>
				postBytes(url, '/replica/push', device.cookie, bytes, 'application/octet-stream'),
			),
		})),
	);
	const bodies: Buffer[] = [];
	const sendAll = (share: (requests: Buffer[]) => Buffer[]) =>
		Promise.all(
			clients.map(async ({ http, requests }) => {
				for (const request of share(requests)) bodies.push(await http.send(request));
			}),
		);
	try {
		await sendAll((requests) => requests.slice(0, Math.ceil(requests.length / 5)));
		checkAnswers(bodies.splice(0));
		const began = performance.now();
		await sendAll((requests) => requests.slice(Math.ceil(requests.length / 5)));
		const seconds = (performance.now() - began) / 1000;
		return checkAnswers(bodies) / seconds;
	} finally {
		for (const { http } of clients) http.close();
	}
}

function checkAnswers(bodies: readonly Buffer[]): number {
	let count = 0;
	for (const body of bodies) {
		for (const answer of (JSON.parse(body.toString()) as PushAnswer).answers) {
			if (answer.kind !== 'ok') throw new Error(`an edit was not accepted: ${JSON.stringify(answer)}`);
			count++;
		}
	}
	return count;
}

async function measureRaw(outboxes: readonly Outbox[], shape: Shape): Promise<number> {
	const folder = temporaryFolder();
	const file = join(folder, 'pushes');
	const encoder = encoding.createEncoder();
	for (const { pushes } of outboxes) for (const bytes of pushes) encoding.writeVarUint8Array(encoder, bytes);
	writeFileSync(file, encoding.toUint8Array(encoder));
	const edits = outboxes.reduce((sum, outbox) => sum + outbox.edits, 0);
	const script = fileURLToPath(new URL('servers/raw-sqlite.ts', import.meta.url));
	const args = [folder, String(shape.rowsPerTransaction), file, String(Math.floor(edits / 5))];
	const { stdout } = await promisify(execFile)(process.execPath, [
		'--disable-warning=ExperimentalWarning',
		script,
		...args,
	]);
	rmSync(folder, { recursive: true, force: true });
	return Number(stdout.trim());
}
