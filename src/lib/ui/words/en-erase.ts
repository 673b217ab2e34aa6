import { pluralIn } from './plural.ts';

const n = pluralIn('en');

/** What the dialogs say that erase a person or black out words. */
export const eraseEn = {
	action: 'Erase person…',
	title: (name: string) => `Erase ${name}`,
	intro:
		'The person goes from tickets, calls, files and every device, for good. Tickets, times and figures stay. Backups hold the person until they age out.',
	counting: 'Looking through the records…',
	counts: {
		record: 'record with name, addresses and numbers',
		tickets: (count: number) => n(count, { one: '# ticket', other: '# tickets' }),
		calls: (count: number) => n(count, { one: '# call', other: '# calls' }),
		others: (count: number) => n(count, { one: 'mentioned in # more record', other: 'mentioned in # more records' }),
		files: (count: number) => n(count, { one: '# file or mail', other: '# files and mails' }),
	},
	underWay: (count: number) =>
		n(count, {
			one: 'A mail to this person is on its way. Let it leave or take it back, then erase.',
			other: '# mails to this person are on their way. Let them leave or take them back, then erase.',
		}),
	inConfiguration: 'Rules or text modules name this person too. Change them by hand.',
	all: 'Erase our answers and notes as well',
	allHint:
		'Without this our own words stay, without name, address, number and quoted text. With it, reports no longer know repeat contacts by their words.',
	confirm: (name: string) => `Type “${name}” to confirm`,
	submit: 'Erase for good',
	done: (number: number) => `Erased. Lists show erased person ${number} now.`,
	needsRelay: 'Only the relay can erase, and it cannot be reached. Try again when there is a network.',
	failed: (code: string) => `Nothing was erased (${code}).`,
	refused: {
		'not-found': 'There is nothing left to erase.',
		'mail-under-way': 'A mail is on its way. Let it leave or take it back, then try again.',
		'nothing-to-redact': 'There is nothing to black out. Choose at least three characters.',
		'plan-changed': 'Something has come in meanwhile. Look again at what would go.',
	},
	open: {
		title: 'Not erased everywhere yet',
		redaction: 'Blacked out',
		asked: (time: string) => `asked for ${time}`,
		unfinished: 'The relay has not finished. It goes on at its next start.',
		device: (device: string, agent: string, time: string) => `${device} (${agent}), last contact ${time}`,
		never: 'never',
		hint: 'These devices may still hold it. They erase it at their next contact, before they send anything.',
		revoked: 'revoked: it is wiped at its next contact',
	},
	places: {
		find: 'Find places that may still name this person',
		looking: 'Looking through all records…',
		none: 'Nothing was found.',
		found: (count: number) =>
			n(count, {
				one: 'In # record stand words of the name, or something written since. Look, and black out what means this person.',
				other:
					'In # records stand words of the name, or something written since. Look, and black out what means this person.',
			}),
		more: 'There are more. Look at these first.',
		other: 'Other record',
		entries: (count: number) => n(count, { one: '# entry', other: '# entries' }),
	},
	redact: {
		title: 'Black out',
		intro:
			'What you black out is gone for good, from this entry, from quotes, from the mail as it came, and from every device. History says who and why, and not what.',
		what: 'Words to black out',
		whatHint: 'As they stand in the text. They go wherever this ticket repeats them.',
		notThere: 'These words do not stand in this entry.',
		whole: 'The whole entry with its files',
		reason: 'Reason',
		reasonHint: 'Say why, not what: “card number”.',
		submit: 'Black out for good',
		done: 'Blacked out.',
	},
};
