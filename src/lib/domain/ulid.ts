const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** Fills `bytes` with randomness; `crypto.getRandomValues` in the product, a seeded source in tests. */
export type FillRandom = (bytes: Uint8Array) => unknown;

/** A 26-character id that sorts by time of making. `now` in ms since 1970. */
export function createUlid(now: number, fillRandom: FillRandom): string {
	const random = new Uint8Array(16);
	fillRandom(random);
	let time = '';
	for (let rest = Math.floor(now), i = 0; i < 10; i++, rest = Math.floor(rest / 32)) {
		time = alphabet.charAt(rest % 32) + time;
	}
	let tail = '';
	for (const byte of random) tail += alphabet.charAt(byte & 31);
	return time + tail;
}

/** The moment a ULID was made, in ms since 1970. */
export function ulidTime(ulid: string): number {
	let time = 0;
	for (const letter of ulid.slice(0, 10)) time = time * 32 + alphabet.indexOf(letter);
	return time;
}
