import * as Y from 'yjs';
import { beforeEach, describe, expect, it } from 'vitest';
import { appendEntries } from '../../src/lib/document/record-document.ts';
import { limits } from '../../src/lib/protocol/limits.ts';
import type { AgentId, DocumentId } from '../../src/lib/domain/ids.ts';
import { headerVersion } from '../../src/lib/protocol/ticket-header.ts';
import type { Progress } from '../../src/lib/sync/progress.ts';
import type { PokeListener } from '../../src/lib/sync/transport.ts';
import { settingKeys } from '../../src/lib/sync/setting-keys.ts';
import { author, contentOf, createTestDevice, ticketId, ticketUpdate, type TestDevice } from './device.ts';
import { createFakeRelay, type FakeLine, type FakeRelay } from './fake-relay.ts';
import { createVirtualTime, type VirtualTime } from './virtual-time.ts';

const note = (text: string) => (doc: Y.Doc) =>
	void appendEntries(doc, author('maria', 5000), [{ kind: 'note', text, attachments: [] }]);

let time: VirtualTime;
let relay: FakeRelay;
let line: FakeLine;
let device: TestDevice;

beforeEach(() => {
	time = createVirtualTime();
	relay = createFakeRelay(time.now);
	line = relay.connect('maria', ['support']);
	device = createTestDevice(line, time);
});

const sync = async () => {
	const round = device.replica.syncNow();
	await time.advance(0);
	await round;
};
const asked = () => line.asked.splice(0);

describe('push', () => {
	it('[RS3] hands an edit over and lets it go when the relay has it', async () => {
		const ticket = await device.newTicket('support');
		await sync();
		expect(await device.store.outbox()).toEqual([]);
		expect(contentOf(relay.state(ticket))).toBe(contentOf(await device.doc(ticket)));
	});

	it('[I7] [PU1] sends an edit again under its number when the answer was lost, although more was written meanwhile', async () => {
		await sync();
		const ticket = await device.newTicket('support');
		line.loseNextAnswer = true;
		await sync();
		expect(await device.store.outbox()).toMatchObject([{ attempts: 1 }]);
		await device.write(ticket, note('after the lost answer'));
		await sync();
		expect(await device.store.outbox()).toEqual([]);
		expect(relay.documents.get(ticket)).toHaveLength(2);
		expect(contentOf(relay.state(ticket))).toBe(contentOf(await device.doc(ticket)));
	});

	it('[F113] keeps a rejected edit, marked, and goes on with other documents', async () => {
		const bad = await device.newTicket('support', 'bad');
		const good = await device.newTicket('support', 'good');
		relay.judge = ({ document }) => (document === bad ? 'no-permission' : undefined);
		await sync();
		expect(await device.store.outbox()).toMatchObject([{ document: bad, rejected: 'no-permission' }]);
		expect(relay.documents.has(good)).toBe(true);
		expect(relay.documents.has(bad)).toBe(false);
	});

	it('[PU4] stores the whole document once more when the relay lacks what an edit builds on', async () => {
		const ticket = await device.newTicket('support');
		await sync();
		relay.documents.delete(ticket);
		await device.write(ticket, note('on top of what was lost'));
		relay.judge = ({ document, update }) => {
			const doc = relay.state(document);
			Y.applyUpdate(doc, update);
			return doc.store.pendingStructs === null ? undefined : 'missing-base';
		};
		await sync();
		expect(await device.store.outbox()).toEqual([]);
		expect(contentOf(relay.state(ticket))).toBe(contentOf(await device.doc(ticket)));
	});

	it('[PU4] marks what builds on a rejected edit instead of sending that again in other clothes', async () => {
		const ticket = await device.newTicket('support');
		await device.write(ticket, note('on top'));
		relay.judge = ({ document, update }) => {
			const doc = relay.state(document);
			Y.applyUpdate(doc, update);
			return doc.store.pendingStructs === null ? 'foreign-number' : 'missing-base';
		};
		await sync();
		expect((await device.store.outbox()).map((edit) => edit.rejected)).toEqual(['foreign-number', 'missing-base']);
		expect(asked().filter((what) => what.startsWith('push'))).toEqual(['push 2']);
	});

	it('[PU3] finds the one edit that makes a request malformed, and marks that alone', async () => {
		for (let i = 0; i < 4; i++) await device.newTicket('support', `ticket ${i}`);
		const poison = (await device.store.outbox())[2]?.n ?? 0;
		const push = line.transport.push;
		const { decodePush } = await import('../../src/lib/protocol/replica.ts');
		line.transport.push = (bytes) =>
			decodePush(bytes).some((edit) => edit.n === poison)
				? Promise.resolve({ kind: 'refused', reason: 'malformed' })
				: push(bytes);
		device.restart();
		await sync();
		expect(await device.store.outbox()).toMatchObject([{ n: poison, rejected: 'malformed' }]);
		expect(relay.documents.size).toBe(3);
	});

	it('never asks for more in one request than the relay takes', async () => {
		const ticket = await device.newTicket('support');
		const update = (await device.store.load(ticket))?.updates[0] as Uint8Array;
		for (let i = 0; i < limits.pushEdits + 20; i++)
			await device.store.commit({ document: ticket, generation: 0, update, row: undefined, at: 0, what: 'note' });
		await sync();
		expect(asked().filter((what) => what.startsWith('push'))).toEqual([`push ${limits.pushEdits}`, 'push 21']);
		expect(await device.store.outbox()).toEqual([]);
	});

	it('does not go round when the relay answers what was not asked', async () => {
		await device.newTicket('support');
		line.transport.push = () =>
			Promise.resolve({ kind: 'ok', value: { answers: [{ n: 1, kind: 'ok', seq: 1 }], relayTime: 0, era: 1 } });
		device.restart();
		await sync();
		expect(device.replica.state.current.contact).toBe('offline');
		expect(await device.store.outbox()).toHaveLength(1);
	});
});

describe('pull', () => {
	it('[F98] two devices that worked apart end up the same', async () => {
		const axel = createTestDevice(relay.connect('axel', ['support']), time);
		const ticket = await device.newTicket('support');
		await sync();
		await axel.replica.syncNow();
		await device.write(ticket, note('from Maria'));
		await axel.write(ticket, (doc) =>
			appendEntries(doc, author('axel', 6000), [{ kind: 'note', text: 'from Axel', attachments: [] }]),
		);
		await sync();
		await axel.replica.syncNow();
		await sync();
		expect(contentOf(await device.doc(ticket))).toBe(contentOf(await axel.doc(ticket)));
		expect(await device.store.rows.get(ticket)).toEqual(await axel.store.rows.get(ticket));
		expect(contentOf(await axel.doc(ticket))).toContain('from Maria');
	});

	it('[RS4] pulling the same page again changes nothing', async () => {
		const ticket = ticketId();
		relay.put(ticket, ticketUpdate('support'));
		await sync();
		const before = await device.store.load(ticket);
		const progress = await device.store.settings.get<object>(settingKeys.progress);
		await device.store.settings.set(settingKeys.progress, { ...progress, cursor: 0 });
		await sync();
		expect(contentOf(await device.doc(ticket))).toContain('Printer is on fire');
		expect((await device.store.load(ticket))?.head).toBe(before?.head);
	});

	it('parks a document that cannot be read, names it, and takes the rest', async () => {
		await sync();
		const broken = ticketId(1);
		const sound = ticketId(2);
		relay.put(broken, new Uint8Array([1, 200, 200, 200]));
		relay.put(sound, ticketUpdate('support'));
		await sync();
		expect(await device.store.rows.get(sound)).toBeDefined();
		expect(await device.store.load(broken)).toBeUndefined();
		expect(await device.store.settings.get(settingKeys.parked)).toMatchObject([{ document: broken }]);
		relay.documents.delete(broken);
		relay.put(broken, ticketUpdate('support'));
		await device.replica.walkAgain();
		expect(await device.store.settings.get(settingKeys.parked)).toEqual([]);
		expect(await device.store.rows.get(broken)).toBeDefined();
	});

	it('[F106] fetching everything once more goes on with the feed where it was, which tells of what was erased meanwhile', async () => {
		relay.put(ticketId(), ticketUpdate('support'));
		await sync();
		const before = (await device.store.settings.get<Progress>(settingKeys.progress))!.cursor;
		relay.put(ticketId(5), ticketUpdate('support'));
		asked();
		const round = device.replica.walkAgain();
		await time.advance(0);
		await round;
		expect(asked().slice(0, 2)).toEqual(['bootstrap', `pull ${before}`]);
	});

	it('deletes what was erased for everybody', async () => {
		const ticket = ticketId();
		relay.put(ticket, ticketUpdate('support'));
		await sync();
		relay.gone.add(ticket);
		relay.put(ticketId(5), ticketUpdate('support'));
		await sync();
		expect(await device.store.load(ticket)).toBeUndefined();
		expect(await device.store.rows.get(ticket)).toBeUndefined();
	});
});

describe('the first walk', () => {
	const tickets: DocumentId[] = [];
	beforeEach(() => {
		tickets.length = 0;
		for (let i = 0; i < 10; i++) {
			tickets.push(ticketId(i));
			relay.put(tickets[i] as DocumentId, ticketUpdate('support', `ticket ${i}`));
		}
		relay.pageSize = 3;
	});

	it('[RP3] goes on where it stopped when the tab was closed in the middle', async () => {
		const bootstrap = line.transport.bootstrap;
		let pages = 0;
		line.transport.bootstrap = (request) => (++pages === 3 ? new Promise(() => {}) : bootstrap(request));
		device.restart();
		void device.replica.syncNow();
		await time.advance(0);
		expect(device.replica.state.current.progress).toEqual({ done: 6, total: 10 });
		expect(await device.store.rows.count('ticket')).toBe(6);
		asked();
		device.restart();
		await sync();
		expect(asked().filter((what) => what.startsWith('boot'))).toEqual([
			`bootstrap ${tickets[5]}`,
			`bootstrap ${tickets[8]}`,
		]);
		expect(await device.store.rows.count('ticket')).toBe(10);
		expect(device.replica.state.current.progress).toBeUndefined();
	});

	it('[RP7] rows of cold tickets come once more where the app writes them in another way, and only there', async () => {
		const bootstrap = line.transport.bootstrap;
		const walked: (string | undefined)[] = [];
		line.transport.bootstrap = (request) => {
			walked.push(request.only);
			return bootstrap(request);
		};
		device.restart();
		await sync();
		walked.length = 0;
		const before = await device.store.settings.get<Progress>(settingKeys.progress);
		expect(before).toMatchObject({ headers: headerVersion, walk: null });
		const updated = { ...before, headers: headerVersion + 1 };
		await device.store.settings.set(settingKeys.progress, updated);
		await sync();
		expect(walked).toEqual([]);
		expect(await device.store.settings.get(settingKeys.progress)).toMatchObject({ headers: headerVersion });
		const [document] = tickets as [DocumentId];
		const held = await device.store.loadMany([document]);
		await device.store.trim([{ document, version: held.get(document)?.version ?? 0 }]);
		expect(await device.store.rows.countCold()).toBe(1);
		await device.store.settings.set(settingKeys.progress, updated);
		await sync();
		expect([...new Set(walked)]).toEqual(['headers']);
		expect(await device.store.settings.get(settingKeys.progress)).toMatchObject({
			headers: headerVersion,
			walk: null,
		});
	});

	it('[RP3] hands over what is written while it runs', async () => {
		const bootstrap = line.transport.bootstrap;
		let written: DocumentId | undefined;
		line.transport.bootstrap = async (request) => {
			const answer = await bootstrap(request);
			written ??= await device.newTicket('support', 'in between');
			return answer;
		};
		device.restart();
		await sync();
		const order = asked().map((what) => what.split(' ')[0]);
		expect(order.indexOf('push')).toBeLessThan(order.lastIndexOf('bootstrap'));
		expect(relay.documents.has(written as DocumentId)).toBe(true);
	});

	it('brings with the next pull what changed while it ran', async () => {
		const bootstrap = line.transport.bootstrap;
		let done = false;
		line.transport.bootstrap = (request) => {
			const answer = bootstrap(request);
			if (request.after !== null && !done) {
				done = true;
				const first = tickets[0] as DocumentId;
				const doc = relay.state(first);
				const before = Y.encodeStateVector(doc);
				note('while walking')(doc);
				relay.put(first, Y.encodeStateAsUpdate(doc, before));
			}
			return answer;
		};
		device.restart();
		await sync();
		expect(contentOf(await device.doc(tickets[0] as DocumentId))).toContain('while walking');
	});

	it('does not go round on a page that leads to itself', async () => {
		const bootstrap = line.transport.bootstrap;
		line.transport.bootstrap = async (request) => {
			const answer = await bootstrap(request);
			return answer.kind === 'ok' ? { ...answer, value: { ...answer.value, next: 'x' } } : answer;
		};
		device.restart();
		await sync();
		expect(asked().filter((what) => what.startsWith('boot'))).toHaveLength(2);
		expect(device.replica.state.current.contact).toBe('offline');
	});

	it('walks all anew when the relay came back from a backup', async () => {
		await sync();
		asked();
		relay.era = 2;
		await sync();
		expect(asked().filter((what) => what.startsWith('boot')).length).toBeGreaterThan(3);
		expect(await device.store.settings.get(settingKeys.progress)).toMatchObject({ era: 2, walk: null });
	});
});

describe('lines', () => {
	it('[F26] fetches what was gained and deletes what was lost, and keeps the rest', async () => {
		const [mine, theirs] = [ticketId(1), ticketId(2)];
		relay.put(mine, ticketUpdate('support'));
		relay.put(theirs, ticketUpdate('sales'));
		await sync();
		expect(await device.store.load(theirs)).toBeUndefined();
		asked();
		line.setLines(['support', 'sales']);
		await sync();
		expect(asked()).toContain('bootstrap of line:sales');
		expect(await device.store.rows.get(theirs)).toBeDefined();
		line.setLines(['sales']);
		await sync();
		expect(await device.store.load(mine)).toBeUndefined();
		expect(await device.store.rows.get(theirs)).toBeDefined();
		expect(await device.store.settings.get(settingKeys.progress)).toMatchObject({ scopeRevision: 3 });
	});

	it('[F26] hears what was dropped also when lines change twice in a moment', async () => {
		const mine = ticketId(1);
		relay.put(mine, ticketUpdate('support'));
		await sync();
		const auth = line.transport.auth;
		line.transport.auth = (...asking) => {
			line.transport.auth = auth;
			line.setLines([]);
			return auth(...asking);
		};
		line.setLines(['support', 'sales']);
		device.restart();
		await sync();
		await sync();
		expect(await device.store.load(mine)).toBeUndefined();
	});

	it('[F113] keeps unsent edits of what was lost, marked', async () => {
		const mine = ticketId(1);
		relay.put(mine, ticketUpdate('support'));
		await sync();
		await device.write(mine, note('too late'));
		relay.judge = () => 'no-access';
		line.setLines([]);
		await sync();
		expect(await device.store.outbox()).toMatchObject([{ document: mine, rejected: 'no-access' }]);
	});
});

describe('refusals', () => {
	it('proves the device once and asks again when the cookie is no longer known', async () => {
		await (await device.keys.create()).keep('d-1' as never);
		await sync();
		asked();
		line.signedIn = false;
		await device.newTicket('support');
		await sync();
		expect(asked().slice(0, 4)).toEqual(['push 1', 'POST /auth/challenge', 'POST /auth/session', 'push 1']);
		expect(device.replica.state.current.problem).toBeUndefined();
		expect(await device.store.outbox()).toEqual([]);
	});

	it('says sign-in when the device cannot prove itself, and deletes nothing', async () => {
		line.signedIn = false;
		await device.newTicket('support');
		await sync();
		expect(device.replica.state.current.problem).toBe('sign-in');
		expect(device.wipes).toBe(0);
		expect(await device.store.outbox()).toHaveLength(1);
	});

	it('[F100] [RP5] wipes when revoked, once, and then is silent', async () => {
		device.replica.start();
		await time.advance(1000);
		line.refuseNext = ['revoked'];
		await sync();
		expect(device.wipes).toBe(1);
		expect(device.replica.state.current).toMatchObject({ problem: 'revoked', wiped: true });
		asked();
		await time.advance(600_000);
		expect(asked()).toEqual([]);
	});

	it('[RP5] does not say wiped when the deleting failed', async () => {
		device.replica.start();
		await time.advance(1000);
		device.store.wipe = () => Promise.reject(new Error('another tab ended the connection'));
		line.refuseNext = ['revoked'];
		await sync();
		expect(device.wipes).toBe(1);
		expect(device.replica.state.current).toMatchObject({ problem: 'revoked', wiped: false });
	});

	it('[RP5] wipes for no other reason', async () => {
		for (const reason of [
			'no-access',
			'gone',
			'forged',
			'update-app',
			'try-later',
			'storage-full',
			'too-many',
		] as const) {
			line.refuseNext = [reason];
			await sync();
		}
		expect(device.wipes).toBe(0);
	});

	it('says update-app, keeps recording, and gets over it', async () => {
		line.refuseNext = ['update-app'];
		await sync();
		expect(device.replica.state.current.problem).toBe('update-app');
		await device.newTicket('support');
		await sync();
		expect(device.replica.state.current.problem).toBeUndefined();
		expect(await device.store.outbox()).toEqual([]);
	});
});

describe('a relay whose disk is full', () => {
	it('[F113] is told apart from this device’s own, keeps nobody from reading, and what waits is handed over when there is room', async () => {
		await sync();
		const mine = await device.newTicket('support');
		const theirs = ticketId();
		relay.put(theirs, ticketUpdate('support'));
		line.refuseNext = ['storage-full'];
		await sync();
		expect(device.replica.state.current).toMatchObject({ problem: 'relay-storage', busy: false });
		expect(contentOf(relay.state(theirs))).toBe(contentOf(await device.doc(theirs)));
		expect(await device.store.outbox()).toMatchObject([{ document: mine, attempts: 1 }]);
		await sync();
		expect(device.replica.state.current.problem).toBeUndefined();
		expect(await device.store.outbox()).toEqual([]);
	});
});

describe('when it asks', () => {
	it('[RP4] asks less and less while the relay is away, and at once when somebody wants it', async () => {
		line.offline = true;
		device.replica.start();
		await time.advance(600_000);
		const rounds = asked().filter((what) => what.startsWith('pull') || what.startsWith('boot'));
		expect(rounds.length).toBeGreaterThan(5);
		expect(rounds.length).toBeLessThan(45);
		expect(device.replica.state.current.contact).toBe('offline');
		line.offline = false;
		await sync();
		expect(device.replica.state.current.contact).toBe('heard');
	});

	it('pulls when poked for something it lacks, and not when it has it all', async () => {
		device.replica.start();
		await time.advance(1000);
		asked();
		relay.poke();
		await time.advance(1000);
		expect(asked()).toEqual([]);
		relay.put(ticketId(), ticketUpdate('support'));
		relay.poke();
		await time.advance(1000);
		expect(asked().some((what) => what.startsWith('pull'))).toBe(true);
		expect(await device.store.rows.count('ticket')).toBe(1);
	});

	it('hands an edit over within half a second without being asked, and gathers what comes together', async () => {
		device.replica.start();
		await time.advance(1000);
		asked();
		const ticket = await device.newTicket('support');
		await device.write(ticket, note('and a note'));
		await time.advance(500);
		expect(asked().filter((what) => what.startsWith('push'))).toEqual(['push 2']);
	});

	it('[F33] knows who writes as the relay tells it, and nobody when the line is lost', async () => {
		let listener: PokeListener | undefined;
		line.transport.openPoke = (own) => {
			listener = own;
			queueMicrotask(() => own.opened());
			return () => {};
		};
		device.replica.start();
		await time.advance(1000);
		const document = ticketId();
		const [ben, eva] = ['ben', 'eva'] as AgentId[];
		const poke = { head: 0, scopeRevision: 1, relayTime: time.now() };
		const writing = () => device.replica.state.current.writing.map(({ agent, doing }) => `${agent} ${doing}`);
		listener!.poked({ ...poke, writing: [{ document, agent: ben!, doing: 'noting' }] });
		listener!.wrote([
			{ document, agent: eva!, doing: 'replying' },
			{ document, agent: ben!, doing: 'replying' },
		]);
		expect(writing()).toEqual(['eva replying', 'ben replying']);
		listener!.wrote([{ document, agent: eva!, doing: null }]);
		listener!.poked(poke);
		expect(writing()).toEqual(['ben replying']);
		listener!.poked({ ...poke, writing: [] });
		expect(writing()).toEqual([]);
		listener!.wrote([{ document, agent: eva!, doing: 'noting' }]);
		listener!.closed(undefined);
		expect(writing()).toEqual([]);
	});

	it('polls without a poke channel, and hardly with one', async () => {
		device.replica.start();
		await time.advance(60_000);
		const poked = asked().filter((what) => what.startsWith('pull')).length;
		line.transport.openPoke = (listener) => {
			queueMicrotask(() => listener.closed(undefined));
			return () => {};
		};
		device.restart().start();
		await time.advance(60_000);
		expect(asked().filter((what) => what.startsWith('pull')).length).toBeGreaterThan(poked + 2);
	});

	it('fetches ticket numbers when fewer than 500 are left, and for observers never', async () => {
		await sync();
		expect(asked().filter((what) => what === 'block')).toHaveLength(1);
		await sync();
		expect(asked()).not.toContain('block');
		for (let i = 0; i < 501; i++) await device.store.takeNumber();
		await sync();
		expect(asked()).toContain('block');
		const observer = relay.connect('olga', ['support'], 'observer');
		await createTestDevice(observer, time).replica.syncNow();
		expect(observer.asked).not.toContain('block');
	});

	it('[F103] measures how far the clock is off', async () => {
		relay.now = () => time.now();
		const behind = createFakeRelay(() => time.now() - 7 * 60_000);
		const other = createTestDevice(behind.connect('maria', ['support']), time);
		await other.replica.syncNow();
		expect(other.replica.state.current.clockOffset).toBe(7 * 60_000);
		expect(await other.store.settings.get(settingKeys.clockOffset)).toBe(7 * 60_000);
	});
});

describe('files', () => {
	it('are sent in pieces, whether or not an entry names them yet', async () => {
		const bytes = new Uint8Array(limits.blobChunkBytes + 10).fill(7);
		await device.store.blobs.add(bytes);
		await sync();
		expect(asked().filter((what) => what.startsWith('chunk'))).toEqual(['chunk 0', `chunk ${limits.blobChunkBytes}`]);
		expect(await device.store.blobs.unsent()).toEqual([]);
	});

	it('go on where the relay has them', async () => {
		await device.store.blobs.add(new Uint8Array(limits.blobChunkBytes * 2));
		line.transport.blobProgress = () =>
			Promise.resolve({ kind: 'ok', value: { complete: false, received: limits.blobChunkBytes } });
		device.restart();
		await sync();
		expect(asked().filter((what) => what.startsWith('chunk'))).toEqual([`chunk ${limits.blobChunkBytes}`]);
	});
});
