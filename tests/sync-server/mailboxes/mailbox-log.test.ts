import { expect, test } from 'vitest';
import { createMailboxLog, mostLogEntries } from '../../../sync-server/mailboxes/mailbox-log.ts';
import { mustOpenDatabase } from '../../../sync-server/store/database.ts';
import { afterTest } from '../running-relay.ts';

test('the log keeps the newest of each mailbox, newest first', () => {
	const database = mustOpenDatabase(':memory:');
	afterTest(() => database.close());
	let at = 0;
	const log = createMailboxLog(database.db, () => ++at);
	log.add('quiet', { event: 'connected' });
	for (let uid = 1; uid <= mostLogEntries + 50; uid++)
		log.add('busy', { event: 'mail-skipped', uid, reason: 'too-big' });
	const busy = log.read('busy');
	expect(busy).toHaveLength(mostLogEntries);
	expect(busy[0]).toEqual({
		at: mostLogEntries + 51,
		event: 'mail-skipped',
		uid: mostLogEntries + 50,
		reason: 'too-big',
	});
	expect(busy.at(-1)?.uid).toBe(51);
	expect(log.read('quiet')).toEqual([{ at: 1, event: 'connected' }]);
});
