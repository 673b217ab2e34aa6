/** When things run. Passed in, so that a test can hold the relay's time in its hand. */
export interface Schedule {
	/** After the events that are at hand now: what they bring is committed together. */
	soon(run: () => void): void;
	/** Once, later; returns what cancels it. */
	after(ms: number, run: () => void): () => void;
}

export const realSchedule: Schedule = {
	soon: (run) => void setImmediate(run),
	after: (ms, run) => {
		const timer = setTimeout(run, ms);
		timer.unref();
		return () => clearTimeout(timer);
	},
};
