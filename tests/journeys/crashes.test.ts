import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { axeFindings } from './support/axe.ts';
import { readDevice } from './support/device-content.ts';
import { expectSameEverywhere } from './support/same-everywhere.ts';
import { ben, test } from './support/world.ts';

test('[F97] the relay is killed in the middle of work and started again: nothing acknowledged is lost', async ({
	world,
}) => {
	test.setTimeout(180_000);
	const a = await world.newcomer({ locale: 'de' });
	const b = await world.enrolDevice({ ...ben, locale: 'en' });
	await a.openTicketByPhone({ name: 'Hafenamt', subject: 'Schranke 3 öffnet nicht', text: 'Seit 6 Uhr.' });
	await b.openTicket('Schranke 3 öffnet nicht', 'unclaimed');
	await b.claimTicket();
	await expect(b.ticket).toContainText(b.t.claim.yours);
	await b.addNote('Sensor is dirty.');
	const acknowledged = await expectSameEverywhere(world.relay, a, b);

	// Between two keys of both agents; what they do next may or may not have reached it.
	await b.startWriting('reply');
	const killing = world.relay.kill();
	await b.page.keyboard.insertText('A technician is on the way.');
	await a.openTicketByPhone({ name: 'Hafenamt', subject: 'Schranke 4 auch nicht' });
	await killing;
	await a.isOffline();
	await b.isOffline();
	await b.addTag('schranke');

	const exported = await world.relay.command('export', 'tickets', '--json');
	expect(exported).toContain('Schranke 3 öffnet nicht');
	await world.relay.start();
	const content = await expectSameEverywhere(world.relay, a, b);
	for (const [document, { entries, verdicts }] of Object.entries(acknowledged.records)) {
		expect(content.records[document]!.entries).toMatchObject(entries as Record<string, unknown>);
		expect(content.records[document]!.verdicts).toMatchObject(verdicts as Record<string, unknown>);
	}
	expect([...content.tickets.values()].map(({ subject }) => subject).sort()).toEqual([
		'Schranke 3 öffnet nicht',
		'Schranke 4 auch nicht',
	]);
	await a.findTicket('Schranke 3 öffnet nicht');
	await expect(a.draft).toContainText('A technician is on the way.');
	await expect(a.details).toContainText('schranke');
});

test('[F97] a browser killed in the middle of work has everything when it is opened again without a network', async ({
	world,
}) => {
	test.setTimeout(180_000);
	const a = await world.newcomer({ locale: 'de' });
	const profile = await world.lastingProfile();
	let b = await profile.open();
	await b.enrol(await world.invite(ben));
	await b.cutNetwork();
	await b.isOffline();
	const numbers: string[] = [];
	for (const subject of ['Erster Anruf', 'Zweiter Anruf', 'Dritter Anruf'])
		numbers.push(await b.openTicketByPhone({ name: 'Stadtwerke', subject, claimIt: true }));
	await b.openTicket('Zweiter Anruf', 'mine');
	await b.addNote('Rückruf um zehn.');
	const before = await readDevice(b.page);
	// In the middle of a word.
	await b.startWriting('reply');
	await b.page.keyboard.type('Wir rufen zur');
	await profile.kill();

	b = await profile.open();
	await b.page.goto(`${b.url}/`);
	await b.isOffline();
	await b.showView('mine');
	for (const number of numbers) await expect(b.row(number)).toBeVisible();
	const after = await readDevice(b.page);
	for (const [document, { entries }] of Object.entries(before.records))
		expect(after.records[document]!.entries).toEqual(entries);
	expect(after.unsent).toBeGreaterThanOrEqual(before.unsent);
	await b.openTicket('Zweiter Anruf', 'mine');
	await expect(b.timeline).toContainText('Rückruf um zehn.');

	await b.restoreNetwork();
	await expectSameEverywhere(world.relay, a, b);
	for (const number of numbers) {
		await a.search(number);
		await expect(a.row(number)).toBeVisible();
	}
});

test('[F99] the relay is restored from an older backup: the devices hand over what it lacks, and say so', async ({
	world,
}) => {
	test.setTimeout(180_000);
	const { relay } = world;
	const a = await world.newcomer({ locale: 'de' });
	const b = await world.enrolDevice({ ...ben, locale: 'en' });
	await a.openTicketByPhone({ name: 'Hafenamt', subject: 'Vor der Sicherung' });
	await a.isCurrent();
	const backups = await mkdtemp(join(tmpdir(), 'tresen-backups-'));
	try {
		const { folder } = JSON.parse(await relay.command('backup', backups, '--json')) as { folder: string };
		await a.openTicketByPhone({ name: 'Hafenamt', subject: 'Nach der Sicherung' });
		await b.openTicket('Vor der Sicherung', 'unclaimed');
		await b.claimTicket();
		await b.addNote('Written after the backup.');
		const before = await expectSameEverywhere(relay, a, b);

		await relay.kill();
		await a.isOffline();
		await rm(relay.data, { recursive: true, force: true });
		await relay.command('restore', folder, relay.data);
		await relay.start();
		const after = await expectSameEverywhere(relay, a, b);
		expect(after.hash).toBe(before.hash);

		// A message that stays leads to the outbox, which goes on saying it until somebody has seen it.
		const messages = a.page.getByRole('region', { name: a.t.toast.region });
		await expect(messages.getByText(a.t.toast.deskRestored)).toBeVisible();
		await a.page.goto(new URL('/outbox', a.page.url()).href);
		const notice = a.page.locator('[data-restored=done]');
		await expect(notice).toContainText(a.t.outbox.restored.title);
		expect(await axeFindings(a, 'outbox after a restore')).toEqual([]);
		await notice.getByRole('button', { name: a.t.outbox.restored.seen }).click();
		await expect(notice).toBeHidden();
	} finally {
		await rm(backups, { recursive: true, force: true });
	}
});
