import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { caretToEnd } from './support/caret.ts';
import type { Device } from './support/device.ts';
import { readDevice } from './support/device-content.ts';
import { builtApp } from './support/relay-process.ts';
import { expectSameEverywhere } from './support/same-everywhere.ts';
import { ben, test } from './support/world.ts';

const subject = 'Rechnung 4711 ist doppelt';

/** What was typed lies on the device, and not only on the screen. */
async function expectStoredDraft(device: Device, text: string): Promise<void> {
	const drafts = async () => Object.values((await readDevice(device.page)).records).map(({ reply }) => reply);
	await expect.poll(async () => (await drafts()).join('\n')).toContain(text);
}

/** What was begun in a form, as it lies in the device's database. */
async function expectStoredForm(device: Device, text: string): Promise<void> {
	const read = () =>
		device.page.evaluate(
			() =>
				new Promise<string>((resolve, reject) => {
					const opening = indexedDB.open('tresen');
					opening.onerror = () => reject(opening.error ?? new Error('unreadable'));
					opening.onsuccess = () => {
						const reading = opening.result.transaction('settings').objectStore('settings').get('begun-forms');
						reading.onsuccess = () => {
							opening.result.close();
							resolve(JSON.stringify(reading.result) ?? '');
						};
					};
				}),
		);
	await expect.poll(read).toContain(text);
}

test('[F21] [F97] a draft survives the killed browser, the start without a network, and a colleague who assigns and closes', async ({
	world,
}) => {
	test.setTimeout(180_000);
	const a = await world.newcomer({ locale: 'de' });
	await a.openTicketByPhone({ name: 'Frau Nowak', subject, text: 'Sie hat zweimal dieselbe Rechnung.' });
	await a.isCurrent();

	const profile = await world.lastingProfile();
	let b = await profile.open();
	await b.enrol(await world.invite(ben));
	await b.openTicket(subject, 'open');
	await b.write('reply', 'Guten Tag Frau Nowak, ');
	await expectStoredDraft(b, 'Guten Tag Frau Nowak,');
	await b.cutNetwork();
	await b.page.keyboard.insertText('die zweite Rechnung haben wir storniert.');
	await expectStoredDraft(b, 'storniert.');
	const address = b.page.url();
	// So does what is begun in the forms.
	const { call, newMail, begun, forward } = b.t;
	await b.goTo('newTicket');
	await b.page.getByLabel(call.name, { exact: true }).fill('Herr Adler');
	await b.page.getByLabel(call.subject).fill('Lieferung fehlt');
	await b.page.getByRole('link', { name: newMail.fromCall }).click();
	await b.page.getByLabel(newMail.to, { exact: true }).fill('lager@kunde.example');
	await b.page.getByLabel(forward.text).fill('Ist das Paket bei Ihnen?');
	await expectStoredForm(b, 'Ist das Paket bei Ihnen?');
	await profile.kill();

	await a.openTicket(subject, 'open');
	await a.choose('owner', a.t.common.you);
	await a.closeTicket();
	await a.isCurrent();

	// Without the network, in a browser that starts anew: the ticket is there, and so is the draft.
	b = await profile.open();
	await b.page.goto(address);
	await b.isOffline();
	await expect(b.draft).toContainText('Guten Tag Frau Nowak, die zweite Rechnung haben wir storniert.');
	await expect(b.timeline).toContainText('zweimal dieselbe Rechnung');
	await b.showView('open');
	await expect(b.row(subject)).toBeVisible();
	await b.row(subject).click();

	await b.page.goto(`${b.url}/new/mail`);
	await expect(b.page.getByLabel(forward.text)).toHaveValue('Ist das Paket bei Ihnen?');
	await b.page.locator('[data-begun]').getByRole('button', { name: begun.discard }).click();
	await expect(b.page.getByLabel(forward.text)).toHaveValue('');
	await b.page.getByRole('link', { name: newMail.instead }).click();
	await expect(b.page.getByLabel(call.name, { exact: true })).toHaveValue('Herr Adler');
	await expect(b.page.locator('[data-begun]')).toBeVisible();
	await b.page.getByRole('heading', { level: 1 }).click();
	await b.page.keyboard.press('z');
	await expect(b.page.getByLabel(newMail.to, { exact: true })).toHaveValue('lager@kunde.example');
	await expect(b.page.getByLabel(forward.text)).toHaveValue('Ist das Paket bei Ihnen?');
	await b.goTo('newTicket');
	await b.page.getByRole('button', { name: call.submit }).click();
	await expect(b.page.getByRole('heading', { level: 2, name: /\d-\d{4}/ })).toBeVisible();
	await b.goTo('newTicket');
	await expect(b.page.getByLabel(call.name, { exact: true })).toHaveValue('');
	await b.openTicket(subject, 'open');

	await b.restoreNetwork();
	await expect(b.details).toContainText(b.t.status.closed);
	await expect(b.draft).toContainText('die zweite Rechnung haben wir storniert.');
	await expect(a.draft).toContainText('die zweite Rechnung haben wir storniert.');
	await expectSameEverywhere(world.relay, a, b);
});

test('[F21] an update of the app keeps the draft to the last letter', async ({ world }) => {
	test.setTimeout(180_000);
	const a = await world.newcomer({ locale: 'de' });
	await a.openTicketByPhone({ name: 'Frau Nowak', subject });
	await a.openTicket(subject, 'open');
	await a.write('reply', 'Guten Tag, ');

	const folder = await mkdtemp(join(tmpdir(), 'tresen-next-build-'));
	try {
		await world.relay.stop();
		await world.relay.start({ app: await nextBuild(folder) });
		await a.page.evaluate(async () => void (await (await navigator.serviceWorker.ready).update()));
		const offer = a.page.getByRole('button', { name: a.t.update.reload });
		await expect(offer).toBeVisible();
		// Nothing was loaded again meanwhile: one writes on.
		await caretToEnd(a.draft);
		await a.page.keyboard.insertText('die zweite Rechnung ist storniert.');
		const loaded = a.page.waitForEvent('load');
		await offer.click();
		await loaded;
		await expect(a.draft).toContainText('Guten Tag, die zweite Rechnung ist storniert.');
		await expect(offer).toHaveCount(0);
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
});

/** The same program under another version: for the browser a newer build. */
async function nextBuild(folder: string): Promise<string> {
	const next = join(folder, 'build');
	await cp(builtApp, next, { recursive: true });
	const { version } = JSON.parse(await readFile(join(next, '_app/version.json'), 'utf8')) as { version: string };
	for (const file of ['service-worker.js', '_app/version.json']) {
		const text = await readFile(join(next, file), 'utf8');
		expect(text).toContain(version);
		await writeFile(join(next, file), text.replaceAll(version, `${version}-next`));
	}
	return next;
}
