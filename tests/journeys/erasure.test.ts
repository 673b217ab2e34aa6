import { join } from 'node:path';
import { expect, type Page } from '@playwright/test';
import { callsDe as t } from '../../src/lib/ui/words/de-calls.ts';
import { eraseDe } from '../../src/lib/ui/words/de-erase.ts';
import { axeFindings } from './support/axe.ts';
import type { Device } from './support/device.ts';
import { readDevice } from './support/device-content.ts';
import { filesHolding, storesHolding } from './support/holding.ts';
import { ben, test } from './support/world.ts';

const name = 'Quirin Quittenbaum';
const told = ['Quittenbaum', '030 5550119'];

/** What figures are made of. */
async function figures(page: Page): Promise<unknown[]> {
	const { rows } = await readDevice(page);
	return (Object.values(rows) as Record<string, unknown>[])
		.filter(({ kind }) => kind === 'interaction')
		.map(({ id, line, channel, direction, persons, outcome, seconds, began, by, category, changedAt }) => [
			...[id, line, channel, direction, persons, outcome, seconds, began, by, category, changedAt],
		]);
}

async function logCall(device: Device): Promise<void> {
	const { page } = device;
	await page.keyboard.press('l');
	await expect(page.getByRole('combobox', { name: t.form.caller })).toBeFocused();
	await page.keyboard.type(name);
	await page.keyboard.press('Tab');
	await page.keyboard.type('030 5550119');
	await page.keyboard.press('Tab');
	await expect(page.getByRole('textbox', { name: t.form.request })).toBeFocused();
	await page.keyboard.type(`${name} fragt nach der Rechnung`);
	await page.keyboard.press('Control+Enter');
	await expect(page.getByRole('status').filter({ hasText: device.t.toast.contactEnded.solved })).toBeAttached();
	await device.isCurrent();
}

test('[F86][F106] an admin erases a person: nothing of it is left in the databases of two devices, and figures stay', async ({
	world,
}) => {
	test.setTimeout(120_000);
	const a = await world.newcomer({ locale: 'de' });
	const { page } = a;
	const profile = await world.lastingProfile();
	const second = async () => {
		const device = await profile.open();
		await device.enrol(await world.invite(ben));
		return device;
	};
	const [b] = await Promise.all([second(), logCall(a)]);
	await expect.poll(() => storesHolding(b.page, told), { timeout: 30_000 }).not.toEqual([]);
	await b.isCurrent();
	const before = [await figures(page), await figures(b.page)];
	expect(before[0]).toHaveLength(1);

	await page.goto(`${a.url}/contacts`);
	await page.getByRole('link', { name }).first().click();
	await page.getByRole('button', { name: eraseDe.action }).click();
	const dialog = page.getByRole('dialog', { name: eraseDe.title(name) });
	await expect(dialog.getByText(eraseDe.counts.calls(1))).toBeVisible();
	expect(await axeFindings(a, 'erase a person')).toEqual([]);
	const submit = dialog.getByRole('button', { name: eraseDe.submit });
	await expect(submit).toBeDisabled();
	await dialog.getByLabel(eraseDe.confirm(name)).fill(name);
	await submit.click();
	await expect(dialog.getByText(eraseDe.done(1))).toBeVisible();
	await page.keyboard.press('Escape');
	await expect(page.getByRole('heading', { name: 'Gelöschte Person 1' })).toBeVisible();

	for (const device of [a, b]) {
		await expect.poll(() => storesHolding(device.page, told)).toEqual([]);
		await device.isCurrent();
	}
	expect([await figures(page), await figures(b.page)]).toEqual(before);

	// The index for searching is a file of its own that is cleaned a moment later, and SQLite can be made to forget; IndexedDB's files are the browser's.
	await expect
		.poll(() => filesHolding(join(profile.folder, 'Default', 'File System'), told), { timeout: 30_000 })
		.toEqual([]);
	await profile.close();
	const files = filesHolding(profile.folder, told);
	expect(files.filter((path) => path.includes('File System'))).toEqual([]);
	test.info().annotations.push({ type: 'left on the disk by the browser', description: files.join(', ') || 'nothing' });
});
