/** A day as `<input type="date">` has it, in this device's zone, and the moment at which it begins there. */
export function momentToDay(at: number | null): string {
	if (at === null) return '';
	const day = new Date(at);
	const two = (value: number) => String(value).padStart(2, '0');
	return `${String(day.getFullYear()).padStart(4, '0')}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
}

/** Null where no day stands there. */
export function dayToMoment(text: string): number | null {
	const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
	if (match === null) return null;
	const at = new Date(Number(match[1]), Number(match[2]) - 1, Number(match[3])).getTime();
	return Number.isFinite(at) && at >= 0 ? at : null;
}
