import { fileURLToPath } from 'node:url';
import { expect } from '@playwright/test';
import { anna, ben, test } from './support/world.ts';
import { expectSameEverywhere } from './support/same-everywhere.ts';

const mailbox = fileURLToPath(new URL('mailboxes/monday-morning.mbox', import.meta.url));
const dishwasher = 'Spülmaschine zieht kein Wasser';
const login = 'Cannot log in since the update';
const printer = 'Drucker im Empfang druckt nur halbe Seiten';

test('[F97] a newcomer sets up, invites, imports a mailbox, and two devices work through a cut of the network', async ({
	world,
}) => {
	test.setTimeout(240_000);
	const a = await world.newcomer({ locale: 'de' });

	// Anna invites Ben on the screen; he opens the link in another profile, in his language.
	await a.goTo('members');
	await a.page.getByRole('button', { name: a.t.members.invite }).click();
	const form = a.page.getByRole('dialog');
	await form.getByLabel(a.t.members.name, { exact: true }).fill(ben.name);
	await form.getByLabel(a.t.members.mail).fill(ben.mail);
	await form.getByRole('button', { name: a.t.members.inviteSubmit }).click();
	const invitation = a.page.getByRole('dialog', { name: a.t.invite.title });
	await expect(invitation.getByRole('img', { name: a.t.invite.qrLabel })).toBeVisible();
	const link = await invitation.getByLabel(a.t.invite.link, { exact: true }).inputValue();
	await a.page.keyboard.press('Escape');
	const b = await world.profile({ locale: 'en' });
	await b.enrol(link);

	// Mail comes in while the relay runs and both look at their list.
	await a.showView('unclaimed');
	const imported = await world.relay.jsonLines<{ outcome: string }>('import', 'mail', mailbox, '--json');
	expect(imported.map(({ outcome }) => outcome)).toEqual(['created', 'created', 'followed-up', 'created']);
	for (const device of [a, b])
		for (const subject of [dishwasher, login, printer]) await expect(device.row(subject)).toBeVisible();

	await a.cutNetwork();
	await b.cutNetwork();
	await a.isOffline();
	await b.isOffline();

	// Anna: a call, its final number, a claim, a reply, a note, done.
	const number = await a.openTicketByPhone({
		name: 'Herr Özdemir',
		phone: '0421 555 0199',
		subject: 'Kühlschrank brummt nachts',
		text: 'Brummt seit Freitag, nur nachts.',
		claimIt: true,
	});
	await a.openTicket(dishwasher, 'unclaimed');
	await expect(a.timeline).toContainText('Display');
	await a.claimTicket();
	await expect(a.ticket).toContainText(a.t.claim.provisional);
	await a.reply('Guten Morgen Frau Lang, wir kommen heute um 14 Uhr.');
	await a.addNote('Zulaufventil mitnehmen, Seriennummer steht im Anhang.');
	await a.closeTicket();
	await expect(a.syncChip).toContainText(a.t.sync.offline(1).split(' – ')[0]!);

	// Ben meanwhile: finds, filters, sets tags and the priority, takes a note.
	await b.page.getByRole('textbox', { name: b.t.list.filter }).fill('log in');
	await expect(b.list.getByRole('option')).toHaveCount(1);
	await b.page.getByRole('button', { name: b.t.list.clearFilter }).click();
	await b.openTicket(login, 'unclaimed');
	await b.addTag('login');
	await b.choose('priority', b.t.priority.level(2, b.t.priority[2]));
	await b.addNote('Their directory server changed its certificate.');
	expect(await b.page.title()).not.toContain('hijacked');

	// Both load their page again without a network.
	for (const device of [a, b]) {
		await device.page.reload();
		await device.isOffline();
	}
	await expect(a.timeline).toContainText('Zulaufventil');
	await expect(b.timeline).toContainText('certificate');
	await a.showView('mine');
	await expect(a.row(number)).toBeVisible();

	await a.restoreNetwork();
	await b.restoreNetwork();
	const content = await expectSameEverywhere(world.relay, a, b);

	const call = content.tickets.get(number.replace('-', ''));
	expect(call?.subject).toBe('Kühlschrank brummt nachts');
	expect(content.tickets.size).toBe(4);
	await b.showView('closed');
	await expect(b.row(dishwasher)).toBeVisible();
	await b.row(dishwasher).click();
	await expect(b.timeline).toContainText('wir kommen heute um 14 Uhr');
	await b.search(number);
	await expect(b.row(number)).toHaveAccessibleName(new RegExp(anna.name));
});
