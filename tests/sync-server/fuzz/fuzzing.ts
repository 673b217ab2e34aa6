import { createRandom } from '../../../sync-server/demo/random.ts';

/**
 * Inputs grow from a grammar and one seed: the same seed, the same inputs in the same order.
 *
 *   FUZZ_SECONDS=600 FUZZ_SEED=any npx vitest run tests/sync-server/fuzz
 *
 * Without these a run is short and always the same. A failure names its seed and case; an input that was found becomes a test of its own.
 */
export interface Chance {
	/** From 0 to `below` - 1. */
	upTo(below: number): number;
	of<T>(choices: readonly T[]): T;
	/** True once in `n` times. */
	oneIn(n: number): boolean;
	some<T>(most: number, make: () => T): T[];
}

export function chanceFrom(seed: number): Chance {
	const { below: upTo, pick: of } = createRandom(seed);
	return {
		upTo,
		of,
		oneIn: (n) => upTo(n) === 0,
		some: (most, make) => Array.from({ length: upTo(most + 1) }, make),
	};
}

const wantedSeconds = Number(process.env.FUZZ_SECONDS ?? 0);

/** How long a test may take that fuzzes. */
export const fuzzTimeout = 60_000 + wantedSeconds * 2_000;

/** Runs `one` with input after input: `usual` many, or for as long as it is told to by option. */
export async function fuzz(name: string, usual: number, one: (chance: Chance) => Promise<void> | void): Promise<void> {
	const { FUZZ_SEED } = process.env;
	const seed = FUZZ_SEED === 'any' ? Math.floor(Math.random() * 2 ** 31) : Number(FUZZ_SEED ?? 20_261);
	const end = performance.now() + wantedSeconds * 1000;
	let done = 0;
	while (wantedSeconds > 0 ? performance.now() < end : done < usual) {
		try {
			await one(chanceFrom(seed + Math.imul(done, 0x9e3779b1)));
		} catch (error) {
			throw new Error(`${name}: FUZZ_SEED=${seed}, input ${done}: ${String(error)}`, { cause: error });
		}
		done++;
	}
	console.log(`${name}: ${done} inputs, FUZZ_SEED=${seed}`);
}
