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

class Words {
	#spoken = $state.raw<Spoken>();

	/** Loads a language and speaks it from now on; `<html lang>` follows. Await it in the root layout's `load`. */
	async use(locale: Locale): Promise<void> {
		if (this.#spoken?.locale === locale) return;
		const messages = await loaders[locale]();
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

	#must(): Spoken {
		if (this.#spoken === undefined) throw new Error('No language is loaded yet: await words.use(locale) in +layout.ts');
		return this.#spoken;
	}
}

/** The one language of this tab. */
export const words = new Words();
