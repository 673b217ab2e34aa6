import { expect, test, vi } from 'vitest';
import type { LineId } from '../../../src/lib/domain/ids.ts';
import { connectImap, imapLimits } from '../../../sync-server/mailboxes/connect-imap.ts';
import type { MailboxStatus } from '../../../src/lib/protocol/mailbox.ts';
import { startHostileImap, type HostileMail } from '../../support/hostile-imap.ts';
import { runRelay } from '../running-relay.ts';
import { mail } from './fetching-desk.ts';

/** A relay that fetches from a server that lies; it does not wait between two tries. */
async function fetchFrom(mails: HostileMail[], mostBytes = 100_000) {
	const imap = await startHostileImap(mails);
	const relay = await runRelay(
		{},
		{
			mailIn: {
				mostBytes,
				limits: { ...imapLimits, literalBytes: 1_000_000 },
				schedule: { soon: setImmediate, after: (_ms, run) => (setTimeout(run, 5), () => undefined) },
			},
		},
	);
	const { mailboxes, mailIn, mailboxLog, auth } = relay.installation;
	await auth.ensureDesk();
	const [line] = relay.installation.relay.readDesk().lines;
	const put = mailboxes.put({
		...{ name: 'Support', line: line?.id as LineId, address: 'support@desk.example', active: true },
		imap: {
			...{ host: '127.0.0.1', port: imap.port, security: 'none', user: 'support', password: 'let me in' },
			...{ folder: 'INBOX', start: 'all', after: 'seen' },
		},
	});
	if (put.kind === 'refused') throw new Error(put.reason);
	const { id } = put.account;
	return {
		...imap,
		until: (isSo: (status: MailboxStatus) => boolean) =>
			vi.waitFor(
				() => {
					const status = mailIn.status(id);
					if (!isSo(status)) throw new Error(JSON.stringify([status, mailboxLog.read(id)]));
				},
				{ timeout: 15_000, interval: 10 },
			),
		skipped: () => mailboxLog.read(id).filter(({ event }) => event === 'mail-skipped'),
	};
}

const good = (uid: number): HostileMail => ({ uid, raw: mail({ id: `${uid}@customer.example` }) });

test('a mail that is announced larger than anything is given up after a few tries, and the next ones are taken', async () => {
	const lying = { ...good(2), answer: '{99999999999}\r\nx' };
	const desk = await fetchFrom([good(1), lying, good(3)]);
	await desk.until(({ taken, skipped }) => taken === 2 && skipped === 1);
	expect(desk.skipped()).toMatchObject([{ uid: 2, reason: 'not-sent' }]);
	expect(desk.fetches.get(2)).toBeLessThanOrEqual(6);
	expect([...desk.marked].sort()).toEqual([1, 3]);
});

test('a mail that is larger than its size on the list is refused by what came', async () => {
	const desk = await fetchFrom([
		{ uid: 1, size: 10, raw: mail({ id: 'a@x.example', body: 'x'.repeat(200_000) }) },
		good(2),
	]);
	await desk.until(({ taken, skipped }) => taken === 1 && skipped === 1);
	expect(desk.skipped()).toMatchObject([{ uid: 1, reason: 'too-big' }]);
});

test('a mail that is on the list and never sent stands in nobody’s way', async () => {
	const desk = await fetchFrom([{ ...good(1), answer: 'NIL' }, good(2)]);
	await desk.until(({ taken, skipped }) => taken === 1 && skipped === 1);
	expect(desk.skipped()).toMatchObject([{ uid: 1, reason: 'not-sent' }]);
});

test('a line without an end is cut, and memory does not follow it', async () => {
	const imap = await startHostileImap([{ ...good(1), answer: `"${'x'.repeat(20 * 1024 * 1024)}"` }]);
	const connection = await connectImap({
		...{ host: '127.0.0.1', port: imap.port, security: 'none', user: 'support', password: 'let me in' },
		...{ folder: 'INBOX', start: 'all', after: 'seen' },
	});
	if (connection.kind === 'failed') throw new Error(connection.problem);
	const { client } = connection;
	await client.mailboxOpen('INBOX');
	await expect(client.fetchAll('1', { source: true }, { uid: true })).rejects.toThrow();
	expect(connection.whyEnded()).toMatchObject({ code: 'LineTooLarge' });
	expect(client.usable).toBe(false);
	client.close();
});
