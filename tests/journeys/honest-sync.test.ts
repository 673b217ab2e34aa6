import { expect } from '@playwright/test';
import { expectSameEverywhere } from './support/same-everywhere.ts';
import { ben, test } from './support/world.ts';

test('[F113] the chip and the outbox say what is only on this device, since when, and that it has arrived', async ({
	world,
}) => {
	test.setTimeout(120_000);
	const a = await world.newcomer({ locale: 'de' });
	await expect(a.syncChip).toHaveAccessibleName(new RegExp(a.t.sync.lastSync('').trim()));
	await a.openTicketByPhone({ name: 'Herr Vogt', subject: 'Heizung kalt' });
	await a.isCurrent();
	await a.goTo('outbox');
	await expect(a.page.getByText(a.t.outbox.emptyText)).toBeVisible();

	await a.cutNetwork();
	await expect(a.syncChip).toContainText(a.t.sync.offline(0));
	await a.openTicket('Heizung kalt', 'open');
	await a.addNote('Pumpe prüfen.');
	await a.addTag('heizung');
	await expect(a.timeline.getByText(a.t.entry.unsent)).toHaveCount(2);
	await expect(a.syncChip).toContainText(/[1-9]/);

	await a.syncChip.click();
	const waiting = a.page.getByRole('main').getByRole('listitem').filter({ hasText: 'Heizung kalt' });
	await expect(waiting).toContainText(a.t.outbox.state.waiting);
	await expect(waiting).toContainText(a.t.act['note-saved']);
	await expect(waiting).toContainText(a.t.act.tagged);
	await expect(waiting.getByRole('time')).toBeVisible();
	// A reload without the network forgets none of it.
	await a.page.reload();
	await expect(waiting).toContainText(a.t.act['note-saved']);
	await expect(a.syncChip).toContainText(/[1-9]/);

	await a.restoreNetwork();
	await a.isCurrent();
	await expect(a.page.getByText(a.t.outbox.emptyText)).toBeVisible();
	await a.openTicket('Heizung kalt', 'open');
	await expect(a.timeline.getByText(a.t.entry.unsent)).toHaveCount(0);
});

test('[F113] a line that is open but dead is noticed, and what was written meanwhile arrives when it is back', async ({
	world,
}) => {
	test.setTimeout(150_000);
	const a = await world.newcomer({ locale: 'de' });
	const b = await world.profile({ locale: 'en' });
	await b.page.clock.install();
	await b.enrol(await world.invite(ben));

	b.proxy.swallow();
	await b.openTicketByPhone({ name: 'Ms Ito', subject: 'Lift stuck on floor 2' });
	// It must not call itself up to date while the answer is missing.
	await expect(b.syncChip).not.toContainText(b.t.sync.synced);
	// A request that is under way when the line dies ends at its deadline, and the one after it at its own.
	await expect(async () => {
		await b.page.clock.fastForward(61_000);
		await expect(b.syncChip).toContainText(b.t.sync.offline(0).split(' – ')[0]!, { timeout: 3_000 });
	}).toPass({ timeout: 30_000 });
	await expect(b.syncChip).toContainText(/[1-9]/);

	b.proxy.open();
	await b.page.clock.fastForward(60_000);
	await b.isCurrent();
	await expectSameEverywhere(world.relay, a, b);
});

test('[F113] a change that the relay refuses is shown as needing a person, with the reason, and can be discarded', async ({
	world,
}) => {
	test.setTimeout(150_000);
	const a = await world.newcomer({ locale: 'de' });
	await a.openTicketByPhone({ name: 'Ms Ito', subject: 'Lift stuck on floor 2' });
	await a.isCurrent();
	const b = await world.enrolDevice({ ...ben, locale: 'en' });
	await b.openTicket('Lift stuck on floor 2', 'open');
	await b.cutNetwork();
	await b.addNote('Written before the role changed.');

	await a.goTo('members');
	const row = a.page.getByRole('listitem').filter({ hasText: ben.mail });
	await row.getByText(a.t.members.changeRole).click();
	await row.getByLabel(a.t.members.role, { exact: true }).selectOption({ label: a.t.members.roles.observer });
	await expect(row).toContainText(a.t.members.roles.observer);

	await b.restoreNetwork();
	await expect(b.syncChip).toContainText(b.t.sync.problem(1), { timeout: 30_000 });
	await b.syncChip.click();
	const refused = b.page.getByRole('main').getByRole('listitem').filter({ hasText: 'Lift stuck on floor 2' });
	// The draft while it was written and the note that came of it are one refusal.
	await expect(refused).toHaveCount(1);
	await expect(refused).toContainText(b.t.refusal['no-permission']);
	await refused.getByRole('button', { name: b.t.outbox.discard }).click();
	await expect(refused).toHaveCount(0);
	await b.isCurrent();
	await b.openTicket('Lift stuck on floor 2', 'open');
	await expect(b.timeline).not.toContainText('Written before the role changed.');
	await expectSameEverywhere(world.relay, a, b);
});
