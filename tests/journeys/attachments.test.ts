import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, type Download } from '@playwright/test';
import { expectSameEverywhere } from './support/same-everywhere.ts';
import { ben, test } from './support/world.ts';

const subject = 'Schadensbilder Halle 7';

test('[F26] a ticket with 40 attachments opens without loading one; a file attached offline reaches the other device', async ({
	world,
}) => {
	test.setTimeout(180_000);
	const a = await world.newcomer({ locale: 'de' });
	const b = await world.enrolDevice({ ...ben, locale: 'en' });
	const file = join(world.relay.data, '..', `${world.relay.port}-forty.eml`);
	await writeFile(file, mailWithAttachments(40));
	await world.relay.command('import', 'mail', file);
	await expect(a.row(subject)).toBeVisible();
	await expect(b.row(subject)).toBeVisible();

	const asked: string[] = [];
	a.page.on('request', (request) => {
		if (new URL(request.url()).pathname.startsWith('/blobs/')) asked.push(request.url());
	});
	await a.openTicket(subject, 'open');
	const files = a.timeline.getByRole('list', { name: a.t.attachment.list });
	await expect(files.getByRole('listitem')).toHaveCount(40);
	expect(asked).toEqual([]);

	const tile = (name: string) => files.getByRole('button', { name: a.t.attachment.open(name) });
	const saving = a.page.waitForEvent('download');
	await tile('messwerte-07.csv').click();
	expect(await contentOf(await saving)).toBe('Messreihe 7\r\n');
	expect(asked).toHaveLength(1);
	await expect(tile('messwerte-07.csv')).toHaveAccessibleName(new RegExp(a.t.attachment.states.here));

	// Without the network: the file that was read is here, another one says that it cannot be had now.
	await a.cutNetwork();
	const again = a.page.waitForEvent('download');
	await tile('messwerte-07.csv').click();
	expect(await contentOf(await again)).toBe('Messreihe 7\r\n');
	await tile('messwerte-08.csv').click();
	await expect(tile('messwerte-08.csv')).toHaveAccessibleName(new RegExp(a.t.attachment.states.failed));

	await a.startWriting('note');
	const choosing = a.page.waitForEvent('filechooser');
	await a.ticket.getByRole('button', { name: a.t.composer.attach }).click();
	await (
		await choosing
	).setFiles({ name: 'gutachten.txt', mimeType: 'text/plain', buffer: Buffer.from('Riss im Träger 4') });
	await expect(a.ticket.getByRole('button', { name: /^gutachten\.txt,/ })).toBeVisible();
	await a.draft.click();
	await a.page.keyboard.insertText('Gutachten vom Statiker.');
	await a.ticket.getByRole('button', { name: a.t.composer.sendNote }).click();
	await expect(a.timeline).toContainText('Gutachten vom Statiker.');

	await a.restoreNetwork();
	await expectSameEverywhere(world.relay, a, b);
	await b.openTicket(subject, 'open');
	const attached = b.timeline.getByRole('button', { name: b.t.attachment.open('gutachten.txt') });
	await expect(async () => {
		const reading = b.page.waitForEvent('download', { timeout: 5_000 });
		await attached.click();
		expect(await contentOf(await reading)).toBe('Riss im Träger 4');
	}).toPass({ timeout: 30_000 });
});

async function contentOf(download: Download): Promise<string> {
	return readFile(await download.path(), 'utf8');
}

function mailWithAttachments(count: number): string {
	const parts = Array.from({ length: count }, (_, i) => {
		const name = `messwerte-${String(i + 1).padStart(2, '0')}.csv`;
		return [
			'--parts',
			`Content-Type: text/csv; name="${name}"`,
			`Content-Disposition: attachment; filename="${name}"`,
			'Content-Transfer-Encoding: base64',
			'',
			Buffer.from(`Messreihe ${i + 1}\r\n`).toString('base64'),
		].join('\r\n');
	});
	const head = [
		'From: Gutachten Nord <pruefung@gutachten.example>',
		'To: service@desk.example',
		`Subject: ${subject}`,
		'Date: Mon, 16 Nov 2026 09:00:00 +0100',
		'Message-ID: <halle-7@gutachten.example>',
		'MIME-Version: 1.0',
		'Content-Type: multipart/mixed; boundary="parts"',
		'',
		'--parts',
		'Content-Type: text/plain; charset=utf-8',
		'',
		'Anbei alle Messreihen.',
	].join('\r\n');
	return `${head}\r\n${parts.join('\r\n')}\r\n--parts--\r\n`;
}
