import { expect } from '@playwright/test';
import { caretToEnd } from './support/caret.ts';
import { Device, languages } from './support/device.ts';
import { readDevice } from './support/device-content.ts';
import { expectSameEverywhere } from './support/same-everywhere.ts';
import { anna, ben, test } from './support/world.ts';

test('[F104] a revoked device is wiped at its next contact, nothing is left on it, and the relay knows when', async ({
	world,
}) => {
	test.setTimeout(120_000);
	const a = await world.newcomer({ locale: 'de' });
	await a.openTicketByPhone({ name: 'Frau Weiß', subject: 'Zugang gesperrt' });
	await a.isCurrent();
	const b = await world.enrolDevice({ ...ben, locale: 'en' });
	await b.openTicket('Zugang gesperrt', 'open');
	await b.addNote('Written on the device that gets lost.');
	await b.isCurrent();
	await b.cutNetwork();

	await a.goTo('members');
	const member = a.page.getByRole('listitem').filter({ hasText: ben.mail });
	await member.getByRole('button', { name: a.t.members.revoke }).click();
	const dialog = a.page.getByRole('dialog', { name: a.t.members.revoke });
	const revoke = dialog.getByRole('button', { name: a.t.members.revoke });
	await expect(revoke).toBeDisabled();
	const asked = (await dialog.getByRole('textbox').getAttribute('aria-label')) ?? (await dialog.innerText());
	await dialog.getByRole('textbox').fill(/[„“"]([^“”"]+)[“”"]/.exec(asked)![1]!);
	await revoke.click();
	await expect(member).toContainText(a.t.members.revoked);

	// Without a network the lost device does not know yet.
	await expect(b.timeline).toContainText('Written on the device that gets lost.');
	await b.restoreNetwork();
	await b.page.waitForURL(/\/sign-in/);
	await expect(b.page.getByText(b.t.signIn.wiped)).toBeVisible();
	const left = () =>
		b.page.evaluate(async () => {
			async function filesLeft() {
				const names: string[] = [];
				for await (const name of (await navigator.storage.getDirectory()).keys()) names.push(name);
				return names;
			}
			return {
				databases: (await indexedDB.databases()).map(({ name }) => name),
				caches: await caches.keys(),
				workers: (await navigator.serviceWorker.getRegistrations()).length,
				files: await filesLeft(),
				settings: [...Object.keys(localStorage), ...Object.keys(sessionStorage)],
			};
		});
	// A database goes when the last connection lets go of it.
	await expect.poll(left).toEqual({ databases: [], caches: [], workers: 0, files: [], settings: [] });
	await a.page.reload();
	await expect(member.locator('[data-device-state=wiped]')).toContainText(/\d/);

	await b.page.goto(`${b.url}/inbox/open`);
	await b.page.waitForURL(/\/sign-in/);
	await expect(b.page.getByText('Zugang gesperrt')).toHaveCount(0);
	// What it had sent is safe.
	await a.openTicket('Zugang gesperrt', 'open');
	await expect(a.timeline).toContainText('Written on the device that gets lost.');
});

test('[F33] a colleague sees who writes within two seconds, and nothing of it is written to the ticket', async ({
	world,
}) => {
	test.setTimeout(120_000);
	const a = await world.newcomer({ locale: 'de' });
	await a.openTicketByPhone({ name: 'Frau Weiß', subject: 'Zugang gesperrt' });
	await a.isCurrent();
	const b = await world.enrolDevice({ ...ben, locale: 'en' });
	// In the list as well, without opening the ticket; and not for the one who writes.
	await a.showView('open');
	await b.openTicket('Zugang gesperrt', 'open');
	const row = a.row('Zugang gesperrt');
	await expect(row).toBeVisible();
	await b.startWriting('reply');
	await expect(row).toHaveAccessibleName(new RegExp(a.t.presence.typing(ben.name)), { timeout: 2_000 });
	await expect(row.locator('[data-writing]')).toHaveCount(1);
	await expect(b.row('Zugang gesperrt')).not.toHaveAccessibleName(new RegExp(b.t.presence.typing(ben.name)));
	await b.ticket.getByRole('button', { name: b.t.composer.note, exact: true }).click();
	await expect(row).toHaveAccessibleName(new RegExp(a.t.presence.noting(ben.name)), { timeout: 2_000 });
	await b.ticket.getByRole('button', { name: b.t.common.close, exact: true }).click();
	await expect(row.locator('[data-writing]')).toHaveCount(0);

	await a.openTicket('Zugang gesperrt', 'open');
	await expect(a.ticket).toContainText(a.t.presence.viewing(ben.name));
	await expect(b.ticket).toContainText(b.t.presence.viewing(anna.name));
	const before = await expectSameEverywhere(world.relay, a, b);

	await b.startWriting('reply');
	await expect(a.ticket).toContainText(a.t.presence.typing(ben.name), { timeout: 2_000 });
	await b.ticket.getByRole('button', { name: b.t.composer.note, exact: true }).click();
	await expect(a.ticket).toContainText(a.t.presence.noting(ben.name), { timeout: 2_000 });
	const after = await expectSameEverywhere(world.relay, a, b);
	expect(after.records).toEqual(before.records);

	// Both in one draft: each sees the other's letters as they come.
	await a.startWriting('reply');
	await b.ticket.getByRole('button', { name: b.t.composer.reply, exact: true }).click();
	await b.draft.click();
	await b.page.keyboard.insertText('Dear Mrs Weiß, ');
	await expect(a.draft).toContainText('Dear Mrs Weiß,');
	await caretToEnd(a.draft);
	await a.page.keyboard.insertText('Ihr Zugang ist wieder offen.');
	await expect(b.draft).toContainText('Ihr Zugang ist wieder offen.');
	await expect(b.ticket).toContainText(b.t.composer.writing(anna.name));
	await expectSameEverywhere(world.relay, a, b);

	await b.showView('closed');
	await b.goTo('profile');
	await expect(a.ticket).not.toContainText(ben.name);
});

test('[F11] a number that was mistyped gives a hint in the palette, and the right one opens the ticket', async ({
	world,
}) => {
	const a = await world.newcomer({ locale: 'de' });
	await a.cutNetwork();
	const number = await a.openTicketByPhone({ name: 'Frau Weiß', subject: 'Zugang gesperrt' });
	await a.page.keyboard.press('Escape');
	await a.page.keyboard.press('Control+k');
	const field = a.page.getByRole('combobox', { name: a.t.palette.title });
	const results = a.page.getByRole('dialog').getByRole('listbox');

	const digits = number.replace('-', '');
	const wrongDigit = digits.slice(0, -1) + ((Number(digits.at(-1)) + 1) % 10);
	await field.fill(`#${wrongDigit}`);
	await expect(results).toContainText(a.t.ticketNumber.mistyped);
	const swapped = swapNeighbours(digits);
	await field.fill(swapped);
	await expect(results).toContainText(a.t.ticketNumber.mistyped);
	const meant = results.getByRole('option', { name: a.t.ticketNumber.perhaps(`${number} Zugang gesperrt`) });
	await expect(meant).toBeVisible();
	await meant.click();
	await expect(a.ticket.getByRole('heading', { level: 1 })).toHaveText('Zugang gesperrt');

	await a.page.keyboard.press('Control+k');
	await field.fill(`#${digits}`);
	await expect(results.getByRole('option')).toHaveCount(1);
	await expect(results).toContainText('Zugang gesperrt');
});

test('[F11] [F97] two tabs of one device show the same, offline too, and give no number twice', async ({ world }) => {
	test.setTimeout(120_000);
	const a = await world.newcomer({ locale: 'de' });
	const second = new Device(await a.context.newPage(), { proxy: a.proxy, url: a.url }, languages.de);
	await second.page.goto(`${a.url}/inbox/open`);
	await second.isCurrent();

	await a.cutNetwork();
	const numbers = [await a.openTicketByPhone({ name: 'Frau Weiß', subject: 'Zugang gesperrt' })];
	numbers.push(await second.openTicketByPhone({ name: 'Herr Roth', subject: 'Bildschirm flackert' }));
	expect(new Set(numbers).size).toBe(2);
	for (const tab of [a, second]) {
		await tab.showView('open');
		for (const number of numbers) await expect(tab.row(number)).toBeVisible();
		await tab.openTicket('Zugang gesperrt');
	}
	await a.addTag('konto');
	await expect(second.details).toContainText('konto');
	await a.startWriting('reply');
	await second.write('reply', 'Ich schalte Sie frei.');
	await expect(a.draft).toContainText('Ich schalte Sie frei.');
	await expect(second.syncChip).toContainText(/[1-9]/);

	// The tab that syncs goes; the other takes over.
	await a.page.close();
	await second.restoreNetwork();
	await second.isCurrent();
	await expect.poll(async () => (await readDevice(second.page)).unsent).toBe(0);
	await expectSameEverywhere(world.relay, second);
});

function swapNeighbours(digits: string): string {
	const at = [...digits].findIndex((digit, i) => i > 0 && digit !== digits[i - 1]);
	return digits.slice(0, at - 1) + digits[at] + digits[at - 1] + digits.slice(at + 1);
}
