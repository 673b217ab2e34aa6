import { expect, test } from 'vitest';
import { archiveLimits } from '../../../src/lib/protocol/archive-search.ts';
import { deskDocument, type LineId } from '../../../src/lib/domain/ids.ts';
import { writeDeskValue } from '../../../src/lib/document/desk-document.ts';
import { newId, write } from '../erasure/erased-desk.ts';
import { enrol, runRelay, setUp } from '../running-relay.ts';

const day = 86_400_000;

test('[F45] [F90] the door: a session, the own lines, a question of a few words, and not too many of them', async () => {
	const relay = await runRelay();
	const { installation } = relay;
	const admin = await setUp(relay);
	await installation.relay.write(deskDocument, (doc) => {
		for (const id of ['support', 'legal'] as LineId[])
			writeDeskValue(doc, `line:${id}`, { id, name: id, addresses: [`${id}@desk.example`], colour: 1 });
	});
	installation.auth.linesChanged();
	const otto = await enrol(relay, admin, { mail: 'otto@desk.example', lines: ['support'] });
	const reader = await enrol(relay, admin, { mail: 'reader@desk.example', role: 'observer', lines: ['support'] });
	const [own, other] = [newId('ticket'), newId('ticket')];
	for (const [ticket, line] of [
		[own, 'support'],
		[other, 'legal'],
	] as const)
		await write(installation, ticket, [
			{
				...{ kind: 'opened', number: installation.auth.numbers.nextNumber(), subject: 'Frage', channel: 'phone' },
				...{ line: line as LineId, queue: line as never },
			},
			{ kind: 'note', text: `Der Leuchtturm von ${line} blinkt.`, attachments: [] },
			{ kind: 'status-set', status: 'closed', seen: null, replaces: [] },
		]);
	installation.database.db.prepare("UPDATE docs SET changed_at = changed_at - ? WHERE kind = 'ticket'").run(day);
	await installation.archive.sweep();
	const path = '/auth/archive-search';
	const found = async (device: typeof otto, text: string) => {
		const { status, body } = await device.ask(path, { text });
		return [status, (body.hits as { document: string }[] | undefined)?.map(({ document }) => document).sort()];
	};
	expect(await found(admin, 'leuchtturm')).toEqual([200, [own, other].sort()]);
	for (const device of [otto, reader]) {
		expect(await found(device, 'leuchtturm')).toEqual([200, [own]]);
		expect(await found(device, 'leuchtturm legal')).toEqual([200, []]);
		expect(await device.ask(path, { text: 'leuchtturm', line: 'legal' })).toMatchObject({
			body: { hits: [], more: false, complete: true },
		});
	}

	expect(await relay.ask(path, { text: 'leuchtturm' })).toMatchObject({ status: 401 });
	expect((await admin.ask(path)).status).toBe(404);
	for (const body of [
		{},
		{ text: 1 },
		{ text: 'x'.repeat(archiveLimits.text + 1) },
		{ text: 'x', recentDays: 0 },
		{ text: 'x', from: -1 },
		{ text: 'x', line: ['support'] },
		{ text: 'x', limit: 1e9 },
		{ text: 'x', queue: 'q'.repeat(101) },
	])
		expect(await otto.ask(path, body)).toMatchObject({ status: 400, body: { error: 'malformed' } });

	const statuses = new Set<number>();
	for (let i = 0; i < archiveLimits.aMinute; i++) statuses.add((await otto.ask(path, { text: '' })).status);
	expect([...statuses]).toEqual([200, 429]);
	// Everybody has their own.
	expect((await reader.ask(path, { text: 'leuchtturm' })).status).toBe(200);
	relay.pass(61_000);
	expect(await found(otto, 'leuchtturm')).toEqual([200, [own]]);
});
