import { expect, type Locator, type Page } from '@playwright/test';
import { callsDe as t } from '../../src/lib/ui/words/de-calls.ts';
import { casesDe } from '../../src/lib/ui/words/de-cases.ts';
import { knowledgeDe } from '../../src/lib/ui/words/de-knowledge.ts';
import { axeFindings } from './support/axe.ts';
import type { Device } from './support/device.ts';
import { anna, test } from './support/world.ts';

/** Counts what a hand presses. */
class Hand {
	readonly #page: Page;
	keys = 0;
	constructor(page: Page) {
		this.#page = page;
	}
	async press(...keys: string[]): Promise<void> {
		for (const key of keys) await this.#page.keyboard.press(key);
		this.keys += keys.length;
	}
	async type(text: string): Promise<void> {
		await this.#page.keyboard.type(text);
		this.keys += text.length;
	}
}

const caller = (page: Page): Locator => page.getByRole('combobox', { name: t.form.caller });
const request = (page: Page): Locator => page.getByRole('textbox', { name: t.form.request });

/** By the key, from wherever one is. */
async function answer(page: Page, hand = new Hand(page)): Promise<Hand> {
	await expect(caller(page)).toBeHidden();
	await hand.press('l');
	await expect(caller(page)).toBeFocused();
	return hand;
}

async function log(page: Page, keys: 'c' | 'n' = 'c'): Promise<void> {
	// Keys are letters while the form of the last call still stands there.
	await expect(caller(page)).toBeHidden();
	await page.keyboard.press('g');
	await page.keyboard.press(keys);
	await page.waitForURL(keys === 'c' ? /\/contacts$/ : /\/contacts\/back$/);
}

async function writeCase(device: Device): Promise<void> {
	const { page } = device;
	await page.keyboard.press('g');
	await page.keyboard.press('k');
	await page.waitForURL(/\/knowledge\/all/);
	await page.keyboard.press('n');
	await page.getByLabel(knowledgeDe.create.name).fill('Drucker druckt Streifen');
	await page.keyboard.press('Enter');
	const steps = page.getByRole('textbox', { name: knowledgeDe.edit.parts.steps, exact: true });
	await steps.click();
	await page.keyboard.type('Druckkopf reinigen');
	await expect(steps).toContainText('Druckkopf reinigen');
	const answer = page.getByRole('textbox', { name: knowledgeDe.edit.parts.answer, exact: true });
	await answer.click();
	await page.keyboard.type('Bitte reinigen Sie den Druckkopf.');
	await expect(answer).toContainText('Bitte reinigen Sie den Druckkopf.');
	await device.goTo('tickets');
	await page.waitForURL(/\/inbox\//);
}

test('[F2] [F3] [F4] [F5] [F9] [F10] [F58] [F64] calls without a network and without a mouse: solved from a standard case, made a ticket, called back', async ({
	world,
}) => {
	test.setTimeout(240_000);
	const a = await world.newcomer({ locale: 'de' });
	const { page } = a;
	await writeCase(a);
	await a.isCurrent();
	await a.cutNetwork();
	await a.isOffline();

	// Somebody new calls: three fields, the case by its number, no ticket.
	const first = await answer(page);
	await first.type('Kim Weiß');
	await first.press('Tab');
	await first.type('030 5550119');
	await first.press('Tab');
	await expect(request(page)).toBeFocused();
	await first.type('Drucker macht Streifen');
	await expect(page.getByRole('region', { name: t.form.cases })).toContainText('Druckkopf reinigen');
	await first.press('ArrowDown', '1');
	await expect(page.getByRole('button', { name: /Drucker druckt Streifen/, pressed: true })).toBeVisible();
	await first.press('Control+Enter');
	await expect(page.getByRole('status').filter({ hasText: a.t.toast.contactEnded.solved })).toBeAttached();
	// Four keys a second is slow: that is less than fifteen seconds.
	expect(first.keys).toBeLessThanOrEqual(60);

	// They call again: known by a few letters.
	const second = await answer(page);
	await second.type('kim');
	await second.press('Enter');
	await expect(request(page)).toBeFocused();
	await expect(page.locator('[data-caller-card]')).toContainText('Drucker macht Streifen');
	await second.type('streifen');
	await expect(page.getByRole('region', { name: t.form.cases })).toContainText('Druckkopf reinigen');
	await second.press('ArrowDown', '1', 'Control+Enter');
	expect(second.keys).toBeLessThanOrEqual(20);
	await log(page);
	const list = page.getByRole('list', { name: t.log.title, exact: true });
	await expect(list.getByRole('listitem')).toHaveCount(2);
	await expect(list).toContainText(t.log.repeat);
	await expect(page.locator('[data-rate="first-contact"]')).toContainText('100 %');

	// The next one becomes a ticket; what was said is there, and nobody types it again.
	const third = await answer(page);
	await third.type('0305550119');
	await expect(request(page)).toBeFocused();
	await third.type('Passwort gesperrt, seit heute früh');
	await third.press('Control+Shift+Enter');
	const number = page.getByRole('heading', { level: 2, name: /\d-\d{4}/ });
	await expect(number).toBeFocused();
	await page.getByRole('button', { name: a.t.common.open, exact: true }).press('Enter');
	await expect(a.ticket.getByRole('heading', { level: 1 })).toHaveText('Passwort gesperrt, seit heute früh');
	await expect(a.timeline).toContainText('seit heute früh');
	await expect(a.timeline.locator('[data-contact-card]')).toContainText('Kim Weiß');

	// The same once more: the form says so before anything is stored. A call back is promised instead.
	const fourth = await answer(page);
	await fourth.type('kim');
	await fourth.press('Enter');
	await fourth.type('Passwort wieder gesperrt');
	await expect(page.locator('[data-duplicate]')).toBeVisible();
	await expect(page.locator('[data-caller-card]').getByRole('link', { name: /Passwort gesperrt/ })).toBeVisible();
	// Nothing that was typed is lost, with no network and a page that is loaded anew.
	await page.reload();
	await expect(request(page)).toHaveValue('Passwort wieder gesperrt');
	await request(page).press('Control+b');
	await expect(page.getByLabel(t.form.callAt)).not.toHaveValue('');
	expect(await axeFindings(a, 'call')).toEqual([]);
	await request(page).press('Control+Enter');

	await log(page, 'n');
	const waiting = page.getByRole('list', { name: t.log.places.back, exact: true }).getByRole('listitem');
	await expect(waiting).toContainText('Passwort wieder gesperrt');
	expect(await axeFindings(a, 'call-backs')).toEqual([]);
	await waiting.getByRole('link', { name: t.back.call }).press('Enter');
	await expect(request(page)).toHaveValue('Passwort wieder gesperrt');
	await request(page).press('Control+b');
	await request(page).press('Control+Enter');
	await log(page, 'n');
	await expect(waiting).toContainText(t.back.tries(1));
	await waiting.getByRole('link', { name: t.back.call }).press('Enter');
	await expect(request(page)).toBeFocused();
	await request(page).press('Control+Enter');
	await log(page, 'n');
	await expect(page.getByText(t.back.empty)).toBeVisible();

	await page.keyboard.press('g');
	await page.keyboard.press('c');
	await expect(list.getByRole('listitem')).toHaveCount(6);
	await expect(page.locator('[data-rate="first-contact"]')).toContainText(t.report.of('2', '4'));
	expect(await axeFindings(a, 'log')).toEqual([]);

	// Back online, the agent's phone has the same.
	await a.restoreNetwork();
	await a.isCurrent();
	const b = await world.enrolDevice({ ...anna, locale: 'de', viewport: { width: 390, height: 844 } });
	await b.page.goto(`${b.url}/contacts`);
	await expect(b.page.getByRole('list', { name: t.log.title, exact: true }).getByRole('listitem')).toHaveCount(6);
	await expect(b.page.locator('[data-rate="first-contact"]')).toContainText(t.report.of('2', '4'));

	// [F67] Whom does one ask about printing? A topic, given here, found there.
	await b.page.getByRole('link', { name: 'Kim Weiß' }).first().click();
	await b.page.getByLabel(t.people.addTopic).fill('Drucken');
	await b.page.getByLabel(t.people.addTopic).press('Enter');
	await expect(b.page.getByRole('button', { name: t.people.removeTopic('Drucken') })).toBeVisible();
	expect(await axeFindings(b, 'person')).toEqual([]);
	await page.keyboard.press('g');
	await page.keyboard.press('l');
	await page.getByLabel(t.people.find).fill('drucken');
	await expect(page.getByRole('list', { name: t.people.title, exact: true })).toContainText('Kim Weiß', {
		timeout: 45_000,
	});

	// [F58] A call that becomes a ticket takes along what was done with its case, and the answer begins the reply.
	await a.goTo('tickets');
	await page.waitForURL(/\/inbox\//);
	const fifth = await answer(page);
	await fifth.type('kim');
	await fifth.press('Enter');
	await fifth.type('streifen');
	const offered = page.getByRole('region', { name: t.form.cases });
	await expect(offered).toContainText('Druckkopf reinigen');
	await fifth.press('ArrowDown', '1');
	await expect(offered).toContainText(casesDe.may.answer);
	await offered.getByLabel(/Druckkopf reinigen/).check();
	await fifth.press('Control+Shift+Enter');
	await expect(number).toBeFocused();
	await page.getByRole('button', { name: a.t.common.open, exact: true }).press('Enter');
	const knowledge = page.getByRole('region', { name: casesDe.panel.title });
	await expect(knowledge.getByLabel('Druckkopf reinigen')).toBeChecked();
	await a.startWriting('reply');
	await expect(a.draft).toContainText('Bitte reinigen Sie den Druckkopf.');

	// [F64] What no case answers is on the gap list: the contact is a link into the log, and its words become a draft at once.
	await page.goto(`${a.url}/knowledge/gaps`);
	const gaps = page.locator('[data-gap]');
	await gaps.getByRole('link', { name: 'Passwort wieder gesperrt' }).first().click();
	await page.waitForURL(/\/contacts\?contact=/);
	await expect(page.locator('li[aria-current]')).toContainText('Passwort wieder gesperrt');
	await page.goBack();
	await gaps
		.getByRole('button', { name: knowledgeDe.gaps.writeOf('Passwort wieder gesperrt') })
		.first()
		.click();
	await page.waitForURL(/\/knowledge\/drafts\/.+\?edit/);
	await expect(page.getByRole('textbox', { name: knowledgeDe.edit.parts.title, exact: true })).toContainText(
		'Passwort wieder gesperrt',
	);
});
