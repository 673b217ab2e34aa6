import type { Scope } from '../../src/lib/domain/audience.ts';
import type { DocumentId } from '../../src/lib/domain/ids.ts';
import { limits } from '../../src/lib/protocol/limits.ts';
import type { Poke, Writing, WritingNews } from '../../src/lib/protocol/replica.ts';
import { isVisibleTo } from '../admission/rules.ts';
import type { Committed } from '../admission/intake.ts';
import type { DeviceSocket, SocketEvents } from '../live/socket-hub.ts';
import type { Schedule } from '../schedule.ts';
import type { DeviceIdentity } from '../device-identity.ts';

export interface PokeParts {
	schedule: Schedule;
	now(): number;
	head(): number;
	build?: string | undefined;
	scopesOf(document: DocumentId): Scope[];
	/** All who write now. */
	writing(): readonly Writing[];
}

const gatherMs = 50;

export type Pokes = ReturnType<typeof createPokes>;

/** Tells devices that there is something to pull; never what. */
export function createPokes({ schedule, now, head, build, scopesOf, writing }: PokeParts) {
	const sockets = new Set<DeviceSocket>();
	let changed = new Set<Scope | 'all'>();
	let isWaiting = false;

	function pokeFor({ identity }: DeviceSocket): Poke {
		const poke: Poke = { head: head(), scopeRevision: identity.scopeRevision, relayTime: now() };
		if (build !== undefined) poke.build = build;
		return poke;
	}

	/** With all who write: whatever the device may have missed, and whatever it may not see any more, is right again with it. */
	function wholePokeFor(socket: DeviceSocket): string {
		return JSON.stringify({ ...pokeFor(socket), writing: seenBy(socket.identity, writing()) });
	}

	/** Colleagues only, and never of a record outside the device's audience. */
	function seenBy<W extends Pick<Writing, 'document' | 'agent'>>(identity: DeviceIdentity, all: readonly W[]): W[] {
		const isSeen = ({ document, agent }: W) =>
			agent !== identity.agent && isVisibleTo({ id: document, scopes: scopesOf(document) }, identity);
		return all.filter(isSeen).slice(0, limits.writers);
	}

	function send(): void {
		isWaiting = false;
		const scopes = changed;
		changed = new Set();
		for (const socket of sockets) {
			if (scopes.has('all') || socket.identity.scopes.some((scope) => scopes.has(scope)))
				socket.send(JSON.stringify(pokeFor(socket)));
		}
	}

	return {
		join(socket: DeviceSocket): SocketEvents {
			sockets.add(socket);
			socket.send(wholePokeFor(socket));
			return {
				// A device has nothing to say here.
				onMessage: () => socket.close('malformed'),
				onClose: () => void sockets.delete(socket),
				heartbeat: () => wholePokeFor(socket),
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
		/** Tells at once who began or ended to write. */
		wrote(news: WritingNews): void {
			for (const socket of sockets) {
				const writingNews = seenBy(socket.identity, news);
				if (writingNews.length > 0) socket.send(JSON.stringify({ writingNews }));
			}
		},
	};
}
