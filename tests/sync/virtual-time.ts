import type { Time } from '../../src/lib/sync/time.ts';

export interface VirtualTime extends Time {
	/** Lets that much time pass, and everything that falls due in it happen. */
	advance(ms: number): Promise<void>;
	/** Lets what needs no time happen. */
	settle(): Promise<void>;
	/** How far away the next call is, ms; undefined if none is planned. */
	next(): number | undefined;
}

/** A clock that stands still until a test moves it. `random` is always a half. */
export function createVirtualTime(start = Date.UTC(2026, 0, 5, 9)): VirtualTime {
	let now = start;
	let made = 0;
	const planned = new Map<number, { at: number; call: () => void }>();
	const nextPlanned = () => [...planned].sort(([a, x], [b, y]) => x.at - y.at || a - b)[0];

	async function settle(): Promise<void> {
		for (let i = 0; i < 20; i++) await new Promise<void>((resolve) => setImmediate(resolve));
	}
	return {
		now: () => now,
		random: () => 0.5,
		schedule(call, ms) {
			const key = made++;
			planned.set(key, { at: now + Math.max(0, ms), call });
			return () => planned.delete(key);
		},
		settle,
		next: () => {
			const found = nextPlanned();
			return found === undefined ? undefined : found[1].at - now;
		},
		async advance(ms) {
			const until = now + ms;
			await settle();
			for (;;) {
				const found = nextPlanned();
				if (found === undefined || found[1].at > until) break;
				const [key, { at, call }] = found;
				planned.delete(key);
				now = Math.max(now, at);
				call();
				await settle();
			}
			now = until;
			await settle();
		},
	};
}
