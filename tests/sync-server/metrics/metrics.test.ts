import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { encodePush } from '../../../src/lib/protocol/replica.ts';
import { writeExposition } from '../../../sync-server/metrics/exposition.ts';
import { emptyFolder, runRelay, setUp, type TestRelay } from '../running-relay.ts';

async function figures(relay: TestRelay, headers: Record<string, string> = {}): Promise<Map<string, number>> {
	const response = await fetch(`${relay.url}/metrics`, { headers });
	expect([response.status, response.headers.get('content-type')]).toEqual([
		200,
		'text/plain; version=0.0.4; charset=utf-8',
	]);
	const text = await response.text();
	const values = new Map<string, number>();
	for (const line of text.split('\n').filter((found) => found !== '' && !found.startsWith('#'))) {
		expect(line).toMatch(/^tresen_[a-z_]+(\{[a-z]+="[^"\n]*"(,[a-z]+="[^"\n]*")*\})? \d+(\.\d+)?(e-?\d+)?$/);
		const space = line.lastIndexOf(' ');
		values.set(line.slice(0, space), Number(line.slice(space + 1)));
	}
	return values;
}

describe('figures for a machine that watches', () => {
	test('count what is there and what was refused, by reason', async () => {
		const relay = await runRelay();
		const admin = await setUp(relay);
		const update = new Uint8Array([1, 1]);
		await fetch(`${relay.url}/replica/push`, {
			method: 'POST',
			headers: { cookie: admin.cookie },
			body: Uint8Array.from(
				encodePush([{ n: 1, document: `ticket/${'0'.repeat(26)}` as never, generation: 0, update }]),
			),
		});
		await relay.ask('/auth/me');
		await fetch(`${relay.url}/replica/pull`, { method: 'POST', body: '{}' });
		const { db } = relay.installation.database;
		const mail = db.prepare(
			`INSERT INTO outbound_mail (ticket, slot, request, kind, line, agent, recipient, message_id, state, causes, accepted_at, not_before)
			VALUES ('t', ?, ?, 'reply', 'support', 'maria', 'eva@customer.example', 'm', ?, '[]', ?, 0)`,
		);
		const now = relay.installation.now();
		mail.run('1', '1', 'failed', now - 90_000);
		mail.run('2', '2', 'failed', now - 30_000);
		mail.run('3', '3', 'sent', now - 900_000);

		const values = await figures(relay);
		expect(values.get('tresen_documents{kind="desk"}')).toBe(1);
		expect(values.get('tresen_pushed_edits_total{answer="rejected"}')).toBe(1);
		expect(values.get('tresen_refused_total{door="push",reason="malformed"}')).toBe(1);
		expect(values.get('tresen_refused_total{door="http",reason="sign-in"}')).toBe(2);
		expect(values.get('tresen_outbox_mails{state="failed"}')).toBe(2);
		expect(values.get('tresen_outbox_mails{state="sent"}')).toBe(1);
		expect(values.get('tresen_outbox_oldest_seconds{state="failed"}')).toBeGreaterThanOrEqual(90);
		expect(values.has('tresen_outbox_oldest_seconds{state="sent"}')).toBe(false);
		for (const name of [
			'memory_resident_bytes',
			'database_bytes',
			'connections',
			'requests_total',
			'disk_free_share',
		]) {
			expect([name, values.get(`tresen_${name}`)]).toEqual([name, expect.any(Number)]);
			expect(values.get(`tresen_${name}`)).toBeGreaterThan(0);
		}
		expect(values.has('tresen_event_loop_delay_seconds{quantile="0.99"}')).toBe(true);
		const text = [...values.keys()].join(' ');
		for (const secret of ['eva@', 'Maria', 'maria', 'Test desk', 'ticket/', admin.session.device.id]) {
			expect(text).not.toContain(secret);
		}
	});

	test('are for this machine alone, while nothing stands in front', async () => {
		const alone = await runRelay();
		const statusOf = async (relay: TestRelay, headers: Record<string, string> = {}) =>
			(await fetch(`${relay.url}/metrics`, { headers })).status;
		expect(await statusOf(alone)).toBe(200);
		expect(await statusOf(alone, { 'x-forwarded-for': '198.51.100.7' })).toBe(403);
		expect(await statusOf(alone, { authorization: 'Bearer ' })).toBe(200);
		// Behind a proxy every request comes from this machine.
		const behind = await runRelay({ publicUrl: 'https://desk.example.org' });
		expect(await statusOf(behind)).toBe(403);
		const trusting = await runRelay({ trustProxy: 'yes' });
		expect(await statusOf(trusting)).toBe(403);
	});

	test('with a token, for who sends it', async () => {
		const file = join(emptyFolder(), 'token');
		const metricsToken = 'a token of 24 characters'.replaceAll(' ', '-');
		writeFileSync(file, metricsToken);
		const relay = await runRelay({ publicUrl: 'https://desk.example.org', metricsToken });
		const statusOf = async (authorization?: string) =>
			(await fetch(`${relay.url}/metrics`, { headers: authorization === undefined ? {} : { authorization } })).status;
		expect(await statusOf(`Bearer ${metricsToken}`)).toBe(200);
		for (const wrong of [undefined, 'Bearer guess', metricsToken, `Bearer ${metricsToken} `.slice(0, -2)]) {
			expect(await statusOf(wrong)).toBe(403);
		}
		await figures(relay, { authorization: `Bearer ${metricsToken}` });
	});

	test('a label cannot break out of its quotes', () => {
		const samples = [{ labels: { reason: 'a"} 1\nevil 2 \\' }, value: 1 }];
		expect(writeExposition([{ name: 'x', help: 'y', kind: 'gauge', samples }])).toBe(
			'# HELP tresen_x y\n# TYPE tresen_x gauge\ntresen_x{reason="a\\"} 1\\nevil 2 \\\\"} 1\n',
		);
	});
});
