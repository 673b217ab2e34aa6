import { statSync } from 'node:fs';
import { join } from 'node:path';
import * as Y from 'yjs';
import { appendEntries } from '../../src/lib/document/record-document.ts';
import { writeDeskValue } from '../../src/lib/document/desk-document.ts';
import { createClock } from '../../src/lib/domain/hlc.ts';
import { deskDocument, type AgentId, type DocumentId, type EntryId } from '../../src/lib/domain/ids.ts';
import { createUlid } from '../../src/lib/domain/ulid.ts';
import { liveRoom } from '../../src/lib/protocol/live.ts';
import { decodePage, encodePush, type Page, type PushAnswer } from '../../src/lib/protocol/replica.ts';
import { startOurs, type Child } from './child.ts';
import { createDemoFolder, openFolder, type BenchDevice, type DemoFolder } from './demo-folder.ts';
import { createPlot, type Plot } from './plot.ts';
import { RawWebSocket } from './raw-websocket.ts';
import type { Bench, BenchOptions, Figure } from './row.ts';
import { median, quantile } from './spread.ts';

/** How the relay's costs grow with tickets, agents and years. */
export const curves: Bench = {
	name: 'curves',
	run: async (options) => [
		...(await withTickets(options)),
		...(await withAgents(options)),
		...(await withYears(options)),
	],
};

async function withTickets({ quick, rounds, say }: BenchOptions): Promise<Figure[]> {
	const sizes = quick ? [200, 1000] : [1000, 5000, 15_000, 50_000];
	const plot = createPlot('tickets', sizes);
	for (const tickets of sizes) {
		plot.at(tickets);
		const folder = await createDemoFolder({ tickets, devices: 4, read: 200 });
		say(`${tickets} tickets are there`);
		plot.add('database', 'MB', false, fileMb(folder.path), { noise: 8 });
		for (let round = 0; round < rounds; round++) {
			const relay = await plot.time('relay start', 'ms', false, () => startOurs(folder.copy()), { noise: 300 });
			try {
				plot.add('memory after the start', 'MB', true, relay.rssMb(), { noise: 60 });
				await usual(relay, folder, plot);
				await wholeWalk(relay, folder, plot);
				plot.add('memory after a device read all', 'MB', false, relay.rssMb(), { noise: 60 });
			} finally {
				await relay.stop();
			}
		}
	}
	return plot.figures(say);
}

async function withAgents({ quick, rounds, say }: BenchOptions): Promise<Figure[]> {
	const sizes = quick ? [2, 8] : [5, 25, 50];
	const plot = createPlot('agents', sizes);
	const folder = await createDemoFolder({ tickets: quick ? 200 : 5000, devices: Math.max(...sizes), read: 200 });
	for (const agents of sizes) {
		plot.at(agents);
		for (let round = 0; round < rounds; round++) {
			const relay = await startOurs(folder.copy());
			const sockets: RawWebSocket[] = [];
			try {
				for (const { cookie } of folder.devices.slice(0, agents)) {
					for (const path of [`/live/${liveRoom(deskDocument, 0)}`, '/replica/poke']) {
						const socket = await RawWebSocket.open(relay.url + path, cookie);
						socket.listen(() => {});
						sockets.push(socket);
					}
				}
				plot.add('memory', 'MB', false, relay.rssMb(), { noise: 60 });
				await usual(relay, folder, plot);
			} finally {
				for (const socket of sockets) socket.close();
				await relay.stop();
			}
		}
	}
	return plot.figures(say);
}

/** A year: every agent has a new device each quarter, admins change the configuration each working day, and the edits of 15,600 tickets. */
const yearly = { devices: 120, configured: 250, edits: 125_000 };

async function withYears({ quick, rounds, say }: BenchOptions): Promise<Figure[]> {
	const sizes = quick ? [1, 3] : [1, 2, 3, 4, 5];
	const plot = createPlot('years', sizes);
	const folder = await createDemoFolder({ tickets: quick ? 200 : 5000, devices: 4, read: 200 });
	for (const years of sizes) {
		plot.at(years);
		const aged = folder.copy();
		await age(aged, quick ? years / 10 : years);
		say(`${years} years are over`);
		plot.add('database', 'MB', false, fileMb(aged), { noise: 8 });
		for (let round = 0; round < rounds; round++) {
			const relay = await plot.time('relay start', 'ms', false, () => startOurs(aged), { noise: 300 });
			try {
				plot.add('memory after the start', 'MB', true, relay.rssMb(), { noise: 60 });
				// Edits have numbers of the time of day; each round brings others.
				await usual(relay, folder, plot);
			} finally {
				await relay.stop();
			}
		}
	}
	return plot.figures(say);
}

/** What years leave behind: devices that are gone, their client ids in the desk document, receipts of their edits. */
async function age(data: string, years: number): Promise<void> {
	const { auth, database, relay, close } = await openFolder(data);
	const agent = await auth.ensureAgent({ mail: 'philipp@desk.example' });
	for (let i = 0; i < yearly.devices * years; i++) {
		const added = auth.addDevice(agent, { name: `Gone ${i}`, publicKey: undefined });
		if (added.kind === 'refused') throw new Error(added.reason);
	}
	const { db } = database;
	db.exec('BEGIN');
	db.exec(`UPDATE devices SET state = 'revoked' WHERE name LIKE 'Gone %'`);
	db.exec(`INSERT OR IGNORE INTO writers (name) SELECT id FROM devices`);
	const writers = db
		.prepare(`SELECT key FROM writers WHERE name IN (SELECT id FROM devices WHERE name LIKE 'Gone %')`)
		.all();
	const receipt = db.prepare('INSERT INTO receipts (writer, n, seq) VALUES (?, ?, ?)');
	const edits = yearly.edits * years;
	for (let n = 0; n < edits; n++) receipt.run(writers[n % writers.length]?.key as number, 1e12 + n, 1 + (n % 1000));
	db.exec('COMMIT');
	// Each time another page of an admin wrote: another client id in the document that every device has open.
	let state = Y.encodeStateAsUpdate(relay.read(deskDocument) as Y.Doc);
	const [queue] = relay.readDesk().queues;
	for (let i = 0; i < yearly.configured * years; i++) {
		const doc = new Y.Doc();
		Y.applyUpdate(doc, state);
		const before = Y.encodeStateVector(doc);
		if (queue !== undefined) writeDeskValue(doc, `queue:${queue.id}`, { ...queue, name: `Name ${i}` });
		const update = Y.encodeStateAsUpdate(doc, before);
		state = Y.encodeStateAsUpdate(doc);
		const stored = await relay.write(deskDocument, (own) => Y.applyUpdate(own, update));
		if (stored.kind !== 'ok') throw new Error(stored.kind);
	}
	await close();
}

/** What agents wait for on an ordinary day. */
async function usual(relay: Child, { devices, tickets }: DemoFolder, plot: Plot): Promise<void> {
	const [writer, reader] = devices as [BenchDevice, BenchDevice];
	const first = await plot.time('first page of a new device', 'ms', true, () => bootstrap(relay, reader, null), {
		noise: 20,
	});
	let { cursor } = first;
	const acks: number[] = [];
	const pulls: number[] = [];
	const began = Date.now();
	for (const [i, ticket] of tickets.slice(0, 40).entries()) {
		const body = noteOn(ticket, writer, began + i);
		let at = performance.now();
		const answer = (await (await post(relay, writer, '/replica/push', body)).json()) as PushAnswer;
		acks.push(performance.now() - at);
		if (answer.answers[0]?.kind !== 'ok') throw new Error(JSON.stringify(answer.answers));
		at = performance.now();
		const page = await pull(relay, reader, cursor);
		pulls.push(performance.now() - at);
		if (page.documents.length !== 1) throw new Error(`${page.documents.length} documents instead of one`);
		({ cursor } = page);
	}
	plot.add('ack of an edit', 'ms', true, median(acks), { noise: 3 });
	plot.add('pull of one change', 'ms', true, median(pulls), { noise: 3 });
	const edits = tickets.slice(40, 140);
	for (const [i, ticket] of edits.entries())
		await post(relay, writer, '/replica/push', noteOn(ticket, writer, began + 1000 + i));
	const caughtUp = await plot.time(
		`catch-up of ${edits.length} changes`,
		'ms',
		true,
		() => pull(relay, reader, cursor),
		{
			noise: 10,
		},
	);
	if (caughtUp.documents.length !== edits.length) throw new Error(`${caughtUp.documents.length} documents`);
	await plot.time('pull without news', 'ms', true, () => pull(relay, reader, caughtUp.cursor), { noise: 3 });
}

/** A new device reads everything; meanwhile somebody else waits for acks. */
async function wholeWalk(relay: Child, { devices, tickets }: DemoFolder, plot: Plot): Promise<void> {
	const [, , newcomer, other] = devices as [BenchDevice, BenchDevice, BenchDevice, BenchDevice];
	const pages: number[] = [];
	const acks: number[] = [];
	let isOver = false;
	const began = performance.now();
	const numbers = Date.now();
	const waiting = (async () => {
		for (let i = 0; !isOver; i++) {
			const ticket = tickets[i % tickets.length] as DemoFolder['tickets'][number];
			const body = noteOn(ticket, other, numbers + i);
			const at = performance.now();
			await (await post(relay, other, '/replica/push', body)).arrayBuffer();
			acks.push(performance.now() - at);
		}
	})();
	for (let after: string | null = null; ;) {
		const at = performance.now();
		const page = await bootstrap(relay, newcomer, after);
		// The first is a short one, the last what is left.
		if (after !== null && page.next !== null) pages.push(performance.now() - at);
		if (page.next === null) break;
		after = page.next;
	}
	isOver = true;
	await waiting;
	plot.add('a new device reads everything', 'ms', false, performance.now() - began, { noise: 100 });
	if (pages.length > 0) plot.add('a page of that', 'ms', true, median(pages), { noise: 40 });
	plot.add('ack p95 meanwhile', 'ms', true, quantile(acks, 0.95), { noise: 40 });
}

function noteOn(ticket: DemoFolder['tickets'][number], device: BenchDevice, n: number): Uint8Array {
	const doc = new Y.Doc();
	Y.applyUpdate(doc, ticket.state);
	const before = Y.encodeStateVector(doc);
	const clock = createClock(Date.now);
	appendEntries(
		doc,
		{
			...{ agent: device.agent as AgentId, device: device.id, tick: () => clock.tick() },
			newId: () =>
				createUlid(Date.now(), (bytes) => crypto.getRandomValues(bytes as Uint8Array<ArrayBuffer>)) as EntryId,
		},
		[{ kind: 'note', text: `Note ${n}`, attachments: [] }],
	);
	const update = Y.encodeStateAsUpdate(doc, before);
	return encodePush([{ n, document: ticket.id as DocumentId, generation: 0, update }]);
}

async function post(relay: Child, { cookie }: BenchDevice, path: string, body: Uint8Array | object): Promise<Response> {
	const isBytes = body instanceof Uint8Array;
	const response = await fetch(relay.url + path, {
		method: 'POST',
		headers: { cookie, 'content-type': isBytes ? 'application/octet-stream' : 'application/json' },
		body: isBytes ? (body as Uint8Array<ArrayBuffer>) : JSON.stringify(body),
	});
	if (!response.ok) throw new Error(`${path} was answered ${response.status}: ${await response.text()}`);
	return response;
}

async function readPage(response: Promise<Response>): Promise<Page> {
	return decodePage(new Uint8Array(await (await response).arrayBuffer()));
}
const bootstrap = (relay: Child, device: BenchDevice, after: string | null) =>
	readPage(post(relay, device, '/replica/bootstrap', { after }));
const pull = (relay: Child, device: BenchDevice, cursor: number) =>
	readPage(post(relay, device, '/replica/pull', { cursor, scopeRevision: 0 }));

const fileMb = (folder: string) => statSync(join(folder, 'tresen.sqlite')).size / 2 ** 20;
