import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { deviceCommand } from '../../../sync-server/commands/device.ts';
import { doctorCommand } from '../../../sync-server/commands/doctor.ts';
import { healthCommand } from '../../../sync-server/commands/health.ts';
import { inviteCommand } from '../../../sync-server/commands/invite.ts';
import { afterTest, configOf, emptyFolder, enrolWith, runRelay, setUp } from '../running-relay.ts';
import { openInstallation } from '../../../sync-server/installation.ts';
import { runCommand } from './run-command.ts';

const main = fileURLToPath(new URL('../../../sync-server/main.ts', import.meta.url));

interface Tresen {
	child: ChildProcess;
	/** All that was printed, as soon as it matches. */
	printed(pattern: RegExp): Promise<RegExpExecArray>;
	ended: Promise<{ code: number | null; output: string }>;
}

/** The program itself, in a process of its own. */
function tresen(...args: string[]): Tresen {
	const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('TRESEN_')));
	const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main, ...args], { env });
	afterTest(() => void child.kill('SIGKILL'));
	let output = '';
	const waiting = new Set<() => void>();
	for (const stream of [child.stdout, child.stderr]) {
		stream.setEncoding('utf8').on('data', (text: string) => {
			output += text;
			for (const look of waiting) look();
		});
	}
	const ended = new Promise<{ code: number | null; output: string }>((resolve) => {
		child.on('close', (code) => resolve({ code, output }));
	});
	return {
		child,
		ended,
		printed: (pattern) =>
			new Promise((resolve, reject) => {
				const look = () => {
					const found = pattern.exec(output);
					if (found === null) return;
					waiting.delete(look);
					resolve(found);
				};
				waiting.add(look);
				void ended.then(() => reject(new Error(`ended with: ${output}`)));
				look();
			}),
	};
}

// Processes of their own take seconds to start on a busy machine.
describe('serve', { timeout: 60_000 }, () => {
	test('prints its address and the set-up link, and stops gracefully on SIGTERM and SIGINT', async () => {
		const data = join(emptyFolder(), 'made', 'by', 'serve');
		for (const signal of ['SIGTERM', 'SIGINT'] as const) {
			const relay = tresen('serve', '--data', data, '--listen', '127.0.0.1:0');
			const [, url = ''] = await relay.printed(/listens at (http:\/\/127\.0\.0\.1:\d+)/);
			const [, setup = ''] = await relay.printed(/once: (\S+)/);
			expect(setup).toMatch(new RegExp(`^${url}/setup\\?token=[\\w-]{22}$`));
			const socket = new WebSocket(`${url.replace('http', 'ws')}/live/desk`);
			await new Promise((resolve) => socket.once('close', resolve));
			const began = performance.now();
			relay.child.kill(signal);
			expect((await relay.ended).code).toBe(0);
			expect(performance.now() - began).toBeLessThan(10_000);
		}
		expect(existsSync(join(data, 'secrets', 'door.json'))).toBe(false);
	});

	test('devices hear that the relay stops', async () => {
		const relay = await runRelay();
		const admin = await setUp(relay);
		const socket = new WebSocket(`${relay.url.replace('http', 'ws')}/live/desk`, { headers: { cookie: admin.cookie } });
		await new Promise((resolve) => socket.once('message', resolve));
		const closed = new Promise((resolve) => socket.once('close', (code, why) => resolve([code, why.toString()])));
		await relay.close();
		expect(await closed).toEqual([1012, 'stopping']);
	});

	test('a second relay on the same directory, and one on a port that is taken, say so and end', async () => {
		const running = await runRelay();
		const same = await tresen('serve', '--data', running.installation.config.data, '--listen', '127.0.0.1:0').ended;
		expect([same.code, same.output]).toEqual([1, expect.stringContaining('Another relay works on')]);
		const taken = await tresen('serve', '--data', emptyFolder(), '--listen', new URL(running.url).host).ended;
		expect([taken.code, taken.output]).toEqual([1, expect.stringContaining('something else listens there')]);
	});

	test('after a kill the next start needs no repair, and commands find no door', async () => {
		const data = emptyFolder();
		const first = tresen('serve', '--data', data, '--listen', '127.0.0.1:0');
		await first.printed(/listens at/);
		await runCommand(deviceCommand, data, ['--agent', 'bot@desk.example', '--json']);
		first.child.kill('SIGKILL');
		await first.ended;
		expect(existsSync(join(data, 'secrets', 'door.json'))).toBe(true);
		const [device] = (await runCommand(deviceCommand, data, ['--agent', 'bot@desk.example', '--json'])).json();
		const second = await runRelay({ data });
		const me = await second.ask('/auth/me', undefined, { cookie: String(device?.cookie) });
		expect(me).toMatchObject({ status: 200, body: { agent: { mail: 'bot@desk.example' } } });
	});

	test('words that are no command and flags that are no flag end with a suggestion', async () => {
		const word = await tresen('serv').ended;
		expect([word.code, word.output]).toEqual([2, expect.stringContaining('did you mean serve?')]);
		const flag = await tresen('serve', '--lisen', 'x').ended;
		expect([flag.code, flag.output]).toEqual([2, expect.stringContaining('did you mean --listen?')]);
		const help = await tresen('--help').ended;
		expect([help.code, help.output]).toEqual([0, expect.stringContaining('import mail FILE...')]);
	});

	test('what is secret can be read by its owner only', async () => {
		const relay = await runRelay();
		const { data } = relay.installation.config;
		const modeOf = (...path: string[]) => statSync(join(data, ...path)).mode & 0o777;
		expect(modeOf('secrets')).toBe(0o700);
		expect(modeOf('secrets', 'door.json')).toBe(0o600);
	});
});

describe('the door for commands', () => {
	test('opens only with its key, and never to a browser', async () => {
		const relay = await runRelay();
		const file = readFileSync(join(relay.installation.config.data, 'secrets', 'door.json'), 'utf8');
		const { url, key } = JSON.parse(file) as { url: string; key: string };
		expect(url).not.toBe(relay.url);
		const knock = async (headers: Record<string, string>, name = 'ping') =>
			(await fetch(`${url}/${name}`, { method: 'POST', headers })).status;
		const authorization = `Bearer ${key}`;
		expect(await knock({ authorization })).toBe(200);
		expect(await knock({})).toBe(403);
		expect(await knock({ authorization: 'Bearer guess' })).toBe(403);
		expect(await knock({ authorization, origin: 'http://127.0.0.1:8484' })).toBe(403);
		expect(await knock({ authorization }, 'constructor')).toBe(404);
		expect((await fetch(`${relay.url}/ping`, { method: 'POST', headers: { authorization } })).status).toBe(404);
	});
});

describe('device', () => {
	test('enrols a scripted device beside a running relay, with a cookie that works at once', async () => {
		const relay = await runRelay();
		await setUp(relay);
		const { data } = relay.installation.config;
		const args = ['--agent', 'bot@desk.example', '--role', 'observer', '--json'];
		const [device] = (await runCommand(deviceCommand, data, args)).json();
		expect(device).toMatchObject({ url: relay.url, liveUrl: `${relay.url.replace('http', 'ws')}/live` });
		const cookie = String(device?.cookie);
		const { body } = await relay.ask('/auth/me', undefined, { cookie });
		expect(body).toMatchObject({ agent: { mail: 'bot@desk.example', role: 'observer', lines: ['support'] } });
		const me = (device?.documents as { me: string }).me;
		expect(me).toBe(`me:${(body.agent as { id: string }).id}`);
		const socket = new WebSocket(`${String(device?.liveUrl)}/${me}`, { headers: { cookie } });
		await new Promise((resolve, reject) => socket.once('message', resolve).once('close', reject));
		socket.terminate();
	});

	test('makes a desk in an empty directory, and leaves the set-up link open', async () => {
		const data = emptyFolder();
		const [device] = (await runCommand(deviceCommand, data, ['--agent', 'bot@desk.example', '--json'])).json();
		expect(device).toMatchObject({ url: 'http://127.0.0.1:8484', documents: { desk: 'desk' } });
		const relay = await runRelay({ data });
		expect(relay.installation.auth.setupUrl()).toBeDefined();
		const admin = await setUp(relay);
		expect(admin.session.agent.role).toBe('admin');
		expect(relay.installation.relay.readDesk()).toMatchObject({
			desk: { name: 'Test desk' },
			lines: [{ id: 'support' }],
		});
	});

	test('a session of a script lasts, since it has no key to renew it', async () => {
		const relay = await runRelay();
		await setUp(relay);
		const { data } = relay.installation.config;
		const [device] = (await runCommand(deviceCommand, data, ['--agent', 'bot@desk.example', '--json'])).json();
		relay.pass(100 * 24 * 60 * 60_000);
		expect((await relay.ask('/auth/me', undefined, { cookie: String(device?.cookie) })).status).toBe(200);
	});

	test('input that cannot be is refused with the reason', async () => {
		const data = emptyFolder();
		expect(await runCommand(deviceCommand, data, [])).toMatchObject({ code: 2 });
		expect(await runCommand(deviceCommand, data, ['--agent', 'no-address'])).toMatchObject({ code: 2 });
		const role = await runCommand(deviceCommand, data, ['--agent', 'a@x.example', '--role', 'boss']);
		expect(role.complaints).toEqual(['--role must be one of admin, agent, observer.']);
	});
});

describe('invite', () => {
	test('prints a link that enrols one device, also while no relay runs', async () => {
		const first = await runRelay();
		await setUp(first);
		const { data } = first.installation.config;
		const beside = await runCommand(inviteCommand, data, ['--agent', 'ben@desk.example', '--name', 'Ben', '--json']);
		const device = await enrolWith(first, String(beside.json()[0]?.url));
		expect(device.session.agent).toMatchObject({ name: 'Ben', role: 'agent', lines: ['support'] });
		await first.close();
		const alone = await runCommand(inviteCommand, data, ['--agent', 'ben@desk.example', '--json']);
		const second = await runRelay({ data });
		const other = await enrolWith(second, String(alone.json()[0]?.url));
		expect(other.session.agent.id).toBe(device.session.agent.id);
	});

	test('needs a desk and knows its lines', async () => {
		const data = emptyFolder();
		await expect(runCommand(inviteCommand, data, ['--agent', 'ben@desk.example'])).rejects.toThrow(
			/There is no desk yet/,
		);
		const opened = await openInstallation(configOf({ data }));
		if (opened.kind === 'refused') throw new Error(opened.message);
		await opened.installation.auth.ensureDesk({ name: 'D', language: 'en' });
		await opened.installation.close();
		const args = ['--agent', 'ben@desk.example', '--line', 'nowhere'];
		await expect(runCommand(inviteCommand, data, args)).rejects.toThrow(/There is no line "nowhere"/);
	});
});

describe('health and doctor', () => {
	test('health ends with 0 beside a running relay and with 1 without', async () => {
		const relay = await runRelay();
		const { data } = relay.installation.config;
		const listen = new URL(relay.url).host;
		expect(await runCommand(healthCommand, data, ['--listen', listen])).toMatchObject({ code: 0, printed: ['ready'] });
		await relay.close();
		expect(await runCommand(healthCommand, data, ['--listen', listen])).toMatchObject({ code: 1 });
	});

	test('doctor says that offline work needs https', async () => {
		const { printed, code } = await runCommand(doctorCommand, emptyFolder(), ['--public-url', 'http://desk.example']);
		expect(code).toBe(1);
		expect(printed.join('\n')).toMatch(/look {2}http:\/\/desk\.example is not https/);
	});
});
