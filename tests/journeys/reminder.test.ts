import { expect } from '@playwright/test';
import { test } from './support/world.ts';

test('[F16] a reminder comes back without a network, at the hour of this place', async ({ world }) => {
	test.setTimeout(120_000);
	const a = await world.newcomer({ locale: 'de' });
	await a.openTicketByPhone({ name: 'Frau Klein', subject: 'Ersatzteil bestellt' });
	await a.isCurrent();
	await a.page.clock.install();
	await a.page.reload();
	await a.isCurrent();

	await a.openTicket('Ersatzteil bestellt', 'open');
	await a.cutNetwork();
	await a.ticket.getByRole('heading', { level: 1 }).press('h');
	const dialog = a.page.getByRole('dialog', { name: a.t.ticket.snooze });
	const tomorrow = dialog.getByRole('option', { name: a.t.ticket.snoozePresets.tomorrow });
	await expect(tomorrow).toContainText('08:00');
	await tomorrow.click();
	await expect(a.details).toContainText(a.t.status.waiting);
	await a.showView('waiting');
	await expect(a.row('Ersatzteil bestellt')).toBeVisible();
	await expect(a.row('Ersatzteil bestellt')).not.toHaveAccessibleName(new RegExp(a.t.ticket.reminderDue));

	const untilEight = await a.page.evaluate(() => {
		const eight = new Date();
		eight.setDate(eight.getDate() + 1);
		eight.setHours(8, 0, 0, 0);
		return eight.getTime() - Date.now();
	});
	await a.page.clock.fastForward(untilEight - 120_000);
	await expect(a.row('Ersatzteil bestellt')).not.toHaveAccessibleName(new RegExp(a.t.ticket.reminderDue));
	await a.page.clock.fastForward(125_000);
	await expect(
		a.page.getByRole('status').filter({ hasText: a.t.toast.reminderDue('', '').split(':')[0]! }),
	).toContainText('Ersatzteil bestellt');
	// Back among what is open.
	await a.showView('open');
	await expect(a.row('Ersatzteil bestellt')).toHaveAccessibleName(new RegExp(a.t.ticket.reminderDue));
});
