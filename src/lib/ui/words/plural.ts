/** Chooses the form for a count by the language's own rules and puts the formatted number in for `#`. */
export function pluralIn(
	locale: string,
): (count: number, forms: { one: string; other: string; none?: string }) => string {
	const rules = new Intl.PluralRules(locale);
	const format = new Intl.NumberFormat(locale);
	return (count, forms) => {
		const form =
			count === 0 && forms.none !== undefined ? forms.none : rules.select(count) === 'one' ? forms.one : forms.other;
		return form.replace('#', format.format(count));
	};
}
