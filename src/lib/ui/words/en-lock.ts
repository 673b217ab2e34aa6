import { pluralIn } from './plural.ts';

const n = pluralIn('en');

/** What a locked device says. */
export const lockEn = {
	title: 'This device is locked',
	why: {
		time: (since: string) =>
			`It has not been in touch with the relay since ${since}. Your desk has set that devices then lock themselves.`,
		clock: (since: string) =>
			`Its clock was set back, so nobody can tell how long it has been without the relay. Last contact: ${since}.`,
		person: (since: string) => `It was locked by hand. Last contact with the relay: ${since}.`,
	},
	unsent: (count: number) =>
		n(count, {
			one: '# unsent change is safe on this device and goes out when it is unlocked.',
			other: '# unsent changes are safe on this device and go out when it is unlocked.',
			none: 'Everything you wrote is sent.',
		}),
	unlock: 'Unlock',
	automatic: 'It unlocks by itself as soon as it reaches the relay.',
	byPerson: 'Unlocking needs the relay, and your passkey if you have one.',
	answers: {
		offline: 'Still locked: the relay cannot be reached. Check the connection and try again.',
		refused: 'The relay does not let this device in. Ask an administrator.',
		passkey: 'The passkey was not accepted. Try again.',
		revoked: 'This device was revoked. What it holds is being deleted.',
	},
};
export type LockMessages = typeof lockEn;
