import type { PictureType } from '../../src/lib/protocol/picture.ts';

/** The first bytes, in hex. */
const beginnings: readonly [PictureType, RegExp][] = [
	['image/png', /^89504e470d0a1a0a/],
	['image/jpeg', /^ffd8ff/],
	['image/gif', /^474946383[79]61/],
	['image/webp', /^52494646.{8}57454250/],
];

/** What the bytes are, whatever their sender calls them. Never SVG, which can carry script. */
export function pictureTypeOf(bytes: Uint8Array): PictureType | undefined {
	const start = Buffer.from(bytes.subarray(0, 16)).toString('hex');
	return beginnings.find(([, pattern]) => pattern.test(start))?.[0];
}
