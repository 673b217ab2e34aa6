import { describe, expect, test, vi } from 'vitest';
import { enrol } from '../running-relay.ts';
import { isListening, mail, startFetchingDesk } from './fetching-desk.ts';

describe('a mail in the mailbox', () => {
	test('[F1] becomes one ticket, and two devices have it', async () => {
		const desk = await startFetchingDesk();
		const { dovecot, relay, admin } = desk;
		const axel = await enrol(relay, admin, { mail: 'axel@desk.example' });
		const id = await desk.watch();
		await desk.until(id, isListening);

		await dovecot.append('support', [mail({ id: 'a@customer.example', subject: 'Printer on fire' })]);
		await desk.until(id, ({ taken }) => taken === 1);
		for (const device of [admin, axel]) {
			expect(await desk.ticketsOn(device)).toMatchObject([
				{ subject: 'Printer on fire', line: 'support', channel: 'mail' },
			]);
		}
		await vi.waitFor(async () => expect(await desk.folder()).toEqual({ messages: 1, unseen: 0 }));
	});

	test('[F1] is not taken again when the folder is looked at again, nor after a restart', async () => {
		const desk = await startFetchingDesk();
		await desk.dovecot.append('support', [mail({ id: 'a@customer.example' }), mail({ id: 'b@customer.example' })]);
		const id = await desk.watch();
		await desk.until(id, (status) => isListening(status) && status.taken === 2);

		const { lastFetchAt } = desk.status(id);
		desk.relay.installation.mailIn.look(id);
		await desk.until(id, (status) => isListening(status) && status.lastFetchAt !== lastFetchAt);
		// Somebody marks one as unread: it is done with all the same.
		await desk.dovecot.as('support', async (client) => {
			await client.mailboxOpen('INBOX');
			await client.messageFlagsRemove('1', ['\\Seen']);
		});
		await desk.watch({}, { id, name: 'Renamed' });
		await desk.until(id, (status) => isListening(status) && status.lastFetchAt !== lastFetchAt);
		expect(desk.status(id)).toMatchObject({ taken: 2, duplicates: 0 });
		expect(await desk.ticketsOn(desk.admin)).toHaveLength(2);
	});

	test('[F95] sent to three of our addresses is one ticket', async () => {
		const users = ['support', 'sales', 'info'];
		const desk = await startFetchingDesk({ users });
		const raw = mail({ id: 'same@customer.example', to: users.map((user) => `${user}@desk.example`).join(', ') });
		const ids = [];
		for (const user of users) {
			// Each way leaves its own trace in the mail.
			await desk.dovecot.append(user, [
				`Delivered-To: ${user}@desk.example\r\nReceived: from mx for ${user}\r\n${raw}`,
			]);
			ids.push(await desk.watch({ user }, { name: user, address: `${user}@desk.example` }));
		}
		for (const id of ids) await desk.until(id, ({ taken, duplicates }) => taken + duplicates === 1);
		const sums = ids.map((id) => desk.status(id));
		expect(sums.reduce((sum, { taken }) => sum + taken, 0)).toBe(1);
		expect(sums.reduce((sum, { duplicates }) => sum + duplicates, 0)).toBe(2);
		expect(await desk.ticketsOn(desk.admin)).toHaveLength(1);
	});

	test('that answers another joins its ticket', async () => {
		const desk = await startFetchingDesk();
		const id = await desk.watch();
		await desk.dovecot.append('support', [
			mail({ id: 'first@customer.example' }),
			mail({ id: 'second@customer.example', replyTo: 'first@customer.example', subject: 'Re: Printer' }),
		]);
		await desk.until(id, ({ taken }) => taken === 2);
		expect(await desk.ticketsOn(desk.admin)).toHaveLength(1);
	});
});

describe('what was there before the first look', () => {
	test('is taken where it is unread, and everything from then on', async () => {
		const desk = await startFetchingDesk();
		await desk.dovecot.append('support', [mail({ id: 'old@customer.example', subject: 'Old' })], { flags: ['\\Seen'] });
		await desk.dovecot.append('support', [mail({ id: 'unread@customer.example', subject: 'Unread' })]);
		const id = await desk.watch({ start: 'unseen' });
		await desk.until(id, (status) => isListening(status) && status.taken === 1);
		// From now on also what somebody else has read already.
		await desk.dovecot.append('support', [mail({ id: 'new@customer.example', subject: 'New' })], { flags: ['\\Seen'] });
		await desk.until(id, ({ taken }) => taken === 2);
		const tickets = await desk.ticketsOn(desk.admin);
		expect(tickets.map(({ subject }) => subject).sort()).toEqual(['New', 'Unread']);
	});

	test('is left alone where only new mail counts, and taken where everything does', async () => {
		const desk = await startFetchingDesk({ users: ['support', 'archive'] });
		const old = [mail({ id: 'old@customer.example', subject: 'Old' })];
		await desk.dovecot.append('support', old);
		await desk.dovecot.append('archive', [mail({ id: 'archived@customer.example', subject: 'Archived' })], {
			flags: ['\\Seen'],
		});
		const onlyNew = await desk.watch({ start: 'new' });
		const all = await desk.watch({ user: 'archive', start: 'all' });
		await desk.until(onlyNew, isListening);
		await desk.until(all, ({ taken }) => taken === 1);
		await desk.dovecot.append('support', [mail({ id: 'new@customer.example', subject: 'New' })]);
		await desk.until(onlyNew, ({ taken }) => taken === 1);
		const tickets = await desk.ticketsOn(desk.admin);
		expect(tickets.map(({ subject }) => subject).sort()).toEqual(['Archived', 'New']);
		expect(await desk.folder()).toEqual({ messages: 2, unseen: 1 });
	});
});

describe('what becomes of a taken mail', () => {
	test('left, it stays as it is; moved, it is in the other folder', async () => {
		const desk = await startFetchingDesk({ users: ['support', 'sales'] });
		await desk.dovecot.as('sales', (client) => client.mailboxCreate('Done'));
		await desk.dovecot.append('support', [mail({ id: 'a@customer.example' })]);
		await desk.dovecot.append('sales', [mail({ id: 'b@customer.example' })]);
		const left = await desk.watch({ after: 'leave' });
		const moved = await desk.watch({ user: 'sales', after: 'move', moveTo: 'Done' });
		for (const id of [left, moved]) await desk.until(id, (status) => isListening(status) && status.taken === 1);
		expect(await desk.folder('support')).toEqual({ messages: 1, unseen: 1 });
		expect(await desk.folder('sales')).toEqual({ messages: 0, unseen: 0 });
		expect(await desk.folder('sales', 'Done')).toMatchObject({ messages: 1 });
	});

	test('where the other folder is missing it is marked as read, and the mailbox says so', async () => {
		const desk = await startFetchingDesk();
		await desk.dovecot.append('support', [mail({ id: 'a@customer.example' })]);
		const id = await desk.watch({ after: 'move', moveTo: 'Nowhere' });
		const status = await desk.until(id, (status) => isListening(status) && status.taken === 1);
		expect(status.problem?.code).toBe('target-folder-missing');
		expect(await desk.folder()).toEqual({ messages: 1, unseen: 0 });
	});
});

describe('mails that cannot be taken', () => {
	test('are passed over with a line in the log, stay unread, and stand in nobody’s way', async () => {
		const desk = await startFetchingDesk({ mailIn: { mostBytes: 100_000 } });
		await desk.dovecot.append('support', [
			'this is not a mail at all',
			mail({ id: 'large@customer.example', body: 'x'.repeat(200_000) }),
			mail({ id: 'good@customer.example', subject: 'Good' }),
		]);
		const id = await desk.watch();
		const status = await desk.until(id, (status) => isListening(status) && status.taken === 1);
		expect(status).toMatchObject({ taken: 1, skipped: 2 });
		expect(status.problem).toBeUndefined();
		const skipped = desk.log(id).filter(({ event }) => event === 'mail-skipped');
		expect(skipped).toMatchObject([
			{ uid: 2, reason: 'too-big', detail: '1 MB' },
			{ uid: 1, reason: 'not-a-mail' },
		]);
		expect(await desk.folder()).toEqual({ messages: 3, unseen: 2 });
	});

	test('a mail of 100 MB is refused by what the server says of its size, and never fetched', async () => {
		const desk = await startFetchingDesk();
		const large = Buffer.concat([
			Buffer.from(mail({ id: 'huge@customer.example' })),
			Buffer.alloc(100 * 1024 * 1024, 'x'),
		]);
		await desk.dovecot.append('support', [large, mail({ id: 'small@customer.example' })]);
		const before = desk.dovecot.log().length;
		const id = await desk.watch();
		await desk.until(id, (status) => isListening(status) && status.taken === 1);
		expect(desk.log(id).find(({ event }) => event === 'mail-skipped')).toMatchObject({
			reason: 'too-big',
			detail: '101 MB',
		});
		await desk.relay.installation.mailIn.close();
		const sent = await vi.waitFor(() => {
			const line = /in=\d+ out=(\d+)/.exec(desk.dovecot.log().slice(before));
			if (line === null) throw new Error('still connected');
			return Number(line[1]);
		});
		expect(sent).toBeLessThan(20_000);
	});

	test('a mail at which the intake itself breaks is tried three times and then left', async () => {
		let tries = 0;
		const desk = await startFetchingDesk({
			mailIn: {
				take: (_raw, label) => {
					if (label === 'mail 1' && ++tries > 0) return Promise.reject(new Error('broken'));
					return Promise.resolve({ outcome: 'created' });
				},
				// No waiting between two tries.
				schedule: { soon: setImmediate, after: (_ms, run) => (setImmediate(run), () => undefined) },
			},
		});
		await desk.dovecot.append('support', [mail({ id: 'a@x.example' }), mail({ id: 'b@x.example' })]);
		const id = await desk.watch();
		await desk.until(id, ({ taken }) => taken === 1);
		expect(tries).toBe(3);
		expect(desk.status(id)).toMatchObject({ taken: 1, skipped: 1 });
	});
});
