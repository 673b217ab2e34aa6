/** One value of a changed thing, as text; undefined where it was not set. */
export interface FieldChange {
	/** Empty where the whole is one value. */
	field: string;
	before: string | undefined;
	after: string | undefined;
}

/** What differs between two values, field by field, the fields in the order in which they stand. */
export function changesBetween(before: unknown, after: unknown): FieldChange[] {
	const [old, now] = [fieldsOf(before), fieldsOf(after)];
	const fields = [...new Set([...now.keys(), ...old.keys()])];
	return fields.flatMap((field) => {
		const change = { field, before: old.get(field), after: now.get(field) };
		return change.before === change.after ? [] : [change];
	});
}

function fieldsOf(value: unknown): Map<string, string> {
	if (value === undefined || value === null) return new Map();
	if (typeof value !== 'object' || Array.isArray(value)) return new Map([['', toText(value)]]);
	return new Map(Object.entries(value).map(([field, inside]) => [field, toText(inside)]));
}

function toText(value: unknown): string {
	if (typeof value === 'string') return value;
	if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return value.join(', ');
	return JSON.stringify(value) ?? '';
}
