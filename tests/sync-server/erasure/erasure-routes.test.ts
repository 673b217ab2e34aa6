import { expect, test } from 'vitest';
import { erasePersonCommand } from '../../../sync-server/commands/erase-person.ts';
import { runCommand } from '../commands/run-command.ts';
import { emptyFolder, enrol, runRelay, setUp } from '../running-relay.ts';
import { addPerson, anneliese, factsOf, placesOf, told } from './erased-desk.ts';

test('[F106] only admins erase, after they have seen how much it is; the audit log tells it without a name', async () => {
	const relay = await runRelay();
	const admin = await setUp(relay);
	const agent = await enrol(relay, admin, { mail: 'axel@desk.example' });
	const person = await addPerson(relay.installation, anneliese);
	const order = { who: { person }, texts: 'theirs' };
	expect((await relay.ask('/auth/erasures/plan', order)).status).toBe(401);
	for (const path of ['/plan', '', '/redact']) {
		const refused = await agent.ask(`/auth/erasures${path}`, { ...order, tickets: 0 });
		expect(refused).toMatchObject({ status: 403, body: { error: 'no-access', detail: 'not-admin' } });
	}
	for (const bad of [
		{},
		{ who: { person: 'x' }, texts: 'theirs' },
		{ ...order, texts: 'some' },
		{ ...order, extra: 1 },
	])
		expect((await admin.ask('/auth/erasures/plan', bad)).status).toBe(400);
	expect((await admin.ask('/auth/erasures/plan', order)).body).toEqual({
		...{ kind: 'planned' },
		plan: { tickets: 0, calls: 0, others: 0, files: 0, underWay: 0, inConfiguration: false },
	});
	const changed = await admin.ask('/auth/erasures', { ...order, tickets: 7 });
	expect(changed.body).toEqual({ kind: 'refused', code: 'plan-changed' });
	const done = await admin.ask('/auth/erasures', { ...order, tickets: 0 });
	expect(done.body).toEqual({ kind: 'erased', number: 1, forgotten: true });
	expect(relay.installation.audit.read(3)).toContainEqual(
		expect.objectContaining({
			act: 'person-erased',
			subject: person,
			by: expect.objectContaining({ agent: admin.session.agent.id }),
		}),
	);
	expect(placesOf(told, relay.installation.config.data)).toEqual([]);
	expect(
		(
			await admin.ask('/auth/erasures', {
				who: { person: 'person/01M816BGRZPZVNJDW3N53F3EEV' },
				texts: 'all',
				tickets: 0,
			})
		).body,
	).toEqual({ kind: 'refused', code: 'not-found' });
	expect(factsOf(relay.installation, person).entries.size).toBe(6);
});

test('[F106] the command says what would go, and does it only when told so', async () => {
	const data = emptyFolder();
	const relay = await runRelay({ data });
	await setUp(relay);
	const person = await addPerson(relay.installation, anneliese);
	await relay.close();
	const run = (...args: string[]) => runCommand(erasePersonCommand, data, args);
	expect((await run(person)).code).toBe(2);
	expect((await run(person, '--dry-run', '--yes')).code).toBe(2);
	expect(await run(person, '--dry-run')).toMatchObject({ code: 0 });
	expect(placesOf(told, data).length).toBeGreaterThan(0);
	const done = await run(person, '--yes');
	expect(done.code).toBe(0);
	expect(done.printed).toContain('Erased as number 1.');
	expect(placesOf(told, data)).toEqual([]);
	await expect(run(person, '--yes')).rejects.toThrow('There is no such person');
});
