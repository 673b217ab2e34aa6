/** How much one device may send: so many updates and bytes a second, and so many at once. */
export interface Rate {
	updates: { perSecond: number; atOnce: number };
	bytes: { perSecond: number; atOnce: number };
}

export const usualRate: Rate = {
	updates: { perSecond: 500, atOnce: 20_000 },
	bytes: { perSecond: 4 * 1024 * 1024, atOnce: 64 * 1024 * 1024 },
};

export interface TokenBuckets {
	/** False if the device sends too much; nothing is taken then. */
	take(device: string, updates: number, bytes: number): boolean;
}

const forgetAt = 10_000;

export function createTokenBuckets(now: () => number, rate: Rate = usualRate): TokenBuckets {
	const buckets = new Map<string, { updates: number; bytes: number; at: number }>();
	return {
		take(device, updates, bytes) {
			const at = now();
			if (buckets.size > forgetAt) buckets.clear();
			const bucket = buckets.get(device) ?? { updates: rate.updates.atOnce, bytes: rate.bytes.atOnce, at };
			const seconds = Math.max(0, at - bucket.at) / 1000;
			bucket.updates = Math.min(rate.updates.atOnce, bucket.updates + seconds * rate.updates.perSecond);
			bucket.bytes = Math.min(rate.bytes.atOnce, bucket.bytes + seconds * rate.bytes.perSecond);
			bucket.at = at;
			buckets.set(device, bucket);
			if (bucket.updates < updates || bucket.bytes < bytes) return false;
			bucket.updates -= updates;
			bucket.bytes -= bytes;
			return true;
		},
	};
}
