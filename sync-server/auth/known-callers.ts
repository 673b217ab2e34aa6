import type { Caller } from './auth.ts';

/**
 * Who came lately, by the hash of the session's token, so that not every request asks the database. Every change of a
 * session, device or agent forgets all of them at once: there are few such changes and few devices, and nobody who was
 * shut out gets one more answer.
 */
export interface KnownCallers {
	find(tokenHash: Uint8Array): Caller | undefined;
	remember(tokenHash: Uint8Array, caller: Caller, sessionEndsAt: number): void;
	forgetAll(): void;
}

/** Then the database is asked again, which prolongs the session and notes that the device was here. */
const rememberedMs = 30_000;
const most = 10_000;

export function createKnownCallers(now: () => number): KnownCallers {
	const known = new Map<string, { caller: Caller; from: number; until: number }>();
	const nameOf = (hash: Uint8Array) => Buffer.from(hash.buffer, hash.byteOffset, hash.length).toString('latin1');
	return {
		find(hash) {
			const found = known.get(nameOf(hash));
			const at = now();
			return found !== undefined && at >= found.from && at < found.until ? found.caller : undefined;
		},
		remember(hash, caller, sessionEndsAt) {
			if (known.size >= most) known.clear();
			const from = now();
			known.set(nameOf(hash), { caller, from, until: Math.min(from + rememberedMs, sessionEndsAt) });
		},
		forgetAll: () => known.clear(),
	};
}
