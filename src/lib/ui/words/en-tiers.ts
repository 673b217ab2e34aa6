import { pluralIn } from './plural.ts';

const n = pluralIn('en');

/** How much of the desk a device holds, and what a ticket says of which only the row is here. */
export const tiersEn = {
	asking: 'The messages of this ticket are being fetched from the relay.',
	offline: 'The messages of this ticket are not on this device, and the relay cannot be reached.',
	offlineNext: 'They are fetched as soon as there is a network. Until then you can write a note and claim the ticket.',
	failed: 'The relay could not give the messages of this ticket.',
	lastWords: 'Newest message',
	from: 'From',
	messages: (count: number) => n(count, { one: '# message', other: '# messages' }),
	changed: 'Last change',
	note: 'Note',
	addNote: 'Save note',
	written: 'Written on this device, with the ticket as soon as it is here',
	claim: 'Claim',
	claimAsked: 'Claim asked for',
	keep: 'Keep on this device',
	keepHint: 'Stays readable without a network, however old it gets.',
	keepCustomer: 'Keep tickets on this device',
	title: 'Held on this device',
	choice: 'Here with all messages',
	hint: 'Open tickets, your own and what you keep are always here in full. The others are in lists and search; their messages are fetched when you open them.',
	everything: 'All tickets',
	year: 'Open ones and the last year',
	quarter: 'Open ones and the last 90 days',
	whole: (whole: number, cold: number) =>
		`${n(whole, { one: '# ticket', other: '# tickets' })} in full${n(cold, { one: ', # without messages', other: ', # without messages', none: '' })}`,
	applied: 'This takes effect with the next contact to the relay. What was not sent stays in any case.',
};

export type TierMessages = typeof tiersEn;
