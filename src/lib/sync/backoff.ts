const firstMs = 1000;
/** Twice as long, and whoever works on a train would sleep through most of the moments in which there is a network. */
const longestMs = 30_000;

/**
 * How long to wait after the `failures`-th failure in a row: 1 s, doubled up to 30 s, of which the last half is left to chance,
 * so that fifty devices do not come back in the same second.
 */
export function backoffDelay(failures: number, random: number): number {
	const whole = Math.min(longestMs, firstMs * 2 ** Math.min(Math.max(0, failures - 1), 10));
	return Math.round(whole / 2 + (whole / 2) * random);
}
