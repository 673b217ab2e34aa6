import type { Scope } from '../../src/lib/domain/audience.ts';
import type { Poke } from '../../src/lib/protocol/replica.ts';
import type { Committed } from '../admission/intake.ts';
import type { DeviceSocket, SocketEvents } from '../live/socket-hub.ts';
import type { Schedule } from '../schedule.ts';

export interface PokeParts {
	schedule: Schedule;
	now(): number;
	head(): number;
	build?: string | undefined;
}

const gatherMs = 50;

export type Pokes = ReturnType<typeof createPokes>;

/** Tells devices that there is something to pull; never what. */
export function createPokes({ schedule, now, head, build }: PokeParts) {
	const sockets = new Set<DeviceSocket>();
	let changed = new Set<Scope | 'all'>();
	let isWaiting = false;

	function pokeFor(socket: DeviceSocket): string {
		const poke: Poke = { head: head(), scopeRevision: socket.identity.scopeRevision, relayTime: now() };
		if (build !== undefined) poke.build = build;
		return JSON.stringify(poke);
	}

	function send(): void {
		isWaiting = false;
		const scopes = changed;
		changed = new Set();
		for (const socket of sockets) {
			if (scopes.has('all') || socket.identity.scopes.some((scope) => scopes.has(scope))) socket.send(pokeFor(socket));
		}
	}

	return {
		join(socket: DeviceSocket): SocketEvents {
			sockets.add(socket);
			socket.send(pokeFor(socket));
			return {
				// A device has nothing to say here.
				onMessage: () => socket.close('malformed'),
				onClose: () => void sockets.delete(socket),
				heartbeat: () => pokeFor(socket),
			};
		},
		/** Gathers what happens in a moment into one poke. */
		committed(news: readonly Pick<Committed, 'scopes' | 'audienceChanged'>[]): void {
			for (const { scopes, audienceChanged } of news) {
				if (audienceChanged) changed.add('all');
				for (const scope of scopes) changed.add(scope);
			}
			if (isWaiting || changed.size === 0) return;
			isWaiting = true;
			schedule.after(gatherMs, send);
		},
	};
}
