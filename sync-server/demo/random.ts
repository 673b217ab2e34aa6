/** A seeded source of chance (mulberry32), so that the same seed makes the same desk. */
export interface Random {
	/** 0 <= x < 1 */
	next(): number;
	/** A whole number from 0 to below `limit`. */
	below(limit: number): number;
	pick<T>(list: readonly T[]): T;
	chance(share: number): boolean;
	fill(bytes: Uint8Array): void;
}

export function createRandom(seed: number): Random {
	let state = seed >>> 0;
	const next = () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
	const below = (limit: number) => Math.floor(next() * limit);
	return {
		next,
		below,
		pick: (list) => list[below(list.length)] as (typeof list)[number],
		chance: (share) => next() < share,
		fill(bytes) {
			for (let i = 0; i < bytes.length; i++) bytes[i] = below(256);
		},
	};
}
