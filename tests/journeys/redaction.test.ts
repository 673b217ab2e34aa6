import { expect, type Locator } from '@playwright/test';
import { eraseDe } from '../../src/lib/ui/words/de-erase.ts';
import { axeFindings } from './support/axe.ts';
import type { Device } from './support/device.ts';
import { filesHolding, storesHolding } from './support/holding.ts';
import { ben, test } from './support/world.ts';

const secret = 'Zwiebelfisch47';
const subject = 'Zugang gesperrt';

/** As with the mouse: two clicks on a word choose it. */
async function chooseWord(device: Device, place: Locator, word: string): Promise<void> {
	const box = await place.evaluate((element, word) => {
		const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
		for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
			const from = node.textContent?.indexOf(word) ?? -1;
			if (from < 0) continue;
			const range = document.createRange();
			range.setStart(node, from);
			range.setEnd(node, from + word.length);
			const { x, y, width, height } = range.getBoundingClientRect();
			return { x: x + width / 2, y: y + height / 2 };
		}
		return undefined;
	}, word);
	if (box === undefined) throw new Error(`${word} is not on the screen.`);
	await device.page.mouse.dblclick(box.x, box.y);
}

test('[F106] a word blacked out in a message is gone from the relay and from devices, one with unsent edits included', async ({
	world,
}) => {
	test.setTimeout(180_000);
	const a = await world.newcomer({ locale: 'de' });
	const { page, t } = a;
	await a.openTicketByPhone({ name: 'Quirin', subject, text: `Mein Kennwort ist ${secret}, es geht nicht.` });
	await a.isCurrent();
	const b = await world.enrolDevice(ben);
	await b.openTicket(subject);
	await b.cutNetwork();
	await b.addNote(`Er sagt ${secret} und ruft morgen an`);
	// A form that was begun, and a draft.
	await b.goTo('newTicket');
	await b.page.getByLabel(b.t.call.subject).fill(`Neu wegen ${secret}`);
	await expect.poll(() => storesHolding(b.page, [`Neu wegen ${secret}`])).not.toEqual([]);
	await b.openTicket(subject);
	await b.write('note', `Noch einmal ${secret} probieren`);

	await a.openTicket(subject);
	const message = a.timeline.getByRole('listitem').filter({ hasText: secret });
	await chooseWord(a, message, secret);
	await message.getByRole('button', { name: t.entry.actions }).click();
	await page.getByRole('menuitem', { name: t.entry.redact }).click();
	const dialog = page.getByRole('dialog', { name: eraseDe.redact.title });
	await expect(dialog.getByLabel(eraseDe.redact.what)).toHaveValue(secret);
	expect(await axeFindings(a, 'black out')).toEqual([]);
	await dialog.getByLabel(eraseDe.redact.reason).fill('Kennwort');
	await dialog.getByRole('button', { name: eraseDe.redact.submit }).click();
	await expect(dialog.getByText(eraseDe.redact.done)).toBeVisible();
	await page.keyboard.press('Escape');
	await expect(a.timeline).toContainText('Mein Kennwort ist █████, es geht nicht.');
	await expect(a.timeline).not.toContainText(secret);
	await expect.poll(() => storesHolding(page, [secret])).toEqual([]);
	expect(filesHolding(world.relay.data, [secret])).toEqual([]);

	await b.restoreNetwork();
	await expect(b.timeline).toContainText('Er sagt █████ und ruft morgen an', { timeout: 45_000 });
	await b.isCurrent();
	await expect.poll(() => storesHolding(b.page, [secret])).toEqual([]);
	await expect(b.ticket).not.toContainText(secret);
	// What is written on is written into the document that is there now.
	await expect(b.draft).toHaveText('Noch einmal █████ probieren');
	await b.write('note', ' oder neu setzen');
	await b.ticket.getByRole('button', { name: b.t.composer.sendNote }).click();
	await expect(a.timeline).toContainText('Noch einmal █████ probieren oder neu setzen', { timeout: 45_000 });
	await expect(a.timeline).toContainText('Er sagt █████ und ruft morgen an', { timeout: 45_000 });
	expect(await storesHolding(page, [secret])).toEqual([]);
	expect(filesHolding(world.relay.data, [secret])).toEqual([]);

	await b.goTo('newTicket');
	await expect(b.page.getByLabel(b.t.call.subject)).toHaveValue('Neu wegen █████');
	await b.openTicket(subject);

	await world.relay.stop();
	await world.relay.start();
	for (const device of [a, b]) {
		await device.page.reload();
		await expect(device.timeline).toContainText('Mein Kennwort ist █████, es geht nicht.');
		await device.isCurrent();
		expect(await storesHolding(device.page, [secret])).toEqual([]);
	}
	expect(filesHolding(world.relay.data, [secret])).toEqual([]);
});
