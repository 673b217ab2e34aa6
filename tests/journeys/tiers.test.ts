import { expect, type Page } from '@playwright/test';
import type { TicketRow } from '../../src/lib/domain/ticket-row.ts';
import { searchDe } from '../../src/lib/ui/words/de-search.ts';
import { tiersDe as t } from '../../src/lib/ui/words/de-tiers.ts';
import { test } from './support/world.ts';

test('[F90] a phone holds what is recent: an old ticket is found by a word that only the relay has, fetched when it is opened, says so without a network, takes a note and a claim, and can be kept', async ({
	world,
}) => {
	test.slow();
	const filled = await world.relay.command('demo', '--tickets', '250', '--people', '20');
	const phone = await world.profile({ viewport: { width: 390, height: 844 } });
	const { page } = phone;
	await phone.enrol(/http\S+enrol\S+/.exec(filled)![0]);

	await page.goto(`${phone.url}/device`);
	await page.getByRole('combobox', { name: t.choice }).selectOption('quarter');
	await expect(page.getByText(t.applied)).toBeVisible();
	// The demo desk is three weeks old: for this phone what is older than three days is long ago.
	await page.evaluate(chooseDays, 3);
	await page.reload();
	await expect.poll(async () => (await coldRows(page)).length, { timeout: 45_000 }).toBeGreaterThan(3);

	// A word of a note is in no row, nor what the device would guess for it: only the relay can find it.
	const word = 'eingeschaltet';
	const searchPath = `${phone.url}/search?q=${word}`;
	const archive = page.locator('[data-archive]');
	await page.goto(searchPath);
	const old = archive.locator('a[data-hit]').first();
	await expect(old).toBeVisible({ timeout: 45_000 });
	await expect(archive.getByRole('heading', { name: searchDe.archive.title })).toBeVisible();
	await expect(old.locator('mark').first()).toHaveText(word);
	await old.click();
	await expect(page.locator('#reply')).toBeVisible();
	await expect(page.locator('[data-cold]')).toHaveCount(0);

	const [online, offline, kept] = (await coldRows(page)) as [TicketRow, TicketRow, TicketRow];
	const pathOf = ({ id }: TicketRow) => `${phone.url}/inbox/closed/${id.slice('ticket/'.length)}`;
	await page.goto(`${phone.url}/device`);
	await expect(page.locator('[data-held]')).toContainText('ohne Nachrichten');

	// Asked of the relay when it is opened.
	await page.goto(pathOf(online));
	await expect(page.locator('#reply')).toBeVisible();
	await expect(page.locator('[data-cold]')).toHaveCount(0);

	// Kept, it stays.
	await page.goto(pathOf(kept));
	await expect(page.locator('#reply')).toBeVisible();
	await page.getByRole('button', { name: phone.t.ticket.showContext }).click();
	await page.getByRole('checkbox', { name: t.keep }).check();

	await phone.cutNetwork();
	await page.goto(searchPath);
	await expect(archive).toContainText(searchDe.archive.offline, { timeout: 45_000 });
	await page.goto(pathOf(offline));
	const cold = page.locator('[data-cold=offline]');
	await expect(cold).toContainText(t.offline);
	await expect(cold).toContainText(t.offlineNext);
	await expect(page.getByRole('heading', { level: 1 })).toHaveText(offline.subject);
	await page.getByLabel(t.note, { exact: true }).fill('Im Zug notiert.');
	await page.getByRole('button', { name: t.addNote }).click();
	await expect(page.getByRole('region', { name: t.written })).toContainText('Im Zug notiert.');
	await cold.getByRole('button', { name: t.claim }).click();
	await expect(page.getByRole('region', { name: t.written })).toContainText(t.claimAsked);

	// What was looked at, and what is kept, can be read.
	await page.goto(pathOf(kept));
	await expect(page.locator('#reply')).toBeVisible();
	await page.goto(pathOf(offline));
	await expect(page.getByRole('region', { name: t.written })).toContainText('Im Zug notiert.');

	await phone.restoreNetwork();
	await expect(page.locator('[data-cold]')).toHaveCount(0, { timeout: 45_000 });
	await expect(page.locator('article')).toContainText('Im Zug notiert.');
	await expect(page.locator('#reply')).toBeVisible();
});

function chooseDays(days: number): Promise<void> {
	return new Promise((resolve, reject) => {
		const request = indexedDB.open('tresen');
		request.onerror = () => reject(request.error);
		request.onsuccess = () => {
			const change = request.result.transaction('settings', 'readwrite');
			change.objectStore('settings').put({ key: 'tier', value: { kind: 'recent', days } });
			change.oncomplete = () => {
				request.result.close();
				resolve();
			};
		};
	});
}

/** Tickets of which only the row is on the device, newest first. */
function coldRows(page: Page): Promise<TicketRow[]> {
	return page.evaluate(
		() =>
			new Promise<TicketRow[]>((resolve, reject) => {
				const request = indexedDB.open('tresen');
				request.onerror = () => reject(request.error);
				request.onsuccess = () => {
					const all = request.result.transaction('rows').objectStore('rows').getAll();
					all.onsuccess = () => {
						request.result.close();
						resolve(
							(all.result as { row: TicketRow; cold?: 1 }[]).filter(({ cold }) => cold === 1).map(({ row }) => row),
						);
					};
					all.onerror = () => reject(all.error);
				};
			}),
	);
}
