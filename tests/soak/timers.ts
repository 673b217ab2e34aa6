import process from 'node:process';
import { setTimeout as after } from 'node:timers/promises';

export function activeTimers(): number {
	return process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
}

/** Node says of a timer that it will call nothing any more. */
type Timer = NodeJS.Timeout & { _destroyed: boolean };
type Start = (call: (...given: unknown[]) => void, ms?: number, ...given: unknown[]) => Timer;

/** The longest deadline of a request, and a little. */
const timersEndMs = 70_000;
const mostRemembered = 20_000;

export interface TimerWatch {
	/** What those call that are still there when all have run out that end by themselves. */
	left(): Promise<string[]>;
	close(): void;
}

/** From now on every timer of this process is remembered with what it calls. */
export function watchTimers(): TimerWatch {
	const before = activeTimers();
	const { setTimeout, setInterval } = globalThis;
	const made = new Map<Timer, { call: unknown; ms: number | undefined }>();
	const remembering = (start: unknown) =>
		Object.assign((...[call, ms, ...given]: Parameters<Start>) => {
			const timer = (start as Start)(call, ms, ...given);
			if (made.size > mostRemembered) for (const one of made.keys()) if (one._destroyed) made.delete(one);
			made.set(timer, { call, ms });
			return timer;
		}, start);
	globalThis.setTimeout = remembering(setTimeout) as unknown as typeof setTimeout;
	globalThis.setInterval = remembering(setInterval) as unknown as typeof setInterval;
	return {
		async left() {
			const end = performance.now() + timersEndMs;
			while (activeTimers() > before && performance.now() < end) await after(50);
			const count = activeTimers() - before;
			if (count <= 0) return [];
			const named = [...made]
				.filter(([timer]) => !timer._destroyed && timer.hasRef())
				.map(([, { call, ms }]) => `${ms} ms: ${String(call).replace(/\s+/g, ' ').slice(0, 160)}`);
			return named.length > 0 ? named : [`${count} that were made by node:timers`];
		},
		close() {
			Object.assign(globalThis, { setTimeout, setInterval });
		},
	};
}
