/** The middle of the values; the mean of the two in the middle of an even count. */
export function median(values: readonly number[]): number {
	return quantile(values, 0.5);
}

/** The value below which the share of all values lies, between neighbours in proportion. */
export function quantile(values: readonly number[], share: number): number {
	if (values.length === 0) throw new Error('a quantile of nothing');
	const sorted = [...values].sort((a, b) => a - b);
	const place = (sorted.length - 1) * share;
	const below = sorted[Math.floor(place)] as number;
	const above = sorted[Math.ceil(place)] as number;
	return below + (above - below) * (place - Math.floor(place));
}
