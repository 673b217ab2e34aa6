/** Settings are plain values; a stored one keeps the order of its keys. */
export function isSameSetting(a: unknown, b: unknown): boolean {
	return JSON.stringify(a) === JSON.stringify(b);
}
