import { expect } from '@playwright/test';
import { axeFindings } from './support/axe.ts';
import { test } from './support/world.ts';

test('[F17] a message is passed on to a third party without a network, and the customer still waits for an answer', async ({
	world,
}) => {
	test.setTimeout(120_000);
	const a = await world.newcomer({ locale: 'de' });
	const subject = 'Kartenleser streikt';
	await a.openTicketByPhone({ name: 'Frau Seidel', subject, text: 'Der Kartenleser tut nichts mehr.' });
	await a.openTicket(subject, 'open');
	await a.isCurrent();
	await a.cutNetwork();

	await a.ticket.getByRole('button', { name: a.t.entry.actions }).click();
	await a.page.getByRole('menuitem', { name: a.t.forward.action }).click();
	const dialog = a.page.getByRole('dialog', { name: a.t.forward.action });
	await expect(dialog.getByLabel(a.t.forward.text)).toHaveValue(/> Der Kartenleser tut nichts mehr\./);
	expect(await axeFindings(a, 'passing a message on')).toEqual([]);
	await dialog.getByRole('button', { name: a.t.forward.submit }).click();
	await expect(dialog).toContainText(a.t.forward.missingTo);
	await dialog.getByLabel(a.t.forward.to, { exact: true }).fill('werkstatt@dritte.example');
	await dialog.getByRole('button', { name: a.t.forward.submit }).click();
	await expect(dialog).toHaveCount(0);
	await expect(a.timeline).toContainText(a.t.entry.forwarded('Anna Berg'));
	await expect(a.timeline).toContainText('werkstatt@dritte.example');
	await expect(a.row(subject).locator('[data-unanswered]')).toBeVisible();

	await a.restoreNetwork();
	await expect(a.timeline.locator('[data-reply="accepted"], [data-reply="sent"], [data-reply="failed"]')).toBeVisible();
	await expect(a.row(subject).locator('[data-unanswered]')).toBeVisible();
});
