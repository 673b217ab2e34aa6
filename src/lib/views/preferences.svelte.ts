/** What a device shows and hears differently from the next: kept in this browser, not on the desk. */
export type Theme = 'system' | 'light' | 'dark' | 'contrast';
export type Density = 'auto' | 'compact' | 'normal' | 'comfortable' | 'field';
export const themes: readonly Theme[] = ['system', 'light', 'dark', 'contrast'];
export const densities: readonly Density[] = ['auto', 'compact', 'normal', 'comfortable', 'field'];

interface Kept {
	language: 'de' | 'en' | undefined;
	theme: Theme;
	density: Density;
	letters: boolean;
	listWidth: number;
	contextWidth: number;
	isContextOpen: boolean;
	/** Where the last ticket written down here went. */
	newTicketLine: string | undefined;
	newTicketQueue: string | undefined;
	/** The line of the last contact written down here. */
	callLine: string | undefined;
}

const defaults: Kept = {
	language: undefined,
	theme: 'system',
	density: 'auto',
	letters: true,
	listWidth: 420,
	contextWidth: 320,
	isContextOpen: true,
	newTicketLine: undefined,
	newTicketQueue: undefined,
	callLine: undefined,
};
const storageKey = 'tresen:preferences';

/** Where to keep it; `localStorage` in the product. */
export type KeyValue = Pick<Storage, 'getItem' | 'setItem'>;

export class Preferences {
	readonly #storage: KeyValue | undefined;
	#kept = $state<Kept>({ ...defaults });

	constructor(storage: KeyValue | undefined) {
		this.#storage = storage;
		this.#kept = read(storage);
	}

	get current(): Readonly<Kept> {
		return this.#kept;
	}

	change(changes: Partial<Kept>): void {
		this.#kept = { ...this.#kept, ...changes };
		try {
			this.#storage?.setItem(storageKey, JSON.stringify(this.#kept));
		} catch {
			// A full or forbidden storage: the choice then lasts as long as the tab.
		}
	}

	nextTheme(): Theme {
		const theme = themes[(themes.indexOf(this.#kept.theme) + 1) % themes.length] ?? 'system';
		this.change({ theme });
		return theme;
	}
}

function read(storage: KeyValue | undefined): Kept {
	let stored: unknown;
	try {
		stored = JSON.parse(storage?.getItem(storageKey) ?? '{}');
	} catch {
		return { ...defaults };
	}
	if (typeof stored !== 'object' || stored === null) return { ...defaults };
	const {
		language,
		theme,
		density,
		letters,
		listWidth,
		contextWidth,
		isContextOpen,
		newTicketLine,
		newTicketQueue,
		callLine,
	} = stored as Partial<Kept>;
	return {
		language: language === 'de' || language === 'en' ? language : undefined,
		theme: themes.find((known) => known === theme) ?? defaults.theme,
		density: densities.find((known) => known === density) ?? defaults.density,
		letters: letters !== false,
		listWidth: width(listWidth, 280, 640, defaults.listWidth),
		contextWidth: width(contextWidth, 240, 520, defaults.contextWidth),
		isContextOpen: isContextOpen !== false,
		newTicketLine: typeof newTicketLine === 'string' ? newTicketLine : undefined,
		newTicketQueue: typeof newTicketQueue === 'string' ? newTicketQueue : undefined,
		callLine: typeof callLine === 'string' ? callLine : undefined,
	};
}

function width(value: unknown, least: number, most: number, usual: number): number {
	return typeof value === 'number' && value >= least && value <= most ? value : usual;
}
