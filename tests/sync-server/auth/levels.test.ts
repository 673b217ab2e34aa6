import { expect, test } from 'vitest';
import { enrol, runRelay, setUp } from '../running-relay.ts';

test('[F58] an admin sets up to which level an agent answers; what is left out stays, and it outlives a restart', async () => {
	const first = await runRelay();
	const admin = await setUp(first);
	const agent = await enrol(first, admin, { mail: 'ben@desk.example' });
	const { id, role, lines } = agent.session.agent;
	const about = { id, role, lines, active: true };
	const published = (relay: typeof first) =>
		relay.installation.relay.readDesk().agents.find((known) => known.id === id)?.level;
	expect(published(first)).toBeUndefined();
	expect((await admin.ask('/auth/agents', { ...about, level: 2 })).status).toBe(200);
	expect(published(first)).toBe(2);
	expect((await admin.ask('/auth/agents', about)).status).toBe(200);
	expect(published(first)).toBe(2);
	expect((await agent.ask('/auth/agents', { ...about, level: 3 })).status).toBe(403);
	expect((await admin.ask('/auth/agents', { ...about, level: 4 })).status).toBe(400);
	await first.close();
	const second = await runRelay({ data: first.installation.config.data });
	expect(published(second)).toBe(2);
});

test('[F58] null takes the level away again', async () => {
	const relay = await runRelay();
	const admin = await setUp(relay);
	const agent = await enrol(relay, admin, { mail: 'ben@desk.example' });
	const { id, role, lines } = agent.session.agent;
	for (const level of [1, null])
		expect((await admin.ask('/auth/agents', { id, role, lines, active: true, level })).status).toBe(200);
	expect(relay.installation.relay.readDesk().agents.find((known) => known.id === id)).not.toHaveProperty('level');
});
