import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { mailRuleSchema, type MailRule } from '../../src/lib/domain/desk-config.ts';
import type { LineId, QueueId } from '../../src/lib/domain/ids.ts';
import { mailboxChangeSchema, type MailboxInfo } from '../../src/lib/protocol/mailbox.ts';
import { mailboxTroubles, toMailboxChange, toMailboxDraft, withSecurity } from '../../src/lib/views/mailbox-draft.ts';
import { ruleTrouble, toDraft, toRule } from '../../src/lib/views/rule-draft.ts';

const support = 'support' as LineId;
const info: MailboxInfo = {
	...{ id: 'm1', name: 'Support', line: support, address: 'hilfe@nord.example', active: true, secrets: 'readable' },
	imap: {
		...{ host: 'imap.nord.example', port: 993, security: 'tls', user: 'hilfe', folder: 'INBOX', start: 'unseen' },
		...{ after: 'move', moveTo: 'Tresen', passwordIsSet: true },
	},
	status: { state: 'listening', taken: 3, duplicates: 0, skipped: 0 },
};

describe('a mailbox in its form', () => {
	it('goes to the relay as the relay expects it, without a password that nobody typed', () => {
		const change = toMailboxChange(toMailboxDraft(info, ''));
		expect(v.safeParse(mailboxChangeSchema, change).success).toBe(true);
		expect(change.imap).not.toHaveProperty('password');
		expect(change.imap).toMatchObject({ after: 'move', moveTo: 'Tresen', user: 'hilfe' });
		expect(change.smtp).toBeUndefined();
		expect(change).not.toHaveProperty('plusAddressing');
		const again = toMailboxChange(toMailboxDraft({ ...info, plusAddressing: true }, ''));
		expect(v.parse(mailboxChangeSchema, again).plusAddressing).toBe(true);
	});

	it('is not complete until what the relay needs is there, and names each field', () => {
		const draft = toMailboxDraft(undefined, '');
		expect([...mailboxTroubles(draft).keys()]).toEqual(
			...[['name', 'line', 'address', 'imap.host', 'imap.user', 'smtp.host']],
		);
		const filled = { ...draft, name: 'Support', line: support, address: 'hilfe@nord.example' };
		const wrong = {
			...filled,
			imap: { ...draft.imap, host: 'https://imap.nord.example/', port: '70000', user: 'hilfe' },
		};
		expect(mailboxTroubles(wrong).get('imap.host')).toBe('host');
		expect(mailboxTroubles(wrong).get('imap.port')).toBe('port');
		const right = {
			...filled,
			imap: { ...draft.imap, host: ' IMAP.nord.example', user: 'hilfe', password: 'let me in' },
			smtp: { ...draft.smtp, isUsed: false },
		};
		expect(mailboxTroubles(right).size).toBe(0);
		const change = toMailboxChange(right);
		expect(v.safeParse(mailboxChangeSchema, change).success).toBe(true);
		expect(change.imap).toMatchObject({ host: 'imap.nord.example', port: 993, password: 'let me in', after: 'seen' });
	});

	it('changes the port with the encryption while it is the usual one', () => {
		const { imap } = toMailboxDraft(info, '');
		expect(withSecurity('imap', imap, 'starttls').port).toBe('143');
		expect(withSecurity('imap', { ...imap, port: '10993' }, 'starttls').port).toBe('10993');
		expect(withSecurity('smtp', { ...toMailboxDraft(undefined, '').smtp }, 'starttls').port).toBe('587');
	});
});

describe('[F43] a rule in its form', () => {
	const rule: MailRule = {
		...{ id: 'invoices', name: 'Rechnungen', order: 3, active: true, stop: true },
		when: [{ field: 'header', name: 'List-Id', contains: 'billing' }],
		put: { queue: 'billing' as QueueId, priority: 2, tags: ['rechnung'] },
	};

	it('comes out as it went in', () => {
		expect(toRule(toDraft(rule))).toEqual(rule);
		expect(ruleTrouble(toDraft(rule))).toBeUndefined();
	});

	it('says what it lacks, and is valid when it lacks nothing', () => {
		const draft = toDraft(undefined);
		expect(ruleTrouble(draft)).toBe('name');
		const named = { ...draft, name: ' Werbung ' };
		expect(ruleTrouble(named)).toBe('when');
		const met = { ...named, when: [{ field: 'subject' as const, name: '', contains: ' Angebot ' }] };
		expect(ruleTrouble(met)).toBe('put');
		const whole = { ...met, tags: 'werbung, ,werbung,später' };
		expect(ruleTrouble(whole)).toBeUndefined();
		const made = toRule(whole);
		expect(made).toMatchObject({ name: 'Werbung', when: [{ field: 'subject', contains: 'Angebot' }] });
		expect(made.put).toEqual({ tags: ['werbung', 'später'] });
		expect(v.safeParse(mailRuleSchema, { ...made, id: 'x', order: 0 }).success).toBe(true);
		expect(ruleTrouble({ ...whole, when: [{ field: 'header', name: '', contains: 'x' }] })).toBe('when');
	});
});
