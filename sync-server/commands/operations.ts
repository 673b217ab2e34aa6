import { readAudit } from './audit.ts';
import { fillDemoDesk } from '../demo/fill-desk.ts';
import { enrolDevice } from './device.ts';
import { readHeld } from './device-held.ts';
import { erasePerson } from './erase-person.ts';
import { exportArticles, exportTable } from './export-articles.ts';
import { noteDeskExport } from './export-desk.ts';
import { notePersonExport } from './export-person.ts';
import { exportTickets } from './export-tickets.ts';
import { importArticles, storeBlob } from './import-articles.ts';
import { importMail } from './import-mail.ts';
import { inviteAgent } from './invite.ts';
import { listMailboxes, readMailboxLog, removeMailbox, saveMailbox, testMailboxes } from './mail.ts';
import { dryRunRules } from './mail-rules.ts';
import { readOpenErasures } from './open-erasures.ts';
import type { Operation } from './operation.ts';

/** Everything that a command can ask of the desk, by the name under which the running relay offers it. */
export const operations: Readonly<Record<string, Operation>> = {
	async *ping() {
		yield { pong: true };
	},
	'read-audit': readAudit,
	'read-held': readHeld,
	'enrol-device': enrolDevice,
	'fill-demo-desk': fillDemoDesk,
	'erase-person': erasePerson,
	'open-erasures': readOpenErasures,
	'export-articles': exportArticles,
	'export-table': exportTable,
	'export-tickets': exportTickets,
	'note-desk-export': noteDeskExport,
	'note-person-export': notePersonExport,
	'import-articles': importArticles,
	'store-blob': storeBlob,
	'import-mail': importMail,
	'invite-agent': inviteAgent,
	'list-mailboxes': listMailboxes,
	'mailbox-log': readMailboxLog,
	'remove-mailbox': removeMailbox,
	'save-mailbox': saveMailbox,
	'test-mailboxes': testMailboxes,
	'dry-run-rules': dryRunRules,
};
