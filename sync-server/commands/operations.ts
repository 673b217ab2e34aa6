import type { Operation } from './operation.ts';

/** Everything that a command can ask of the desk, by the name under which the running relay offers it; loaded when it is asked for. */
export const operations: Readonly<Record<string, Operation>> = {
	async *ping() {
		yield { pong: true };
	},
	'read-audit': later(async () => (await import('./audit.ts')).readAudit),
	'read-held': later(async () => (await import('./device-held.ts')).readHeld),
	'enrol-device': later(async () => (await import('./device.ts')).enrolDevice),
	'fill-demo-desk': later(async () => (await import('../demo/fill-desk.ts')).fillDemoDesk),
	'erase-person': later(async () => (await import('./erase-person.ts')).erasePerson),
	'open-erasures': later(async () => (await import('./open-erasures.ts')).readOpenErasures),
	'export-articles': later(async () => (await import('./export-articles.ts')).exportArticles),
	'export-table': later(async () => (await import('./export-articles.ts')).exportTable),
	'export-tickets': later(async () => (await import('./export-tickets.ts')).exportTickets),
	'note-desk-export': later(async () => (await import('./export-desk.ts')).noteDeskExport),
	'note-person-export': later(async () => (await import('./export-person.ts')).notePersonExport),
	'import-articles': later(async () => (await import('./import-articles.ts')).importArticles),
	'store-blob': later(async () => (await import('./import-articles.ts')).storeBlob),
	'import-mail': later(async () => (await import('./import-mail.ts')).importMail),
	'invite-agent': later(async () => (await import('./invite.ts')).inviteAgent),
	'list-mailboxes': later(async () => (await import('./mail.ts')).listMailboxes),
	'mailbox-log': later(async () => (await import('./mail.ts')).readMailboxLog),
	'remove-mailbox': later(async () => (await import('./mail.ts')).removeMailbox),
	'save-mailbox': later(async () => (await import('./mail.ts')).saveMailbox),
	'test-mailboxes': later(async () => (await import('./mail.ts')).testMailboxes),
	'dry-run-rules': later(async () => (await import('./mail-rules.ts')).dryRunRules),
};

/** The relay holds the desk for months, and a command comes now and then. */
function later(load: () => Promise<Operation>): Operation {
	return async function* (...given) {
		yield* (await load())(...given);
	};
}
