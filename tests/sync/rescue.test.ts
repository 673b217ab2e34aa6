import { describe, expect, it } from 'vitest';
import type { Desk, Source } from '../../src/lib/desk.ts';
import type { NewTicket } from '../../src/lib/domain/ticket-command.ts';
import { addNote } from '../../src/lib/domain/ticket-command.ts';
import { createRescue, type Rescue } from '../../src/lib/sync/rescue.ts';
import { afterTest, runRelay, tokenOf, type TestRelay } from '../sync-server/running-relay.ts';
import { createProfile, type Profile } from './profile.ts';

const call: Omit<NewTicket, 'number'> = {
	subject: 'Printer is on fire',
	line: 'support' as never,
	queue: 'front' as never,
	channel: 'phone',
	text: 'Please help',
	attachments: [],
};

async function until(source: Pick<Source<unknown>, 'subscribe'>, isSo: () => boolean): Promise<void> {
	await new Promise<void>((resolve) => {
		const look = () => {
			if (!isSo()) return;
			stop();
			resolve();
		};
		const stop = source.subscribe(look);
		look();
	});
}
const synced = (desk: Desk) => until(desk.sync, () => desk.sync.current.kind === 'current');

/** An admin on a device: one ticket is on the relay, and a note and another ticket are not. */
async function deskWithUnsent() {
	const relay = await runRelay();
	const profile = createProfile(relay);
	await profile.entrance.setUp({
		token: tokenOf(relay.installation.auth.setupUrl()),
		desk: { name: 'Test desk', language: 'en' },
		agent: { name: 'Maria', mail: 'maria@desk.example' },
		deviceName: 'Laptop',
	});
	const desk = await profile.open();
	desk.configure('line:support', { id: 'support' as never, name: 'Support', addresses: [], colour: 20 });
	desk.configure('queue:front', { id: 'front' as never, name: 'Front', line: 'support' as never });
	const first = await desk.createTicket(call);
	if (first.kind !== 'ok') throw new Error(JSON.stringify(first));
	await until(desk.sync, () => desk.sync.current.unsent === 0 && desk.sync.current.kind === 'current');
	profile.offline = true;
	await desk.act(first.document, 'note', () => addNote('written offline', undefined, []));
	const second = await desk.createTicket({ ...call, subject: 'Opened offline' });
	if (second.kind !== 'ok') throw new Error(JSON.stringify(second));
	desk.close();
	profile.store.close();
	profile.offline = false;
	return { relay, profile, first, second };
}

function rescueOf(profile: Profile, more: { wasEnrolled?: boolean; keys?: Profile['keys'] } = {}): Rescue {
	return createRescue({
		...{ indexedDB: profile.databases, name: 'tresen', transport: profile.transport, now: Date.now },
		...{ keys: more.keys ?? profile.keys, deviceName: 'Repaired', openStore: profile.openStore },
		wasEnrolled: () => more.wasEnrolled ?? true,
	});
}

let readers = 0;
const textsOnRelay = async (relay: TestRelay) => {
	const seen: string[] = [];
	const reader = createProfile(relay);
	const invited = await relay.installation.auth.invite('command', {
		agent: { name: 'Reader', mail: `reader-${++readers}@desk.example`, role: 'admin', lines: [] },
	});
	if (invited.kind !== 'done') throw new Error('not invited');
	await reader.entrance.enrol({ token: tokenOf(invited.value.url), deviceName: 'Reader' });
	const desk = await reader.open();
	await until(desk.tickets, () => desk.tickets.current.length > 0);
	await synced(desk);
	for (const row of desk.tickets.current) {
		const record = await desk.open(row.id);
		const state = record?.reading.current;
		if (state?.kind === 'ticket')
			seen.push(state.ticket.subject, ...state.ticket.timeline.flatMap((entry) => ('text' in entry ? entry.text : [])));
		record?.close();
	}
	return seen;
};

describe('a device whose data is damaged', () => {
	it('[F100] is the same device after the repair, and what was not sent reaches the relay under new numbers', async () => {
		const { relay, profile, second } = await deskWithUnsent();
		const rescue = rescueOf(profile);
		expect(await rescue.look()).toBe('fine');
		const salvaged = await rescue.salvage();
		expect(salvaged).toMatchObject({ edits: 2, lost: 0 });
		const repaired = await rescue.repair();
		expect(repaired).toMatchObject({ kind: 'ok', restored: 2, newDevice: false });
		profile.reload();
		const desk = await profile.open();
		await until(desk.sync, () => desk.sync.current.unsent === 0 && desk.sync.current.kind === 'current');
		expect(desk.sync.current.rejected).toBe(0);
		await until(desk.tickets, () => desk.tickets.current.length === 2);
		expect(await textsOnRelay(relay)).toEqual(expect.arrayContaining(['written offline', 'Opened offline']));
		const next = await desk.createTicket(call);
		if (next.kind !== 'ok') throw new Error(JSON.stringify(next));
		expect(next.number.slice(0, 3)).not.toBe(second.number.slice(0, 3));
	});

	it('loses nothing while the relay cannot be reached', async () => {
		const { profile } = await deskWithUnsent();
		profile.offline = true;
		expect(await rescueOf(profile).repair()).toEqual({ kind: 'failed', why: 'offline' });
		expect(await rescueOf(profile).salvage()).toMatchObject({ edits: 2 });
		profile.reload();
		expect((await profile.entrance.known())?.agent.name).toBe('Maria');
	});

	it('that the browser threw away comes back with the key alone', async () => {
		const { profile } = await deskWithUnsent();
		await rescueOf(profile).giveUp();
		const rescue = rescueOf(profile);
		expect(await rescue.look()).toBe('lost');
		expect(await rescueOf(profile, { wasEnrolled: false }).look()).toBe('nobody');
		profile.cookie = '';
		expect(await rescue.repair()).toMatchObject({ kind: 'ok', newDevice: false, restored: 0 });
		profile.reload();
		const desk = await profile.open();
		await until(desk.tickets, () => desk.tickets.current.length > 0);
		await synced(desk);
		expect(desk.tickets.current.map(({ subject }) => subject)).toEqual(['Printer is on fire']);
	});

	it('becomes a new device of the same agent where only the cookie is left, and needs an invitation without it', async () => {
		const { profile } = await deskWithUnsent();
		await rescueOf(profile).giveUp();
		await profile.keys.remove();
		const { cookie } = profile;
		profile.cookie = '';
		expect(await rescueOf(profile).repair()).toEqual({ kind: 'needs-invitation' });
		profile.cookie = cookie;
		const repaired = await rescueOf(profile).repair();
		expect(repaired).toMatchObject({ kind: 'ok', newDevice: true, session: { agent: { name: 'Maria' } } });
		profile.reload();
		const desk = await profile.open();
		await until(desk.tickets, () => desk.tickets.current.length === 1);
		await synced(desk);
		expect(desk.session.current?.device.name).toBe('Repaired');
		expect((await desk.createTicket(call)).kind).toBe('ok');
	});

	it('that was revoked meanwhile says so and is not repaired', async () => {
		const { relay, profile } = await deskWithUnsent();
		const device = await profile.keys.device();
		relay.installation.auth.revoke('command' as never, device as never);
		const repaired = await rescueOf(profile).repair();
		expect(repaired.kind).toBe('failed');
		expect(await rescueOf(profile).salvage()).toMatchObject({ edits: 2 });
	});

	it('that another tab holds is not repaired over its head', async () => {
		const { profile } = await deskWithUnsent();
		const held = await new Promise<IDBDatabase>((resolve, reject) => {
			const request = profile.databases.open('tresen');
			request.onsuccess = () => resolve(request.result);
			request.onerror = () => reject(request.error);
		});
		afterTest(() => held.close());
		expect(await rescueOf(profile).repair()).toEqual({ kind: 'failed', why: 'other-tab' });
	});

	it('whose key cannot be read either goes the way of the cookie', async () => {
		const { profile } = await deskWithUnsent();
		const broken: Profile['keys'] = {
			...profile.keys,
			load: () => Promise.reject(new DOMException('unreadable', 'UnknownError')),
			device: () => Promise.reject(new DOMException('unreadable', 'UnknownError')),
		};
		expect(await rescueOf(profile, { keys: broken }).repair()).toMatchObject({ kind: 'ok', newDevice: true });
	});
});

describe('a browser that becomes another device', () => {
	async function invite(relay: TestRelay, name: string): Promise<string> {
		const agent = { name, mail: `${name.toLowerCase()}@desk.example`, role: 'agent', lines: [] } as const;
		const invited = await relay.installation.auth.invite('command', { agent: { ...agent, lines: [] } });
		if (invited.kind !== 'done') throw new Error('not invited');
		return tokenOf(invited.value.url);
	}

	it('[F100] says whose unsent work it has, and does not use up the invitation before it may go', async () => {
		const { relay, profile } = await deskWithUnsent();
		profile.reload();
		expect(await profile.entrance.leftBehind()).toEqual({ agent: 'Maria', unsent: 2 });
		const token = await invite(relay, 'Ben');
		expect(await profile.entrance.enrol({ token, deviceName: 'Shared' })).toEqual({
			kind: 'failed',
			why: 'unsent-left',
		});
		expect((await profile.entrance.known())?.agent.name).toBe('Maria');
		const file = await profile.entrance.exportLeftBehind();
		const done = await profile.entrance.enrol({ token, deviceName: 'Shared', replace: true });
		expect(done).toMatchObject({ kind: 'ok', value: { agent: { name: 'Ben' } } });
		expect(await profile.entrance.leftBehind()).toEqual({ agent: 'Ben', unsent: 0 });
		const desk = await profile.open();
		await synced(desk);
		expect(desk.outbox.current).toEqual([]);
		expect(desk.tickets.current.map(({ subject }) => subject)).not.toContain('Opened offline');
		expect(await textsOnRelay(relay)).not.toContain('written offline');
		// The file is Maria's. Here the relay would refuse it, edit by edit; it is never sent in Ben's name.
		expect(await desk.device.importUnsent(new Blob([file]))).toMatchObject({ kind: 'ok', edits: 2 });
		const refused = () => desk.outbox.current.filter(({ rejected }) => rejected !== undefined);
		await until(desk.outbox, () => refused().length === 2);
		expect(await textsOnRelay(relay)).not.toContain('written offline');
	});

	it('[F100] keeps nothing of the agent before, databases of Yjs included', async () => {
		const { relay, profile } = await deskWithUnsent();
		profile.reload();
		const before = await profile.entrance.known();
		for (const name of ['tresen-desk', `tresen-me/${before?.agent.id}`])
			await new Promise<void>((resolve) => {
				const request = profile.databases.open(name);
				request.onsuccess = () => resolve(request.result.close());
			});
		const token = await invite(relay, 'Ben');
		await profile.entrance.enrol({ token, deviceName: 'Shared', replace: true });
		const names = (await profile.databases.databases()).map(({ name }) => name);
		expect(names.sort()).toEqual(['tresen', 'tresen-device-key']);
		expect(await profile.store.documents(undefined, 100)).toEqual([]);
		expect(await profile.store.rows.count('ticket')).toBe(0);
	});

	it('a refused enrolment leaves all of the device before', async () => {
		const { profile } = await deskWithUnsent();
		profile.reload();
		const refused = await profile.entrance.enrol({ token: 'x'.repeat(22), deviceName: 'Shared', replace: true });
		expect(refused).toMatchObject({ why: 'invitation-unknown' });
		expect(await profile.entrance.leftBehind()).toEqual({ agent: 'Maria', unsent: 2 });
		expect(await profile.keys.device()).toBe((await profile.entrance.known())?.device.id);
	});

	it('an empty browser has left nothing behind', async () => {
		const relay = await runRelay();
		expect(await createProfile(relay).entrance.leftBehind()).toBeUndefined();
	});
});
