import { expect, type Page } from '@playwright/test';
import { openDovecot } from '../support/dovecot-server.ts';
import type { Device } from './support/device.ts';
import { ben, test } from './support/world.ts';

async function openSettings(device: Device, place: keyof Device['t']['admin']['places']): Promise<void> {
	const { page, t } = device;
	const main = page.getByRole('navigation', { name: t.nav.main });
	await main.getByRole('link', { name: t.nav.settings, exact: true }).click();
	const places = page.getByRole('navigation', { name: t.admin.places.label });
	await places.getByRole('link', { name: t.admin.places[place], exact: true }).click();
}

const dialog = (page: Page) => page.getByRole('dialog');

test('a mailbox is set up on the screen, which says what is wrong with it, and its mails are in the list', async ({
	world,
}) => {
	test.setTimeout(180_000);
	const dovecot = await openDovecot(['support']);
	try {
		const a = await world.newcomer({ locale: 'de' });
		const { page, t } = a;
		const words = t.admin.mailboxes;
		await openSettings(a, 'mailboxes');
		await expect(page.getByText(words.empty)).toBeVisible();
		await page.getByRole('button', { name: words.add }).click();

		// Nothing filled in: the first field that is missing has the focus.
		await dialog(page).getByRole('button', { name: words.save }).click();
		await expect(dialog(page).getByLabel(words.name)).toBeFocused();

		await dialog(page).getByLabel(words.name).fill('Hilfe');
		await dialog(page).getByLabel(words.address).fill('hilfe@nord.example');
		await dialog(page).getByLabel(words.withSmtp).uncheck();
		await dialog(page).getByLabel(words.host, { exact: true }).fill('no-such-server.invalid');
		await dialog(page).getByLabel(words.port).fill(String(dovecot.tlsPort));
		await dialog(page).getByLabel(words.user).fill('support');
		await dialog(page).getByLabel(words.password, { exact: true }).fill('not the password');
		const testIt = () => dialog(page).getByRole('button', { name: words.test }).click();
		await testIt();
		await expect(dialog(page)).toContainText(words.problems.dns);

		await dialog(page).getByLabel(words.host, { exact: true }).fill(dovecot.host);
		await testIt();
		await expect(dialog(page)).toContainText(words.problems['certificate-unknown']);
		await dialog(page).getByText(words.trusted).first().click();
		await dialog(page).getByRole('textbox', { name: words.trusted }).fill(dovecot.certificate);
		await testIt();
		await expect(dialog(page)).toContainText(words.problems['login-refused']);
		await dialog(page).getByLabel(words.password, { exact: true }).fill(dovecot.password);
		await dialog(page).getByLabel(words.folder, { exact: true }).fill('Nirgends');
		await testIt();
		await expect(dialog(page)).toContainText(words.problems['folder-missing']);
		await dialog(page).getByLabel(words.folder, { exact: true }).fill('INBOX');
		await testIt();
		await expect(dialog(page)).toContainText(words.testGood);
		await dialog(page).getByRole('button', { name: words.save }).click();

		const card = page.locator('[data-mailbox]');
		await expect(card).toContainText('hilfe@nord.example');
		await expect(card.locator('[data-state="listening"]')).toBeVisible({ timeout: 30_000 });

		// The password never comes back: the form says only that there is one.
		await card.getByRole('button', { name: words.edit('Hilfe') }).click();
		await expect(dialog(page).getByLabel(words.password, { exact: true })).toHaveValue('');
		await expect(dialog(page)).toContainText(words.passwordSet);
		await page.keyboard.press('Escape');

		await dovecot.append('support', [
			'From: Kim Weiß <kim@kunde.example>\r\nTo: hilfe@nord.example\r\nSubject: Waage zeigt nichts an\r\n' +
				'Message-ID: <waage-1@kunde.example>\r\nDate: Mon, 16 Nov 2026 08:00:00 +0100\r\n\r\nSeit heute dunkel.\r\n',
		]);
		await expect(card).toContainText(words.taken(1), { timeout: 30_000 });
		await card.getByRole('button', { name: words.logOf('Hilfe') }).click();
		await expect(dialog(page)).toContainText(words.events.fetched);
		await page.keyboard.press('Escape');
		await a.showView('unclaimed');
		await expect(a.row('Waage zeigt nichts an')).toBeVisible();
	} finally {
		await dovecot.close();
	}
});

test('[F66] [F43] what an administrator writes down reaches a second device: a text module, hours, a rule', async ({
	world,
}) => {
	test.setTimeout(180_000);
	const a = await world.newcomer({ locale: 'de' });
	const { page, t } = a;
	const b = await world.enrolDevice({ ...ben, role: 'admin', locale: 'en' });

	await openSettings(a, 'desk');
	await page.getByRole('button', { name: t.admin.desk.addHours(t.admin.desk.days[6]) }).click();
	await page.getByLabel(t.admin.desk.to(t.admin.desk.days[6])).fill('12:30');
	await page.getByRole('checkbox', { name: t.admin.desk.actions.priority }).check();
	await page.getByRole('button', { name: t.common.save, exact: true }).click();
	await expect(page.getByText(t.admin.settings.saved)).toBeVisible();

	const { texts } = t.admin;
	await openSettings(a, 'texts');
	await page.getByRole('button', { name: texts.add }).click();
	await dialog(page).getByLabel(texts.name, { exact: true }).fill('Foto bitte');
	const text = dialog(page).getByLabel(texts.text, { exact: true });
	await text.click();
	await dialog(page).getByRole('button', { name: texts.variables }).click();
	await page.getByRole('menuitem', { name: texts.variableNames.salutation }).click();
	await text.press('Control+End');
	await page.keyboard.insertText('\n\nbitte schicken Sie uns ein Foto.\n\n{{agent.name|Ihr Team}}');
	await expect(dialog(page).locator('[data-preview]')).toContainText(`Guten Tag ${texts.sample.customer},`);
	await dialog(page).getByRole('button', { name: t.common.save, exact: true }).click();
	await expect(page.locator('[data-module]')).toContainText('Foto bitte');

	const { rules } = t.admin;
	await openSettings(a, 'rules');
	for (const [name, word] of [
		['Werbung', 'angebot'],
		['Druck', 'drucker'],
	] as const) {
		await page.getByRole('button', { name: rules.add }).click();
		await dialog(page).getByLabel(rules.name, { exact: true }).fill(name);
		await dialog(page).getByLabel(rules.contains).fill(word);
		await dialog(page).getByLabel(rules.tags).fill(name.toLowerCase());
		await dialog(page).getByRole('button', { name: rules.dryRun }).click();
		await expect(dialog(page)).toContainText(rules.noMails);
		await dialog(page).getByRole('button', { name: t.common.save, exact: true }).click();
	}
	await page.getByRole('button', { name: rules.up('Druck') }).click();
	await expect(page.locator('[data-rule]').first()).toContainText('Druck');
	await a.isCurrent();

	await openSettings(b, 'rules');
	await expect(b.page.locator('[data-rule]').first()).toContainText('Druck');
	await openSettings(b, 'desk');
	await expect(b.page.getByLabel(b.t.admin.desk.to(b.t.admin.desk.days[6]))).toHaveValue('12:30');
	await expect(b.page.getByRole('checkbox', { name: b.t.admin.desk.actions.priority })).toBeChecked();

	// Ben answers with it, by keys alone, and the customer's name stands in it.
	await b.openTicketByPhone({ name: 'Kim Miller', subject: 'Scale stays dark' });
	await b.openTicket('Scale stays dark');
	await b.startWriting('reply');
	await b.draft.click();
	await b.page.keyboard.press('Control+j');
	await expect(dialog(b.page)).toContainText('Foto bitte');
	await b.page.keyboard.press('Enter');
	await expect(b.draft).toContainText('Guten Tag');
	await expect(b.draft).toContainText('bitte schicken Sie uns ein Foto.');
	await expect(b.draft).toContainText(ben.name);

	// Removed here, gone there.
	await openSettings(a, 'texts');
	await page.getByRole('button', { name: texts.edit('Foto bitte') }).click();
	await dialog(page).getByRole('button', { name: texts.remove }).click();
	await openSettings(b, 'texts');
	await expect(b.page.getByText(b.t.admin.texts.empty)).toBeVisible();
});
