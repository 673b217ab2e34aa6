import { pluralIn } from './plural.ts';

const n = pluralIn('en');

export const searchEn = {
	title: 'Search',
	label: 'Search tickets, articles, people and numbers',
	placeholder: 'Words, a number, a name …',
	clear: 'Clear',
	results: 'Hits',
	kinds: {
		label: 'What to search',
		all: 'Everything',
		ticket: 'Tickets',
		article: 'Knowledge',
		interaction: 'Contacts',
		person: 'Customers',
	},
	filters: {
		status: 'Status',
		anyStatus: 'Any status',
		line: 'Line',
		anyLine: 'Any line',
		queue: 'Queue',
		anyQueue: 'Any queue',
		date: 'Changed',
		anyDate: 'Any time',
		days: (days: number) => n(days, { one: 'last day', other: 'last # days' }),
		year: 'last year',
		language: 'Language',
		anyLanguage: 'Any language',
		languages: { de: 'German', en: 'English' },
		person: (name: string) => `Only of ${name}`,
		personOff: 'Of everybody',
		reset: 'Without filters',
	},
	kindOf: {
		ticket: 'Ticket',
		article: 'Knowledge',
		interaction: 'Contact',
		person: 'Person',
		organisation: 'Organisation',
	},
	counts: {
		ticket: (count: number) => n(count, { one: '# ticket', other: '# tickets' }),
		article: (count: number) => n(count, { one: '# article', other: '# articles' }),
		interaction: (count: number) => n(count, { one: '# contact', other: '# contacts' }),
		people: (count: number) => n(count, { one: '# customer', other: '# customers' }),
	},
	scope: {
		all: (what: string) => `Searched everything on this device: ${what}`,
		nothing: 'Nothing lies on this device yet.',
		building: (done: string, total: string) => `The search is being prepared: ${done} of ${total}`,
		checking: 'The search is being prepared.',
		memory: 'This window keeps no search files: it is prepared anew at each start.',
		unavailable: 'This browser cannot search texts. Subjects, names and numbers are searched.',
	},
	hits: (count: number) => n(count, { one: '# hit', other: '# hits', none: 'No hits' }),
	most: (count: number) => `The best ${count} hits`,
	begin: {
		title: 'What are you looking for?',
		text: 'Type words, a ticket number, a name or an address. Typing errors, umlauts and parts of words are found too. It works without a network.',
	},
	none: {
		title: 'Nothing found',
		text: 'Try fewer words, another word for it, or leave the filters out.',
	},
	perhaps: 'Perhaps you mean',
	noneYet: {
		title: 'Nothing found so far',
		text: 'The search is still being prepared; more may come. Numbers, subjects and names are searched already.',
	},
	open: (what: string) => `Open ${what}`,
	allHits: (text: string) => `All hits for “${text}”`,
};
export type SearchMessages = typeof searchEn;
