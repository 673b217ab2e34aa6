import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import type { AgentId } from '../../src/lib/domain/ids.ts';
import type { Writing } from '../../src/lib/protocol/replica.ts';
import type { DeviceIdentity } from '../device-identity.ts';
import type { DeviceSocket } from './socket-hub.ts';

const mostStates = 64;
const mostStateText = 16 * 1024;
const mostOwnClients = 8;
const maxClock = 2 ** 53 - 1;

interface PresenceState {
	owner: DeviceSocket;
	clock: number;
	/** JSON; null when it went away. */
	text: string;
	doing: Writing['doing'] | undefined;
	heardAt: number;
}

/** Who is in a room. The relay puts agent and device on every state, and lets nobody speak for another connection. */
export class RoomPresence {
	#states = new Map<number, PresenceState>();

	/**
	 * Takes a device's message and returns what to tell everybody, or undefined if nothing of it counts. Stock providers send
	 * back what they heard of others: that is left out in silence. Throws on bytes that are no presence message.
	 */
	take(
		socket: DeviceSocket,
		message: Uint8Array,
		nameOf: (agent: string) => string | undefined,
		now: number,
	): Uint8Array | undefined {
		const decoder = decoding.createDecoder(message);
		const count = decoding.readVarUint(decoder);
		if (count > mostStates) throw new Error('too many presence states');
		const taken: number[] = [];
		for (let i = 0; i < count; i++) {
			const client = decoding.readVarUint(decoder);
			const clock = decoding.readVarUint(decoder);
			const text = decoding.readVarString(decoder);
			if (clock > maxClock || text.length > mostStateText) throw new Error('presence out of bounds');
			const known = this.#states.get(client);
			const isOwn = known === undefined ? this.#ownCount(socket) < mostOwnClients : isOwner(known, socket);
			if (!isOwn || (known !== undefined && known.owner === socket && clock < known.clock)) continue;
			const state: unknown = JSON.parse(text);
			this.#states.set(client, {
				...{ owner: socket, clock, heardAt: now },
				text: signed(state, socket.identity, nameOf),
				doing: socket.identity.role === 'observer' ? undefined : writingOf(state),
			});
			taken.push(client);
		}
		if (decoding.hasContent(decoder)) throw new Error('bytes left over');
		const answer = taken.length > 0 ? this.#encode(taken) : undefined;
		for (const client of taken) if (this.#states.get(client)?.text === 'null') this.#states.delete(client);
		return answer;
	}

	/** Everybody in the room; undefined if nobody is. */
	all(): Uint8Array | undefined {
		return this.#states.size === 0 ? undefined : this.#encode([...this.#states.keys()]);
	}

	/** Who writes, of those that were heard of since then. Whoever replies on one device does not merely take notes on another. */
	writers(since: number): Map<AgentId, Writing['doing']> {
		const writers = new Map<AgentId, Writing['doing']>();
		for (const { owner, doing, heardAt } of this.#states.values()) {
			const { agent } = owner.identity;
			if (doing !== undefined && heardAt >= since && writers.get(agent) !== 'replying') writers.set(agent, doing);
		}
		return writers;
	}

	/** The connection is gone: what to tell the others. */
	leave(socket: DeviceSocket): Uint8Array | undefined {
		const gone = [...this.#states].filter(([, state]) => state.owner === socket);
		for (const [, state] of gone) {
			state.clock++;
			state.text = 'null';
		}
		const answer = gone.length === 0 ? undefined : this.#encode(gone.map(([client]) => client));
		for (const [client] of gone) this.#states.delete(client);
		return answer;
	}

	#ownCount(socket: DeviceSocket): number {
		let count = 0;
		for (const state of this.#states.values()) if (state.owner === socket) count++;
		return count;
	}

	#encode(clients: readonly number[]): Uint8Array {
		const encoder = encoding.createEncoder();
		encoding.writeVarUint(encoder, clients.length);
		for (const client of clients) {
			const state = this.#states.get(client);
			encoding.writeVarUint(encoder, client);
			encoding.writeVarUint(encoder, state?.clock ?? 0);
			encoding.writeVarString(encoder, state?.text ?? 'null');
		}
		return encoding.toUint8Array(encoder);
	}
}

/** A connection that came back takes over what its own device left on the broken one. */
function isOwner(state: PresenceState, socket: DeviceSocket): boolean {
	return state.owner === socket || state.owner.identity.device === socket.identity.device;
}

/** The state with the sender's true identity, wherever a state may carry one. */
function signed(
	state: unknown,
	{ agent, device }: DeviceIdentity,
	nameOf: (agent: string) => string | undefined,
): string {
	if (state === null) return 'null';
	if (typeof state !== 'object' || Array.isArray(state)) throw new Error('a presence state is an object');
	const name = nameOf(agent);
	const identity = name === undefined ? { agent, device } : { agent, device, name };
	const result: Record<string, unknown> = { ...state, agent, device };
	if ('name' in result && name !== undefined) result.name = name;
	for (const part of ['user', 'presence']) {
		const value = result[part];
		if (typeof value === 'object' && value !== null && !Array.isArray(value)) result[part] = { ...value, ...identity };
	}
	return JSON.stringify(result);
}

function writingOf(state: unknown): Writing['doing'] | undefined {
	const doing = typeof state === 'object' && state !== null && 'doing' in state ? state.doing : undefined;
	return doing === 'replying' || doing === 'noting' ? doing : undefined;
}
