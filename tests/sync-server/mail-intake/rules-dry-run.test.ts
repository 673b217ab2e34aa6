import { describe, expect, test } from 'vitest';
import type { MailRule } from '../../../src/lib/domain/desk-config.ts';
import { deskDocument, type LineId, type QueueId } from '../../../src/lib/domain/ids.ts';
import { writeDeskValue } from '../../../src/lib/document/desk-document.ts';
import { mailRulesCommand } from '../../../sync-server/commands/mail-rules.ts';
import { runCommand } from '../commands/run-command.ts';
import { enrol, runRelay, setUp, type TestRelay } from '../running-relay.ts';
import { take, ticketsOf } from './taken-in.ts';

const rule = (id: string, contains: string, shape: Partial<MailRule> = {}): MailRule => ({
	id,
	name: `Regel ${id}`,
	order: 1,
	active: true,
	when: [{ field: 'subject', contains }],
	put: {},
	stop: false,
	...shape,
});
const druck = rule('druck', 'drucker', {
	put: { queue: 'druck' as QueueId, priority: 2, tags: ['hw'] },
	active: false,
});
const eilig = rule('eilig', '1 (highest)', { when: [{ field: 'header', name: 'X-Priority', contains: '1 (' }] });

async function configure({ installation }: TestRelay, ...rules: MailRule[]) {
	await installation.relay.write(deskDocument, (doc) => {
		writeDeskValue(doc, `queue:${'druck' as QueueId}`, {
			id: 'druck' as QueueId,
			name: 'Druck',
			line: 'support' as LineId,
		});
		for (const rule of rules) writeDeskValue(doc, `rule:${rule.id}`, rule);
	});
}

describe('[F43] rules for mail on the relay', () => {
	test('the dry run shows hits on stored mails before a rule counts, to admins only', async () => {
		const relay = await runRelay();
		const admin = await setUp(relay);
		for (let i = 0; i < 50; i++) await take(relay.installation, { subject: `Drücker ${i}`, id: `d${i}@x` });
		for (let i = 0; i < 50; i++) {
			const headers = i % 10 === 0 ? ['X-Priority: 1 (Highest)'] : [];
			await take(relay.installation, { subject: `Rechnung ${i}`, id: `r${i}@x`, headers });
		}
		await take(relay.installation, { subject: 'AW: Drücker 1', answers: 'd1@x' });
		const answer = await admin.ask('/auth/mail-rules/dry-run', { rules: [druck, eilig] });
		expect(answer.status).toBe(200);
		expect(answer.body).toMatchObject({ mails: 100, counts: { druck: 50, eilig: 5 } });
		expect((answer.body.hits as object[]).length).toBe(55);
		expect(answer.body.hits).toContainEqual(
			expect.objectContaining({
				from: 'anna@kunde.example',
				rules: ['druck'],
				queue: 'druck',
				priority: 2,
				tags: ['hw'],
			}),
		);
		expect(ticketsOf(relay.installation).every(({ ticket }) => ticket.queue === 'inbox')).toBe(true);

		expect((await relay.ask('/auth/mail-rules/dry-run', { rules: [druck] })).status).toBe(401);
		const agent = await enrol(relay, admin, {
			mail: 'axel@desk.example',
			role: 'agent',
			lines: ['support'],
		});
		expect((await agent.ask('/auth/mail-rules/dry-run', { rules: [druck] })).status).toBe(403);
		expect((await admin.ask('/auth/mail-rules/dry-run', { rules: [{ id: 'x' }] })).status).toBe(400);
	});

	test('an active rule puts a new ticket into its queue, with priority and tags; an answer stays where it is', async () => {
		const relay = await runRelay();
		await setUp(relay);
		await configure(relay, { ...druck, active: true });
		await take(relay.installation, { subject: 'Der Drucker', id: 'a@x' });
		await take(relay.installation, { subject: 'Rechnung', id: 'b@x' });
		await take(relay.installation, { subject: 'AW: Drucker', answers: 'b@x' });
		const found = ticketsOf(relay.installation).map(({ ticket: { subject, queue, priority, tags } }) => ({
			...{ subject, queue, priority, tags },
		}));
		expect(found).toHaveLength(2);
		expect(found).toContainEqual({ subject: 'Der Drucker', queue: 'druck', priority: 2, tags: ['hw'] });
		expect(found).toContainEqual({ subject: 'Rechnung', queue: 'inbox', priority: 3, tags: [] });
	});

	test('a rule whose queue is gone moves nothing', async () => {
		const relay = await runRelay();
		await setUp(relay);
		await configure(relay, rule('weg', 'drucker', { put: { queue: 'weg' as QueueId } }));
		await take(relay.installation, { subject: 'Drucker' });
		expect(ticketsOf(relay.installation)[0]?.ticket.queue).toBe('inbox');
	});

	test('mail rules --dry-run prints what each rule hits', async () => {
		const relay = await runRelay();
		await setUp(relay);
		await configure(relay, druck);
		await take(relay.installation, { subject: 'Drucker' });
		const data = relay.installation.config.data;
		const { code, printed } = await runCommand(mailRulesCommand, data, ['--dry-run']);
		expect(code).toBe(0);
		expect(printed.join('\n')).toContain('Regel druck: 1 of 1 mails');
		expect((await runCommand(mailRulesCommand, data, [])).code).toBe(2);
	});
});
