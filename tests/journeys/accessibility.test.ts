import { fileURLToPath } from 'node:url';
import { expect, type Locator, type Page } from '@playwright/test';
import { look } from './support/axe.ts';
import { type Device, languages } from './support/device.ts';
import { test, type World } from './support/world.ts';

const mailbox = fileURLToPath(new URL('mailboxes/monday-morning.mbox', import.meta.url));

/** Each language in each theme, shared between the two sizes. */
const sizes = {
	desktop: {
		viewport: { width: 1280, height: 800 },
		looks: [
			{ locale: 'de', theme: 'light' },
			{ locale: 'en', theme: 'dark' },
		],
	},
	phone: {
		viewport: { width: 390, height: 844 },
		looks: [
			{ locale: 'en', theme: 'light' },
			{ locale: 'de', theme: 'dark' },
		],
	},
} as const;
const screens = [
	...['/inbox/unclaimed', '/inbox/closed', '/new', '/board', '/outbox', '/device', '/members', '/profile'],
	...['/settings', '/settings/lines', '/settings/texts', '/settings/rules', '/settings/mailboxes', '/more', '/nowhere'],
	...['/settings/categories', '/settings/systems', '/new/mail', '/search', '/knowledge/all', '/knowledge/gaps'],
	...['/knowledge/systems'],
	...['/call', '/contacts', '/contacts/back', '/contacts/report', '/people', '/settings/audit'],
];

for (const [size, { viewport, looks }] of Object.entries(sizes)) {
	test(`[F110] [F111] [F101] axe finds nothing on any screen of a ${size}, in both languages and themes`, async ({
		world,
	}) => {
		test.setTimeout(300_000);
		const findings: string[] = [];
		const a = await world.profile({ viewport });
		const { page } = a;
		await page.goto(`${a.url}/sign-in`);
		await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
		const setup = new URL(world.relay.setupUrl!).search;
		for (const { locale, theme } of looks) {
			await page.emulateMedia({ colorScheme: theme });
			await page.getByRole('button', { name: languages[locale].profile.languages[locale] }).click();
			for (const path of ['/sign-in', `/setup${setup}`, '/enrol?token=unknown'])
				findings.push(...(await lookAt(page, path, `${path}, ${locale}, ${theme}`)));
		}
		await page.emulateMedia({ colorScheme: 'light' });
		await page.getByRole('button', { name: languages.de.profile.languages.de }).click();
		const ticket = await deskWithMails(world, a);

		for (const { locale, theme } of looks) {
			const t = languages[locale];
			const where = (screen: string) => `${screen}, ${locale}, ${theme}`;
			await appearAs(page, locale, theme);
			for (const path of screens) findings.push(...(await lookAt(page, path, where(path))));

			for (const place of ['texts', 'rules', 'mailboxes'] as const) {
				await follow(page, `/settings/${place}`);
				await page.getByRole('button', { name: t.admin[place].add }).click();
				await expect(page.getByRole('dialog', { name: t.admin[place].add })).toBeVisible();
				findings.push(...(await look(page, where(`new in ${place}`))));
				await leaveDialog(page);
			}

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
			await leaveDialog(page);
			await page.keyboard.press('Control+k');
			await expect(page.getByRole('combobox', { name: t.palette.title })).toBeVisible();
			findings.push(...(await look(page, where('palette'))));
			await leaveDialog(page);
			await page.keyboard.press('?');
			await expect(page.getByRole('dialog', { name: t.keySheet.title })).toBeVisible();
			findings.push(...(await look(page, where('keys'))));
			await leaveDialog(page);
		}
		expect(findings).toEqual([]);
	});
}

test('[F110] nothing is cut off and nothing scrolls sideways at 200 % zoom, nor on the narrowest screen', async ({
	world,
}) => {
	test.setTimeout(300_000);
	const a = await world.profile();
	await a.page.goto(`${a.url}/sign-in`);
	const ticket = await deskWithMails(world, a);
	const findings: string[] = [];
	// A desktop zoomed to 200 % has half the pixels each way; 320 is what 400 % leaves of it (WCAG 1.4.10).
	for (const viewport of [
		{ width: 640, height: 400 },
		{ width: 320, height: 640 },
	]) {
		await a.page.setViewportSize(viewport);
		for (const locale of ['de', 'en'] as const) {
			await appearAs(a.page, locale, 'light');
			for (const path of [...screens, ticket]) {
				await follow(a.page, path);
				await expect(a.page.getByRole('heading', { level: 1 })).toHaveCount(1);
				findings.push(...(await cutOff(a.page)).map((what) => `${path}, ${locale}, ${viewport.width}: ${what}`));
			}
		}
	}
	expect(findings).toEqual([]);
});

test('[F110] with forced colours the place one is at, what is chosen and what has the focus can be told', async ({
	world,
}) => {
	test.setTimeout(300_000);
	const a = await world.profile();
	await a.page.goto(`${a.url}/sign-in`);
	const ticket = await deskWithMails(world, a);
	const { page, t } = a;
	await page.emulateMedia({ forcedColors: 'active' });
	const findings: string[] = [];
	for (const path of [...screens, ticket]) {
		await follow(page, path);
		await expect(page.getByRole('heading', { level: 1 })).toHaveCount(1);
		findings.push(...(await look(page, `${path}, forced colours`)));
	}
	const outlineOf = (target: Locator) => target.evaluate((element) => getComputedStyle(element).outlineStyle);
	await follow(page, '/device');
	const place = page.getByRole('navigation', { name: t.nav.main }).getByRole('link', { name: t.nav.device });
	expect(await outlineOf(place)).toBe('solid');
	await follow(page, ticket);
	const open = a.list.locator('[aria-selected="true"], [aria-current="true"], [data-active="true"]').first();
	expect(await outlineOf(open)).toBe('solid');
	await page.keyboard.press('Tab');
	expect(await outlineOf(page.locator(':focus-visible'))).not.toBe('none');
	expect(findings).toEqual([]);
});

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

/** What is looked at next is the page without it. */
async function leaveDialog(page: Page): Promise<void> {
	await page.keyboard.press('Escape');
	await expect(page.getByRole('dialog')).toHaveCount(0);
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

/** A desk with a mailbox in it, and the way to one of its tickets. */
async function deskWithMails(world: World, a: Device): Promise<string> {
	await expect.poll(() => world.relay.setupUrl).toBeDefined();
	await a.setUpDesk(world.relay.setupUrl!, { desk: 'Kundendienst Nord', name: 'Anna Berg', mail: 'anna@desk.example' });
	await world.relay.command('import', 'mail', mailbox);
	await a.list.getByRole('option').first().click();
	await a.page.waitForURL(/\/inbox\/unclaimed\/.+/);
	return new URL(a.page.url()).pathname;
}

async function appearAs(page: Page, locale: 'de' | 'en', theme: 'light' | 'dark'): Promise<void> {
	await follow(page, '/profile');
	await page.getByRole('combobox').first().selectOption(locale);
	await expect(page.getByRole('heading', { level: 1 })).toHaveText(languages[locale].profile.title);
	await page.getByLabel(languages[locale].profile.theme).selectOption(theme);
}

/** What reaches over the window's edge, or hides a part of its text without a way to it. */
function cutOff(page: Page): Promise<string[]> {
	return page.evaluate(() => {
		const found = document.documentElement.scrollWidth > innerWidth ? ['the page scrolls sideways'] : [];
		for (const element of document.querySelectorAll<HTMLElement>('body *')) {
			const style = getComputedStyle(element);
			const box = element.getBoundingClientRect();
			if (box.width === 0 || box.height === 0 || style.visibility === 'hidden') continue;
			if (style.clipPath !== 'none' || element.closest('.unseen, .skip-link, [inert]') !== null) continue;
			const name = `${element.tagName.toLowerCase()} “${element.textContent.trim().slice(0, 40)}”`;
			// Strips of buttons or views may be longer than the window, and tables and mails are what they are.
			const isScrolled = element.closest('[data-mail], pre, nav, [role="toolbar"], :has(> table)') !== null;
			if (!isScrolled && (box.right > innerWidth + 1 || box.left < -1)) found.push(`${name} reaches over the edge`);
			const hides = ['hidden', 'clip'].includes(style.overflowX) && style.textOverflow !== 'ellipsis';
			if (hides && element.scrollWidth > element.clientWidth + 1) found.push(`${name} is cut off`);
			const scrolls = ['auto', 'scroll'].includes(style.overflowX) && !isScrolled;
			if (scrolls && element.scrollWidth > element.clientWidth + 1) found.push(`${name} scrolls sideways`);
		}
		return found.slice(0, 5);
	});
}

async function tabTo(page: Page, target: Locator): Promise<void> {
	await expect(async () => {
		await page.keyboard.press('Tab');
		await expect(target).toBeFocused({ timeout: 100 });
	}).toPass({ intervals: [0], timeout: 15_000 });
}
