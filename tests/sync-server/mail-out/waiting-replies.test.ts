import { expect, test } from 'vitest';
import type { AgentId, DocumentId, EntryId, LineId } from '../../../src/lib/domain/ids.ts';
import { noMailbox, type SendingAccount } from '../../../sync-server/mail-out/mail-sender.ts';
import type { OutboundMail } from '../../../sync-server/mail-out/outbound.ts';
import { toWaitingReply } from '../../../sync-server/mail-out/waiting-replies.ts';

const mail: OutboundMail = {
	...{ ticket: 'ticket/1' as DocumentId, slot: null, request: 'r' as EntryId, kind: 'reply', causes: [] },
	...{ line: 'support' as LineId, agent: 'maria' as AgentId, recipient: 'kim@customer.example', messageId: 'm' },
	...{ state: 'queued', acceptedAt: 1000, notBefore: 2000, attempts: 0, firstTriedAt: null, reason: null },
};
const account: SendingAccount = {
	...{ id: 'box', address: 'support@desk.example' },
	smtp: { host: 'localhost', port: 1, security: 'none' } as NonNullable<SendingAccount['smtp']>,
};

test.each([
	['a line without a mailbox', mail, undefined, undefined, { why: 'no-mailbox' }],
	['a mailbox that only fetches', mail, { ...account, smtp: undefined }, undefined, { why: 'no-mailbox' }],
	['its time to be taken back', mail, account, undefined, { why: 'not-yet' }],
	['a mailbox that was set up since', { ...mail, reason: noMailbox }, account, undefined, { why: 'not-yet' }],
	[
		'a login that is refused',
		{ ...mail, attempts: 3, reason: 'It was refused.' },
		account,
		{ problem: 'login-refused', detail: '535 5.7.8 no' } as const,
		{ why: 'mailbox', problem: 'login-refused', detail: '535 5.7.8 no' },
	],
	[
		'a server that wants it later',
		{ ...mail, attempts: 1, reason: '450 greylisted' },
		account,
		undefined,
		{ why: 'later', detail: '450 greylisted' },
	],
])('[F113] a reply waits for %s, and that is what is said', (_what, row, box, failure, expected) => {
	const { ticket, request, line, agent } = mail;
	const known = { ticket, request, line, agent, since: 1000, nextTry: 2000, attempts: row.attempts };
	expect(toWaitingReply(row, box, failure)).toEqual({ ...known, ...expected });
});
