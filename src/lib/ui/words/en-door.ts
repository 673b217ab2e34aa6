import { pluralIn } from './plural.ts';

const n = pluralIn('en');

/** What is said before somebody is in: setting a desk up, signing in, and what was left behind or cannot be read. */
export const doorEn = {
	setup: {
		title: 'Set up your desk',
		intro: 'You are the first here. This takes a minute; everything can be changed later.',
		deskName: 'Name of the desk',
		deskNameHint: 'What your team calls it, for example “IT service”.',
		language: 'Language of the desk',
		yourName: 'Your name',
		yourMail: 'Your e-mail address',
		mailHint: 'Colleagues recognise you by it. Nothing is sent now.',
		deviceName: 'Name of this device',
		deviceNameHint: 'So that you can tell your devices apart, for example “Office laptop”.',
		submit: 'Set up the desk',
		submitting: 'Setting up the desk',
		done: 'The desk is ready.',
		needsLink: 'Open the set-up link that the relay printed when it started.',
		alreadyDone: 'This desk is already set up. Ask an administrator for an invitation.',
		missingName: 'Please give a name.',
		missingMail: 'Please give an e-mail address, like name@example.org.',
	},
	signIn: {
		title: 'Sign in on this device',
		intro: 'Every device is enrolled once, by an invitation link or a QR code.',
		link: 'Invitation link',
		linkHint: 'Paste the link you were given.',
		linkInvalid: 'This is not an invitation link of this desk.',
		enrol: 'Enrol this device',
		enrolling: 'Enrolling this device',
		passkey: 'Sign in with a passkey',
		passkeyHint: 'If you saved a passkey on this device or in your password manager.',
		welcome: (name: string, desk: string) => `Welcome to ${desk}, ${name}`,
		invitedAs: (role: string) => `You are invited as ${role}.`,
		shared: 'Other people use this device too',
		sharedHint: 'Then the data is wiped from it when you sign out.',
		signOut: 'Sign out',
		wiped: 'All data of the desk was removed from this device.',
	},
	rescue: {
		title: 'The data on this device cannot be read',
		calmTitle: 'Repair this device',
		what: {
			damaged: 'The browser cannot read what Tresen keeps on this device. It may be damaged.',
			lost: 'The browser has thrown away what Tresen kept on this device. That happens when its files are damaged, or when space runs short.',
			newer: 'A newer version of Tresen has been used on this device. This version does not touch its data.',
			blocked: 'Another window of Tresen still uses an older version of the data.',
			'connection-lost': 'The browser has closed its storage.',
			quota: 'There is no space left on this device, not even to start.',
			fine: 'The data on this device can be read. A repair fetches it anew all the same.',
			nobody: 'There is no data of a desk on this device.',
		},
		safe: 'Everything that was synced is safe on the relay.',
		safeNewer: 'Nothing was changed or deleted.',
		looking: 'Looking what can still be read',
		unsent: (count: number) =>
			n(count, {
				one: '# change was not sent yet and can still be read.',
				other: '# changes were not sent yet and can still be read.',
				none: 'No unsent change was found.',
			}),
		lost: (count: number) =>
			n(count, {
				one: '# further piece cannot be read any more.',
				other: '# further pieces cannot be read any more.',
			}),
		unknown: 'Whether anything was unsent cannot be told any more.',
		again: 'Try again',
		export: 'Save unsent work as a file',
		exported: 'Saved. Keep the file until everything is back.',
		repair: 'Fetch everything anew from the relay',
		repairHint:
			'Needs the network. Deletes the data on this device only after the relay has answered, and puts unsent changes back.',
		repairing: 'Asking the relay',
		exportFirst: 'Save the unsent work first.',
		needsInvitation:
			'The relay cannot tell any more that this is your device. Ask for an invitation link, or use a passkey. Nothing was deleted so far.',
		giveUp: 'Delete the data and sign in anew',
		update: 'Update Tresen',
		updateTodo: 'Reload to update Tresen.',
		closeOthers: 'Close the other windows of Tresen, then try again.',
		makeRoom: 'Free some space on this device, then try again.',
		toDesk: 'To the inbox',
		toSignIn: 'Sign in',
	},
	leftBehind: {
		title: 'This browser was another device before',
		whose: (name: string) => `It holds data of ${name}. Enrolling removes all of it.`,
		nobody: 'It holds data that belongs to nobody any more. Enrolling removes it.',
		unsent: (count: number) =>
			n(count, {
				one: '# change of it was never sent. It will not be sent under your name.',
				other: '# changes of it were never sent. They will not be sent under your name.',
			}),
		export: 'Save unsent work as a file',
		exported: 'Saved. Hand the file to the person whose work it is.',
		confirm: 'Delete what was not sent',
	},
};

export type DoorMessages = typeof doorEn;
