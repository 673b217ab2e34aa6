import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Page } from '@playwright/test';
import { searchDe as t } from '../../src/lib/ui/words/de-search.ts';
import { axeFindings } from './support/axe.ts';
import { Device } from './support/device.ts';
import { test } from './support/world.ts';

const mails = [
	[
		'Druckertreiber fehlt',
		'Nach dem Update findet die Kasse keinen Druckertreiber mehr.',
		'Jörg Bäcker',
		'jb@example.org',
	],
	[
		'Lieferung an die falsche Adresse',
		'Die Lampe kam in die Lange Straße 4 statt zu uns.',
		'Ada Krüger',
		'ada@example.org',
	],
	['Rechnung für zwei Häuser', 'Bitte für beide Häuser eine eigene Rechnung.', 'Mia Sommer', 'mia@example.org'],
] as const;

test('[F59] [F90] search finds without a network, from every tab, and makes its index again when it is gone, in memory where there are no files', async ({
	world,
}) => {
	test.slow();
	const folder = await mkdtemp(join(tmpdir(), 'tresen-search-'));
	const desk = await world.newcomer();
	const files = mails.map(([subject, text, name, address], i) => {
		const head = `From: ${name} <${address}>\r\nTo: help@example.org\r\nSubject: ${subject}\r\nMessage-ID: <${i}@example.org>`;
		return {
			path: join(folder, `${i}.eml`),
			mail: `${head}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n${text}\r\n`,
		};
	});
	for (const { path, mail } of files) await writeFile(path, mail);
	await world.relay.command('import', 'mail', ...files.map(({ path }) => path));
	await rm(folder, { recursive: true });
	for (const [subject] of mails) {
		await desk.search(subject);
		await expect(desk.row(subject)).toBeVisible();
	}

	await desk.cutNetwork();
	await openSearch(desk);
	await isPrepared(desk.page);
	await expect(desk.page.locator('[data-searched]')).toContainText('3 Vorgänge');
	await finds(desk.page);

	// A second tab asks the worker of the first, and goes on by itself when that one is closed.
	const { page } = desk;
	const second = new Device(await desk.context.newPage(), desk, desk.t);
	await second.page.goto(`${desk.url}/search`);
	await finds(second.page);
	await page.close();
	await isPrepared(second.page);
	await finds(second.page);

	// A new ticket is found as soon as it is written down.
	const number = await second.openTicketByPhone({
		name: 'Frau Seidel',
		subject: 'Fernwartungszugang',
		text: 'Sie wartet.',
	});
	await openSearch(second);
	await isPrepared(second.page);
	await look(second.page, 'fernwartung zugang');
	await expect(hits(second.page).first()).toContainText('Fernwartungszugang');
	await look(second.page, number);
	await expect(hits(second.page).first()).toContainText('Fernwartungszugang');

	// With two digits swapped, what was meant is one key away.
	const digits = number.replace('-', '');
	const at = [...digits].findIndex((digit, i) => digit !== digits[i + 1]);
	await look(second.page, digits.slice(0, at) + digits[at + 1]! + digits[at]! + digits.slice(at + 2));
	await expect(second.page.locator('[data-perhaps]')).toContainText(number);
	await second.page.keyboard.press('Enter');
	await expect(second.ticket.getByRole('heading', { level: 1 })).toHaveText('Fernwartungszugang');
	await openSearch(second);

	// The palette shows the same.
	await second.page.keyboard.press('Control+k');
	const palette = second.page.getByRole('dialog');
	await palette.getByRole('combobox').fill('haeuser');
	await expect(palette.getByRole('option', { name: /Rechnung für zwei Häuser/ })).toBeVisible();
	await palette.getByRole('option', { name: t.allHits('haeuser') }).click();
	await second.page.waitForURL(/\/search\?q=haeuser/);
	await expect(hits(second.page).first()).toContainText('Häuser');
	await expect(second.page.locator('mark').first()).toHaveText('Häuser');

	// By the keyboard alone: into the hits, and Enter opens.
	await second.page.getByLabel(t.label).press('ArrowDown');
	await expect(hits(second.page).first()).toBeFocused();
	await second.page.keyboard.press('Enter');
	await expect(second.ticket.getByRole('heading', { level: 1 })).toHaveText('Rechnung für zwei Häuser');

	// The browser threw the files of the index away.
	await desk.restoreNetwork();
	await second.page.goto(`${desk.url}/healthz`);
	await expect.poll(() => second.page.evaluate(removeIndex)).toBe(true);
	await second.page.goto(`${desk.url}/search`);
	await isPrepared(second.page);
	await expect(second.page.locator('[data-searched]')).toContainText('4 Vorgänge');
	await finds(second.page);
	expect(await axeFindings(second, 'search')).toEqual([]);

	// Where the browser gives it no files, the index is made in memory, and finds the same.
	await second.page.goto(`${desk.url}/healthz`);
	await expect.poll(() => second.page.evaluate(removeIndex)).toBe(true);
	await second.page.evaluate(blockIndex);
	await second.page.goto(`${desk.url}/search`);
	await isPrepared(second.page);
	await finds(second.page);
	expect(await second.page.evaluate(isBlocked)).toBe(true);
});

const hits = (page: Page) => page.locator('a[data-hit]');

async function openSearch(device: Device): Promise<void> {
	// Not while one types.
	await device.page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
	await device.page.keyboard.press('g');
	await device.page.keyboard.press('f');
	await device.page.waitForURL(/\/search/);
}

async function isPrepared(page: Page): Promise<void> {
	await expect(page.locator('[data-searched]')).toBeVisible({ timeout: 40_000 });
}

async function look(page: Page, text: string): Promise<void> {
	await page.getByLabel(t.label).fill(text);
}

async function finds(page: Page): Promise<void> {
	const expected = [
		['drukertreiber', mails[0][0]],
		['Strasse', mails[1][0]],
		['haeuser', mails[2][0]],
		['Häuser', mails[2][0]],
		['Kruger', mails[1][0]],
	] as const;
	for (const [text, subject] of expected) {
		await look(page, text);
		await expect(hits(page).first(), text).toContainText(subject, { timeout: 30_000 });
	}
}

/** Runs in the page. False while a worker that was just ended still holds them. */
async function removeIndex(): Promise<boolean> {
	const root = await navigator.storage.getDirectory();
	try {
		await root.removeEntry('tresen-search', { recursive: true });
		return true;
	} catch (error) {
		return (error as DOMException).name === 'NotFoundError';
	}
}

/** Runs in the page: a file stands where the folder of the index belongs. */
async function blockIndex(): Promise<void> {
	const root = await navigator.storage.getDirectory();
	await root.getFileHandle('tresen-search', { create: true });
}

/** Runs in the page. */
async function isBlocked(): Promise<boolean> {
	const root = await navigator.storage.getDirectory();
	return root.getFileHandle('tresen-search').then(
		() => true,
		() => false,
	);
}
