import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Locator } from '@playwright/test';
import { casesDe as t } from '../../src/lib/ui/words/de-cases.ts';
import { axeFindings } from './support/axe.ts';
import { caretToEnd } from './support/caret.ts';
import type { Device } from './support/device.ts';
import type { RelayProcess } from './support/relay-process.ts';
import { ben, test } from './support/world.ts';

const subject = 'Kasse in Filiale 12 startet nicht';
const title = 'Kasse startet nicht';
const files = {
	'kasse.de.md': `---
title: "${title}"
pattern: ["Die Kasse startet nicht", "Der Bildschirm bleibt schwarz"]
type: "case"
state: "standard"
agreedBy: "Frau Nowak"
level: 1
documentation: [{"id": "till", "label": "Kassennummer", "required": true, "choices": []}]
permissions: [{"line": null, "category": null, "role": "agent", "may": "answer"}, {"line": null, "category": null, "role": "admin", "may": "change"}]
---
<!-- steps -->

1. Stromkabel prüfen
2. Kasse neu starten

<!-- answer -->

{{salutation}}

bitte starten Sie die Kasse {{Kasse}} **neu**.
`,
	'storno.de.md': `---
title: "Storno nach Kassenabschluss"
type: "case"
state: "standard"
agreedBy: "Frau Nowak"
level: 2
permissions: [{"line": null, "category": null, "role": "agent", "may": "forward"}, {"line": null, "category": null, "role": "admin", "may": "change"}]
---
<!-- answer -->

Wir nehmen das Storno für Sie vor.
`,
};

async function importCases(relay: RelayProcess): Promise<void> {
	const folder = await mkdtemp(join(tmpdir(), 'tresen-cases-'));
	try {
		for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
		await relay.command('import', 'markdown', folder);
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}

/** A text module is written on the settings page. */
async function addModule({ page, t: all }: Device, name: string, text: string): Promise<void> {
	await page
		.getByRole('navigation', { name: all.nav.main })
		.getByRole('link', { name: all.nav.settings, exact: true })
		.click();
	const places = page.getByRole('navigation', { name: all.admin.places.label });
	await places.getByRole('link', { name: all.admin.places.texts, exact: true }).click();
	await page.getByRole('button', { name: all.admin.texts.add }).click();
	const dialog = page.getByRole('dialog');
	await dialog.getByLabel(all.admin.texts.name, { exact: true }).fill(name);
	await dialog.getByRole('textbox', { name: all.admin.texts.text, exact: true }).fill(text);
	await dialog.getByRole('button', { name: all.common.save }).click();
	await expect(dialog).toBeHidden();
}

/** A group and a category in it. */
async function addCategory({ page, t: all }: Device): Promise<void> {
	const places = page.getByRole('navigation', { name: all.admin.places.label });
	await places.getByRole('link', { name: all.admin.places.categories, exact: true }).click();
	const dialog = page.getByRole('dialog');
	for (const [button, name] of [
		[t.categories.addGroup, 'Hardware'],
		[t.categories.add, 'Kassenstart'],
	] as const) {
		await page.getByRole('button', { name: button, exact: true }).click();
		await dialog.getByLabel(t.categories.name, { exact: true }).fill(name);
		await dialog.getByRole('button', { name: all.common.save }).click();
		await expect(dialog).toBeHidden();
	}
	await expect(page.getByText('Kassenstart', { exact: true })).toBeVisible();
}

const knowledge = ({ page }: Device): Locator => page.getByRole('region', { name: t.panel.title });

test('[F58] [F62] [F63] [F116] without a network a standard case is applied, its answer sent, its field asked for at the end; signs open lists at the caret; a colleague sees all of it', async ({
	world,
}) => {
	test.setTimeout(240_000);
	const a = await world.newcomer({ locale: 'de' });
	await importCases(world.relay);
	await addModule(a, 'Gruß', 'Mit freundlichen Grüßen, {{agent.firstName}}');
	await addCategory(a);
	await a.openTicketByPhone({ name: 'Frau Nowak', mail: 'nowak@shop.example', subject, text: 'Seit heute früh.' });
	await a.isCurrent();
	const b = await world.enrolDevice(ben);
	await b.openTicket(subject, 'open');

	await a.openTicket(subject, 'open');
	const offer = knowledge(a).getByRole('button', { name: title });
	await expect(offer).toBeVisible();
	await a.cutNetwork();
	await a.isOffline();

	// The answer goes below what is written already.
	await a.write('reply', 'Guten Morgen,');
	await offer.click();
	await expect(knowledge(a)).toContainText(t.may.change);
	await knowledge(a)
		.getByRole('button', { name: t.panel.applyCase(title) })
		.click();
	await expect(a.draft).toContainText('Guten Morgen,');
	await expect(a.draft).toContainText('bitte starten Sie die Kasse {{Kasse}} neu.');
	await expect(a.draft.locator('strong')).toHaveText('neu');

	// Ticks and their state.
	await knowledge(a).getByLabel('Stromkabel prüfen').check();
	await expect(knowledge(a)).toContainText(t.panel.progress(1, 2));

	// A category by three letters.
	await a.page.getByRole('heading', { level: 1 }).focus();
	await a.page.keyboard.press('t');
	await a.page.getByRole('dialog').getByRole('combobox').fill('kas');
	await a.page.getByRole('dialog').getByRole('option', { name: 'Hardware › Kassenstart' }).click();
	await a.page.keyboard.press('Escape');
	await expect(a.page.getByRole('button', { name: 'Hardware › Kassenstart', exact: true })).toBeVisible();

	// `::` by keyboard alone; Escape leaves the text as it is.
	await caretToEnd(a.draft);
	await a.page.keyboard.press('Enter');
	await a.page.keyboard.type('::gru');
	const modules = a.page.getByRole('listbox', { name: t.suggestions.modules });
	await expect(modules.getByRole('option', { name: 'Gruß' })).toBeVisible();
	await expect(a.draft).toHaveAttribute('aria-activedescendant', /./);
	await a.page.keyboard.press('Escape');
	await expect(modules).toBeHidden();
	await expect(a.draft).toContainText('::gru');
	await a.page.keyboard.press('Backspace');
	await a.page.keyboard.type('u');
	await expect(modules).toBeHidden();
	for (let i = 0; i < 5; i++) await a.page.keyboard.press('Backspace');
	await a.page.keyboard.type('::gru');
	await expect(modules.getByRole('option', { name: 'Gruß' })).toBeVisible();
	expect(await axeFindings(a, 'the list at the caret')).toEqual([]);
	await caretToEnd(a.draft);
	await expect(modules.getByRole('option', { name: 'Gruß' })).toBeVisible();
	await a.page.keyboard.press('Enter');
	await expect(a.draft).toContainText('Mit freundlichen Grüßen, Anna');

	// What nobody filled in is asked for before anything is sent.
	await a.page.keyboard.press('Control+Enter');
	await expect(a.ticket.getByText(a.t.composer.placeholder('Kasse'))).toBeVisible();
	await a.page.keyboard.insertText('12-3');
	await a.page.keyboard.press('Control+Enter');
	await expect(a.timeline).toContainText('bitte starten Sie die Kasse 12-3 neu.');

	// Closing asks for the field, names it and puts the focus there.
	await a.choose('status', a.t.status.closed);
	await expect(knowledge(a).getByLabel('Kassennummer')).toBeFocused();
	await expect(a.details).not.toContainText(a.t.status.closed);
	await a.page.keyboard.insertText('12-3');
	await a.page.keyboard.press('Enter');

	// A note: a case as a link by `??`, a colleague by `@`.
	await a.startWriting('note');
	await a.draft.click();
	await a.page.keyboard.type('Siehe ??storno');
	await expect(a.page.getByRole('listbox', { name: t.suggestions.cases })).toBeVisible();
	await a.page.keyboard.press('Enter');
	await expect(a.draft.getByRole('link', { name: 'Storno nach Kassenabschluss' })).toBeVisible();
	await a.page.keyboard.type('@be');
	await expect(a.page.getByRole('option', { name: ben.name })).toBeVisible();
	await a.page.keyboard.press('Tab');
	await a.page.keyboard.type('bitte lesen.');
	await a.page.keyboard.press('Control+Enter');
	await expect(a.timeline).toContainText(`@${ben.name} bitte lesen.`);
	// On the phone the bar below may cover a button of the timeline by half.
	const findings = await axeFindings(a, 'a ticket with a case');
	expect(findings.filter((finding) => !finding.includes('390: target-size'))).toEqual([]);

	await a.restoreNetwork();
	await a.isCurrent();

	// The colleague sees ticks, documentation and the mention, and why a button does nothing.
	await b.showView('asked');
	await expect(b.row(subject)).toContainText('@');
	await b.openTicket(subject, 'asked');
	await expect(knowledge(b).getByLabel('Stromkabel prüfen')).toBeChecked();
	await expect(knowledge(b).getByLabel('Kassennummer')).toHaveValue('12-3');
	await knowledge(b).getByLabel(t.panel.search).fill('storno');
	await knowledge(b).getByRole('button', { name: 'Storno nach Kassenabschluss' }).click();
	await expect(knowledge(b)).toContainText(`${t.may.forward} ${t.whoAnswers('Anna Berg')}`);
	const apply = knowledge(b).getByRole('button', { name: t.panel.applyCase('Storno nach Kassenabschluss') });
	await expect(apply).toHaveAttribute('aria-disabled', 'true');
	await knowledge(b).getByLabel('Kasse neu starten').check();
	await expect(knowledge(a)).toContainText(t.panel.progress(2, 2));
	await a.closeTicket();
});
