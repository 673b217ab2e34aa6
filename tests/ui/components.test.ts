import { AxeBuilder } from '@axe-core/playwright';
import type { BrowserContext, Page } from '@playwright/test';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startSpecimens, type Specimens } from './specimen-server.ts';

let specimens: Specimens;
let context: BrowserContext;
let page: Page;
let faults: string[];

beforeAll(async () => {
	specimens = await startSpecimens();
}, 120_000);
afterAll(() => specimens?.close());

beforeEach(async () => {
	context = await specimens.browser.newContext({ viewport: { width: 1280, height: 800 } });
	page = await context.newPage();
	page.setDefaultTimeout(5000);
	faults = [];
	page.on('pageerror', (error) => faults.push(String(error)));
});
afterEach(async () => {
	await context.close();
	expect(faults).toEqual([]);
});

async function show(specimen: string, more?: Record<string, string>): Promise<void> {
	await page.goto(specimens.at(specimen, more));
	await page.waitForSelector('body[data-ready]');
}

const focused = () => page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? '');
const call = (script: string) => page.evaluate(script);

describe('[F110] every component', () => {
	const looks = (['de', 'en'] as const).flatMap((locale) =>
		(['light', 'dark', 'contrast'] as const).map((theme) => ({ locale, theme })),
	);

	it.each(looks)(
		'passes axe in $locale, $theme',
		async (look) => {
			for (const specimen of ['controls', 'list', 'composer', 'mail', 'quotes']) {
				await show(specimen, look);
				if (specimen === 'composer') await page.getByRole('textbox').first().waitFor();
				const { violations } = await new AxeBuilder({ page })
					.withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'])
					.analyze();
				const said = violations.map(
					({ id, nodes }) =>
						`${specimen} ${id}: ${nodes.slice(0, 3).map((node) => `${node.html.slice(-160)} ${node.failureSummary}`)}`,
				);
				expect(said).toEqual([]);
			}
		},
		90_000,
	);

	it('fits a screen of 320 px without sideways scrolling', async () => {
		await page.setViewportSize({ width: 320, height: 640 });
		for (const specimen of ['controls', 'list', 'composer', 'mail', 'quotes']) {
			await show(specimen);
			expect(await call('document.documentElement.scrollWidth'), specimen).toBeLessThanOrEqual(320);
		}
	});
});

describe('the list', () => {
	it('[F99] holds only the rows in view of 15,600 tickets, also after moving through them', async () => {
		await show('list');
		await page.getByRole('row').first().focus();
		for (const key of ['PageDown', 'End', 'j', 'k']) {
			await page.keyboard.press(key);
			expect(await page.getByRole('row').count(), key).toBeLessThan(40);
		}
	});

	it('[F110] is one tab stop that says where one is', async () => {
		await show('list');
		const grid = page.getByRole('grid');
		expect(await grid.getAttribute('aria-rowcount')).toBe('15600');
		expect(await page.locator('[role=row][tabindex="0"]').count()).toBe(1);
		await page.getByRole('row').first().focus();
		await page.keyboard.press('End');
		await expect.poll(focused).toContain('Drucker druckt nicht 15599');
		expect(await page.locator('[role=row]:focus').getAttribute('aria-rowindex')).toBe('15600');
		await page.keyboard.press('Home');
		await expect.poll(focused).toContain('Drucker druckt nicht 0,');
		await page.keyboard.press('ArrowDown');
		await page.keyboard.press('k');
		await page.keyboard.press('j');
		await expect.poll(focused).toContain('Drucker druckt nicht 1,');
	});

	it('keeps the focus on its row when that is scrolled out of sight', async () => {
		await show('list');
		await page.getByRole('row').first().focus();
		await page.keyboard.press('j');
		await page.keyboard.press('j');
		const before = await focused();
		await page.getByRole('grid').evaluate((grid) => (grid.scrollTop = 200_000));
		await page.getByText('Drucker druckt nicht 3340').waitFor();
		expect(await focused()).toBe(before);
	});

	it('selects with X and extends with Shift, opens with Enter', async () => {
		await show('list');
		await page.getByRole('row').first().focus();
		await page.keyboard.press('j');
		await page.keyboard.press('x');
		await page.keyboard.press('Shift+J');
		await page.keyboard.press('Shift+ArrowDown');
		await expect.poll(() => page.locator('[data-selected]').textContent()).toBe('3');
		expect(await page.locator('[role=row][aria-selected=true]').count()).toBe(3);
		await page.keyboard.press('Enter');
		await expect.poll(() => page.locator('[data-open]').textContent()).toMatch(/^t\d$/);
		await page.keyboard.press('Control+a');
		await expect.poll(() => page.locator('[data-selected]').textContent()).toBe('15600');
	});

	it('keeps what is being read in place when tickets come in above', async () => {
		await show('list');
		await page.getByRole('grid').evaluate((grid) => (grid.scrollTop = 60_000));
		const target = page.getByText('Drucker druckt nicht 1005', { exact: true });
		await target.waitFor();
		const before = (await target.boundingBox())!.y;
		await call('specimen.insertAbove(37)');
		await expect.poll(() => page.getByRole('grid').getAttribute('aria-rowcount')).toBe('15637');
		await expect.poll(async () => Math.abs((await target.boundingBox())!.y - before)).toBeLessThan(2);
	});

	it('goes on with the next ticket when the active one leaves the view', async () => {
		await show('list');
		await page.getByRole('row').first().focus();
		for (let n = 0; n < 5; n++) await page.keyboard.press('j');
		const before = Number(/(\d+),/.exec(await focused())![1]);
		await call('specimen.removeActive()');
		await expect.poll(focused).toContain(`nicht ${before + 1},`);
	});

	it('asks only for the rows on screen', async () => {
		await show('list');
		await page.getByRole('row').first().focus();
		await page.keyboard.press('j');
		const before = Number(await call('specimen.asked()'));
		await page.keyboard.press('j');
		await expect.poll(focused).not.toBe('');
		expect(Number(await call('specimen.asked()')) - before).toBeLessThan(400);
	});

	it('is a listbox with positions too', async () => {
		await show('list');
		await call(`specimen.asRole('listbox')`);
		const option = page.getByRole('option').first();
		expect(await option.getAttribute('aria-setsize')).toBe('15600');
		expect(await option.getAttribute('aria-posinset')).toBe('1');
	});

	it('leaves letters alone in a text field', async () => {
		await show('list');
		const field = page.getByRole('textbox');
		await field.fill('');
		await field.pressSequentially('jxk');
		expect(await field.inputValue()).toBe('jxk');
		expect(await page.locator('[data-selected]').textContent()).toBe('0');
	});
});

describe('the split pane', () => {
	it('[F110] is resized by keys', async () => {
		await show('list');
		const divider = page.getByRole('separator', { name: 'Breite der Liste' });
		await divider.focus();
		await page.keyboard.press('ArrowRight');
		await expect.poll(() => divider.getAttribute('aria-valuenow')).toBe('436');
		await page.keyboard.press('Home');
		await expect.poll(() => divider.getAttribute('aria-valuenow')).toBe('280');
	});

	it('shows three panes, then a drawer, then one pane', async () => {
		await show('list');
		const layout = () => page.locator('[data-layout]').getAttribute('data-layout');
		expect(await layout()).toBe('three');
		await page.setViewportSize({ width: 900, height: 800 });
		await expect.poll(layout).toBe('two');
		await page.getByRole('button', { name: 'Umfeld ausblenden' }).click();
		await page.locator('[data-pane=context]').waitFor({ state: 'detached' });
		await page.setViewportSize({ width: 600, height: 800 });
		await expect.poll(layout).toBe('one');
		expect(await page.locator('[data-pane]').count()).toBe(1);
	});

	it('[F110] lets F6 go round the panes', async () => {
		await show('list');
		await page.getByRole('row').first().focus();
		await page.keyboard.press('F6');
		const pane = () => page.evaluate(() => document.activeElement?.closest('[data-pane]')?.getAttribute('data-pane'));
		await expect.poll(pane).toBe('detail');
		await page.keyboard.press('F6');
		await expect.poll(pane).toBe('context');
		await page.keyboard.press('F6');
		await expect.poll(pane).toBe('list');
	});
});

describe('keys and dialogs', () => {
	it('[F110] a menu opens by key and chooses by key, also before its own code has come', async () => {
		await show('controls');
		for (const key of ['ArrowDown', 'Enter']) {
			await page.locator('button[aria-haspopup=menu]').last().focus();
			await page.keyboard.press(key);
			await page.getByRole('menuitem').waitFor();
			await expect.poll(() => page.locator('[role=menuitem]:focus').count()).toBe(1);
			await page.keyboard.press('Enter');
			await expect.poll(() => page.getByRole('menu').count()).toBe(0);
			await expect.poll(() => page.locator('button[aria-haspopup=menu]:focus').count()).toBe(1);
		}
		expect(await page.locator('[data-log]').textContent()).toBe('a a');
	});

	it('opens the palette, finds across groups, shows keys and runs what is chosen', async () => {
		await show('controls');
		await page.keyboard.press('Control+k');
		const box = page.getByRole('combobox', { name: 'Suche und Befehle' });
		await box.fill('>posta');
		const option = page.locator('[role=option][aria-selected=true]');
		await expect.poll(() => option.textContent()).toContain('Zum Postausgang');
		expect(await option.textContent()).toMatch(/G\s*dann\s*P/);
		await page.keyboard.press('Enter');
		await expect.poll(() => page.locator('[data-log]').textContent()).toContain('ran:go.outbox');
		await page.keyboard.press('Control+k');
		await box.fill('druck');
		await page.getByRole('option', { name: 'Drucker Weiß' }).waitFor();
		await page.keyboard.press('Escape');
		await box.waitFor({ state: 'detached' });
	});

	it('[F110] searches the key sheet and switches letters off', async () => {
		await show('controls');
		await page.keyboard.press('?');
		const dialog = page.getByRole('dialog', { name: 'Tasten' });
		await dialog.getByRole('searchbox').fill('übernehmen');
		await expect.poll(() => dialog.locator('dt').allTextContents()).toEqual(['Übernehmen oder freigeben']);
		await dialog.getByRole('checkbox').uncheck();
		await page.keyboard.press('Escape');
		await dialog.waitFor({ state: 'detached' });
		await page.keyboard.press('n');
		await page.keyboard.press('F6');
		await expect.poll(() => page.locator('[data-log]').textContent()).toBe('pane.next');
	});

	it('gives the focus back when a dialog closes, and takes no commands while one is open', async () => {
		await show('controls');
		const opener = page.getByRole('button', { name: 'Neuer Vorgang' }).first();
		await opener.click();
		const dialog = page.getByRole('dialog');
		await dialog.getByRole('button', { name: 'Vorgang anlegen' }).focus();
		await page.keyboard.press('r');
		await page.keyboard.press('Escape');
		await dialog.waitFor({ state: 'detached' });
		await expect.poll(() => opener.evaluate((button) => button === document.activeElement)).toBe(true);
		expect(await page.locator('[data-log]').textContent()).toBe('');
	});

	it('[F110] a key that comes while a dialog closes is not lost, and what it opens keeps the focus', async () => {
		await show('controls');
		await page.keyboard.press('?');
		await page.waitForFunction(() => document.querySelector('[role="dialog"]')?.contains(document.activeElement));
		const wasThere = await page.evaluate(async () => {
			const press = (key: string, more = {}) =>
				document.activeElement!.dispatchEvent(
					new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more }),
				);
			const dialog = document.querySelector('[role="dialog"]')!;
			const { promise, resolve } = Promise.withResolvers<boolean>();
			new MutationObserver(() => {
				if (dialog.getAttribute('data-state') !== 'closed') return;
				const isStillThere = dialog.contains(document.activeElement);
				press('k', { ctrlKey: true });
				resolve(isStillThere);
			}).observe(dialog, { attributes: true });
			press('Escape');
			return promise;
		});
		expect(wasThere).toBe(true);
		const field = page.getByRole('combobox', { name: 'Suche und Befehle' });
		await field.waitFor();
		await expect.poll(() => page.getByRole('dialog').count()).toBe(1);
		await page.keyboard.type('>');
		expect(await field.inputValue()).toBe('>');
	});

	it('reaches a toast by F8, holds it meanwhile, and undoes', async () => {
		await show('controls');
		await page.getByRole('button', { name: 'Vorgang schließen' }).click();
		expect(await page.getByRole('status').filter({ hasText: '104-2173 geschlossen' }).count()).toBe(1);
		await page.keyboard.press('F8');
		await expect.poll(() => page.evaluate(() => document.activeElement?.textContent?.trim())).toBe('Rückgängig');
		await page.keyboard.press('Enter');
		await expect.poll(() => page.locator('[data-log]').textContent()).toMatch(/^hold undone letgo/);
	});

	it('ties a field to its hint and its error', async () => {
		await show('controls');
		const field = page.getByRole('textbox', { name: 'Ihre E-Mail-Adresse' });
		expect(await field.getAttribute('aria-invalid')).toBe('true');
		const id = (await field.getAttribute('aria-describedby'))!;
		expect(await page.locator(`[id="${id}"]`).textContent()).toContain('Geben Sie eine E-Mail-Adresse an');
	});

	it('loads no editor before somebody writes', async () => {
		const scripts: string[] = [];
		page.on('request', (request) => request.resourceType() === 'script' && scripts.push(request.url()));
		await show('controls');
		expect(scripts.filter((url) => url.includes('rich-editor'))).toEqual([]);
	});
});

describe('a message from a stranger', () => {
	it('[MH1] [MH2] runs nothing and loads nothing', async () => {
		const foreign: string[] = [];
		await context.route(/track\.example|evil\.example/, (route) => {
			foreign.push(route.request().url());
			return route.abort();
		});
		await show('mail');
		await page.waitForLoadState('networkidle');
		expect(await call('window.hacked ?? null')).toBeNull();
		expect(foreign).toEqual([]);
		const left = await page.locator('[data-mail]').evaluate((host) => host.shadowRoot!.innerHTML);
		expect(left).not.toMatch(
			/<(script|iframe|form|input|button|style|link|meta|base|object|video|svg|math)|\son\w+=|javascript:|track\.example|class="fixed|id="app"/i,
		);
		expect(left).toContain('Guten Tag');
		expect(left).toContain('Zelle');
	});

	it('[MH2] loads pictures of the mail itself, and leads to foreign ones by a link', async () => {
		await show('mail');
		expect(await page.getByAltText('Logo').getAttribute('src')).toMatch(/^data:image\/gif/);
		const foreign: string[] = [];
		await context.route(/pictures\.example/, (route) => {
			foreign.push(new URL(route.request().url()).pathname);
			return route.abort();
		});
		await show('quotes');
		const link = page.getByRole('link', { name: 'Angebot (pictures.example)' });
		expect(await link.getAttribute('href')).toBe('https://pictures.example/offer.png');
		expect(await page.locator('[data-mail] a').count()).toBe(2);
		await page.getByText('2 Bilder liegen auf fremden Servern und sind nicht geladen').waitFor();
		await link.focus();
		await page.getByText('Führt zu https://pictures.example/offer.png').waitFor();
		expect(foreign).toEqual([]);
		expect(await call('window.askedPictures')).toEqual([]);
	});

	it('[MH2] shows foreign pictures when somebody asks for them, in their places, and never what tracks', async () => {
		const foreign: string[] = [];
		await context.route(/pictures\.example/, (route) => {
			foreign.push(route.request().url());
			return route.abort();
		});
		await show('quotes');
		await page.locator('[data-mail] summary').first().click();
		await page.getByRole('button', { name: 'Bilder laden' }).click();
		await page.getByText('Fremde Bilder holt das Relay, und das ist gerade nicht erreichbar.').waitFor();
		expect(await page.locator('[data-mail] img').count()).toBe(0);

		await page.getByRole('button', { name: 'Noch einmal versuchen' }).click();
		const offer = page.locator('[data-mail] img[alt="Angebot"]');
		await page.getByText('1 Bild konnte nicht geladen werden.').waitFor();
		expect(await offer.getAttribute('src')).toMatch(/^blob:/);
		expect(await offer.getAttribute('width')).toBe('40');
		await expect.poll(() => offer.evaluate((image) => (image as HTMLImageElement).naturalWidth)).toBe(1);
		expect(await page.locator('[data-mail] a[href*="pictures.example"]').count()).toBe(0);

		await page.getByRole('button', { name: 'Noch einmal versuchen' }).click();
		await page.locator('[data-foreign-pictures]').waitFor({ state: 'detached' });
		expect(await page.locator('[data-mail] a[href="https://shop.example/"] img[src^="blob:"]').count()).toBe(1);
		expect(await page.locator('[data-mail] details').first().getAttribute('open')).toBe('');
		expect(await call('window.askedPictures')).toEqual([
			...['https://pictures.example/offer.png', 'https://pictures.example/button.png'],
			...['https://pictures.example/offer.png', 'https://pictures.example/button.png'],
			'https://pictures.example/button.png',
		]);
		expect(await page.locator('[data-mail]').evaluate((host) => host.shadowRoot!.innerHTML)).not.toMatch(
			/pixel\.png|onerror|remote-src/,
		);
		expect(foreign).toEqual([]);
	});

	it('[MH5] folds away what is quoted below and the signature, and keeps both', async () => {
		await show('quotes');
		const folds = page.locator('[data-mail] details');
		expect(await folds.locator('> summary').allTextContents()).toEqual(['Signatur', 'Zitierter Text']);
		expect(await page.getByText('Point by point', { exact: true }).isVisible()).toBe(true);
		expect(await page.getByText('What Kim wrote before').isVisible()).toBe(false);
		await folds.locator('> summary', { hasText: 'Zitierter Text' }).focus();
		await page.keyboard.press('Enter');
		await page.getByText('What Kim wrote before').waitFor();
		const text = page.locator('[data-folded-text]');
		expect(await text.getByText('Neu von Kim').isVisible()).toBe(true);
		expect(await text.getByText('> alt').isVisible()).toBe(false);
		await text.getByText('Zitierter Text').click();
		await text.getByText('> alt').waitFor();
	});

	it('[MH3] cannot lay itself over the app', async () => {
		await show('mail');
		const style = await page.locator('[data-mail] p').evaluate((node) => ({
			position: getComputedStyle(node).position,
			color: getComputedStyle(node).color,
			background: getComputedStyle(node).backgroundImage,
		}));
		expect(style).toEqual({ position: 'static', color: 'rgb(200, 0, 0)', background: 'none' });
	});

	it('[MH4] shows where a misleading link leads, and leaves scripts without a link', async () => {
		await show('mail');
		expect(await page.locator('[data-mail] a[href*="evil"]').textContent()).toBe(
			'www.bank.example (führt zu evil.example)',
		);
		expect(await page.locator('[data-mail] a', { hasText: 'Skript' }).getAttribute('href')).toBeNull();
		expect(await page.locator('[data-mail] a', { hasText: 'unsere Bank' }).getAttribute('rel')).toBe(
			'noopener noreferrer nofollow',
		);
	});

	it('shows plain text as text', async () => {
		await show('mail');
		await page.getByText('Nur Text <b>bleibt</b> Text').waitFor();
	});
});

describe('[F21] the shared draft', () => {
	const editor = (device: number) => page.locator(`[data-device="${device}"] .rich-text`);

	it('shows the other what one types, and who types', async () => {
		await show('composer');
		await editor(0).click();
		await page.keyboard.type('Guten Tag Frau Weiß');
		await expect.poll(() => editor(1).textContent()).toContain('Guten Tag Frau Weiß');
		await page.locator('[data-device="1"]').getByText('Ana schreibt in diesem Entwurf').waitFor();
		expect(await page.locator('[data-device="1"] .remote-caret').getAttribute('aria-hidden')).toBe('true');
		expect(await editor(0).getAttribute('aria-multiline')).toBe('true');
		expect(await editor(0).getAttribute('aria-label')).toBe('Antwort an Frau Weiß');
	});

	it('keeps what is typed while the editor is loading', async () => {
		let release = () => {};
		const held = new Promise<void>((resolve) => (release = resolve));
		await page.route(/rich-editor/, async (route) => {
			await held;
			await route.continue();
		});
		await show('composer');
		await page.locator('[data-device="0"] textarea').click();
		await page.keyboard.type('erledigt');
		await page.keyboard.press('Control+Enter');
		release();
		await expect.poll(() => page.locator('[data-sent]').textContent()).toContain('erledigt');
		await page.keyboard.type('!');
		await expect.poll(() => editor(1).textContent()).toContain('erledigt!');
		await page.unroute(/rich-editor/);
	});

	it('takes no style from another device', async () => {
		await show('composer');
		await editor(1).click();
		await page.keyboard.type('x');
		const caret = page.locator('[data-device="0"] .remote-caret');
		await caret.waitFor();
		expect(await caret.getAttribute('style')).toBe('--caret: var(--presence-1);');
	});

	it('hands over text and HTML on Ctrl+Enter, and nothing when empty', async () => {
		await show('composer');
		await editor(0).click();
		await page.keyboard.press('Control+Enter');
		await page.getByText('Schreiben Sie zuerst etwas.').waitFor();
		expect(await page.locator('[data-sent]').textContent()).toBe('');
		await page.keyboard.type('- eins');
		await page.keyboard.press('Enter');
		await page.keyboard.type('zwei');
		await page.keyboard.press('Control+Shift+Enter');
		const sent = page.locator('[data-sent]');
		await expect.poll(() => sent.textContent()).not.toBe('');
		expect(JSON.parse((await sent.textContent())!)).toEqual({
			text: '- eins\n- zwei',
			html: '<ul><li><p>eins</p></li><li><p>zwei</p></li></ul>',
			andDone: true,
		});
	});

	it('undoes only what oneself wrote', async () => {
		await show('composer');
		await editor(0).click();
		await page.keyboard.type('Ana');
		await editor(1).click();
		await page.keyboard.press('Control+End');
		await page.keyboard.type(' Ben');
		await expect.poll(() => editor(0).textContent()).toContain('Ana Ben');
		await page.locator('[data-device="0"]').getByRole('button', { name: 'Rückgängig' }).click();
		await expect.poll(() => editor(0).textContent()).not.toContain('Ana');
		expect(await editor(1).textContent()).toContain('Ben');
	});

	it('[F110] has a toolbar of one tab stop that arrows walk', async () => {
		await show('composer');
		await editor(0).click();
		await page.keyboard.type('fett');
		await page.keyboard.press('Control+a');
		const toolbar = page.locator('[data-device="0"]').getByRole('toolbar', { name: 'Formatierung' });
		expect(await toolbar.locator('button[tabindex="0"]').count()).toBe(1);
		await toolbar.getByRole('button', { name: 'Fett' }).click();
		await expect.poll(() => toolbar.getByRole('button', { name: 'Fett' }).getAttribute('aria-pressed')).toBe('true');
		expect(await editor(0).innerHTML()).toContain('<strong>fett</strong>');
		await toolbar.getByRole('button', { name: 'Fett' }).focus();
		await page.keyboard.press('ArrowRight');
		await expect.poll(focused).toBe('Kursiv');
		await page.keyboard.press('End');
		await expect.poll(focused).toBe('Datei anhängen');
	});

	it('changes its name and its colour as a note', async () => {
		await show('composer');
		await editor(0).waitFor();
		await page.locator('[data-device="0"]').getByRole('button', { name: 'Interne Notiz' }).click();
		await expect.poll(() => editor(0).getAttribute('aria-label')).toBe('Interne Notiz, für Kunden nicht sichtbar');
		await page.locator('[data-device="0"]').getByText('Das sieht nur Ihr Team.').waitFor();
	});
});
