import { expect } from '@playwright/test';
import type { Session } from '../../src/lib/protocol/session.ts';
import { oversightDe } from '../../src/lib/ui/words/de-oversight.ts';
import { lockEn } from '../../src/lib/ui/words/en-lock.ts';
import { withAuthenticator } from './support/authenticator.ts';
import { axeFindings } from './support/axe.ts';
import { anna, ben, test } from './support/world.ts';

const subject = 'Zugang gesperrt';

test('[F104] a device without contact locks itself in all tabs, whatever its clock says, and loses nothing', async ({
	world,
}) => {
	test.setTimeout(150_000);
	const a = await world.newcomer({ locale: 'de' });
	await a.openTicketByPhone({ name: 'Frau Weiß', subject });
	await a.page.goto(`${a.url}/settings`);
	await a.page.getByLabel(a.t.admin.desk.lockAfter).selectOption('8');
	await a.page.getByRole('button', { name: a.t.common.save, exact: true }).click();
	await a.isCurrent();

	const b = await world.profile({ locale: 'en' });
	await b.page.clock.install();
	// Whatever is drawn, for however short a time, is remembered.
	await b.context.addInitScript((text) => {
		const seen = { flash: false };
		Object.assign(globalThis, { seen });
		new MutationObserver(() => (seen.flash ||= document.body?.textContent?.includes(text) === true)).observe(document, {
			...{ childList: true, subtree: true, characterData: true },
		});
	}, subject);
	const hasFlashed = () => b.page.evaluate(() => (globalThis as unknown as { seen: { flash: boolean } }).seen.flash);
	await b.enrol(await world.invite(ben));
	await b.openTicket(subject, 'open');
	await b.cutNetwork();
	await b.addNote('Written without a network.');
	expect(await hasFlashed()).toBe(true);
	const before = Date.now();

	const locked = b.page.locator('[data-locked]');
	await b.page.clock.fastForward(7 * 3_600_000);
	await expect(b.timeline).toContainText('Written without a network.');
	await expect(locked).toHaveCount(0);
	await b.page.clock.fastForward(2 * 3_600_000);
	await expect(locked).toContainText(lockEn.title);
	await expect(b.page.getByText(subject)).toHaveCount(0);
	await expect(locked.locator('[data-unsent]')).not.toHaveAttribute('data-unsent', '0');

	// Neither a new start nor a clock that is set back nor another tab shows anything.
	await b.page.reload();
	await expect(locked).toContainText(lockEn.title);
	expect(await hasFlashed()).toBe(false);
	await b.page.clock.setSystemTime(before);
	await b.page.reload();
	await expect(locked).toContainText(lockEn.title);
	expect(await hasFlashed()).toBe(false);
	const second = await b.context.newPage();
	await second.goto(`${b.url}/inbox/open`);
	await expect(second.locator('[data-locked]')).toContainText(lockEn.title);

	await b.restoreNetwork();
	await locked
		.getByRole('button', { name: lockEn.unlock })
		.click({ timeout: 3_000 })
		// It may have unlocked itself already.
		.catch(() => undefined);
	await expect(b.timeline).toContainText('Written without a network.');
	await b.isCurrent();
	await a.openTicket(subject, 'open');
	await expect(a.timeline).toContainText('Written without a network.');
	await expect(second.locator('[data-locked]')).toHaveCount(0);

	// [F105] Who set it, with the value before and after.
	await a.page.goto(`${a.url}/settings/audit`);
	const lockAfter = oversightDe.audit.fields.lockAfterHours;
	const change = a.page.locator('[data-act=configuration-changed]').filter({ hasText: lockAfter }).first();
	await expect(change).toContainText(anna.name);
	await expect(change.getByRole('row', { name: lockAfter })).toContainText('8');
	expect(await axeFindings(a, 'audit')).toEqual([]);

	// By hand: also with the network, until a person asks.
	await b.goTo('device');
	await b.page.getByRole('button', { name: b.t.device.lockNow }).click();
	await expect(locked).toHaveAttribute('data-locked', 'person');
	await expect(second.locator('[data-locked=person]')).toBeVisible();
	expect(await axeFindings(b, 'locked')).toEqual([]);
	await b.page.reload();
	await expect(locked).toHaveAttribute('data-locked', 'person');
	await locked.getByRole('button', { name: lockEn.unlock }).click();
	await expect(b.page.getByRole('heading', { level: 1, name: b.t.device.title })).toBeVisible();
});

test('[F104] what a person locked opens with their passkey alone; revoked meanwhile it is wiped and shows nothing before', async ({
	world,
}) => {
	test.setTimeout(120_000);
	const a = await world.newcomer({ locale: 'en' });
	const { cdp, authenticatorId } = await withAuthenticator(a);
	const finger = (isUserVerified: boolean) => cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified });
	await a.openTicketByPhone({ name: 'Frau Weiß', subject });
	await a.isCurrent();
	await a.goTo('profile');
	await a.page.getByRole('button', { name: a.t.profile.addPasskey }).click();
	await expect(a.page.getByText(a.t.profile.passkeyAdded)).toBeVisible();
	const locked = a.page.locator('[data-locked=person]');
	const unlock = locked.getByRole('button', { name: lockEn.unlock });
	const lock = async () => {
		await a.goTo('device');
		await a.page.getByRole('button', { name: a.t.device.lockNow }).click();
		await expect(unlock).toBeVisible();
	};

	await lock();
	await finger(false);
	await unlock.click();
	await expect(locked.getByRole('status')).toHaveText(lockEn.answers.passkey);
	await a.page.reload();
	await expect(unlock).toBeVisible();
	await finger(true);
	await unlock.click();
	await expect(a.page.getByRole('heading', { level: 1, name: a.t.device.title })).toBeVisible();

	// Lost, locked and revoked; not even its cookie is left, only its key.
	await lock();
	const device = (await a.page.evaluate(async () => (await (await fetch('/auth/me')).json()) as object)) as Session;
	const script = ['device', '--agent', anna.mail, '--role', 'admin', '--json'];
	const [{ cookie }] = (await world.relay.jsonLines<{ cookie: string }>(...script)) as [{ cookie: string }];
	const asked = async (path: string, body?: object) => {
		const init = { headers: { cookie }, ...(body && { method: 'POST', body: JSON.stringify(body) }) };
		return (await fetch(`http://127.0.0.1:${world.relay.port}${path}`, init)).json();
	};
	const id = device.device.id;
	await asked('/auth/devices/revoke', { device: id });
	await a.context.clearCookies();
	await a.page.evaluate((text) => {
		new MutationObserver(() => {
			if (document.body.textContent.includes(text)) document.documentElement.dataset.flash = 'yes';
		}).observe(document, { childList: true, subtree: true, characterData: true });
	}, subject);
	await unlock.click();
	await a.page.waitForURL(/\/sign-in/);
	await expect(a.page.getByText(a.t.signIn.wiped)).toBeVisible();
	await expect(a.page.locator('html[data-flash]')).toHaveCount(0);
	const databases = () => a.page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name));
	await expect.poll(databases).toEqual([]);
	const state = async () =>
		((await asked('/auth/devices')) as { devices: { id: string; state: string }[] }).devices.find((it) => it.id === id);
	await expect.poll(async () => (await state())?.state).toBe('wiped');
});
