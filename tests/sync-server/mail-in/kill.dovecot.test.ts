import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test, vi } from 'vitest';
import { startDovecot } from '../../support/dovecot.ts';
import { afterTest, emptyFolder, runRelay } from '../running-relay.ts';
import { deskAt, isListening, mail, startFetchingDesk } from './fetching-desk.ts';

const mails = 40;
const kills = 5;
const program = join(import.meta.dirname, '../../../sync-server/main.ts');

/** Reads what has been stored and what the mailbox remembers of it, past the relay that works on it. */
function lookInto(data: string) {
	const database = new DatabaseSync(join(data, 'tresen.sqlite'), { readOnly: true });
	afterTest(() => database.close());
	const stored = database.prepare('SELECT count(*) AS n FROM imported_mails');
	const remembered = database.prepare('SELECT coalesce(sum(taken + duplicates), 0) AS n FROM mailbox_places');
	return {
		stored: () => (stored.get() as { n: number }).n,
		remembered: () => (remembered.get() as { n: number }).n,
	};
}

test('[F1] a relay that is killed again and again while it fetches makes one ticket of each mail', async () => {
	const data = emptyFolder();
	const dovecot = await startDovecot();
	const desk = await startFetchingDesk({ dovecot, config: { data } });
	const id = await desk.watch({}, { active: false });
	const { imap } = desk.relay.installation.mailboxes.get(id) ?? {};
	if (imap === undefined) throw new Error('no mailbox');
	desk.relay.installation.mailboxes.put({
		...{ id, name: 'Support', line: 'support' as never, address: 'support@desk.example', active: true, imap },
	});
	await desk.relay.close();
	const { stored, remembered } = lookInto(data);
	await dovecot.append(
		'support',
		Array.from({ length: mails }, (_, n) => mail({ id: `${n}@customer.example`, subject: `Mail ${n}` })),
	);

	let killedBetween = 0;
	let running: ChildProcess | undefined;
	afterTest(() => void running?.kill('SIGKILL'));
	for (let kill = 1; kill <= kills; kill++) {
		const child = spawn(
			process.execPath,
			['--disable-warning=ExperimentalWarning', program, 'serve', '--data', data, '--listen', '127.0.0.1:0'],
			{ stdio: 'ignore', env: { ...process.env, TRESEN_LOG_LEVEL: 'silent' } },
		);
		running = child;
		// Somewhere between two mails, or in the middle of one: wherever it is when a few more are in.
		const enough = stored() + 1 + ((kill * 5) % 7);
		await vi.waitFor(
			() => {
				if (child.exitCode !== null) throw new Error(`the relay ended with ${child.exitCode}`);
				expect(stored()).toBeGreaterThanOrEqual(enough);
			},
			{ timeout: 60_000, interval: 5 },
		);
		const ended = once(child, 'exit');
		child.kill('SIGKILL');
		await ended;
		if (stored() > remembered()) killedBetween++;
	}
	expect(killedBetween).toBeGreaterThan(0);

	const after = deskAt(await runRelay({ data }), dovecot, desk.admin);
	await after.until(id, (status) => isListening(status));
	const tickets = await after.ticketsOn(desk.admin);
	expect(tickets.map(({ subject }) => subject).sort()).toEqual(
		Array.from({ length: mails }, (_, n) => `Mail ${n}`).sort(),
	);
	expect(await after.folder()).toEqual({ messages: mails, unseen: 0 });
}, 240_000);
