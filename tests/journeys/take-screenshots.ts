// Makes the pictures of the README from the demo desk: node tests/journeys/take-screenshots.ts
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, expect } from '@playwright/test';
import { createTcpProxy } from '../support/tcp-proxy.ts';
import config from './playwright.config.ts';
import { Device, languages } from './support/device.ts';
import { startRelayProcess } from './support/relay-process.ts';

const folder = fileURLToPath(new URL('../../static/screenshots/', import.meta.url));
const data = await mkdtemp(join(tmpdir(), 'tresen-screenshots-'));
const proxy = await createTcpProxy(0);
const url = `http://localhost:${proxy.port}`;
const relay = await startRelayProcess({ data, publicUrl: url });
proxy.retarget(relay.port);
const browser = await chromium.launch(config.use?.launchOptions ?? {});
try {
	const filled = await relay.command('demo', '--tickets', '1000');
	const link = /http\S+enrol\S+/.exec(filled)![0];
	const context = await browser.newContext({
		...{ locale: 'de-DE', timezoneId: 'Europe/Berlin', viewport: { width: 1280, height: 800 } },
		reducedMotion: 'reduce',
	});
	const desk = new Device(await context.newPage(), { proxy, url }, languages.de);
	const { page } = desk;
	await desk.enrol(link);
	const shoot = (name: string) => page.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled' });

	await desk.showView('unclaimed');
	await desk.row('Artikelbilder fehlen im Onlineshop').first().click();
	await expect(desk.timeline).toBeVisible();
	await desk.claimTicket();
	await expect(desk.ticket).toContainText(desk.t.claim.yours);
	await desk.write('reply', 'Guten Tag, die Bilder sind wieder da: Der nächtliche Import war abgebrochen.');
	await page.getByRole('region', { name: desk.t.toast.region }).getByRole('button').first().click();
	await desk.isCurrent();
	await shoot('ticket-wide');

	await desk.cutNetwork();
	await desk.isOffline();
	await desk.openTicketByPhone({
		name: 'Frau Seidel',
		phone: '0421 555 0142',
		subject: 'Rückgabe ohne Bestellnummer',
		text: 'Das Paket kam ohne Lieferschein, die Bestellnummer sucht sie heraus.',
	});
	await shoot('offline-wide');

	await desk.restoreNetwork();
	await desk.isCurrent();
	await page.setViewportSize({ width: 390, height: 844 });
	await page.goto(`${url}/inbox/unclaimed`);
	await expect(desk.list.getByRole('option').first()).toBeVisible();
	await desk.isCurrent();
	await expect(desk.row('Rückgabe ohne Bestellnummer')).toBeVisible();
	await shoot('list-narrow');
	await desk.row('Rückgabe ohne Bestellnummer').click();
	await expect(desk.timeline).toBeVisible();
	await shoot('ticket-narrow');
} finally {
	await browser.close();
	await relay.kill();
	await proxy.close();
	await rm(data, { recursive: true, force: true });
}
