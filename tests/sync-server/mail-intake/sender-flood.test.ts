import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import type { DocumentId } from '../../../src/lib/domain/ids.ts';
import { openInstallation } from '../../../sync-server/installation.ts';
import { createSenderFlood, senderFloodTables } from '../../../sync-server/mail-intake/sender-flood.ts';
import { afterTest, configOf, emptyFolder } from '../running-relay.ts';
import { take, ticketsOf } from './taken-in.ts';

const hour = 60 * 60_000;
const ticket = (n: number) => `ticket/${n}` as DocumentId;

function counter() {
	const database = new DatabaseSync(':memory:');
	database.exec(senderFloodTables);
	const clock = { now: Date.UTC(2026, 10, 2) };
	const rows = () => database.prepare('SELECT count(*) AS n FROM ticket_openings').get()?.n;
	return { flood: createSenderFlood(database, () => clock.now), clock, rows, database };
}

test('a hundred tickets an hour are one sender’s, whatever the case of the address; then the newest takes the rest', () => {
	const { flood, clock, rows } = counter();
	for (let n = 0; n < 100; n++) {
		expect(flood.ticketFor('bomb@kunde.example')).toBeUndefined();
		flood.opened(n % 2 === 0 ? 'bomb@kunde.example' : 'Bomb@Kunde.Example', ticket(n));
		clock.now += 1_000;
	}
	expect(flood.ticketFor('BOMB@kunde.example')).toBe(ticket(99));
	expect(flood.ticketFor('other@kunde.example')).toBeUndefined();
	clock.now += hour;
	expect(flood.ticketFor('bomb@kunde.example')).toBeUndefined();
	flood.opened('other@kunde.example', ticket(100));
	expect(rows()).toBe(1);
});

test('a clock that was set back blocks nobody for ever', () => {
	const { flood, clock, rows } = counter();
	for (let n = 0; n < 100; n++) flood.opened('bomb@kunde.example', ticket(n));
	clock.now -= 400 * 24 * hour;
	flood.opened('bomb@kunde.example', ticket(100));
	expect(flood.ticketFor('bomb@kunde.example')).toBeUndefined();
	expect(rows()).toBe(1);
});

test('what is kept is bounded, however many senders there are', () => {
	const { flood, database, rows } = counter();
	// As if 100,000 had been there before.
	database.exec(
		`INSERT INTO ticket_openings (id, sender, at, ticket) VALUES (100000, 'a', ${Date.UTC(2026, 10, 2)}, 'x')`,
	);
	flood.opened('b', ticket(1));
	expect(rows()).toBe(2);
	database.exec(`UPDATE ticket_openings SET id = 0 WHERE sender = 'a'`);
	flood.opened('b', ticket(2));
	expect(rows()).toBe(2);
});

test('a mail bomb that outlives a restart goes on where it was', { timeout: 60_000 }, async () => {
	const config = configOf({ data: emptyFolder() });
	const open = async () => {
		const opened = await openInstallation(config);
		if (opened.kind === 'refused') throw new Error(opened.message);
		afterTest(() => opened.installation.close());
		await opened.installation.auth.ensureDesk({ name: 'Desk', language: 'de' });
		return opened.installation;
	};
	const before = await open();
	for (let n = 0; n < 100; n++) await take(before, { subject: `Alarm ${n}` }, { live: true });
	await before.close();

	const after = await open();
	expect(await take(after, { subject: 'Alarm 100' }, { live: true })).toMatchObject({ outcome: 'followed-up' });
	expect(await take(after, { from: 'b@kunde.example' }, { live: true })).toMatchObject({ outcome: 'created' });
	expect(ticketsOf(after)).toHaveLength(101);
});
