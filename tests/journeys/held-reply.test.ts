import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { axeFindings } from './support/axe.ts';
import type { Device } from './support/device.ts';
import { anna, ben, test } from './support/world.ts';

const subjects = ['Hebebühne senkt sich ab', 'Drucker streikt', 'Zwei Rechnungen'] as const;
const [lift, printer, bill] = subjects;
const answerOf = (who: string, subject: string) => `${who}: Antwort zu ${subject}`;

async function claimAndAnswer(device: Device, who: string): Promise<void> {
	for (const subject of subjects) {
		await device.openTicket(subject, 'open');
		await device.claimTicket();
		await device.reply(answerOf(who, subject));
	}
}

test('[F34] [F28] [F91] both answer the same tickets offline: one answer leaves, the other is held with both texts and is settled in each way', async ({
	world,
}) => {
	test.setTimeout(240_000);
	const a = await world.newcomer({ locale: 'de' });
	for (const subject of subjects)
		await a.openTicketByPhone({ name: 'Autohaus Petersen', mail: 'werkstatt@petersen.example', subject });
	await a.isCurrent();
	const b = await world.enrolDevice({ ...ben, locale: 'en', colorScheme: 'dark' });
	await b.showView('open');
	for (const subject of subjects) await expect(b.row(subject)).toBeVisible();
	for (const [device, who] of [
		[a, 'Anna'],
		[b, 'Ben'],
	] as const) {
		await device.cutNetwork();
		await device.isOffline();
		await claimAndAnswer(device, who);
		await expect(device.replyCard(answerOf(who, bill)).locator('[data-reply="waiting"]')).toBeVisible();
	}

	await a.restoreNetwork();
	await expect(a.timeline.locator('[data-reply="accepted"], [data-reply="sent"], [data-reply="failed"]')).toBeVisible();
	await b.restoreNetwork();
	const held = b.timeline.locator('[data-reply="held"]');
	await expect(held).toBeVisible();
	await expect(held).toContainText(answerOf('Ben', bill));
	await expect(held).toContainText(answerOf('Anna', bill));
	await expect(held.getByRole('heading', { level: 2 })).toContainText(anna.name);

	const findings = await axeFindings(b, 'a held reply');
	findings.push(...(await axeFindings(a, 'a reply on its way')));

	// All that needs Ben is in the outbox, and the chip counts it.
	await expect(b.syncChip).toContainText('3');
	await b.goTo('outbox');
	await expect(b.page.locator('[data-pending="held"]')).toHaveCount(3);
	findings.push(...(await axeFindings(b, 'the outbox')));
	expect(findings).toEqual([]);
	await b.page.getByRole('main').getByRole('link', { name: lift }).click();
	await expect(held).toContainText(answerOf('Anna', lift));

	// As a further message: it goes through the gate once more, and needs no claim.
	await held.getByRole('button', { name: b.t.held.followUp }).click();
	await expect(held).toHaveCount(0);
	await expect(b.timeline.locator('[data-reply="settled"]')).toBeVisible();
	await expect(b.timeline.locator('[data-reply="accepted"], [data-reply="sent"], [data-reply="failed"]')).toHaveCount(
		2,
	);

	// As a note: colleagues read it, the customer does not.
	await b.findTicket(printer);
	await held.getByRole('button', { name: b.t.held.keepAsNote }).click();
	await expect(held).toHaveCount(0);
	await expect(b.timeline.locator('[data-entry="note"]')).toContainText(answerOf('Ben', printer));

	// Discarded: it stays readable as what was not sent.
	await b.findTicket(bill);
	await held.getByRole('button', { name: b.t.held.discard }).click();
	await expect(held).toHaveCount(0);
	await expect(b.timeline.locator('[data-reply="settled"]')).toContainText(b.t.reply.settled.discarded(ben.name));
	await b.isCurrent();
	await b.goTo('outbox');
	await expect(b.page.locator('[data-pending="held"]')).toHaveCount(0);

	await a.openTicket(printer, 'mine');
	await expect(a.timeline.locator('[data-entry="note"]')).toContainText(answerOf('Ben', printer));
});

test('[F91] a reply is taken back while it can be, and its text is a draft again', async ({ world }) => {
	test.setTimeout(120_000);
	const a = await world.newcomer({ locale: 'de' });
	await a.openTicketByPhone({ name: 'Autohaus Petersen', mail: 'werkstatt@petersen.example', subject: lift });
	await a.openTicket(lift, 'open');
	await a.reply('Wir kommen um neun.');
	// Nobody held it: answering claims it.
	await expect(a.details).toContainText(a.t.claim.yours);
	await a.ticket.getByRole('button', { name: a.t.reply.withdraw }).click();
	await expect(a.timeline.locator('[data-reply="withdrawn"]')).toBeVisible();
	await expect(a.draft).toContainText('Wir kommen um neun.');

	// Without the network it waits on this device, with its age in the outbox.
	await a.cutNetwork();
	await a.isOffline();
	await a.ticket.getByRole('button', { name: a.t.composer.send, exact: true }).click();
	await expect(a.timeline.locator('[data-reply="waiting"]')).toContainText(a.t.reply.onDevice);
	await a.goTo('outbox');
	await expect(a.page.locator('[data-pending="waiting"]')).toContainText(lift);
	await a.restoreNetwork();
	await expect(a.page.locator('[data-pending="waiting"]')).toHaveCount(0);
});

test('[F34] what came in since a reply was begun is shown at the composer, and sending needs one more press', async ({
	world,
}) => {
	test.setTimeout(120_000);
	const a = await world.newcomer({ locale: 'de' });
	const mails = await mkdtemp(join(tmpdir(), 'tresen-mails-'));
	const receive = async (name: string, headers: string[], text: string) => {
		const file = join(mails, `${name}.eml`);
		const date = `Date: ${new Date(Date.now() - 60_000).toUTCString()}`;
		const all = ['From: Kim Weiss <kim@kunde.example>', 'To: help@desk.example', date, ...headers];
		await writeFile(file, `${all.join('\r\n')}\r\nContent-Type: text/plain\r\n\r\n${text}\r\n`);
		await world.relay.command('import', 'mail', file);
	};
	await receive('first', ['Subject: Kartenleser', 'Message-ID: <one@kunde.example>'], 'Der Leser streikt.');
	await a.openTicket('Kartenleser', 'open');
	await a.write('reply', 'Bitte einmal neu starten.');
	await receive(
		'second',
		['Subject: Re: Kartenleser', 'Message-ID: <two@kunde.example>', 'In-Reply-To: <one@kunde.example>'],
		'Es hat sich erledigt.',
	);
	const strip = a.ticket.locator('[data-guard="news"]');
	await expect(strip).toBeVisible();
	await a.ticket.getByRole('button', { name: a.t.composer.send, exact: true }).click();
	await expect(strip).toContainText(a.t.guard.pressAgain);
	await expect(a.timeline.locator('[data-entry="reply-requested"]')).toHaveCount(0);
	await strip.getByRole('button', { name: a.t.guard.sendAnyway }).click();
	await expect(a.timeline.locator('[data-entry="reply-requested"]')).toContainText('Bitte einmal neu starten.');
	await expect(a.timeline).toContainText('Es hat sich erledigt.');
});
