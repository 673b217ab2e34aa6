import { expect, type Locator } from '@playwright/test';
import { leaseOf, usualUnlockAfter } from '../../src/lib/domain/lease.ts';
import { axeFindings } from './support/axe.ts';
import type { Device } from './support/device.ts';
import { expectSameEverywhere } from './support/same-everywhere.ts';
import { anna, ben, test, type World } from './support/world.ts';

const lift = 'Hebebühne senkt sich ab';
const bill = 'Zwei Rechnungen für denselben Auftrag';
const minute = 60_000;

async function twoAgents(world: World, subjects: string[]): Promise<{ a: Device; b: Device }> {
	const a = await world.newcomer({ locale: 'de' });
	for (const subject of subjects)
		await a.openTicketByPhone({ name: 'Autohaus Petersen', mail: 'werkstatt@petersen.example', subject });
	await a.isCurrent();
	const b = await world.enrolDevice({ ...ben, locale: 'en', colorScheme: 'dark' });
	return { a, b };
}

for (const first of ['a', 'b'] as const) {
	test(`[F28] two agents claim a ticket offline and ${first === 'a' ? 'the first' : 'the second'} to claim returns first: one holder on both screens, the other is told and keeps the draft`, async ({
		world,
	}) => {
		test.setTimeout(180_000);
		const { a, b } = await twoAgents(world, [lift]);
		for (const device of [a, b]) {
			await device.openTicket(lift, 'open');
			await device.cutNetwork();
			await device.isOffline();
			await device.claimTicket();
			await expect(device.ticket).toContainText(device.t.claim.provisional);
		}
		const [winner, loser] = first === 'a' ? [a, b] : [b, a];
		const [winnerName, loserName] = first === 'a' ? [anna.name, ben.name] : [ben.name, anna.name];
		await loser.write('reply', 'Wir kommen um neun.');

		await winner.restoreNetwork();
		await winner.isCurrent();
		await expect(winner.details).toContainText(winner.t.claim.yours);
		await loser.restoreNetwork();
		await expect(loser.details).toContainText(loser.t.claim.other(winnerName));
		const told = loser.ticket.locator('[data-claim-news]');
		await expect(told).toContainText(winnerName);
		await expect(told.getByRole('button', { name: loser.t.claim.askForHandOver })).toBeVisible();
		await expect(loser.page.getByRole('dialog')).toHaveCount(0);
		await expect(loser.draft).toContainText('Wir kommen um neun.');
		await expect(winner.details).toContainText(winner.t.claim.yours);
		await expect(loser.timeline).toContainText(loser.t.entry.claimRefused(loserName, winnerName));
		const content = await expectSameEverywhere(world.relay, a, b);
		expect([...content.tickets.values()].map(({ claim }) => claim.kind)).toEqual(['held']);

		// Asking for it is a question to the holder, who hands it over with one note.
		await told.getByRole('button', { name: loser.t.claim.askForHandOver }).click();
		await expect(winner.ticket.locator('[data-consult]')).toContainText(loser.t.claim.askForHandOverText);
		await winner.chooseAction('ticket.handOver');
		const dialog = winner.page.getByRole('dialog');
		await dialog.getByLabel(winner.t.claim.handOverTo).selectOption({ label: loserName });
		await dialog.getByLabel(winner.t.claim.handOverNote).fill('Der Dichtungssatz ist bestellt.');
		await dialog.getByRole('button', { name: winner.t.claim.handOver, exact: true }).click();
		await expect(loser.details).toContainText(loser.t.claim.yours);
		await expect(loser.ticket.locator('[data-claim-news]')).toContainText('Der Dichtungssatz ist bestellt.');
		await expect(winner.details).toContainText(winner.t.claim.other(loserName));
		await expect(loser.draft).toContainText('Wir kommen um neun.');
	});
}

test('[F27] [F37] [F38] a claimed ticket leaves the others’ lists within two seconds, stays in search and on the board, and is taken over with a reason', async ({
	world,
}) => {
	test.setTimeout(180_000);
	const { a, b } = await twoAgents(world, [lift, bill]);
	await a.showView('unclaimed');
	await expect(a.row(lift)).toBeVisible();
	await b.openTicket(lift, 'unclaimed');
	await b.claimTicket();
	await expect(b.details).toContainText(b.t.claim.yours);
	await expect(a.row(lift)).toHaveCount(0, { timeout: 2000 });
	await expect(a.row(bill)).toBeVisible();
	await a.showView('open');
	await expect(a.row(bill)).toBeVisible();
	await expect(a.row(lift)).toHaveCount(0);

	// The board says who holds it, and what nobody holds.
	await a.goTo('board');
	const board = a.page.getByRole('main');
	const holder = board.locator('[data-holder]').filter({ hasText: ben.name });
	await expect(holder).toContainText(lift);
	await expect(board.locator('[data-orphan]')).toHaveText([new RegExp(bill)]);

	const findings = await axeFindings(a, 'the board, de, light');
	await a.findTicket(lift);
	await expect(a.details).toContainText(a.t.claim.other(ben.name));
	await a.chooseAction('ticket.takeOver');
	const dialog = a.page.getByRole('dialog');
	await dialog.getByRole('button', { name: a.t.claim.takeOver, exact: true }).click();
	await expect(dialog).toContainText(a.t.claim.missingReason);
	findings.push(...(await axeFindings(a, 'taking over')));
	await dialog.getByLabel(a.t.claim.takeOverReason).fill('Ben ist beim Kunden.');
	await dialog.getByRole('button', { name: a.t.claim.takeOver, exact: true }).click();
	await expect(a.details).toContainText(a.t.claim.yours);

	// Ben is told by whom and why, without a dialog; the right is not his.
	const told = b.ticket.locator('[data-claim-news="taken-from-you"]');
	await expect(told).toContainText(anna.name);
	await expect(told).toContainText('Ben ist beim Kunden.');
	await b.ticket.getByRole('button', { name: b.t.claim.actions }).click();
	await expect(b.page.getByRole('menuitem', { name: b.t.commands['ticket.consult'] })).toBeVisible();
	await expect(b.page.getByRole('menuitem', { name: b.t.commands['ticket.takeOver'] })).toHaveCount(0);
	await b.page.keyboard.press('Escape');
	findings.push(...(await axeFindings(b, 'a ticket that was taken')));
	const history = b.page.getByRole('region', { name: b.t.claim.history });
	await expect(history.getByRole('listitem')).toHaveText([new RegExp(ben.name), new RegExp(anna.name)]);

	await b.goTo('board');
	await expect(b.page.locator('[data-holder]').filter({ hasText: anna.name })).toContainText(lift);
	await expect(b.page.locator('[data-holder]').filter({ hasText: ben.name })).toHaveCount(0);
	findings.push(...(await axeFindings(b, 'the board, en, dark')));
	expect(findings).toEqual([]);
});

test('[F29] [F30] without a network both devices say in the same working minute that a claim runs out and is over; reading does not extend it, a word of the holder does', async ({
	world,
}) => {
	test.setTimeout(180_000);
	const { a, b } = await twoAgents(world, [lift]);
	for (const device of [a, b]) {
		await device.page.clock.install();
		await device.page.reload();
		await device.isCurrent();
	}
	await a.openTicket(lift, 'open');
	await a.claimTicket();
	await expect(a.details).toContainText(a.t.claim.yours);
	const lease = leaseOf(Date.now(), usualUnlockAfter, { desk: {} });
	await b.findTicket(lift);
	await expect(b.details).toContainText(b.t.claim.other(anna.name));
	for (const device of [a, b]) {
		await device.cutNetwork();
		await device.isOffline();
	}
	const both = (moment: number) => Promise.all([turnTo(a, moment), turnTo(b, moment)]);

	await both(lease.warnsAt - minute);
	await expect(a.details).toContainText(a.t.claim.yours);
	await expect(a.details).not.toContainText(/noch \d+/);
	await both(lease.warnsAt + 1.5 * minute);
	await expect(a.details).toContainText(a.t.claim.yoursFor(9));
	await expect(b.details).toContainText(b.t.claim.other(anna.name));
	await b.page.reload();
	await both(lease.endsAt + minute);
	await expect(a.details).toContainText(a.t.claim.idleYours);
	await b.findTicket(lift);
	await expect(b.details).toContainText(b.t.claim.idle(anna.name));

	await a.addNote('Ersatzteil ist unterwegs.');
	await expect(a.details).not.toContainText(a.t.claim.idleYours);
	await expect(a.details).toContainText(a.t.claim.yours);
});

/** Turns the device's clock forward to that moment; what is due meanwhile happens. */
async function turnTo({ page }: Device, moment: number): Promise<void> {
	await page.clock.fastForward(moment - (await page.evaluate(() => Date.now())));
}

test('[F31] [F36] before an absence every claim is listed and handed on at once; a colleague is asked without passing the ticket on', async ({
	world,
}) => {
	test.setTimeout(180_000);
	const { a, b } = await twoAgents(world, [lift, bill]);
	for (const subject of [lift, bill]) {
		await b.openTicket(subject, 'unclaimed');
		await b.claimTicket();
		await expect(b.details).toContainText(b.t.claim.yours);
	}
	await b.chooseAction('ticket.consult');
	const dialog = b.page.getByRole('dialog');
	await dialog.getByLabel(b.t.consult.whom).selectOption({ label: anna.name });
	await dialog.getByLabel(b.t.consult.question).fill('Which one is right?');
	await dialog.getByRole('button', { name: b.t.consult.submit, exact: true }).click();

	// The question stands in Anna's list of questions; the ticket stays with Ben.
	await a.openTicket(bill, 'asked');
	await expect(a.details).toContainText(a.t.claim.other(ben.name));
	const question = a.ticket.locator('[data-consult]');
	await expect(question).toContainText('Which one is right?');
	await question.getByRole('button', { name: a.t.consult.answer }).click();
	await question.getByLabel(a.t.consult.answerLabel).fill('Die zweite.');
	await question.getByRole('button', { name: a.t.consult.answer }).click();
	await expect(question).toHaveCount(0);
	await expect(b.timeline).toContainText('Die zweite.');
	await expect(b.details).toContainText(b.t.claim.yours);

	await b.goTo('profile');
	await expect(b.page.locator('[data-absent]')).toHaveCount(2);
	await b.page.getByLabel(b.t.claim.handOverTo).selectOption({ label: anna.name });
	await b.page.getByRole('button', { name: b.t.absence.handOverAll }).click();
	await expect(b.page.getByText(b.t.absence.noneMine)).toBeVisible();
	await a.showView('mine');
	for (const subject of [lift, bill]) await expect(a.row(subject)).toBeVisible();
});

test('[F27] [F110] claimed, handed over and found on the board without a mouse', async ({ world }) => {
	test.setTimeout(120_000);
	const { a, b } = await twoAgents(world, [lift]);
	const press = (key: string) => a.page.keyboard.press(key);
	await a.openTicket(lift, 'unclaimed');
	await press('c');
	await expect(a.details).toContainText(a.t.claim.yours);
	await press('Shift+C');
	const dialog = a.page.getByRole('dialog');
	const whom = dialog.getByLabel(a.t.claim.handOverTo);
	await tabTo(a, whom);
	await a.page.keyboard.type('Ben');
	await expect(whom).toHaveValue(/.+/);
	await tabTo(a, dialog.getByLabel(a.t.claim.handOverNote));
	await a.page.keyboard.type('Bitte morgen anrufen.');
	await tabTo(a, dialog.getByRole('button', { name: a.t.claim.handOver, exact: true }));
	await press('Enter');
	await expect(b.page.getByRole('region', { name: b.t.toast.region })).toContainText(anna.name);
	await press('g');
	await press('b');
	await a.page.waitForURL(/\/board$/);
	await expect(a.page.locator('[data-holder]').filter({ hasText: ben.name })).toContainText(lift);
});

async function tabTo({ page }: Device, target: Locator): Promise<void> {
	await expect(async () => {
		await page.keyboard.press('Tab');
		await expect(target).toBeFocused({ timeout: 100 });
	}).toPass({ intervals: [0], timeout: 15_000 });
}
