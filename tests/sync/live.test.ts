import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Awareness } from 'y-protocols/awareness';
import * as Y from 'yjs';
import type { DocumentId } from '../../src/lib/domain/ids.ts';
import { createLive, type LiveParts } from '../../src/lib/sync/live.ts';
import { createVirtualTime } from './virtual-time.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('[F97] a document that joins when the desk has been closed is not connected, and leaves no timer behind', () => {
	const sockets: unknown[] = [];
	class Socket {
		constructor() {
			sockets.push(this);
		}
		close() {}
	}
	const time = createVirtualTime();
	const live = createLive({
		...{ url: 'wss://desk.example/live', time, refused() {} },
		...{ sessions: {} as LiveParts['sessions'], WebSocket: Socket as never },
	});
	const doc = new Y.Doc();
	const awareness = new Awareness(doc);
	const timers = vi.getTimerCount();
	const leave = live.join('ticket/01J00000000000000000000000' as DocumentId, 0, doc, awareness);
	expect(vi.getTimerCount()).toBeGreaterThan(timers);
	leave();
	live.close();
	expect(vi.getTimerCount()).toBe(timers);
	live.join('desk' as DocumentId, 0, doc, awareness);
	expect(vi.getTimerCount()).toBe(timers);
	expect(sockets).toHaveLength(0);
	awareness.destroy();
});
