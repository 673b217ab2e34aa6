import type { SearchMessages } from './en-search.ts';
import { pluralIn } from './plural.ts';

const n = pluralIn('de');

export const searchDe = {
	title: 'Suche',
	label: 'Vorgänge, Artikel, Personen und Nummern suchen',
	placeholder: 'Wörter, eine Nummer, ein Name …',
	clear: 'Leeren',
	results: 'Treffer',
	kinds: {
		label: 'Was durchsucht wird',
		all: 'Alles',
		ticket: 'Vorgänge',
		article: 'Wissen',
		interaction: 'Kontakte',
		person: 'Kunden',
	},
	filters: {
		status: 'Status',
		anyStatus: 'Jeder Status',
		line: 'Linie',
		anyLine: 'Jede Linie',
		queue: 'Warteschlange',
		anyQueue: 'Jede Warteschlange',
		date: 'Geändert',
		anyDate: 'Jederzeit',
		days: (days: number) => n(days, { one: 'letzter Tag', other: 'letzte # Tage' }),
		year: 'letztes Jahr',
		language: 'Sprache',
		anyLanguage: 'Jede Sprache',
		languages: { de: 'Deutsch', en: 'Englisch' },
		person: (name: string) => `Nur von ${name}`,
		personOff: 'Von allen',
		reset: 'Ohne Filter',
	},
	kindOf: {
		ticket: 'Vorgang',
		article: 'Wissen',
		interaction: 'Kontakt',
		person: 'Person',
		organisation: 'Organisation',
	},
	counts: {
		ticket: (count: number) => n(count, { one: '# Vorgang', other: '# Vorgänge' }),
		article: (count: number) => n(count, { one: '# Artikel', other: '# Artikel' }),
		interaction: (count: number) => n(count, { one: '# Kontakt', other: '# Kontakte' }),
		people: (count: number) => n(count, { one: '# Kunde', other: '# Kunden' }),
	},
	scope: {
		all: (what: string) => `Alles auf diesem Gerät durchsucht: ${what}`,
		nothing: 'Auf diesem Gerät liegt noch nichts.',
		building: (done: string, total: string) => `Die Suche wird vorbereitet: ${done} von ${total}`,
		checking: 'Die Suche wird vorbereitet.',
		memory: 'Dieses Fenster behält keine Suchdateien: Die Suche wird bei jedem Start neu vorbereitet.',
		unavailable: 'Dieser Browser kann keine Texte durchsuchen. Durchsucht werden Betreffe, Namen und Nummern.',
	},
	hits: (count: number) => n(count, { one: '# Treffer', other: '# Treffer', none: 'Keine Treffer' }),
	most: (count: number) => `Die besten ${count} Treffer`,
	begin: {
		title: 'Was suchen Sie?',
		text: 'Wörter, eine Vorgangsnummer, ein Name oder eine Adresse. Tippfehler, Umlaute und Teile von Wörtern werden mit gefunden. Es geht auch ohne Netz.',
	},
	none: {
		title: 'Nichts gefunden',
		text: 'Versuchen Sie es mit weniger Wörtern, einem anderen Wort dafür oder ohne Filter.',
	},
	perhaps: 'Vielleicht gemeint',
	noneYet: {
		title: 'Bisher nichts gefunden',
		text: 'Die Suche wird noch vorbereitet; es kann mehr kommen. Nummern, Betreffe und Namen werden schon durchsucht.',
	},
	open: (what: string) => `${what} öffnen`,
	allHits: (text: string) => `Alle Treffer zu „${text}“`,
} satisfies SearchMessages;
