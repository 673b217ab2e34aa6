/** A round trip longer than this says too little about the time in its middle. */
const longestTripMs = 10_000;
/** Smaller changes are the network's, not the clock's. */
const steadyMs = 500;

/** Device clock minus relay clock, ms; undefined if the answer took too long to tell. */
export function offsetOf(relayTime: number, askedAt: number, answeredAt: number): number | undefined {
	const trip = answeredAt - askedAt;
	if (trip < 0 || trip > longestTripMs || !Number.isFinite(relayTime)) return undefined;
	return Math.round(askedAt + trip / 2 - relayTime);
}

/** Follows the measured offset only when it moved more than a network does. */
export function steadyOffset(before: number, measured: number | undefined): number {
	if (measured === undefined) return before;
	return Math.abs(measured - before) < steadyMs ? before : measured;
}
