export type Locale = 'de' | 'en';

export function isLocale(text: unknown): text is Locale {
	return text === 'de' || text === 'en';
}

/** The first wish that we speak: the person's setting, the device's, the desk's, then the browser's languages. */
export function chooseLocale(wishes: readonly (string | null | undefined)[]): Locale {
	for (const wish of wishes) {
		const language = wish?.toLowerCase().split('-')[0];
		if (isLocale(language)) return language;
	}
	return 'en';
}

const usualRegion: Record<Locale, string> = { de: 'de-DE', en: 'en-GB' };

/** The language with the region by which this person writes dates: the browser's own where it fits. */
export function regionalTag(locale: Locale, browserLanguages: readonly string[]): string {
	return browserLanguages.find((tag) => tag.toLowerCase().startsWith(`${locale}-`)) ?? usualRegion[locale];
}
