import { pluralIn } from './plural.ts';

const n = pluralIn('en');

/** Who did what, what a lost device held, and when somebody leaves. */
export const oversightEn = {
	audit: {
		title: 'Audit log',
		intro:
			'Who administered what, with the value before and after, and who looked at much at once. Nothing in it can be changed; it is kept for two years. A change counts from when it reached the relay.',
		who: 'Who',
		everybody: 'Everybody',
		machine: 'A command at the relay',
		kind: 'What',
		kinds: {
			all: 'Everything',
			configuration: 'Settings, all',
			desk: 'Settings: desk',
			line: 'Settings: lines',
			queue: 'Settings: queues',
			category: 'Settings: categories',
			system: 'Settings: systems',
			manual: 'Settings: manuals',
			module: 'Settings: text modules',
			rule: 'Settings: mail rules',
			mailboxes: 'Mailboxes',
			people: 'Team',
			devices: 'Devices and sign-ins',
			data: 'Access to data',
		},
		from: 'From',
		to: 'Until',
		show: 'Show',
		more: 'Show older ones',
		empty: 'Nothing was written down for this choice.',
		count: (count: number, hasMore: boolean) =>
			`${n(count, { one: '# record', other: '# records', none: 'No record' })}${hasMore ? ', and older ones' : ''}`,
		export: 'Save as CSV',
		file: 'audit',
		columns: {
			at: 'When',
			who: 'Who',
			device: 'Device',
			act: 'Act',
			subject: 'About',
			before: 'Before',
			after: 'After',
		},
		before: 'Before',
		after: 'After',
		field: 'Value',
		nothing: 'nothing',
		/** What is not here stays as it is called in the records. */
		fields: {
			...{ name: 'Name', role: 'Role', lines: 'Lines', line: 'Line', active: 'Active', language: 'Language' },
			...{ timeZone: 'Time zone', hours: 'Working hours', lockAfterHours: 'Locks after hours' },
			...{ claimNeeded: 'Needs a claim', publishing: 'Who publishes cases', addresses: 'Addresses', colour: 'Colour' },
			...{
				sender: 'Sender',
				signature: 'Signature',
				acknowledge: 'Acknowledgement',
				unlockAfter: 'Free after minutes',
			},
			...{ description: 'Description', agents: 'Who answers', contact: 'Contact outside', retired: 'Out of use' },
			...{
				system: 'System',
				version: 'Version',
				day: 'Day',
				file: 'File',
				group: 'Group',
				order: 'Place',
				text: 'Text',
			},
			...{ address: 'Address', tickets: 'Tickets', calls: 'Calls', files: 'Files', others: 'Other records', id: 'Id' },
		} as Record<string, string>,
		values: { true: 'yes', false: 'no' } as Record<string, string>,
		changes: 'What changed',
		needsNetwork: 'The audit log is on the relay; it needs the network.',
		acts: {
			'desk-set-up': 'set the desk up',
			'agent-invited': 'invited',
			'agent-changed': 'changed role or lines',
			'agent-left': 'ended access',
			'device-enrolled': 'enrolled a device',
			'device-revoked': 'revoked a device',
			'device-wiped': 'the device said that it wiped itself',
			'device-held': 'looked up what a device held',
			'passkey-added': 'added a passkey',
			'signed-in': 'signed in',
			'configuration-changed': 'changed the settings',
			'mailbox-changed': 'changed a mailbox',
			'mailbox-removed': 'removed a mailbox',
			'data-exported': 'took data away',
			'raw-mail-read': 'fetched a mail as it came',
			'person-erased': 'erased a person',
			'entry-redacted': 'removed a text for good',
		} as Record<string, string>,
	},
	held: {
		open: 'What did it hold?',
		title: (device: string) => `What ${device} held`,
		intro:
			'What the relay sent to this device was on it; “possible” means it was allowed to be. Of tickets done long ago, perhaps the header alone. Whether anybody read it the report cannot say. That you look is written to the audit log.',
		lastContact: (time: string) => `Last contact ${time}`,
		never: 'It was never here.',
		incomplete: 'Its first sync had not ended: it may have had less.',
		counts: {
			ticket: (count: number) => n(count, { one: '# ticket', other: '# tickets', none: 'no ticket' }),
			person: (count: number) => n(count, { one: '# person', other: '# people', none: 'nobody' }),
			organisation: (count: number) =>
				n(count, { one: '# organisation', other: '# organisations', none: 'no organisation' }),
			article: (count: number) => n(count, { one: '# article', other: '# articles', none: 'no article' }),
			interaction: (count: number) => n(count, { one: '# contact', other: '# contacts', none: 'no contact' }),
			files: (count: number) => n(count, { one: '# file', other: '# files', none: 'no file' }),
		},
		possible: (count: number) =>
			n(count, {
				one: '# of these is only possible.',
				other: '# of these are only possible.',
				none: 'All of it was on the device.',
			}),
		kinds: {
			ticket: 'Ticket',
			person: 'Person',
			organisation: 'Organisation',
			article: 'Article',
			interaction: 'Contact',
		},
		certainty: { sent: 'was on it', possible: 'possible' },
		erased: 'erased since',
		more: 'Show more',
		export: 'Save all as CSV',
		file: 'held',
		columns: { kind: 'Kind', number: 'Number', title: 'Title', certainty: 'Certainty', files: 'Files', document: 'Id' },
		wipedAt: (time: string) => `says it was wiped: ${time}`,
		revokedAt: (time: string) => `revoked ${time}, not back yet`,
	},
	leave: {
		open: 'Ends work here',
		title: (name: string) => `${name} ends work here`,
		intro:
			'At once: all devices are revoked and wiped at their next contact, sessions end, passkeys and open invitations are gone. Tickets, notes and replies stay. What a device has not sent until now is lost with it.',
		devices: (count: number) =>
			n(count, { one: '# device is revoked', other: '# devices are revoked', none: 'No device is left' }),
		lastSeen: (device: string, time: string) => `${device}, last here ${time}`,
		work: (count: number) =>
			n(count, {
				one: '# open ticket is held by or assigned to them.',
				other: '# open tickets are held by or assigned to them.',
				none: 'No open ticket is held by or assigned to them.',
			}),
		give: 'The work goes to',
		nobody: 'nobody: back into the queues',
		reason: (name: string) => `${name} has left the desk`,
		confirm: (name: string) => `Type “${name}” to go on`,
		submit: 'End access and hand over',
		handOver: 'Hand over their work',
		done: (count: number) =>
			n(count, {
				one: '# ticket handed over.',
				other: '# tickets handed over.',
				none: 'There was nothing to hand over.',
			}),
		left: (count: number) =>
			n(count, {
				one: '# ticket is still with somebody who has left.',
				other: '# tickets are still with somebody who has left.',
			}),
		answersFor: (systems: string) => `Answers for: ${systems}. Name somebody else there.`,
	},
};
export type OversightMessages = typeof oversightEn;
