import { monitorEventLoopDelay } from 'node:perf_hooks';

export interface LoopDelay {
	/** In seconds, since it was last read. */
	read(): Record<'0.5' | '0.99' | '1', number>;
	close(): void;
}

/** Node measures with a timer of its own; this often costs nothing. */
const everyMs = 50;

/** How late the event loop is: what everybody waits for before their own work begins. */
export function watchLoopDelay(): LoopDelay {
	const histogram = monitorEventLoopDelay({ resolution: everyMs });
	histogram.enable();
	const late = (nanoseconds: number) =>
		Number.isFinite(nanoseconds) ? Math.max(0, nanoseconds / 1e6 - everyMs) / 1000 : 0;
	return {
		read() {
			const delays = {
				'0.5': late(histogram.percentile(50)),
				'0.99': late(histogram.percentile(99)),
				'1': histogram.count === 0 ? 0 : late(histogram.max),
			};
			histogram.reset();
			return delays;
		},
		close: () => void histogram.disable(),
	};
}
