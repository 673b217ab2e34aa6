import { createRandom, type Random } from '../../sync-server/demo/random.ts';

/**
 * Yjs takes its client ids from `crypto`, and they decide the order of what is written at the same moment. For a seed to say everything,
 * `crypto` must follow it. To be imported before anything that imports Yjs, because lib0 binds the function when it is loaded.
 */
const original = crypto.getRandomValues.bind(crypto);
let source: Pick<Random, 'fill'> | undefined;

Object.defineProperty(crypto, 'getRandomValues', {
	configurable: true,
	value: <T extends ArrayBufferView>(array: T): T => {
		if (source === undefined) return original(array as never);
		source.fill(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
		return array;
	},
});

export function seedCrypto(seed: number): void {
	source = createRandom(seed);
}

/** The same for everybody who asks, until the next call: where two stores come to the same in different steps. */
export function holdCrypto(byte: number): void {
	source = { fill: (bytes) => bytes.fill(byte) };
}

export function unseedCrypto(): void {
	source = undefined;
}
