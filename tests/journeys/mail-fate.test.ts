import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { startSmtpSink, type SinkTrick } from '../support/smtp-sink.ts';
import { axeFindings } from './support/axe.ts';
import { test } from './support/world.ts';

const [leaver, printer, bill] = ['Kartenleser', 'Drucker streikt', 'Zwei Rechnungen'] as const;
const customers = { [leaver]: 'kim', [printer]: 'roth', [bill]: 'seidel' };

test('[F91] [F93] [F113] what becomes of mails: waiting for a mailbox, refused, perhaps sent, or the first of a ticket; and of two tickets made one', async ({
	world,
}) => {
	test.setTimeout(150_000);
	const sink = await startSmtpSink();
	try {
		const a = await world.newcomer({ locale: 'de' });
		const mails = await mkdtemp(join(tmpdir(), 'tresen-mails-'));
		const receive = async (name: string, subject: string, who: string, more: string[], text: string) => {
			const file = join(mails, `${name}.eml`);
			const date = new Date(Date.now() - 60_000).toUTCString();
			const headers = [
				...[
					`From: ${who} <${who}@kunde.example>`,
					'To: undisclosed-recipients:;',
					`Subject: ${subject}`,
					`Date: ${date}`,
				],
				...[`Message-ID: <${name}@kunde.example>`, ...more, 'Content-Type: text/plain'],
			];
			await writeFile(file, `${headers.join('\r\n')}\r\n\r\n${text}\r\n`);
			return file;
		};
		const written = Object.entries(customers).map(([subject, who]) =>
			receive(`${who}-1`, subject, who, [], `Es geht um: ${subject}.`),
		);
		await world.relay.command('import', 'mail', ...(await Promise.all(written)));
		const answers = { [leaver]: 'Bitte neu starten.', [printer]: 'Wir schicken Toner.', [bill]: 'Die zweite gilt.' };
		for (const [subject, text] of Object.entries(answers)) {
			await a.openTicket(subject, 'open');
			await a.reply(text);
		}

		// No mailbox sends for this line: the outbox says so, and what an administrator does about it.
		await a.isCurrent();
		await a.goTo('outbox');
		const waits = a.page.locator('[data-waits="no-mailbox"]');
		await expect(waits).toHaveCount(3);
		await expect(waits.first()).toContainText(a.t.outbox.waiting.what['no-mailbox']);
		await expect(waits.first().getByRole('link', { name: a.t.outbox.waiting.toMailboxes })).toBeVisible();
		expect(await axeFindings(a, 'the outbox with waiting replies')).toEqual([]);
		await a.cutNetwork();
		await expect(a.page.locator('[data-stale]')).toBeVisible({ timeout: 40_000 });
		await expect(waits).toHaveCount(3);

		// A mail that nobody asked for, written without a network: it goes the way of every reply.
		await a.page.getByRole('heading', { level: 1 }).focus();
		await a.page.keyboard.press('Shift+N');
		await a.page.getByLabel(a.t.newMail.to, { exact: true }).fill('Werk <werk@lieferant.example>');
		await a.page.getByLabel(a.t.forward.subject).fill('Ersatzteil');
		expect(await axeFindings(a, 'a new mail')).toEqual([]);
		await a.page.keyboard.press('Control+Enter');
		await expect(a.page.getByLabel(a.t.forward.text)).toBeFocused();
		await a.page.keyboard.type('Bitte eine Heizung schicken.');
		await a.page.keyboard.press('Control+Enter');
		await expect(a.ticket.getByRole('heading', { level: 1 })).toHaveText('Ersatzteil');
		await expect(a.timeline.locator('[data-reply="waiting"]')).toBeVisible();
		await a.goTo('outbox');
		await a.restoreNetwork();
		await expect(a.page.locator('[data-stale]')).toHaveCount(0);
		await expect(waits).toHaveCount(4);

		// The server refuses the first for good, and after the second it hangs up without a word.
		const tricks: SinkTrick[] = [
			{ kind: 'refuse', at: 'rcpt', code: 550, words: 'No such user here' },
			{ kind: 'drop-before-answer' },
		];
		sink.trick = () => tricks.shift();
		const smtp = ['--smtp-host', '127.0.0.1', '--smtp-port', String(sink.port), '--smtp-security', 'none'];
		const box = ['--name', 'Hilfe', '--line', 'support', '--address', 'help@desk.example'];
		await world.relay.command('mail', 'add', ...box, ...smtp);
		const failed = a.page.locator('[data-pending="failed"]');
		const uncertain = a.page.locator('[data-pending="uncertain"]');
		await expect(failed).toContainText(leaver, { timeout: 40_000 });
		await expect(uncertain).toContainText(printer);
		await expect(waits).toHaveCount(0);
		const sentTo = () => sink.mails.flatMap(({ to }) => to).sort();
		const taken = ['roth@kunde.example', 'seidel@kunde.example', 'werk@lieferant.example'];
		await expect.poll(sentTo).toEqual(taken);
		const first = sink.mails.find(({ to }) => to.includes('werk@lieferant.example'))!;
		expect(first.raw).toMatch(/^Subject: Ersatzteil/m);
		expect(first.raw).not.toMatch(/^In-Reply-To:/m);

		// Somebody called and asked: it did arrive. It is not sent a second time.
		await uncertain.getByRole('button', { name: a.t.reply.wasSent }).click();
		await expect(uncertain).toHaveCount(0);
		await failed.getByRole('link', { name: leaver }).click();
		const fate = a.timeline.locator('[data-reply]');
		await expect(fate).toContainText('No such user here');
		await fate.getByRole('button', { name: a.t.reply.sendAgain }).click();
		await expect(a.timeline.locator('[data-reply="sent"]')).toBeVisible({ timeout: 30_000 });
		expect(sentTo()).toEqual(['kim@kunde.example', ...taken]);

		// Two tickets become one; the customer answers to the one that is no more.
		await a.findTicket(bill);
		const number = /\d+-\d{4}/.exec(await a.ticket.innerText())![0];
		await a.findTicket(leaver);
		await a.chooseAction('ticket.merge');
		await a.page.getByRole('dialog').getByLabel(a.t.merge.intoNumber).fill(number);
		await a.page.getByRole('dialog').getByRole('button', { name: a.t.merge.merge }).click();
		await expect(a.ticket.locator('[data-merged]')).toContainText(number);
		await a.isCurrent();
		const ours = sink.mails.find(({ to }) => to.includes('kim@kunde.example'))!.messageId;
		const reply = await receive('kim-2', `Re: ${leaver}`, 'kim', [`In-Reply-To: <${ours}>`], 'Jetzt geht er wieder.');
		await world.relay.command('import', 'mail', reply);
		await a.ticket.locator('[data-merged]').getByRole('link').click();
		await expect(a.ticket.getByRole('heading', { level: 1 })).toHaveText(bill);
		await expect(a.timeline).toContainText('Jetzt geht er wieder.');
		expect(sink.mails).toHaveLength(4);
	} finally {
		await sink.close();
	}
});
