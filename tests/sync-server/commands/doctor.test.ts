import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { configCommand } from '../../../sync-server/commands/config.ts';
import { doubtsAbout } from '../../../sync-server/commands/config-doubts.ts';
import { doctorCommand } from '../../../sync-server/commands/doctor.ts';
import { afterTest, configOf, emptyFolder, runRelay, setUp } from '../running-relay.ts';
import { runCommand } from './run-command.ts';

describe('what is hardly meant', () => {
	const behindProxy = { publicUrl: 'https://desk.example.org', trustProxy: 'yes', metricsToken: 'x'.repeat(20) };
	test.each([
		['nothing is configured', {}, []],
		['a proxy in front, all said', { ...behindProxy, listen: '127.0.0.1:8484' }, []],
		['no https', { publicUrl: 'http://desk.example.org', metricsToken: 'x'.repeat(20) }, [/is not https/]],
		['https, and the proxy is not believed', { ...behindProxy, trustProxy: 'no' }, [/TRESEN_TRUST_PROXY/]],
		['a proxy is believed, and others come past it', { ...behindProxy, listen: '0.0.0.0:8484' }, [/claim any address/]],
		['open to others without a name', { listen: '0.0.0.0:8484' }, [/no publicUrl is set/]],
		['figures for nobody', { ...behindProxy, metricsToken: undefined }, [/TRESEN_METRICS_TOKEN_FILE/]],
	] as [string, Parameters<typeof configOf>[0], RegExp[]][])('%s', (_what, values, doubts) => {
		const given = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
		const found = doubtsAbout(configOf({ listen: '127.0.0.1:8484', ...given }));
		expect(found).toEqual(doubts.map((doubt) => expect.stringMatching(doubt) as string));
	});

	test('config --check says it, and --print never shows a secret', async () => {
		const data = emptyFolder();
		const token = 'a-secret-of-many-letters';
		const checked = await runCommand(configCommand, data, ['--check', '--public-url', 'http://desk.example.org']);
		expect([checked.code, checked.printed.join('\n')]).toEqual([0, expect.stringMatching(/usable[^]*is not https/)]);
		const printed = await runCommand(configCommand, data, ['--print', '--metrics-token', token]);
		expect(printed.printed.join('\n')).toContain('metricsToken = (set, not shown)');
		expect(printed.printed.join('\n')).not.toContain(token);
	});
});

describe('doctor beside a running relay', () => {
	test('goes the way of a browser and says where it ends', async () => {
		const relay = await runRelay();
		await setUp(relay);
		const { data } = relay.installation.config;
		const ask = async (publicUrl: string) => {
			const args = ['--listen', new URL(relay.url).host, '--public-url', publicUrl];
			return (await runCommand(doctorCommand, data, args)).printed.join('\n');
		};
		expect(await ask(relay.url)).toContain(`ok    public address ${relay.url}, with sockets`);

		const proxy = createServer((_request, response) => response.end('{"status":"ok"}'));
		proxy.on('upgrade', (_request, socket) => socket.end('HTTP/1.1 200 OK\r\n\r\n'));
		await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
		afterTest(() => void proxy.close());
		const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
		expect(await ask(url)).toMatch(
			/look {2}\S+ passes no sockets on \(status 200\): the proxy needs the Upgrade headers/,
		);
		proxy.closeAllConnections();
		await new Promise((resolve) => proxy.close(resolve));
		expect(await ask(url)).toMatch(/look {2}\S+ is not reached from here \(ECONNREFUSED\)/);
	});

	test('repeats what the relay and its mailboxes say', async () => {
		const relay = await runRelay();
		await setUp(relay);
		const { database, config, mailboxes } = relay.installation;
		const put = mailboxes.put({
			...{ name: 'Support', line: 'support', address: 'support@desk.example', active: false },
			smtp: { host: '127.0.0.1', port: 1, security: 'none' },
		} as Parameters<typeof mailboxes.put>[0]);
		expect(put.kind).not.toBe('refused');
		database.db.exec('PRAGMA query_only = 1');
		const { printed, code } = await runCommand(doctorCommand, config.data, ['--listen', new URL(relay.url).host]);
		database.db.exec('PRAGMA query_only = 0');
		expect([code, printed.join('\n')]).toEqual([1, expect.stringContaining('not ready: database-not-writable')]);
		expect(printed).toContain('ok    mailbox Support: off');
	});
});
