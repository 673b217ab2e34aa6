/** Time and chance, passed in: the product gives the browser's, the simulator its own. */
export interface Time {
	/** Ms since 1970, by this device's clock. */
	now(): number;
	/** Calls once after `ms`. Returns the way to call it off. */
	schedule(call: () => void, ms: number): () => void;
	/** From 0 up to, not including, 1. */
	random(): number;
}

export const browserTime: Time = {
	now: () => Date.now(),
	schedule: (call, ms) => {
		const timer = setTimeout(call, ms);
		return () => clearTimeout(timer);
	},
	random: () => Math.random(),
};
