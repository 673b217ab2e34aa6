import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import * as Y from 'yjs';
import type { DocumentId } from '../../src/lib/domain/ids.ts';
import type { CloseReason } from '../../src/lib/protocol/close-reasons.ts';
import { limits } from '../../src/lib/protocol/limits.ts';
import { liveRoom } from '../../src/lib/protocol/live.ts';
import type { RejectionCode } from '../../src/lib/protocol/replica.ts';
import type { DocumentCache } from '../admission/document-cache.ts';
import type { Committed, Intake } from '../admission/intake.ts';
import type { Outcome } from '../admission/submission.ts';
import { isVisibleTo } from '../admission/rules.ts';
import type { Screening } from '../admission/screening.ts';
import type { TokenBuckets } from '../admission/token-buckets.ts';
import type { DeviceIdentity } from '../device-identity.ts';
import { RoomPresence } from './presence.ts';
import type { DeviceSocket, SocketEvents } from './socket-hub.ts';

/** The y-websocket protocol's message types. */
const messages = { sync: 0, awareness: 1, auth: 2, queryAwareness: 3 } as const;
const sync = { step1: 0, step2: 1, update: 2 } as const;
/** Tells a stock provider that the line lives: presence of nobody. */
const stillHere = new Uint8Array([messages.awareness, 1, 0]);
/** What a connection may have waiting while a large update is being tried. */
const mostBacklog = 64;

export interface LiveParts {
	intake: Intake;
	cache: DocumentCache;
	screening: Screening;
	buckets: TokenBuckets;
	/** An agent's name as configured. */
	nameOf(agent: string): string | undefined;
	now(): number;
	/** Somebody came, went or does something else. */
	moved(document: DocumentId, presence: RoomPresence): void;
}

interface Room {
	document: DocumentId;
	sockets: Set<DeviceSocket>;
	presence: RoomPresence;
}

export type LiveRooms = ReturnType<typeof createLiveRooms>;

/** One room a document. What a device sends is committed first, and only then reaches the others. */
export function createLiveRooms(parts: LiveParts) {
	const { cache } = parts;
	const rooms = new Map<string, Room>();

	function roomOf(document: DocumentId, generation: number): Room {
		const name = liveRoom(document, generation);
		let room = rooms.get(name);
		if (room === undefined) {
			room = { document, sockets: new Set(), presence: new RoomPresence() };
			rooms.set(name, room);
		}
		return room;
	}

	function tell(room: Room, message: Uint8Array, except?: ReadonlySet<object | undefined>): void {
		for (const socket of room.sockets) if (except?.has(socket) !== true) socket.send(message);
	}

	return {
		/** Why the device may not enter; undefined if it may. A record that is not there yet may be begun. */
		refuse(identity: DeviceIdentity, document: DocumentId, generation: number): CloseReason | undefined {
			const open = cache.open(document);
			cache.trim();
			if (open.goneAt !== undefined) return 'gone';
			if (open.generation !== generation) return 'other-generation';
			if (isVisibleTo(open, identity)) return undefined;
			return open.record !== undefined && open.key === undefined && identity.role !== 'observer'
				? undefined
				: 'no-access';
		},

		join(socket: DeviceSocket, document: DocumentId, generation: number): SocketEvents {
			const room = roomOf(document, generation);
			room.sockets.add(socket);
			const connection = new LiveConnection(socket, room, generation, parts, tell);
			connection.greet();
			return {
				onMessage: (data) => connection.receive(data),
				heartbeat: () => stillHere,
				onClose() {
					room.sockets.delete(socket);
					const farewell = room.presence.leave(socket);
					if (farewell !== undefined) {
						tell(room, awarenessMessage(farewell));
						parts.moved(document, room.presence);
					}
					if (room.sockets.size === 0) rooms.delete(liveRoom(document, generation));
				},
			};
		},

		/** Passes on what was committed, first showing out whoever may no longer see it. */
		committed({ id, generation, update, origins, audienceChanged, scopes }: Committed): void {
			const room = rooms.get(liveRoom(id, generation));
			if (room === undefined) return;
			if (audienceChanged) {
				for (const socket of [...room.sockets])
					if (!isVisibleTo({ id, scopes: [...scopes] }, socket.identity)) socket.close('no-access');
			}
			tell(room, updateMessage(update), origins.size === 1 ? origins : undefined);
		},

		closeDocument(document: DocumentId, reason: CloseReason): void {
			for (const room of rooms.values())
				if (room.document === document) for (const socket of [...room.sockets]) socket.close(reason);
		},
		get size() {
			return rooms.size;
		},
	};
}

class LiveConnection {
	#socket: DeviceSocket;
	#room: Room;
	#generation: number;
	#parts: LiveParts;
	#tell: (room: Room, message: Uint8Array) => void;
	#backlog: Uint8Array[] = [];
	#isTrying = false;
	#hasAskedAgain = false;

	constructor(
		socket: DeviceSocket,
		room: Room,
		generation: number,
		parts: LiveParts,
		tell: (room: Room, message: Uint8Array) => void,
	) {
		this.#socket = socket;
		this.#room = room;
		this.#generation = generation;
		this.#parts = parts;
		this.#tell = tell;
	}

	/** Asks for what the relay lacks, and says who is here. */
	greet(): void {
		this.#askForMissing();
		const present = this.#room.presence.all();
		if (present !== undefined) this.#socket.send(awarenessMessage(present));
	}

	receive(data: Uint8Array): void {
		if (data.length > limits.frameBytes) return this.#socket.close('too-big');
		if (!this.#parts.buckets.take(this.#socket.identity.device, 1, data.length)) return this.#socket.close('too-many');
		if (!this.#isTrying) return this.#handle(data);
		if (this.#backlog.length >= mostBacklog) return this.#socket.close('too-many');
		this.#backlog.push(data);
	}

	#handle(data: Uint8Array): void {
		try {
			this.#read(decoding.createDecoder(data));
		} catch {
			// Whatever lib0, JSON or Yjs cannot read is the sender's fault and ends its connection only.
			this.#socket.close('malformed');
		}
	}

	#read(decoder: decoding.Decoder): void {
		switch (decoding.readVarUint(decoder)) {
			case messages.sync: {
				const kind = decoding.readVarUint(decoder);
				const bytes = decoding.readVarUint8Array(decoder);
				if (kind === sync.step1) return this.#answerStep1(bytes);
				if (kind === sync.step2 || kind === sync.update) return this.#submit(bytes);
				break;
			}
			case messages.awareness: {
				const { presence, document } = this.#room;
				const { nameOf, now } = this.#parts;
				const news = presence.take(this.#socket, decoding.readVarUint8Array(decoder), nameOf, now());
				if (news === undefined) return;
				// Told to the sender as well: a stock provider that hears nothing for 30 seconds reconnects.
				this.#tell(this.#room, awarenessMessage(news));
				this.#parts.moved(document, presence);
				return;
			}
			case messages.queryAwareness: {
				const present = this.#room.presence.all();
				if (present !== undefined) this.#socket.send(awarenessMessage(present));
				return;
			}
		}
		this.#socket.close('malformed');
	}

	#answerStep1(stateVector: Uint8Array): void {
		const open = this.#parts.cache.open(this.#room.document);
		// A record that came to be since this socket was let in may not be this device's to see.
		if (open.scopes.length > 0 && !isVisibleTo(open, this.#socket.identity)) return this.#socket.close('no-access');
		const encoder = encoding.createEncoder();
		encoding.writeVarUint(encoder, messages.sync);
		encoding.writeVarUint(encoder, sync.step2);
		encoding.writeVarUint8Array(encoder, Y.encodeStateAsUpdate(open.doc, stateVector));
		this.#socket.send(encoding.toUint8Array(encoder));
	}

	#askForMissing(): void {
		const encoder = encoding.createEncoder();
		encoding.writeVarUint(encoder, messages.sync);
		encoding.writeVarUint(encoder, sync.step1);
		encoding.writeVarUint8Array(encoder, Y.encodeStateVector(this.#parts.cache.open(this.#room.document).doc));
		this.#socket.send(encoding.toUint8Array(encoder));
	}

	#submit(update: Uint8Array): void {
		const trial = this.#parts.screening.tryOut(update);
		if (trial === 'plausible') return this.#hand(update);
		this.#isTrying = true;
		void trial.then((verdict) => {
			this.#isTrying = false;
			if (verdict !== 'plausible') return this.#socket.close(verdict === 'undecided' ? 'try-later' : 'malformed');
			this.#hand(update);
			const waiting = this.#backlog;
			this.#backlog = [];
			for (const data of waiting) {
				if (this.#isTrying) this.#backlog.push(data);
				else if (!this.#socket.isClosed) this.#handle(data);
			}
		});
	}

	#hand(update: Uint8Array): void {
		const { identity } = this.#socket;
		const submission = {
			identity,
			document: this.#room.document,
			generation: this.#generation,
			update,
			n: undefined,
			origin: this.#socket,
		};
		void this.#parts.intake.submit(submission).then((outcome) => this.#settle(outcome));
	}

	#settle(outcome: Outcome): void {
		if (outcome.kind === 'ok') this.#hasAskedAgain = false;
		else if (outcome.kind === 'storage-full') this.#socket.close('storage-full');
		else if (outcome.kind === 'stopped') this.#socket.close('try-later');
		else if (outcome.kind === 'rejected') {
			if (outcome.code === 'missing-base' && !this.#hasAskedAgain) {
				this.#hasAskedAgain = true;
				this.#askForMissing();
			} else this.#socket.close(closeReasonOf[outcome.code]);
		}
	}
}

/** The live channel can only close: which reason says best what was refused. */
const closeReasonOf: Record<RejectionCode, CloseReason> = {
	malformed: 'malformed',
	'too-big': 'too-big',
	'document-too-big': 'too-big',
	'forged-client': 'forged',
	'forged-author': 'forged',
	'overwrites-entry': 'forged',
	'deletes-entry': 'forged',
	'touches-verdicts': 'forged',
	'foreign-number': 'forged',
	'invalid-entry': 'malformed',
	'no-permission': 'no-access',
	'no-access': 'no-access',
	'other-generation': 'other-generation',
	gone: 'gone',
	'missing-base': 'try-later',
};

function updateMessage(update: Uint8Array): Uint8Array {
	const encoder = encoding.createEncoder();
	encoding.writeVarUint(encoder, messages.sync);
	encoding.writeVarUint(encoder, sync.update);
	encoding.writeVarUint8Array(encoder, update);
	return encoding.toUint8Array(encoder);
}

function awarenessMessage(update: Uint8Array): Uint8Array {
	const encoder = encoding.createEncoder();
	encoding.writeVarUint(encoder, messages.awareness);
	encoding.writeVarUint8Array(encoder, update);
	return encoding.toUint8Array(encoder);
}
