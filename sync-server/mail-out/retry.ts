const minute = 60_000;
const longestMs = 60 * minute;
export const giveUpAfterMs = 3 * 24 * 60 * minute;

/** How long a mail waits after its n-th failed attempt: 1 minute, doubled each time up to an hour, a fifth more or less. */
export function retryDelay(attempts: number, random: number): number {
	const plain = Math.min(longestMs, minute * 2 ** Math.min(10, Math.max(0, attempts - 1)));
	return Math.round(plain * (0.8 + 0.4 * random));
}
