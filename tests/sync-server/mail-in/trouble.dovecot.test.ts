import { readdirSync, rmSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { imapLimits } from '../../../sync-server/mailboxes/connect-imap.ts';
import type { TakenFrom } from '../../../sync-server/mail-in/watch-mailbox.ts';
import type { Taking } from '../../../sync-server/mail-in/fetch-new.ts';
import { startDovecot } from '../../support/dovecot.ts';
import { createTcpProxy } from '../../support/tcp-proxy.ts';
import { afterTest, emptyFolder, runRelay, type TestRelay } from '../running-relay.ts';
import { deskAt, isListening, mail, startFetchingDesk } from './fetching-desk.ts';

const hour = 60 * 60_000;

/** The relay's own way of taking a mail, for a test that does something before or after it. */
async function reallyTake(relay: TestRelay, raw: Uint8Array, label: string, { account }: TakenFrom): Promise<Taking> {
	const { outcome, reason = '' } = await relay.installation.mails.take(raw, label, {
		mailbox: account.id,
		line: account.line,
	});
	return outcome === 'refused' ? { outcome, reason } : { outcome };
}

/** A line that breaks once, after so many bytes from the server. */
async function breakingLine(port: number, afterBytes: number): Promise<number> {
	let left = afterBytes;
	const open = new Set<Socket>();
	const server = createServer((near) => {
		const far = connect(port, '127.0.0.1');
		const end = () => [near, far].forEach((socket) => socket.destroy());
		for (const socket of [near, far]) {
			open.add(socket);
			socket.on('error', end).on('close', end);
		}
		near.pipe(far);
		far.on('data', (chunk: Buffer) => {
			const isBefore = left > 0;
			left -= chunk.length;
			if (isBefore && left <= 0) end();
			else near.write(chunk);
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	afterTest(() => {
		for (const socket of open) socket.destroy();
		server.close();
	});
	return (server.address() as AddressInfo).port;
}

describe('new mail', () => {
	test('is pushed: nobody has to ask', async () => {
		const desk = await startFetchingDesk({ mailIn: { pollMs: hour } });
		const id = await desk.watch();
		for (const taken of [1, 2, 3]) {
			await desk.until(id, isListening);
			await desk.dovecot.append('support', [mail({ id: `${taken}@customer.example` })]);
			await desk.until(id, (status) => status.taken === taken);
		}
	});

	test('is asked for where the server does not push', async () => {
		const dovecot = await startDovecot(['support'], { pushes: false });
		const desk = await startFetchingDesk({ dovecot, mailIn: { pollMs: 50 } });
		const id = await desk.watch();
		await desk.until(id, isListening);
		await dovecot.append('support', [mail({ id: 'a@customer.example' })]);
		await desk.until(id, ({ taken }) => taken === 1);
	});
});

describe('a server', () => {
	test('that dies is waited for, and what came meanwhile is taken', async () => {
		const desk = await startFetchingDesk();
		const { dovecot } = desk;
		const id = await desk.watch();
		await desk.until(id, isListening);
		await dovecot.kill();
		const { problem } = await desk.until(id, ({ state, problem }) => state === 'waiting' && problem !== undefined);
		expect(['connection-lost', 'unreachable']).toContain(problem?.code);
		expect(problem?.retryAt).toBeGreaterThan(Date.now() - 1_000);
		await dovecot.start();
		await dovecot.append('support', [mail({ id: 'meanwhile@customer.example' })]);
		const status = await desk.until(id, (status) => isListening(status) && status.taken === 1);
		expect(status.problem).toBeUndefined();
		expect(desk.log(id).map(({ event }) => event)).toContain('recovered');
	});

	test('that goes in the middle of a fetch loses nothing and doubles nothing', async () => {
		const desk = await startFetchingDesk();
		const { dovecot } = desk;
		const body = `${'x'.repeat(900)}\r\n`.repeat(1_700);
		const names = ['a', 'b', 'c', 'd'];
		await dovecot.append(
			'support',
			names.map((name) => mail({ id: `${name}@customer.example`, subject: name, body })),
		);
		// Two are fetched and taken, and the line breaks in the third.
		const port = await breakingLine(dovecot.port, 3_800_000);
		const id = await desk.watch({ host: '127.0.0.1', port, security: 'none' });
		await desk.until(id, ({ problem }) => problem?.code === 'connection-lost');
		await desk.until(id, (status) => isListening(status) && status.taken === 4);
		const tickets = await desk.ticketsOn(desk.admin);
		expect(tickets.map(({ subject }) => subject).sort()).toEqual(names);
		expect(await desk.folder()).toEqual({ messages: 4, unseen: 0 });
	});

	test('behind a dead line is noticed although nothing was closed', async () => {
		const dovecot = await startDovecot();
		const proxy = await createTcpProxy(dovecot.port);
		afterTest(() => proxy.close());
		const limits = { ...imapLimits, silenceMs: 200, connectMs: 500 };
		const desk = await startFetchingDesk({ dovecot, mailIn: { limits, pollMs: hour } });
		const id = await desk.watch({ host: '127.0.0.1', port: proxy.port, security: 'none' });
		await desk.until(id, isListening);
		proxy.swallow();
		await desk.until(id, ({ state }) => state === 'waiting');
		proxy.cut();
		proxy.open();
		await dovecot.append('support', [mail({ id: 'a@customer.example' })]);
		await desk.until(id, ({ taken }) => taken === 1);
	});

	test('that refuses the password is left in peace, and asked at once when the password is changed', async () => {
		const desk = await startFetchingDesk();
		const { dovecot } = desk;
		const id = await desk.watch({ password: 'wrong' });
		const { problem } = await desk.until(id, ({ state }) => state === 'waiting');
		expect(problem).toMatchObject({ code: 'login-refused', detail: 'Authentication failed.' });
		expect((problem?.retryAt ?? 0) - (problem?.at ?? 0)).toBeGreaterThan(10 * 60_000);
		await vi.waitFor(() => expect(dovecot.log().match(/auth failed/g)).toHaveLength(1));
		await desk.watch({ password: dovecot.password }, { id });
		const status = await desk.until(id, isListening);
		expect(status.problem).toBeUndefined();
	});

	test('whose certificate nobody vouches for gets no password, and there is no way to insist', async () => {
		const desk = await startFetchingDesk();
		const untrusted = await desk.watch({ trusted: undefined });
		const starttls = await desk.watch({ trusted: undefined, port: desk.dovecot.port, security: 'starttls' });
		for (const id of [untrusted, starttls]) {
			const { problem } = await desk.until(id, ({ state }) => state === 'waiting');
			expect(problem?.code).toBe('certificate-unknown');
		}
		expect(desk.dovecot.log()).not.toContain('user=<support>');
	});
});

describe('a folder', () => {
	test('that is renamed is missed, and read on where it comes back', async () => {
		const desk = await startFetchingDesk({ mailIn: { pollMs: 50 } });
		const { dovecot, relay } = desk;
		await dovecot.as('support', (client) => client.mailboxCreate('Requests'));
		await dovecot.append('support', [mail({ id: 'a@customer.example' })], { folder: 'Requests' });
		const id = await desk.watch({ folder: 'Requests' });
		await desk.until(id, (status) => isListening(status) && status.taken === 1);
		await dovecot.as('support', (client) => client.mailboxRename('Requests', 'Elsewhere'));
		await desk.until(id, ({ problem }) => problem?.code === 'folder-missing');
		await dovecot.as('support', (client) => client.mailboxRename('Elsewhere', 'Requests'));
		await dovecot.append('support', [mail({ id: 'b@customer.example' })], { folder: 'Requests' });
		relay.installation.mailIn.look(id);
		await desk.until(id, (status) => isListening(status) && status.taken === 2);
		expect(await desk.ticketsOn(desk.admin)).toHaveLength(2);
	});

	test('that is numbered anew is read again, and what was taken before stays one ticket', async () => {
		const desk = await startFetchingDesk();
		const { dovecot } = desk;
		await dovecot.append('support', [mail({ id: 'a@customer.example' }), mail({ id: 'b@customer.example' })]);
		const id = await desk.watch();
		await desk.until(id, (status) => isListening(status) && status.taken === 2);
		// The new number of the folder is the time in seconds.
		const status = await dovecot.as('support', (client) => client.status('INBOX', { uidValidity: true }));
		const numberedAt = status === false ? 0 : Number(status.uidValidity);
		await vi.waitFor(() => expect(Date.now() / 1000).toBeGreaterThan(numberedAt + 1), { timeout: 5_000 });
		await dovecot.kill();
		const maildir = dovecot.maildir('support');
		for (const name of readdirSync(maildir)) if (name.startsWith('dovecot')) rmSync(join(maildir, name));
		await dovecot.start();
		await dovecot.append('support', [mail({ id: 'c@customer.example' })]);
		await desk.until(id, (status) => isListening(status) && status.taken === 3);
		expect(desk.log(id).map(({ event }) => event)).toContain('folder-renumbered');
		expect(desk.status(id)).toMatchObject({ taken: 3, duplicates: 2 });
		expect(await desk.ticketsOn(desk.admin)).toHaveLength(3);
	});
});

describe('the relay', () => {
	test('that is full leaves the mail unread on the server, and takes it when there is room', async () => {
		const data = emptyFolder();
		const body = 'text of a long mail\r\n'.repeat(10_000);
		const desk = await startFetchingDesk({ config: { data, blobQuota: '300K' } });
		const { dovecot, relay, admin } = desk;
		const names = ['a', 'b', 'c'];
		await dovecot.append(
			'support',
			names.map((name) => mail({ id: `${name}@customer.example`, subject: name, body: `${name} ${body}` })),
		);
		const id = await desk.watch();
		const { problem } = await desk.until(id, ({ state }) => state === 'waiting');
		expect(problem?.code).toBe('storage-full');
		expect(desk.status(id)).toMatchObject({ taken: 1, skipped: 0 });
		expect(await desk.folder()).toEqual({ messages: 3, unseen: 2 });
		await relay.close();

		const roomy = deskAt(await runRelay({ data }), dovecot, admin);
		await roomy.until(id, ({ taken }) => taken === 3);
		const tickets = await roomy.ticketsOn(admin);
		expect(tickets.map(({ subject }) => subject).sort()).toEqual(names);
	});

	test('[F1] that dies after storing a mail and before remembering it makes no second ticket', async () => {
		const data = emptyFolder();
		let stored = 0;
		const late: { relay?: TestRelay } = {};
		const desk = await startFetchingDesk({
			config: { data },
			mailIn: {
				// Stored, and then nothing more is heard of it.
				take: async (raw, label, from) => {
					await reallyTake(late.relay as TestRelay, raw, label, from);
					stored++;
					throw new Error('the process has ended');
				},
			},
		});
		late.relay = desk.relay;
		await desk.dovecot.append('support', [mail({ id: 'a@customer.example' })]);
		const id = await desk.watch();
		await desk.until(id, () => stored > 0);
		await desk.relay.close();

		const after = deskAt(await runRelay({ data }), desk.dovecot, desk.admin);
		await after.until(id, (status) => isListening(status) && status.duplicates === 1);
		expect(await after.ticketsOn(desk.admin)).toHaveLength(1);
		expect(await after.folder()).toEqual({ messages: 1, unseen: 0 });
	});

	test('without the key of the passwords says so, and everything else goes on', async () => {
		const data = emptyFolder();
		const desk = await startFetchingDesk({ config: { data } });
		const id = await desk.watch();
		await desk.until(id, isListening);
		await desk.relay.close();
		rmSync(join(data, 'secrets', 'mail.key'));

		const after = deskAt(await runRelay({ data }), desk.dovecot, desk.admin);
		const { problem } = await after.until(id, ({ state }) => state === 'waiting');
		expect(problem?.code).toBe('key-missing');
		const listed = await after.relay.ask('/auth/mailboxes', undefined, { cookie: desk.admin.cookie });
		expect(listed.body.mailboxes).toMatchObject([{ id, secrets: 'key-missing', imap: { passwordIsSet: false } }]);
		await after.watch({}, { id });
		await after.until(id, isListening);
	});

	test('stops at once while it waits for a server or talks to one that is silent', async () => {
		const silent = createServer(() => undefined);
		await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
		afterTest(() => void silent.close());
		const desk = await startFetchingDesk();
		const { port } = silent.address() as AddressInfo;
		const talking = await desk.watch({ host: '127.0.0.1', port, security: 'none' });
		const waiting = await desk.watch({ host: '127.0.0.1', port: 1, security: 'none' });
		await desk.until(talking, ({ state }) => state === 'connecting');
		await desk.until(waiting, ({ state }) => state === 'waiting');
		const began = performance.now();
		await desk.relay.close();
		expect(performance.now() - began).toBeLessThan(3_000);
	});
});
