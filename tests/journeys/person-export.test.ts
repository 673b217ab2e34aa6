import { readFileSync } from 'node:fs';
import { expect, type Page } from '@playwright/test';
import yauzl from 'yauzl';
import type { PersonExport } from '../../src/lib/document/person-export.ts';
import { callsDe as t } from '../../src/lib/ui/words/de-calls.ts';
import { axeFindings } from './support/axe.ts';
import { test } from './support/world.ts';

async function unpack(path: string): Promise<Map<string, string>> {
	const archive = await yauzl.fromBufferPromise(readFileSync(path), { strictFileNames: true });
	const files = new Map<string, string>();
	for await (const entry of archive.eachEntry()) {
		const pieces: Buffer[] = [];
		for await (const piece of await archive.openReadStreamPromise(entry)) pieces.push(piece as Buffer);
		files.set(entry.fileName, Buffer.concat(pieces).toString('utf8'));
	}
	return files;
}

async function exported(page: Page): Promise<{ name: string; files: Map<string, string>; data: PersonExport }> {
	const [download] = await Promise.all([
		page.waitForEvent('download', { timeout: 60_000 }),
		page.getByRole('button', { name: t.people.exporting.start, exact: true }).click(),
	]);
	const files = await unpack(await download.path());
	return {
		name: download.suggestedFilename(),
		files,
		data: JSON.parse(files.get('person.json') ?? '{}') as PersonExport,
	};
}

test('[F106] an admin exports everything about a person: from the relay, and without it what the device holds, which is said', async ({
	world,
}) => {
	test.setTimeout(120_000);
	const a = await world.newcomer({ locale: 'de' });
	const { page } = a;
	await page.keyboard.press('l');
	await expect(page.getByRole('combobox', { name: t.form.caller })).toBeFocused();
	await page.keyboard.type('Kim Weiß');
	await page.keyboard.press('Tab');
	await page.keyboard.type('030 5550119');
	await page.keyboard.press('Tab');
	await expect(page.getByRole('textbox', { name: t.form.request })).toBeFocused();
	await page.keyboard.type('Drucker macht Streifen');
	await page.keyboard.press('Control+Enter');
	await expect(page.getByRole('status').filter({ hasText: a.t.toast.contactEnded.solved })).toBeAttached();
	await a.isCurrent();

	await page.goto(`${a.url}/contacts`);
	await page.getByRole('link', { name: 'Kim Weiß' }).first().click();
	await page.getByRole('button', { name: t.people.exporting.open }).click();
	const dialog = page.getByRole('dialog', { name: t.people.exporting.title('Kim Weiß') });
	await expect(dialog.getByLabel(t.people.exporting.internal)).toBeChecked();
	expect(await axeFindings(a, 'export a person')).toEqual([]);
	const online = await exported(page);
	expect(online.name).toBe('Kim Weiß.zip');
	expect(online.data).toMatchObject({ gatheredBy: 'relay', internal: 'included', missing: [] });
	expect([online.data.persons.length, online.data.contacts.length]).toEqual([1, 1]);
	expect(online.files.get('index.html')).toContain('Drucker macht Streifen');
	await expect(dialog).toContainText(t.people.exporting.done(0, 1, 0));

	await a.cutNetwork();
	await a.isOffline();
	const offline = await exported(page);
	expect(offline.data.gatheredBy).toBe('device');
	expect(offline.data.contacts).toEqual(online.data.contacts);
	expect(offline.files.get('index.html')).toContain('auf einem Gerät');
	await expect(dialog).toContainText(t.people.exporting.here);
});
