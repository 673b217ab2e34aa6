import { expect } from '@playwright/test';
import { oversightDe } from '../../src/lib/ui/words/de-oversight.ts';
import { axeFindings } from './support/axe.ts';
import { ben, test } from './support/world.ts';

test('[F104] a colleague leaves in one step: the device is wiped, what it held is known, and no ticket falls through', async ({
	world,
}) => {
	test.setTimeout(150_000);
	const { held, leave } = oversightDe;
	const a = await world.newcomer({ locale: 'de' });
	const b = await world.enrolDevice({ ...ben, locale: 'en' });
	await b.openTicketByPhone({ name: 'Herr Roth', subject: 'Bildschirm flackert', claimIt: true });
	await b.isCurrent();
	await a.isCurrent();

	await a.goTo('members');
	const member = a.page.getByRole('listitem').filter({ hasText: ben.mail });
	const dialog = a.page.getByRole('dialog');
	await member.getByRole('button', { name: held.open }).click();
	await expect(dialog.locator('[data-held]')).toContainText(held.counts.ticket(1));
	await expect(dialog).toContainText('Bildschirm flackert');
	expect(await axeFindings(a, 'held')).toEqual([]);
	await a.page.keyboard.press('Escape');

	await member.getByText(a.t.members.changeRole).click();
	await member.getByRole('button', { name: leave.open }).click();
	await expect(dialog.locator('[data-work="1"]')).toBeVisible();
	expect(await axeFindings(a, 'leave')).toEqual([]);
	await dialog.getByRole('textbox').fill(ben.name);
	await dialog.getByLabel(leave.give).selectOption({ index: 1 });
	await dialog.getByRole('button', { name: leave.submit }).click();
	await expect(dialog.getByRole('status')).toContainText(leave.done(1));
	await b.page.waitForURL(/\/sign-in/);
	await a.page.keyboard.press('Escape');
	await a.isCurrent();
	await a.showView('mine');
	await expect(a.row('Bildschirm flackert')).toBeVisible();
});
