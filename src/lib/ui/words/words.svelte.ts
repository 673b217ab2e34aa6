import type { Messages } from './en.ts';
import { createFormats, type Formats } from './formats.ts';
import { regionalTag, type Locale } from './locale.ts';

const loaders: Record<Locale, () => Promise<Messages>> = {
	de: async () => (await import('./de.ts')).de,
	en: async () => (await import('./en.ts')).en,
};

interface Spoken {
	locale: Locale;
	messages: Messages;
	formats: Formats;
}

/** The words of some screens: loaded with them, and from then on in every language that is spoken. */
export interface Area<T> {
	/** The texts in the current language. */
	readonly t: T;
	/** Loads them; await it where the screens are loaded. */
	ready(): Promise<void>;
}

class Words {
	#spoken = $state.raw<Spoken>();
	#wanted: Locale | undefined;
	readonly #areas = new Set<(locale: Locale) => Promise<void>>();

	/** Loads a language and speaks it from now on; `<html lang>` follows. Await it in the root layout's `load`. */
	async use(locale: Locale): Promise<void> {
		this.#wanted = locale;
		if (this.#spoken?.locale === locale) return;
		const areas = [...this.#areas].map((load) => load(locale));
		const [messages] = await Promise.all([loaders[locale](), ...areas]);
		// Another one was chosen while this one was loading.
		if (this.#wanted !== locale && this.#spoken !== undefined) return;
		const languages = typeof navigator === 'undefined' ? [] : navigator.languages;
		this.#spoken = { locale, messages, formats: createFormats(regionalTag(locale, languages)) };
		if (typeof document !== 'undefined') document.documentElement.lang = locale;
	}

	/** The texts in the current language. */
	get t(): Messages {
		return this.#must().messages;
	}

	get locale(): Locale {
		return this.#must().locale;
	}

	get format(): Formats {
		return this.#must().formats;
	}

	area<T>(dictionaries: Record<Locale, () => Promise<T>>): Area<T> {
		let loaded = $state.raw<Partial<Record<Locale, T>>>({});
		const load = async (locale: Locale) => {
			if (loaded[locale] !== undefined) return;
			const messages = await dictionaries[locale]();
			loaded = { ...loaded, [locale]: messages };
		};
		const current = () => this.locale;
		return {
			get t() {
				const messages = loaded[current()];
				if (messages === undefined) throw new Error('The words of this area are not loaded yet: await its ready()');
				return messages;
			},
			ready: () => {
				this.#areas.add(load);
				return load(this.locale);
			},
		};
	}

	#must(): Spoken {
		if (this.#spoken === undefined) throw new Error('No language is loaded yet: await words.use(locale) in +layout.ts');
		return this.#spoken;
	}
}

/** The one language of this tab. */
export const words = new Words();
