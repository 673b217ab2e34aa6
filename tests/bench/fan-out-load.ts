import * as encoding from 'lib0/encoding';
import * as Y from 'yjs';
import type { BenchDevice } from './demo-folder.ts';
import { frameOf, RawWebSocket } from './raw-websocket.ts';
import { readStructEnds } from './struct-ends.ts';
import { typeDraft, type TypedDraft } from './typed-draft.ts';

export interface LoadRoom {
	document: string;
	state: Uint8Array;
	writers: { device: BenchDevice; draft: TypedDraft }[];
}

/** How a server is spoken to. */
export interface Dialect {
	/** Where a room is. */
	path(document: string): string;
	/** What stands before every message. */
	prefix(document: string): Uint8Array;
	/** Said first. */
	hello?(document: string): Uint8Array;
	/** Where the server has the ticket from; a server of `nowhere` keeps no documents. */
	ticket: 'stored' | 'first-client' | 'nowhere';
}

export interface LoadResult {
	/** Updates that arrived at somebody else, per second. */
	deliveredPerSecond: number;
	seconds: number;
	delivered: number;
	/** Processor time of the load generator itself. */
	clientCpuSeconds: number;
}

/** Makes what the writers of each room will type. Client ids are the same in every run, the documents are fresh ones. */
export function makeRooms(
	tickets: readonly { id: string; state: Uint8Array }[],
	devices: readonly BenchDevice[],
	perRoom: number,
	letters: number,
): LoadRoom[] {
	return tickets.map(({ id, state }, room) => ({
		document: id,
		state,
		writers: Array.from({ length: perRoom }, (_, i) => ({
			device: devices[room * perRoom + i] as BenchDevice,
			draft: typeDraft(state, 1_000_000 + room * 1000 + i, letters),
		})),
	}));
}

interface Writer {
	ws: RawWebSocket;
	client: number;
	frames: Buffer[];
	ends: number[];
	sent: number;
	/** How many updates of each writer of the room have arrived here. */
	arrived: number[];
	/** Whose arrival here lets that writer go on. */
	index: number;
}

/** Everybody types as fast as the neighbour gets it, with `ahead` updates under way at most. */
export async function runLoad(
	url: string,
	rooms: readonly LoadRoom[],
	dialect: Dialect,
	{ ahead, warmUp, onMeasure }: { ahead: number; warmUp: number; onMeasure(): void },
): Promise<LoadResult> {
	const groups: Writer[][] = [];
	let delivered = 0;
	let wanted = Infinity;
	let target = 0;
	let reached = () => {};

	const note = (writer: Writer, group: Writer[], client: number, end: number): void => {
		const from = group.findIndex((other) => other.client === client);
		const sender = group[from];
		if (sender === undefined || sender === writer) return;
		const before = writer.arrived[from] as number;
		let now = before;
		while (now < sender.ends.length && (sender.ends[now] as number) <= end) now++;
		if (now === before) return;
		writer.arrived[from] = now;
		delivered += now - before;
		if (delivered >= wanted) reached();
		if (writer.index === (sender.index + 1) % group.length) goOn(sender, now);
	};
	const goOn = (sender: Writer, arrived: number): void => {
		const most = Math.min(target, arrived + ahead);
		while (sender.sent < most) sender.ws.queue(sender.frames[sender.sent++] as Buffer);
		sender.ws.flush();
	};

	try {
		for (const room of rooms) {
			const group: Writer[] = [];
			groups.push(group);
			const prefix = dialect.prefix(room.document);
			for (const [index, { device, draft }] of room.writers.entries()) {
				const ws = await RawWebSocket.open(url + dialect.path(room.document), device.cookie);
				const writer: Writer = {
					ws,
					client: draft.client,
					frames: draft.updates.map((update) => frameOf(updateMessage(prefix, update))),
					ends: draft.ends,
					sent: 0,
					arrived: room.writers.map(() => 0),
					index,
				};
				group.push(writer);
				let knowsTicket = index === 0 || dialect.ticket === 'nowhere';
				const whenKnown = deferred();
				ws.listen((payload) => {
					const body = prefix.length;
					if (payload[body] !== 0 || payload[body + 1] === 0) return;
					let at = body + 2;
					while ((payload[at++] as number) >= 128);
					if (!knowsTicket) {
						knowsTicket = Y.decodeUpdate(payload.subarray(at)).structs.length > 0;
						if (knowsTicket) whenKnown.resolve();
						return;
					}
					readStructEnds(payload, at, (client, end) => note(writer, group, client, end));
				});
				if (dialect.hello !== undefined) ws.send(dialect.hello(room.document));
				if (index === 0) {
					if (dialect.ticket === 'first-client') ws.send(updateMessage(prefix, room.state));
				} else if (!knowsTicket) {
					// Whoever gets the ticket from the server knows that the server has it.
					ws.send(askMessage(prefix));
					await whenKnown.promise;
				}
			}
		}
		const everybody = groups.flat();
		const receivers = (rooms[0]?.writers.length ?? 1) - 1;
		const total = everybody[0]?.frames.length ?? 0;
		const typeUntil = (until: number) =>
			new Promise<void>((resolve, reject) => {
				target = until;
				wanted = until * everybody.length * receivers;
				const watch = setInterval(() => {
					const closed = everybody.find(({ ws }) => ws.isClosed);
					if (closed !== undefined) reject(new Error(`a socket was closed: ${closed.ws.closeReason}`));
				}, 250);
				reached = () => {
					clearInterval(watch);
					resolve();
				};
				for (const group of groups) {
					for (const sender of group) {
						const neighbour = group[(sender.index + 1) % group.length] as Writer;
						goOn(sender, neighbour.arrived[sender.index] as number);
					}
				}
			});
		await typeUntil(warmUp);
		const before = delivered;
		onMeasure();
		const cpu = process.cpuUsage();
		const began = performance.now();
		await typeUntil(total);
		const seconds = (performance.now() - began) / 1000;
		const used = process.cpuUsage(cpu);
		return {
			deliveredPerSecond: (delivered - before) / seconds,
			seconds,
			delivered: delivered - before,
			clientCpuSeconds: (used.user + used.system) / 1e6,
		};
	} finally {
		for (const { ws } of groups.flat()) ws.close();
	}
}

function updateMessage(prefix: Uint8Array, update: Uint8Array): Uint8Array {
	const encoder = encoding.createEncoder();
	encoding.writeUint8Array(encoder, prefix);
	encoding.writeVarUint(encoder, 0);
	encoding.writeVarUint(encoder, 2);
	encoding.writeVarUint8Array(encoder, update);
	return encoding.toUint8Array(encoder);
}

/** Asks for everything: a state vector of nothing. */
function askMessage(prefix: Uint8Array): Uint8Array {
	const encoder = encoding.createEncoder();
	encoding.writeUint8Array(encoder, prefix);
	encoding.writeVarUint(encoder, 0);
	encoding.writeVarUint(encoder, 0);
	encoding.writeVarUint8Array(encoder, new Uint8Array([0]));
	return encoding.toUint8Array(encoder);
}

function deferred(): { promise: Promise<void>; resolve: () => void } {
	let resolve = () => {};
	const promise = new Promise<void>((done) => (resolve = done));
	return { promise, resolve };
}
