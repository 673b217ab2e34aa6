import { expect, type Locator } from '@playwright/test';
import { knowledgeDe as t } from '../../src/lib/ui/words/de-knowledge.ts';
import { axeFindings } from './support/axe.ts';
import { caretToEnd } from './support/caret.ts';
import type { Device } from './support/device.ts';
import { ben, test } from './support/world.ts';

const title = 'Barzahlung an der Kasse';

function part(device: Device, name: keyof typeof t.edit.parts): Locator {
	return device.page.getByRole('textbox', { name: t.edit.parts[name], exact: true });
}

/** Puts a line at the end of a part. */
async function write(device: Device, name: keyof typeof t.edit.parts, text: string): Promise<void> {
	await caretToEnd(part(device, name));
	if (text.startsWith('\n')) await device.page.keyboard.press('Enter');
	await device.page.keyboard.insertText(text.trimStart());
}

/** As the clipboard of another program brings it. */
async function paste(device: Device, name: keyof typeof t.edit.parts, html: string): Promise<void> {
	await part(device, name).click();
	await part(device, name).evaluate((element, pasted) => {
		const clipboardData = new DataTransfer();
		clipboardData.setData('text/html', pasted);
		element.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
	}, html);
}

async function toKnowledge(device: Device): Promise<void> {
	await device.page.keyboard.press('g');
	await device.page.keyboard.press('k');
	await device.page.waitForURL(/\/knowledge\/all/);
}

test('[F58] [F60] [F61] two agents write one case offline, a version is agreed and restored, a variant shows where it differs', async ({
	world,
}) => {
	test.setTimeout(240_000);
	const a = await world.newcomer({ locale: 'de' });
	const b = await world.enrolDevice({ ...ben, locale: 'de' });

	// By keys alone: to knowledge, a new case, its text, back out of the editor.
	await toKnowledge(a);
	await a.page.keyboard.press('n');
	await a.page.getByLabel(t.create.name).fill(title);
	await a.page.keyboard.press('Enter');
	await expect(part(a, 'title')).toContainText(title);
	await write(a, 'steps', 'Vertrag öffnen');
	await write(a, 'answer', 'Bitte wählen Sie die Zahlart bar.');
	// What comes from elsewhere becomes text: no script, no handler, tables as lines; and not too much of it at once.
	const foreign =
		'<script>document.title = "x"</script><img src="x" onerror="document.title = 1"><p onclick="x()">Modelle</p>';
	await paste(a, 'body', `${foreign}<table><tr><td>A</td><td>B</td></tr></table><a href="javascript:x()">hier</a>`);
	await expect(part(a, 'body')).toContainText('Modelle');
	await expect(part(a, 'body')).toContainText('A | B');
	await expect(part(a, 'body').locator('img, script, table, a, [onclick]')).toHaveCount(0);
	await paste(a, 'body', `<table>${'<tr><td>Zelle</td></tr>'.repeat(20_000)}</table>`);
	await expect(a.page.getByRole('alert').filter({ hasText: t.edit.tooLong })).toBeVisible();
	await expect(part(a, 'body')).not.toContainText('Zelle');
	await a.isCurrent();

	await toKnowledge(b);
	await b.row(title).click();
	await expect(b.page.getByRole('article')).toContainText('Vertrag öffnen');
	await b.page.keyboard.press('e');
	await write(b, 'steps', '\nZahlart wählen');
	await expect(a.page.locator('[data-others]')).toContainText(ben.name);
	await expect(part(a, 'steps')).toContainText('Zahlart wählen');

	// Both go on without the network.
	await a.cutNetwork();
	await b.cutNetwork();
	await write(a, 'steps', '\nBeleg drucken');
	await write(b, 'body', 'Bis 10.000 Euro ist Bargeld erlaubt.');
	await write(b, 'steps', '\nWechselgeld prüfen');
	await a.restoreNetwork();
	await b.restoreNetwork();
	for (const device of [a, b]) {
		await expect(part(device, 'steps')).toContainText('Beleg drucken', { timeout: 45_000 });
		await expect(part(device, 'steps')).toContainText('Wechselgeld prüfen', { timeout: 45_000 });
		await expect(part(device, 'body')).toContainText('Bis 10.000 Euro');
	}

	// A version is agreed with somebody, and a colleague has not read it yet.
	await a.page.getByRole('button', { name: t.state.title }).click();
	const dialog = a.page.getByRole('dialog');
	await dialog.getByRole('button', { name: t.state['to-agreed'] }).click();
	await dialog.getByLabel(t.state.agreedBy).fill('Frau Nowak');
	await dialog.getByRole('button', { name: t.state['to-agreed'] }).last().click();
	await expect(dialog).toHaveCount(0);
	await a.page.keyboard.press('Escape');
	await a.page.keyboard.press('Escape');
	const article = a.page.getByRole('article');
	await expect(article).toContainText(t.read.version(1));
	await expect(article).toContainText('Abgestimmt mit Frau Nowak');
	await expect(article).toContainText(ben.name);
	expect(await axeFindings(a, 'article')).toEqual([]);

	await b.page.getByRole('button', { name: t.edit.done }).click();
	const readIt = b.page.getByRole('button', { name: t.read.haveRead });
	await expect(readIt).toBeVisible({ timeout: 30_000 });
	await b.page.keyboard.press('r');
	await expect(b.page.getByRole('article')).toContainText(t.read.youHaveRead(1));
	await expect(article).toContainText(t.read.allHaveRead, { timeout: 30_000 });

	// What is written on top of it is no version yet; the first one comes back.
	await a.page.keyboard.press('e');
	await write(a, 'answer', 'Nur heute.');
	await a.page.keyboard.press('Control+Enter');
	await dialog.getByLabel(t.version.note).fill('Befristet');
	await a.page.keyboard.press('Enter');
	await expect(dialog).toContainText(t.version.saved(2));
	await expect(dialog).toContainText('Befristet');
	await dialog.getByRole('button', { name: `${t.version.restore}: ${t.read.version(1)}` }).click();
	await expect(dialog).toContainText(t.version.restored(1));
	await a.page.keyboard.press('Escape');
	await expect(part(a, 'answer')).not.toContainText('Nur heute');
	await expect(part(a, 'answer')).toContainText('Zahlart bar');
	expect(await axeFindings(a, 'editor')).toEqual([]);
	await a.page.getByRole('button', { name: t.edit.done }).click();

	// A variant shows only where it differs.
	await a.page.getByRole('button', { name: t.read.actions }).click();
	await a.page.getByRole('menuitem', { name: t.create.variant }).click();
	await a.page.getByLabel(t.create.name).fill('Ratenzahlung an der Kasse');
	await a.page.keyboard.press('Enter');
	await expect(part(a, 'title')).toContainText('Ratenzahlung');
	await write(a, 'steps', '\nRatenplan anlegen');
	await a.page.getByRole('button', { name: t.edit.done }).click();
	const differences = a.page.locator('[data-differences]');
	await expect(differences).toContainText('Ratenplan anlegen');
	await expect(differences).not.toContainText('Vertrag öffnen');
	await expect(article.getByRole('link', { name: title })).toBeVisible();
	expect(await axeFindings(a, 'variant')).toEqual([]);

	// What the base changes is offered part by part; a value that was set by mistake is taken back by key.
	await article.getByRole('link', { name: title }).click();
	await expect(article.getByRole('heading', { level: 1 })).toHaveText(title);
	await a.page.keyboard.press('e');
	await write(a, 'body', 'Höchstens 3.000 Euro');
	await a.page.getByLabel(t.edit.level).selectOption('2');
	await a.page.getByRole('heading', { level: 1 }).focus();
	await a.page.keyboard.press('z');
	await expect(a.page.getByLabel(t.edit.level)).toHaveValue('1');
	await a.page.getByRole('button', { name: t.state.title }).click();
	await dialog.getByRole('button', { name: t.state['to-standard'] }).click();
	await dialog.getByRole('button', { name: t.state['to-standard'] }).last().click();
	await expect(dialog).toHaveCount(0);
	await a.page.getByRole('button', { name: t.edit.done }).click();
	await article.getByRole('link', { name: 'Ratenzahlung an der Kasse' }).click();
	const offer = a.page.locator('[data-offer]');
	await offer.getByRole('button', { name: t.read.look }).click();
	await expect(offer.locator('[data-part-offer]')).toHaveCount(1);
	await expect(offer.locator('[data-part-offer="de:body"]')).toContainText('Höchstens 3.000 Euro');
	await offer.getByRole('button', { name: t.read.takePart(`${t.edit.parts.body} (${t.languages.de})`) }).press('Enter');
	await expect(offer).toHaveCount(0);
	await article.getByRole('button', { name: t.read.wholeText }).click();
	await expect(article).toContainText('Höchstens 3.000 Euro');
});
