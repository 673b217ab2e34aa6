/** Chooses the form for a count by the language's own rules and puts the formatted number in for `#`. */
export function pluralIn(
	locale: string,
): (count: number, forms: { one: string; other: string; none?: string }) => string {
	// Made with the first count: they are slow to make, and a language is loaded before anything is painted.
	let rules: Intl.PluralRules | undefined;
	let format: Intl.NumberFormat | undefined;
	return (count, forms) => {
		rules ??= new Intl.PluralRules(locale);
		format ??= new Intl.NumberFormat(locale);
		const form =
			count === 0 && forms.none !== undefined ? forms.none : rules.select(count) === 'one' ? forms.one : forms.other;
		return form.replace('#', format.format(count));
	};
}
