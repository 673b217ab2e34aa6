import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import type { LastingProfile } from './support/lasting-profile.ts';
import { anna, ben, test } from './support/world.ts';

const subject = 'Kühlschrank brummt nachts';

/** Overwrites the middle of the files in which Chromium keeps IndexedDB, as a failing disk does. */
async function damage(profile: LastingProfile, which: RegExp): Promise<number> {
	const folder = join(profile.folder, 'Default', 'IndexedDB');
	let files = 0;
	for (const origin of await readdir(folder)) {
		if (!origin.endsWith('.leveldb')) continue;
		for (const name of await readdir(join(folder, origin))) {
			if (!which.test(name)) continue;
			const path = join(folder, origin, name);
			const bytes = await readFile(path);
			for (let at = Math.floor(bytes.length * 0.1); at < bytes.length; at += 7) bytes[at]! ^= 0x5a;
			await writeFile(path, bytes);
			files++;
		}
	}
	return files;
}

test('[F100] a browser whose database was damaged on disk says so, and fetches everything anew from the relay', async ({
	world,
}) => {
	test.setTimeout(240_000);
	const a = await world.newcomer({ locale: 'de' });
	await a.openTicketByPhone({ name: 'Herr Özdemir', subject });
	await a.isCurrent();
	const profile = await world.lastingProfile();
	const before = await profile.open();
	await before.enrol(await world.invite(ben));
	await before.showView('open');
	await expect(before.row(subject)).toBeVisible();
	await profile.close();
	expect(await damage(profile, /^(MANIFEST-.*|.*\.(log|ldb))$/)).toBeGreaterThan(1);

	const after = await profile.open();
	await after.page.goto(`${after.url}/inbox/open`);
	const screen = after.page.locator('[data-rescue]');
	await expect(screen).toBeVisible();
	await expect(after.page).toHaveURL(/\/rescue/);
	await expect(screen).toHaveAttribute('data-rescue', /^(lost|damaged)$/);
	await expect(screen).toContainText(after.t.rescue.safe);

	// Without the network nothing is deleted, and it says why it cannot help now.
	await after.cutNetwork();
	await screen.getByRole('button', { name: after.t.rescue.repair }).click();
	await expect(screen.locator('[data-error="relay-unreachable"]')).toBeVisible();
	await after.restoreNetwork();

	await screen.getByRole('button', { name: after.t.rescue.repair }).click();
	await after.atDesk();
	await after.showView('open');
	await expect(after.row(subject)).toBeVisible();
	await after.openTicket(subject, 'open');
	await after.addNote('Nach der Reparatur geschrieben.');
	await after.isCurrent();
	await a.openTicket(subject, 'open');
	await expect(a.timeline).toContainText('Nach der Reparatur geschrieben.');
	await expect(a.timeline).toContainText(ben.name);
});

test('[F100] a browser that throws its storage away under a living tab says so; what was acknowledged comes back, and no number comes twice', async ({
	world,
}) => {
	test.setTimeout(180_000);
	const a = await world.newcomer({ locale: 'en' });
	const numbers = [await a.openTicketByPhone({ name: 'Ms Ito', subject: 'Lift stuck' })];
	await a.openTicket('Lift stuck', 'open');
	await a.addNote('The relay has this.');
	await a.isCurrent();
	const { origin } = new URL(a.page.url());
	const browser = await a.page.context().newCDPSession(a.page);
	/** As the browser does when the disk runs full: everything but cookies and what localStorage holds. */
	const throwAway = () =>
		browser.send('Storage.clearDataForOrigin', { origin, storageTypes: 'indexeddb,file_systems,cache_storage' });
	const comesBack = async () => {
		const screen = a.page.locator('[data-rescue]');
		await expect(screen).toBeVisible();
		await expect(screen).toHaveAttribute('data-rescue', /^(lost|damaged)$/);
		await screen.getByRole('button', { name: a.t.rescue.repair }).click();
		await a.atDesk();
		await a.openTicket('Lift stuck', 'open');
		await expect(a.timeline).toContainText('The relay has this.');
		numbers.push(await a.openTicketByPhone({ name: 'Ms Ito', subject: `Ticket ${numbers.length + 1}` }));
		await a.isCurrent();
	};

	// Under a living tab: the next thing that is written finds out.
	await a.write('note', 'Written into nothing.');
	await throwAway();
	await a.page.keyboard.press('End');
	await a.page.keyboard.type(' And more of it.');
	const alert = a.page.getByRole('alert').filter({ hasText: a.t.errors['damaged-database'].what });
	await expect(alert).toBeVisible();
	// What was typed is there to be read and copied, and is not called saved.
	await expect(a.draft).toContainText('And more of it.');
	await expect(a.syncChip).not.toContainText(a.t.sync.synced);
	await alert.getByRole('link').click();
	await comesBack();

	// Between two starts.
	await throwAway();
	await a.page.goto(`${a.url}/inbox/open`);
	await comesBack();
	expect(new Set(numbers).size).toBe(3);
	expect(
		new Set(numbers.map((number) => number.replace(/\D/g, '').slice(0, -4))).size,
		'each has a block of its own',
	).toBeGreaterThan(1);
});

test('[F100] a database of a newer version is not touched, and the app says to update', async ({ world }) => {
	const a = await world.newcomer({ locale: 'en' });
	await a.openTicketByPhone({ name: 'Mr Ozdemir', subject });
	await a.isCurrent();
	await a.page.goto(`${a.url}/manifest.webmanifest`);
	const upgrade = (version: number) =>
		new Promise<void>((resolve, reject) => {
			const request = indexedDB.open('tresen', version);
			request.onsuccess = () => resolve(request.result.close());
			request.onerror = () => reject(new Error(request.error?.message));
		});
	await a.page.evaluate(upgrade, 9990);
	await a.page.goto(`${a.url}/inbox/open`);
	const screen = a.page.locator('[data-rescue="newer"]');
	await expect(screen).toContainText(a.t.rescue.what.newer);
	await expect(screen.getByRole('button', { name: a.t.rescue.update })).toBeVisible();
	await expect(screen.getByRole('button', { name: a.t.rescue.repair })).toHaveCount(0);
	const version = await a.page.evaluate(async () =>
		(await indexedDB.databases()).find(({ name }) => name === 'tresen'),
	);
	expect(version?.version).toBe(9990);
});

test('[F100] whoever enrols on a browser with unsent work of somebody else is told, and nothing of it is shown or sent', async ({
	world,
}) => {
	test.setTimeout(180_000);
	const a = await world.newcomer({ locale: 'de' });
	await a.openTicketByPhone({ name: 'Herr Özdemir', subject });
	await expect.poll(() => world.relay.command('export', 'tickets', '--json')).toContain(subject);
	await a.isCurrent();
	await a.cutNetwork();
	await a.isOffline();
	const unsent = 'Nur auf diesem Gerät';
	await a.openTicketByPhone({ name: 'Frau Lang', subject: unsent });
	const link = await world.invite(ben);
	await a.page.goto('about:blank');
	await a.restoreNetwork();
	// The relay must not hear of it before Ben comes: no page of Anna's is open.
	await a.page.goto(a.here(link));
	const left = a.page.locator('[data-left-behind]');
	await expect(left).toContainText(a.t.leftBehind.whose(anna.name));
	await a.page.getByRole('button', { name: a.t.signIn.enrol }).click();
	await expect(a.page.locator('[data-error="unsent-left"]')).toBeVisible();
	const downloading = a.page.waitForEvent('download');
	await left.getByRole('button', { name: a.t.leftBehind.export }).click();
	const file = await (await downloading).path();
	expect((await readFile(file)).subarray(0, 14).toString()).toBe('tresen-unsent\n');
	await left.getByLabel(a.t.leftBehind.confirm).check();
	await a.page.getByRole('button', { name: a.t.signIn.enrol }).click();
	await a.atDesk();
	await a.showView('open');
	await expect(a.row(subject)).toBeVisible();
	await expect(a.row(unsent)).toHaveCount(0);
	await a.goTo('outbox');
	await expect(a.page.getByText(a.t.outbox.emptyTitle)).toBeVisible();
	expect(await world.relay.command('export', 'tickets', '--json')).not.toContain(unsent);

	// Somebody takes the file back on this screen: it is Anna's device's, so the relay refuses it, each with its reason.
	await a.goTo('device');
	await a.page.getByLabel(a.t.device.importChoose).setInputFiles(file);
	await expect(a.page.getByText(/zurückgeholt/).last()).toBeVisible();
	await a.goTo('outbox');
	await expect(a.page.locator('[data-outbox="refused"]').first()).toContainText(
		a.t.refusal['forged-author'].slice(0, 12),
	);
	expect(await world.relay.command('export', 'tickets', '--json')).not.toContain(unsent);
});
