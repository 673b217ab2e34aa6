import type { WebSocket } from 'ws';
import { closeReasons, type CloseReason } from '../../src/lib/protocol/close-reasons.ts';
import type { DeviceIdentity } from '../device-identity.ts';
import type { Schedule } from '../schedule.ts';

/** A device's open socket. */
export interface DeviceSocket {
	identity: DeviceIdentity;
	send(bytes: Uint8Array | string): void;
	close(reason: CloseReason): void;
	/** The first call of `close` wins; nothing is read or sent after it. */
	readonly isClosed: boolean;
}

export interface SocketEvents {
	onMessage(data: Uint8Array): void;
	onClose(): void;
	/** What keeps the other side from thinking that the line is dead. */
	heartbeat(): Uint8Array | string;
}

const heartbeatMs = 15_000;
/** A device that does not read gets no more than this; it comes back and asks for what it lacks. */
const mostUnread = 8 * 1024 * 1024;

export interface HubOptions {
	limit?: { perDevice: number; all: number };
	/** The relay closed a socket. */
	onClosed?(reason: CloseReason): void;
}

export type SocketHub = ReturnType<typeof createSocketHub>;

/** All sockets: how many a device has, that they live, and how they end. */
export function createSocketHub(
	schedule: Schedule,
	{ limit = { perDevice: 48, all: 5000 }, onClosed }: HubOptions = {},
) {
	const sockets = new Map<DeviceSocket, { ws: WebSocket; heartbeat(): Uint8Array | string; isAlive: boolean }>();
	let cancelBeat: (() => void) | undefined;
	let isStopped = false;

	function beat(): void {
		cancelBeat = schedule.after(heartbeatMs, beat);
		for (const [socket, state] of sockets) {
			if (!state.isAlive) {
				state.ws.terminate();
				continue;
			}
			state.isAlive = false;
			state.ws.ping();
			socket.send(state.heartbeat());
		}
	}

	function countOf(identity: DeviceIdentity): number {
		let count = 0;
		for (const socket of sockets.keys()) if (socket.identity.device === identity.device) count++;
		return count;
	}

	return {
		/** Why the device may not open another socket; undefined if it may. */
		refuse(identity: DeviceIdentity): CloseReason | undefined {
			if (isStopped) return 'stopping';
			return sockets.size >= limit.all || countOf(identity) >= limit.perDevice ? 'too-many' : undefined;
		},

		add(ws: WebSocket, identity: DeviceIdentity, listen: (socket: DeviceSocket) => SocketEvents): DeviceSocket {
			let isClosed = false;
			const socket: DeviceSocket = {
				identity,
				send(bytes) {
					if (isClosed || ws.readyState !== ws.OPEN) return;
					if (ws.bufferedAmount > mostUnread) {
						ws.terminate();
						return;
					}
					ws.send(bytes, { binary: typeof bytes !== 'string' });
				},
				close(reason) {
					if (isClosed) return;
					isClosed = true;
					onClosed?.(reason);
					closeSocket(ws, reason);
				},
				get isClosed() {
					return isClosed;
				},
			};
			const events = listen(socket);
			const state = { ws, heartbeat: () => events.heartbeat(), isAlive: true };
			sockets.set(socket, state);
			cancelBeat ??= schedule.after(heartbeatMs, beat);
			ws.on('message', (data) => {
				state.isAlive = true;
				if (!isClosed) events.onMessage(data as Buffer);
			});
			ws.on('pong', () => (state.isAlive = true));
			ws.on('error', () => ws.terminate());
			ws.on('close', () => {
				isClosed = true;
				sockets.delete(socket);
				events.onClose();
			});
			return socket;
		},

		closeWhere(isMeant: (identity: DeviceIdentity) => boolean, reason: CloseReason): void {
			for (const socket of [...sockets.keys()]) if (isMeant(socket.identity)) socket.close(reason);
		},

		/** Closes all; those that do not answer are cut. */
		async stop(): Promise<void> {
			isStopped = true;
			cancelBeat?.();
			const open = [...sockets].map(([socket, { ws }]) => {
				const ended = new Promise<void>((resolve) => ws.once('close', () => resolve()));
				socket.close('stopping');
				return ended;
			});
			const cancel = schedule.after(1000, () => {
				for (const { ws } of sockets.values()) ws.terminate();
			});
			await Promise.all(open);
			cancel();
		},
		get size() {
			return sockets.size;
		},
	};
}

/** A socket that closes must not be kept open by a peer that never answers. */
export function closeSocket(ws: WebSocket, reason: CloseReason): void {
	ws.close(closeReasons[reason].code, reason);
}
