import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import {
	mailAddCommand,
	mailListCommand,
	mailLogCommand,
	mailRemoveCommand,
	mailTestCommand,
} from '../../../sync-server/commands/mail.ts';
import { OperationRefused } from '../../../sync-server/commands/operation.ts';
import { startDovecot } from '../../support/dovecot.ts';
import type { Dovecot } from '../../support/dovecot-server.ts';
import { emptyFolder, runRelay, setUp } from '../running-relay.ts';
import { mail } from '../mail-in/fetching-desk.ts';
import { runCommand } from './run-command.ts';

function flags(dovecot: Dovecot, password = dovecot.password): string[] {
	const folder = emptyFolder();
	writeFileSync(join(folder, 'password'), `${password}\n`);
	writeFileSync(join(folder, 'trusted.pem'), dovecot.certificate);
	return [
		...['--name', 'Support', '--line', 'support', '--address', 'support@desk.example', '--imap-user', 'support'],
		...['--imap-host', dovecot.host, '--imap-port', String(dovecot.tlsPort)],
		...['--imap-password-file', join(folder, 'password'), '--imap-trusted', join(folder, 'trusted.pem')],
	];
}

test('`mail add`, `test`, `list`, `log` and `remove` work beside a running relay, which fetches at once', async () => {
	const dovecot = await startDovecot();
	await dovecot.append('support', [mail({ id: 'a@customer.example' })]);
	const relay = await runRelay();
	await setUp(relay);
	const { data } = relay.installation.config;
	const added = await runCommand(mailAddCommand, data, [...flags(dovecot), '--json']);
	expect(added.complaints).toEqual([]);
	const id = String(added.json()[0]?.id);
	expect(added.printed.join()).not.toContain(dovecot.password);

	const tested = await runCommand(mailTestCommand, data, [id]);
	expect([tested.code, tested.printed[0]?.split('\n').slice(1)]).toEqual([
		0,
		[
			expect.stringMatching(/^ {2}ok {4}imap name \(.+\)$/),
			`  ok    imap connection (${dovecot.tlsPort})`,
			'  ok    imap encryption (TLS)',
			'  ok    imap login',
			'  ok    imap folder (1)',
		],
	]);
	await vi.waitFor(async () => {
		const listed = await runCommand(mailListCommand, data, []);
		expect(listed.printed[0]).toContain('1 taken');
	});
	const log = await runCommand(mailLogCommand, data, [id]);
	expect(log.printed.join('\n')).toContain('1 taken, 0 there already');
	expect((await runCommand(mailRemoveCommand, data, [id])).code).toBe(0);
	expect((await runCommand(mailListCommand, data, [])).printed).toEqual([]);
});

test('`mail test` works without a relay, and says in a sentence what is wrong and what to do', async () => {
	const dovecot = await startDovecot();
	const relay = await runRelay();
	await setUp(relay);
	const { data } = relay.installation.config;
	await relay.close();
	expect((await runCommand(mailAddCommand, data, flags(dovecot, 'wrong'))).code).toBe(0);
	const tested = await runCommand(mailTestCommand, data, []);
	expect(tested.code).toBe(1);
	const said = tested.printed.join('\n');
	expect(said).toContain('FAIL  imap login: The server does not accept user and password.');
	expect(said).toContain('-     imap folder');
	expect(said).not.toContain('wrong');
});

test('what is missing or makes no sense is said before anything is stored', async () => {
	const dovecot = await startDovecot();
	const relay = await runRelay();
	await setUp(relay);
	const { data } = relay.installation.config;
	const incomplete = await runCommand(mailAddCommand, data, ['--name', 'Support']);
	expect([incomplete.code, incomplete.complaints]).toEqual([2, ['line is missing or not usable. See: tresen help']]);
	const wrongFile = [...flags(dovecot).slice(0, -2), '--imap-trusted', '/nowhere'];
	expect((await runCommand(mailAddCommand, data, wrongFile)).code).toBe(2);
	const nowhere = flags(dovecot).map((flag) => (flag === 'support' ? 'nowhere' : flag));
	await expect(runCommand(mailAddCommand, data, nowhere)).rejects.toThrow(OperationRefused);
	await expect(runCommand(mailRemoveCommand, data, ['unknown'])).rejects.toThrow('There is no mailbox unknown');
	expect((await runCommand(mailListCommand, data, [])).printed).toEqual([]);
});
