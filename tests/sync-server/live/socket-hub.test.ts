import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import type { WebSocket } from 'ws';
import type { AgentId, DeviceId } from '../../../src/lib/domain/ids.ts';
import type { DeviceIdentity } from '../../../sync-server/device-identity.ts';
import { createSocketHub } from '../../../sync-server/live/socket-hub.ts';

/** A socket whose other side does as the test says. */
class Peer extends EventEmitter {
	readonly OPEN = 1;
	readyState = 1;
	bufferedAmount = 0;
	pings = 0;
	sent: unknown[] = [];
	ping() {
		this.pings++;
	}
	send(bytes: unknown) {
		this.sent.push(bytes);
	}
	close(code: number, reason: string) {
		this.sent.push([code, reason]);
	}
	terminate() {
		this.readyState = 3;
		this.emit('close');
	}
}

function identity(device: string): DeviceIdentity {
	return { device: device as DeviceId, agent: 'maria' as AgentId, role: 'agent', scopes: [], scopeRevision: 0 };
}

function world() {
	let beat = () => undefined as void;
	const closed: string[] = [];
	const hub = createSocketHub(
		{
			soon: (run) => run(),
			after(_ms, run) {
				beat = run;
				return () => undefined;
			},
		},
		{ limit: { perDevice: 2, all: 3 }, onClosed: (reason) => closed.push(reason) },
	);
	const join = (device: string) => {
		const peer = new Peer();
		const events = { onMessage: () => undefined, onClose: () => undefined, heartbeat: () => 'here' };
		const socket = hub.add(peer as unknown as WebSocket, identity(device), () => events);
		return { peer, socket };
	};
	return { hub, join, closed, beat: () => beat() };
}

test('a device that answers nothing from one heartbeat to the next is cut, one that answers stays', () => {
	const { hub, join, beat } = world();
	const gone = join('gone').peer;
	const there = join('there').peer;
	beat();
	expect([gone.pings, there.sent]).toEqual([1, ['here']]);
	there.emit('pong');
	beat();
	expect([gone.readyState, there.readyState, hub.size]).toEqual([3, 1, 1]);
	there.emit('message', Buffer.from('x'));
	beat();
	expect(there.readyState).toBe(1);
});

test('a device that reads nothing does not pile up what it is sent', () => {
	const { hub, join } = world();
	const { peer, socket } = join('slow');
	socket.send('a');
	peer.bufferedAmount = 9 * 1024 * 1024;
	socket.send('b');
	expect([peer.sent, peer.readyState, hub.size]).toEqual([['a'], 3, 0]);
});

test('one device, and all together, have so many sockets and no more', () => {
	const { hub, join } = world();
	join('a');
	expect(hub.refuse(identity('a'))).toBeUndefined();
	join('a');
	expect([hub.refuse(identity('a')), hub.refuse(identity('b'))]).toEqual(['too-many', undefined]);
	join('b');
	expect(hub.refuse(identity('c'))).toBe('too-many');
});

test('what is closed is said once, by name', () => {
	const { join, closed } = world();
	const { peer, socket } = join('a');
	socket.close('revoked');
	socket.close('try-later');
	expect([peer.sent, closed]).toEqual([[[4403, 'revoked']], ['revoked']]);
});
