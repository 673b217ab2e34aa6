/** Bounds how often one address may fail before it has to wait. Successes do not count. */
export interface Attempts {
	mayTry(address: string): boolean;
	failed(address: string): void;
}

const mostAddresses = 10_000;

/** `most` failures within `windowMs`, counted for each address in windows of its own. */
export function createAttempts(now: () => number, most = 50, windowMs = 10 * 60_000): Attempts {
	const failures = new Map<string, { count: number; since: number }>();
	const current = (address: string) => {
		const found = failures.get(address);
		return found !== undefined && now() - found.since < windowMs ? found : undefined;
	};
	return {
		mayTry: (address) => (current(address)?.count ?? 0) < most,
		failed(address) {
			const known = current(address);
			if (known !== undefined) {
				known.count++;
				return;
			}
			failures.delete(address);
			const oldest = failures.keys().next();
			if (failures.size >= mostAddresses && !oldest.done) failures.delete(oldest.value);
			failures.set(address, { count: 1, since: now() });
		},
	};
}
