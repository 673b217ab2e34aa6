import { fileURLToPath } from 'node:url';
import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Locator, type Page } from '@playwright/test';
import { type Device, languages } from './support/device.ts';
import { test } from './support/world.ts';

const mailbox = fileURLToPath(new URL('mailboxes/monday-morning.mbox', import.meta.url));
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

for (const { size, viewport } of [
	{ size: 'a desktop', viewport: { width: 1280, height: 800 } },
	{ size: 'a phone', viewport: { width: 390, height: 844 } },
]) {
	test(`[F110] [F111] [F101] axe finds nothing on any screen of ${size}, in both languages, light and dark`, async ({
		world,
	}) => {
		test.setTimeout(300_000);
		const findings: string[] = [];
		const stranger = await world.profile({ viewport });
		await stranger.page.goto(`${stranger.url}/sign-in`);
		await expect(stranger.page.getByRole('heading', { level: 1 })).toBeVisible();
		const setup = new URL(world.relay.setupUrl!).search;
		for (const path of ['/sign-in', `/setup${setup}`, '/enrol?token=unknown']) {
			await follow(stranger.page, path);
			findings.push(...(await look(stranger.page, path)));
		}
		await stranger.setUpDesk(world.relay.setupUrl!, {
			desk: 'Kundendienst Nord',
			name: 'Anna Berg',
			mail: 'anna@desk.example',
		});
		await world.relay.command('import', 'mail', mailbox);
		const { page } = stranger;
		await expect(stranger.list.getByRole('option')).not.toHaveCount(0);
		const ticket = await openFirst(stranger);

		// Texts do not depend on the theme, nor colours on the language: two rounds see all of both.
		for (const [locale, theme] of [
			['de', 'light'],
			['en', 'dark'],
		] as const) {
			const t = languages[locale];
			await follow(page, '/profile');
			await page.getByRole('combobox').first().selectOption(locale);
			await expect(page.getByRole('heading', { level: 1 })).toHaveText(t.profile.title);
			await page.getByLabel(t.profile.theme).selectOption(theme);
			const where = (screen: string) => `${screen}, ${locale}, ${theme}`;
			for (const path of ['/profile', '/inbox/unclaimed', '/inbox/closed', '/new', '/outbox', '/device', '/members'])
				findings.push(...(await lookAt(page, path, where(path))));
			for (const path of ['/settings', '/more', '/nowhere']) findings.push(...(await lookAt(page, path, where(path))));

			await follow(page, ticket);
			await expect(page.getByRole('region', { name: t.ticket.timeline }).first()).toBeVisible();
			findings.push(...(await look(page, where('ticket'))));
			const reply = page.getByRole('article').getByRole('button', { name: t.composer.reply, exact: true });
			await reply.click();
			await expect(page.getByRole('article').getByRole('textbox')).toBeFocused();
			findings.push(...(await look(page, where('composer'))));
			await page.keyboard.press('Escape');
			await page.keyboard.press('s');
			await expect(page.getByRole('dialog', { name: t.ticket.status })).toBeVisible();
			findings.push(...(await look(page, where('status menu'))));
			await page.keyboard.press('Escape');
			await page.keyboard.press('Control+k');
			await expect(page.getByRole('combobox', { name: t.palette.title })).toBeVisible();
			findings.push(...(await look(page, where('palette'))));
			await page.keyboard.press('Escape');
			await page.keyboard.press('?');
			await expect(page.getByRole('dialog', { name: t.keySheet.title })).toBeVisible();
			findings.push(...(await look(page, where('keys'))));
			await page.keyboard.press('Escape');
		}
		expect(findings).toEqual([]);
	});
}

test('[F110] from the call to the closed ticket without a mouse', async ({ world }) => {
	test.setTimeout(120_000);
	const a = await world.newcomer({ locale: 'de' });
	const { page, t } = a;
	const press = (key: string) => page.keyboard.press(key);

	await press('n');
	await expect(page.getByLabel(t.call.name, { exact: true })).toBeFocused();
	await page.keyboard.type('Frau Seidel');
	await tabTo(page, page.getByLabel(t.call.mail));
	await page.keyboard.type('seidel@kunde.example');
	await tabTo(page, page.getByLabel(t.call.subject));
	await page.keyboard.type('Kartenleser streikt');
	await press('Control+Enter');
	await expect(page.getByRole('heading', { name: /\d-\d{4}/ })).toBeFocused();
	await tabTo(page, page.getByRole('button', { name: t.common.open, exact: true }));
	await press('Enter');
	await expect(a.ticket.getByRole('heading', { level: 1 })).toHaveText('Kartenleser streikt');

	await press('c');
	await expect(a.ticket).toContainText(t.claim.yours);
	await press('r');
	await expect(a.draft).toBeFocused();
	await page.keyboard.type('Bitte einmal neu starten.');
	await press('Control+Enter');
	await expect(a.timeline).toContainText('Bitte einmal neu starten.');
	await press('m');
	await expect(a.draft).toBeFocused();
	await page.keyboard.type('Treiber ist alt.');
	await press('Control+Enter');
	await expect(a.timeline).toContainText('Treiber ist alt.');
	await press('e');
	await press('g');
	await press('a');
	await page.waitForURL(/\/inbox\/closed/);
	await expect(a.row('Kartenleser streikt')).toBeVisible();
	await press('j');
	await press('Enter');
	await expect(a.details).toContainText(t.status.closed);
});

async function lookAt(page: Page, path: string, where: string): Promise<string[]> {
	await follow(page, path);
	await expect(page.getByRole('heading', { level: 1 })).toHaveCount(1);
	const tooWide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
	return [...(tooWide ? [`${where}: wider than the window`] : []), ...(await look(page, where))];
}

/** One finding a line, so that the report can be read. */
async function look(page: Page, where: string): Promise<string[]> {
	const { violations } = await new AxeBuilder({ page })
		.withTags(tags)
		// Experimental, and takes a row's preview, which readers are spared, for a part of its label.
		.disableRules('label-content-name-mismatch')
		.setLegacyMode(true)
		.analyze();
	return violations.map(
		({ id, nodes }) => `${where}: ${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`,
	);
}

/** To a page of the app, as by a link. */
async function follow(page: Page, path: string): Promise<void> {
	await page.evaluate((href) => {
		const link = document.createElement('a');
		link.href = href;
		document.body.append(link);
		link.click();
		link.remove();
	}, path);
	await page.waitForURL((url) => url.pathname + url.search === path);
}

async function openFirst(device: Device): Promise<string> {
	await device.list.getByRole('option').first().click();
	await device.page.waitForURL(/\/inbox\/unclaimed\/.+/);
	return new URL(device.page.url()).pathname;
}

async function tabTo(page: Page, target: Locator): Promise<void> {
	await expect(async () => {
		await page.keyboard.press('Tab');
		await expect(target).toBeFocused({ timeout: 100 });
	}).toPass({ intervals: [0], timeout: 15_000 });
}
