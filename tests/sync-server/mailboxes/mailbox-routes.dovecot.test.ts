import { describe, expect, test, vi } from 'vitest';
import type { MailboxChange, MailboxInfo, MailboxTestStep } from '../../../src/lib/protocol/mailbox.ts';
import { startDovecot } from '../../support/dovecot.ts';
import type { Dovecot } from '../../support/dovecot-server.ts';
import { enrol, runRelay, setUp, type TestDevice } from '../running-relay.ts';

vi.setConfig({ testTimeout: 60_000 });

function mailbox(dovecot: Dovecot, imap: object = {}, rest: object = {}): Record<string, unknown> {
	return {
		name: 'Support',
		line: 'support',
		address: 'support@example.org',
		active: false,
		imap: {
			host: dovecot.host,
			port: dovecot.tlsPort,
			security: 'tls',
			trusted: dovecot.certificate,
			user: 'support',
			password: dovecot.password,
			folder: 'INBOX',
			start: 'unseen',
			after: 'seen',
			...imap,
		} satisfies MailboxChange['imap'],
		...rest,
	};
}

async function steps(admin: TestDevice, change: object): Promise<string[]> {
	const answer = await admin.ask('/auth/mailboxes/test', change);
	expect(answer.status, JSON.stringify(answer.body)).toBe(200);
	return (answer.body.steps as MailboxTestStep[]).map(
		({ step, result, problem }) => `${step} ${result === 'failed' ? problem : result}`,
	);
}

describe('the mailboxes of a desk', () => {
	test('are kept by admins, who see everything of them but the passwords', async () => {
		const dovecot = await startDovecot();
		const relay = await runRelay();
		const admin = await setUp(relay);
		const saved = await admin.ask('/auth/mailboxes', mailbox(dovecot));
		expect(saved.status, JSON.stringify(saved.body)).toBe(200);
		const box = saved.body as unknown as MailboxInfo;
		expect(box).toMatchObject({ name: 'Support', secrets: 'readable', imap: { user: 'support', passwordIsSet: true } });

		const { imap } = mailbox(dovecot) as { imap: Record<string, unknown> };
		const { password: _, ...withoutPassword } = imap;
		const renamed = { ...mailbox(dovecot, {}, { id: box.id, name: 'Help' }), imap: withoutPassword };
		expect((await admin.ask('/auth/mailboxes', renamed)).status).toBe(200);
		const listed = await admin.ask('/auth/mailboxes');
		expect(listed.body.mailboxes).toMatchObject([{ id: box.id, name: 'Help', status: { state: 'off', taken: 0 } }]);
		expect(JSON.stringify([saved.body, listed.body])).not.toContain(dovecot.password);

		const moved = { ...renamed, imap: { ...withoutPassword, host: 'imap.attacker.example' } };
		expect((await admin.ask('/auth/mailboxes', moved)).body).toEqual({ error: 'malformed', detail: 'password-needed' });
		expect((await admin.ask('/auth/mailboxes/test', moved)).body.detail).toBe('password-needed');
		const log = await admin.ask('/auth/mailboxes/log', { id: box.id });
		expect(log.body.entries).toMatchObject([{ event: 'changed' }, { event: 'changed' }]);
		expect((await admin.ask('/auth/mailboxes/remove', { id: box.id })).status).toBe(200);
		expect((await admin.ask('/auth/mailboxes/remove', { id: box.id })).status).toBe(404);
		expect((await admin.ask('/auth/mailboxes')).body).toEqual({ mailboxes: [] });
	});

	test('are nothing for agents, strangers and pages from elsewhere', async () => {
		const dovecot = await startDovecot();
		const relay = await runRelay();
		const admin = await setUp(relay);
		const agent = await enrol(relay, admin, { mail: 'axel@desk.example' });
		const routes: [string, object | undefined][] = [
			['/auth/mailboxes', undefined],
			['/auth/mailboxes', mailbox(dovecot)],
			['/auth/mailboxes/test', mailbox(dovecot)],
			['/auth/mailboxes/remove', { id: 'x' }],
			['/auth/mailboxes/log', { id: 'x' }],
		];
		for (const [path, body] of routes) {
			expect(await agent.ask(path, body)).toMatchObject({ status: 403, body: { detail: 'not-admin' } });
			expect((await relay.ask(path, body)).status).toBe(401);
		}
		const foreign = await admin.ask('/auth/mailboxes', mailbox(dovecot), { origin: 'https://attacker.example' });
		expect(foreign).toMatchObject({ status: 403, body: { detail: 'foreign-origin' } });
	});

	test('take nothing that could be a second command, another place, or more than a mailbox', async () => {
		const dovecot = await startDovecot();
		const relay = await runRelay();
		const admin = await setUp(relay);
		const refused: [object, string][] = [
			[mailbox(dovecot, { folder: 'INBOX\r\nA1 DELETE INBOX' }), 'imap.folder'],
			[mailbox(dovecot, { user: 'support\r\n' }), 'imap.user'],
			[mailbox(dovecot, { host: 'https://imap.example.org/' }), 'imap.host'],
			[mailbox(dovecot, { port: 0 }), 'imap.port'],
			[mailbox(dovecot, { after: 'move' }), 'imap.moveTo'],
			[mailbox(dovecot, { after: 'delete' }), 'imap.after'],
			[mailbox(dovecot, { trusted: '/etc/passwd' }), 'imap.trusted'],
			[mailbox(dovecot, {}, { line: 'nowhere' }), 'unknown-line'],
			[mailbox(dovecot, {}, { address: 'nobody' }), 'address'],
			[mailbox(dovecot, { security: 'none', host: 'imap.example.org' }), 'plain-not-allowed'],
			[mailbox(dovecot, { rejectUnauthorized: false }), 'imap.rejectUnauthorized'],
		];
		for (const [change, detail] of refused) {
			expect((await admin.ask('/auth/mailboxes', change)).body).toEqual({ error: 'malformed', detail });
		}
	});
});

describe('testing a mailbox', () => {
	test('goes all the way with TLS, STARTTLS and, on this machine, in the clear', async () => {
		const dovecot = await startDovecot();
		await dovecot.append('support', ['Subject: one\r\n\r\n1', 'Subject: two\r\n\r\n2']);
		const admin = await setUp(await runRelay());
		const well = ['dns ok', 'tcp ok', 'tls ok', 'login ok', 'folder ok'];
		expect(await steps(admin, mailbox(dovecot))).toEqual(well);
		expect(await steps(admin, mailbox(dovecot, { port: dovecot.port, security: 'starttls' }))).toEqual(well);
		expect(await steps(admin, mailbox(dovecot, { port: dovecot.port, security: 'none' }))).toEqual(well);
		const answer = await admin.ask('/auth/mailboxes/test', mailbox(dovecot));
		expect((answer.body.steps as MailboxTestStep[]).at(-1)?.detail).toBe('2');
		// Looking is not reading.
		expect(await dovecot.as('support', (client) => client.status('INBOX', { unseen: true }))).toMatchObject({
			unseen: 2,
		});
	});

	test('names the step at which it ends, and tells nothing more to a server it does not know', async () => {
		const dovecot = await startDovecot();
		const admin = await setUp(await runRelay());
		const test = (imap: object) => steps(admin, mailbox(dovecot, imap));
		const rest = ['login skipped', 'folder skipped'];
		expect(await test({ host: 'nowhere.invalid' })).toEqual(['dns dns', 'tcp skipped', 'tls skipped', ...rest]);
		expect(await test({ port: 1 })).toEqual(['dns ok', 'tcp unreachable', 'tls skipped', ...rest]);
		const unknown = ['dns ok', 'tcp ok', 'tls certificate-unknown', ...rest];
		expect(await test({ trusted: undefined })).toEqual(unknown);
		expect(await test({ trusted: undefined, port: dovecot.port, security: 'starttls' })).toEqual(unknown);
		expect(await test({ port: dovecot.port })).toEqual(['dns ok', 'tcp ok', 'tls not-this-protocol', ...rest]);
		expect(await test({ host: '127.0.0.1' })).toEqual(['dns ok', 'tcp ok', 'tls ok', 'login ok', 'folder ok']);
		expect(await test({ host: '::ffff:127.0.0.1' })).toEqual([
			'dns ok',
			'tcp ok',
			'tls certificate-other-host',
			...rest,
		]);
		const upToLogin = ['dns ok', 'tcp ok', 'tls ok'];
		expect(await test({ password: 'wrong' })).toEqual([...upToLogin, 'login login-refused', 'folder skipped']);
		expect(await test({ folder: 'Nothing' })).toEqual([...upToLogin, 'login ok', 'folder folder-missing']);
		const moving = { after: 'move', moveTo: 'Nothing' };
		expect(await test(moving)).toEqual([...upToLogin, 'login ok', 'folder target-folder-missing']);
		await vi.waitFor(() => expect(dovecot.log().match(/auth failed/g)).toHaveLength(1));
	});
});
