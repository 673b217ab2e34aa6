import * as Y from 'yjs';
import { describe, expect, it } from 'vitest';
import type { Desk, Source } from '../../src/lib/desk.ts';
import { draftText } from '../../src/lib/document/record-document.ts';
import type { AgentId, DocumentId } from '../../src/lib/domain/ids.ts';
import { addNote, claim, setStatus } from '../../src/lib/domain/ticket-command.ts';
import type { RecordStore } from '../../src/lib/store/record-store.ts';
import { afterTest, runRelay, tokenOf } from '../sync-server/running-relay.ts';
import { contentOf } from './device.ts';
import { createProfile } from './profile.ts';

/** A desk with an admin and an agent, each on a device of their own. */
async function twoDevices() {
	const relay = await runRelay();
	const [maria, axel] = [createProfile(relay), createProfile(relay)];
	const done = await maria.entrance.setUp({
		token: tokenOf(relay.installation.auth.setupUrl()),
		desk: { name: 'Test desk', language: 'en' },
		agent: { name: 'Maria', mail: 'maria@desk.example' },
		deviceName: 'Laptop',
	});
	expect(done.kind).toBe('ok');
	const desk = await maria.open();
	await until(desk.sync, () => desk.sync.current.kind === 'current');
	desk.configure('line:support', { id: 'support' as never, name: 'Support', addresses: [], colour: 20 });
	desk.configure('queue:front', { id: 'front' as never, name: 'Front', line: 'support' as never });
	await until(desk.sync, () => desk.sync.current.unsent === 0 && desk.sync.current.kind === 'current');
	const invited = await desk.relay.invite({
		agent: { name: 'Axel', mail: 'axel@desk.example', role: 'agent', lines: ['support' as never] },
	});
	if (invited.kind !== 'ok') throw new Error(invited.why);
	const enrolled = await axel.entrance.enrol({ token: tokenOf(invited.value.url), deviceName: 'Phone' });
	expect(enrolled.kind).toBe('ok');
	return {
		relay,
		maria: { ...maria, profile: maria, desk },
		axel: { ...axel, profile: axel, desk: await axel.open() },
	};
}

/** Waits until it is so; looks again when the source changes. */
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

async function newTicket(desk: Desk, subject = 'Printer is on fire'): Promise<DocumentId> {
	const made = await desk.createTicket({
		...{ subject, line: 'support' as never, queue: 'front' as never, channel: 'phone', text: 'Help', attachments: [] },
	});
	if (made.kind !== 'ok') throw new Error(JSON.stringify(made));
	return made.document;
}

async function contentIn(store: RecordStore, document: DocumentId): Promise<string> {
	const doc = new Y.Doc();
	for (const update of (await store.load(document))?.updates ?? []) Y.applyUpdate(doc, update);
	return contentOf(doc);
}

const me = (desk: Desk) => desk.session.current?.agent.id as AgentId;

describe('two devices and a real relay', () => {
	it('[F97] [F98] create, claim, note and close, apart and together, and end up the same', async () => {
		const { maria, axel } = await twoDevices();
		const ticket = await newTicket(maria.desk);
		await until(axel.desk.tickets, () => axel.desk.tickets.get(ticket) !== undefined);
		await axel.desk.act(ticket, 'claimed', (it) => claim(it, me(axel.desk)));
		await until(axel.desk.tickets, () => axel.desk.tickets.get(ticket)?.holding === 'held');
		await until(maria.desk.tickets, () => maria.desk.tickets.get(ticket)?.holder === me(axel.desk));

		maria.profile.offline = true;
		await maria.desk.act(ticket, 'note', () => addNote('from the train', undefined, []));
		const second = await newTicket(maria.desk, 'Written on the train');
		await axel.desk.act(ticket, 'note', () => addNote('from the office', undefined, []));
		await axel.desk.act(ticket, 'status-set', (it) => setStatus(it, { status: 'closed' }));
		await until(axel.desk.sync, () => axel.desk.sync.current.unsent === 0);
		expect(maria.desk.tickets.get(ticket)?.status).toBe('open');

		maria.profile.offline = false;
		maria.desk.syncNow();
		await until(axel.desk.tickets, () => axel.desk.tickets.get(second) !== undefined);
		await until(maria.desk.tickets, () => maria.desk.tickets.get(ticket)?.status === 'closed');
		await until(maria.desk.sync, () => maria.desk.sync.current.unsent === 0);
		for (const document of [ticket, second]) {
			await until(maria.desk.tickets, () => {
				const [a, b] = [maria.desk.tickets.get(document), axel.desk.tickets.get(document)];
				return JSON.stringify(a) === JSON.stringify(b);
			});
			expect(await contentIn(maria.store, document)).toBe(await contentIn(axel.store, document));
		}
		expect(await contentIn(axel.store, ticket)).toContain('from the train');
	});

	it('a draft and who writes it are seen while it is typed, and nobody sees themselves', async () => {
		const { maria, axel } = await twoDevices();
		const ticket = await newTicket(maria.desk);
		await until(axel.desk.tickets, () => axel.desk.tickets.get(ticket) !== undefined);
		const [hers, his] = [await maria.desk.open(ticket), await axel.desk.open(ticket)];
		if (hers === undefined || his === undefined) throw new Error('not here');
		afterTest(() => hers.close());
		afterTest(() => his.close());
		hers.setPresence('replying');
		const seen = () => (his.reading.current as { present?: { name: string; doing: string }[] }).present ?? [];
		await until(his.reading, () => seen().some(({ name, doing }) => name === 'Maria' && doing === 'replying'));
		expect(seen()).toHaveLength(1);
		hers.draft('reply').insert(0, [new Y.XmlText('Dear Kim')]);
		await new Promise<void>((resolve) => {
			const look = () => draftText(his.doc, 'reply') === 'Dear Kim' && resolve();
			his.doc.on('update', look);
			look();
		});
		hers.close();
		await until(his.reading, () => seen().length === 0);
	});

	it('[F100] a revoked device wipes itself', async () => {
		const { maria, axel } = await twoDevices();
		const ticket = await newTicket(maria.desk);
		await until(axel.desk.tickets, () => axel.desk.tickets.get(ticket) !== undefined);
		const revoked = await maria.desk.relay.revoke(axel.desk.session.current?.device.id ?? '');
		expect(revoked.kind).toBe('ok');
		await until(axel.desk.sync, () => axel.desk.sync.current.wiped);
		expect(await axel.store.load(ticket).catch(() => undefined)).toBeUndefined();
		expect(await axel.entrance.known().catch(() => undefined)).toBeUndefined();
	});

	it('[F100] an invitation that cannot be used is refused by its name, and the device stays what it was', async () => {
		const { relay, maria, axel } = await twoDevices();
		const invite = async () => {
			const invited = await maria.desk.relay.invite({
				agent: { name: 'Olga', mail: `${crypto.randomUUID()}@desk.example`, role: 'observer', lines: [] },
			});
			if (invited.kind !== 'ok') throw new Error(invited.why);
			return { token: tokenOf(invited.value.url), deviceName: 'Tablet' };
		};
		const used = await invite();
		expect((await createProfile(relay).entrance.enrol(used)).kind).toBe('ok');
		const late = createProfile(relay);
		expect(await late.entrance.enrol(used)).toEqual({ kind: 'failed', why: 'invitation-used' });
		expect(await late.entrance.enrol({ ...used, token: 'x'.repeat(22) })).toMatchObject({ why: 'invitation-unknown' });
		const old = await invite();
		relay.pass(16 * 60_000);
		expect(await late.entrance.enrol(old)).toEqual({ kind: 'failed', why: 'invitation-expired' });
		const refused = await axel.entrance.enrol(used);
		expect(refused.kind).toBe('failed');
		axel.profile.cookie = '';
		await axel.desk.createParty('person', { name: 'Kim', lines: ['support'] });
		await until(axel.desk.sync, () => axel.desk.sync.current.unsent === 0);
		late.offline = true;
		expect(await late.entrance.enrol(old)).toEqual({ kind: 'failed', why: 'offline' });
		expect(await late.entrance.state()).toEqual({ kind: 'failed', why: 'offline' });
		expect(await late.entrance.known()).toBeUndefined();
		expect(await late.entrance.signInWithPasskey({ deviceName: 'Tablet' })).toEqual({
			kind: 'failed',
			why: 'passkey-unusable',
		});
	});

	it('[F100] a device whose session ended proves itself and goes on', async () => {
		const { maria } = await twoDevices();
		maria.profile.cookie = 'tresen-session=forgotten';
		await newTicket(maria.desk);
		await until(maria.desk.sync, () => maria.desk.sync.current.unsent === 0);
		expect(maria.desk.sync.current.problem).toBeUndefined();
	});

	it('a desk that was never told the network is there opens from what the device knows', async () => {
		const { maria } = await twoDevices();
		const ticket = await newTicket(maria.desk);
		await until(maria.desk.sync, () => maria.desk.sync.current.unsent === 0);
		maria.desk.close();
		maria.profile.offline = true;
		const again = await maria.open();
		await until(again.tickets, () => again.tickets.complete);
		expect(again.tickets.get(ticket)?.subject).toBe('Printer is on fire');
		expect(again.config.current.lines).toMatchObject([{ name: 'Support' }]);
		await until(again.sync, () => again.sync.current.kind === 'offline');
	});

	it('files reach the other device, whichever comes first', async () => {
		const { maria, axel } = await twoDevices();
		const added = await maria.desk.addFile(new File(['a photo'], 'photo.jpg', { type: 'image/jpeg' }));
		if (added.kind !== 'ok') throw new Error(added.why);
		const ticket = await newTicket(maria.desk);
		await maria.desk.act(ticket, 'note', () => addNote('see photo', undefined, [added.attachment]));
		await until(axel.desk.tickets, () => (axel.desk.tickets.get(ticket)?.attachments ?? 0) > 0);
		await until(maria.desk.sync, () => maria.desk.sync.current.unsent === 0);
		await expect
			.poll(async () => {
				const read = await axel.desk.readFile(added.attachment.blob);
				return read.kind === 'ok' ? await read.bytes.text() : read.why;
			})
			.toBe('a photo');
	});
});
