import { expect, test } from 'vitest';
import type { LineId } from '../../../src/lib/domain/ids.ts';
import { testMailbox } from '../../../sync-server/mailboxes/test-mailbox.ts';
import type { MailAccount, SmtpAccount } from '../../../sync-server/mailboxes/mailboxes.ts';
import { makeCertificate } from '../../support/certificate.ts';
import { startSmtpSink } from '../../support/smtp-sink.ts';
import { afterTest, emptyFolder } from '../running-relay.ts';

const user = { name: 'support', password: 'let me in' };

async function startSink(implicit = false) {
	const { certificate, key } = makeCertificate(emptyFolder());
	const sink = await startSmtpSink({ user, tls: { key, cert: certificate, implicit } });
	afterTest(() => sink.close());
	return { sink, certificate };
}

/** What each step of sending says. */
async function steps(smtp: SmtpAccount, more: Partial<MailAccount> = {}): Promise<string[]> {
	const account: MailAccount = {
		id: 'box',
		name: 'Support',
		line: 'support' as LineId,
		address: 'support@desk.example',
		imap: undefined,
		smtp,
		active: true,
		secrets: 'readable',
		...more,
	};
	const found = await testMailbox(account);
	return found.map(({ step, result, problem }) => `${step} ${result === 'failed' ? problem : result}`);
}

const well = ['dns ok', 'tcp ok', 'tls ok', 'login ok'];

test('sending is tried up to the login with TLS and STARTTLS, and no mail leaves', async () => {
	const { sink, certificate } = await startSink();
	const { sink: tlsSink, certificate: tlsCertificate } = await startSink(true);
	const login = { host: 'localhost', user: user.name, password: user.password };
	expect(await steps({ ...login, port: sink.port, security: 'starttls', trusted: certificate })).toEqual(well);
	expect(await steps({ ...login, port: tlsSink.port, security: 'tls', trusted: tlsCertificate })).toEqual(well);
	expect([...sink.mails, ...tlsSink.mails]).toEqual([]);
});

test('what is wrong with sending shows at its step', async () => {
	const { sink, certificate } = await startSink();
	const plain = await startSmtpSink({ user });
	afterTest(() => plain.close());
	const smtp = { host: 'localhost', port: sink.port, security: 'starttls', trusted: certificate } as const;
	const login = { user: user.name, password: user.password };
	const upToLogin = well.slice(0, 3);
	expect(await steps({ ...smtp, ...login, password: 'wrong' })).toEqual([...upToLogin, 'login login-refused']);
	expect(await steps({ ...smtp, ...login, password: undefined })).toEqual([
		...['dns ok', 'tcp ok', 'tls skipped', 'login no-password'],
	]);
	const unreadable = await steps({ ...smtp, user: user.name }, { secrets: 'key-other' });
	expect(unreadable.at(-1)).toBe('login key-other');
	const notTls = ['dns ok', 'tcp ok'];
	expect(await steps({ ...smtp, ...login, trusted: undefined })).toEqual([
		...notTls,
		...['tls certificate-unknown', 'login skipped'],
	]);
	expect(await steps({ ...smtp, ...login, port: plain.port })).toEqual([
		...notTls,
		...['tls no-starttls', 'login skipped'],
	]);
	expect(await steps({ ...smtp, ...login, security: 'tls' })).toEqual([
		...notTls,
		...['tls not-this-protocol', 'login skipped'],
	]);
	expect(await steps({ ...smtp, ...login, security: 'none', host: 'mail.example.org' })).toEqual([
		...['dns skipped', 'tcp skipped', 'tls plain-not-allowed', 'login skipped'],
	]);
});
