import { afterEach, describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';
import { appendEntries, writeMeta } from '../../../src/lib/document/record-document.ts';
import type { DocumentId, LineId, QueueId } from '../../../src/lib/domain/ids.ts';
import type { Writing, WritingNews } from '../../../src/lib/protocol/replica.ts';
import { realSchedule } from '../../../sync-server/schedule.ts';
import { newTicketId, opening, startRelay, type TestDevice, type TestRelay } from '../../support/start-relay.ts';

const endings: (() => unknown)[] = [];
afterEach(async () => {
	for (const end of endings.splice(0).reverse()) await end();
});

/** A relay whose quarter minutes come when the test says so. */
async function relayInHand() {
	const held: (() => void)[] = [];
	let ahead = 0;
	const relay = await startRelay({
		now: () => Date.now() + ahead,
		schedule: {
			soon: realSchedule.soon,
			after(ms, run) {
				if (ms < 10_000) return realSchedule.after(ms, run);
				held.push(run);
				return () => void held.splice(held.indexOf(run), 1);
			},
		},
	});
	endings.push(() => relay.close());
	return {
		relay,
		pass(ms: number) {
			ahead += ms;
			for (const run of held.splice(0)) run();
		},
	};
}

async function newTicket(relay: TestRelay, device: TestDevice): Promise<{ id: DocumentId; doc: Y.Doc }> {
	const doc = new Y.Doc();
	doc.transact(() => {
		writeMeta(doc, 'ticket');
		appendEntries(doc, device.author, [opening(device, 1)]);
	});
	const id = newTicketId();
	await relay.push(device, [{ n: 1, document: id, generation: 0, update: Y.encodeStateAsUpdate(doc) }]);
	return { id, doc };
}

function enter(relay: TestRelay, device: TestDevice, document: DocumentId, doc = new Y.Doc()) {
	class WithCookie extends WebSocket {
		constructor(url: string, protocols?: string[]) {
			super(url, protocols, { headers: { cookie: device.cookie } });
		}
	}
	const options = { WebSocketPolyfill: WithCookie as never, disableBc: true };
	const provider = new WebsocketProvider(relay.liveUrl, `${document}@0`, doc, options);
	endings.push(() => provider.destroy());
	return {
		doc,
		provider,
		does: (doing: string | null, more = {}) =>
			provider.awareness.setLocalState(doing === null ? null : { ...more, doing }),
	};
}

/** What a device hears on its poke channel, and what it makes of it. */
async function listen(relay: TestRelay, device: TestDevice) {
	const socket = new WebSocket(`${relay.url.replace('http', 'ws')}/replica/poke`, {
		headers: { cookie: device.cookie },
	});
	endings.push(() => socket.terminate());
	const heard: string[] = [];
	let writing: Writing[] = [];
	socket.on('message', (data: Buffer) => {
		heard.push(data.toString());
		const said = JSON.parse(data.toString()) as { writing?: Writing[]; writingNews?: WritingNews };
		writing = said.writing ?? writing;
		for (const news of said.writingNews ?? []) {
			writing = writing.filter(({ document, agent }) => document !== news.document || agent !== news.agent);
			if (news.doing !== null) writing.push({ ...news, doing: news.doing });
		}
	});
	await until(() => expect(heard.length).toBeGreaterThan(0));
	return {
		heard,
		news: () => heard.filter((text) => text.includes('writingNews')),
		who: () => writing.map(({ agent, doing }) => `${agent} ${doing}`).sort(),
	};
}

const until = (check: () => void) => vi.waitFor(check, { timeout: 8000, interval: 10 });

describe('who writes, told to those who have the ticket in a list', () => {
	test('[F33] begins with the first letter, changes, and ends when the room is left', async () => {
		const { relay } = await relayInHand();
		const [maria, tom] = [relay.device('maria'), relay.device('tom')];
		const { id } = await newTicket(relay, maria);
		const own = await listen(relay, relay.device('maria-phone', { agent: 'maria' }));
		const list = await listen(relay, tom);
		const head = relay.relay.head();
		const room = enter(relay, maria, id);
		room.does('viewing');
		room.does('replying');
		await until(() => expect(list.who()).toEqual(['maria replying']));
		room.does('noting');
		await until(() => expect(list.who()).toEqual(['maria noting']));
		// Who comes later is told at once.
		expect((await listen(relay, relay.device('eva'))).who()).toEqual(['maria noting']);
		room.does('viewing');
		await until(() => expect(list.who()).toEqual([]));
		room.does('replying', { agent: 'tom' });
		await until(() => expect(list.who()).toEqual(['maria replying']));
		room.provider.disconnect();
		await until(() => expect(list.who()).toEqual([]));
		expect(own.news()).toEqual([]);
		expect(relay.relay.head()).toBe(head);
	});

	test('[F33] not a byte of it reaches a device outside the audience, whenever it comes or loses sight', async () => {
		const { relay, pass } = await relayInHand();
		const maria = relay.device('maria', { lines: ['support', 'sales'] });
		const { id, doc } = await newTicket(relay, maria);
		const sales = await listen(relay, relay.device('sue', { lines: ['sales'] }));
		const support = await listen(relay, relay.device('tom'));
		const room = enter(relay, maria, id, doc);
		room.does('replying');
		await until(() => expect(support.who()).toEqual(['maria replying']));
		const late = await listen(relay, relay.device('sid', { lines: ['sales'] }));
		pass(15_000);
		await until(() => expect(late.heard.length).toBeGreaterThan(1));
		for (const { heard } of [sales, late]) expect(heard.join()).not.toContain(id);

		appendEntries(doc, maria.author, [
			{ kind: 'line-set', line: 'sales' as LineId, queue: 'inbox' as QueueId, replaces: [] },
		]);
		await until(() => expect(relay.relay.maySee(relay.device('sue').identity, id)).toBe(true));
		const told = support.news().length;
		room.does('noting');
		await until(() => expect(sales.who()).toEqual(['maria noting']));
		expect(support.news()).toHaveLength(told);
		// With the next sign of life the other line has forgotten it.
		pass(15_000);
		await until(() => expect(support.who()).toEqual([]));
	});

	test('[F33] what a device left behind lapses, and what is said again stays', async () => {
		const { relay, pass } = await relayInHand();
		const [maria, ben] = [relay.device('maria'), relay.device('ben')];
		const { id } = await newTicket(relay, maria);
		const list = await listen(relay, relay.device('tom'));
		const silent = enter(relay, maria, id);
		const alive = enter(relay, ben, id);
		silent.does('replying');
		alive.does('noting');
		await until(() => expect(list.who()).toEqual(['ben noting', 'maria replying']));
		pass(60_000);
		alive.does('noting');
		await until(() => expect(alive.provider.awareness.getStates().size).toBe(2));
		alive.does('replying');
		await until(() => expect(list.who()).toEqual(['ben replying', 'maria replying']));
		pass(20_000);
		await until(() => expect(list.who()).toEqual(['ben replying']));
	});

	test('an observer who says that it writes is not told of, nor is somebody in the desk’s settings', async () => {
		const { relay } = await relayInHand();
		const [maria, tom] = [relay.device('maria'), relay.device('tom')];
		const { id } = await newTicket(relay, maria);
		const list = await listen(relay, tom);
		enter(relay, relay.device('olga', { role: 'observer' }), id).does('replying');
		enter(relay, maria, 'desk' as DocumentId).does('replying');
		const room = enter(relay, maria, id);
		await until(() => expect(room.provider.awareness.getStates().size).toBe(2));
		room.does('noting');
		await until(() => expect(list.who()).toEqual(['maria noting']));
	});

	test('who changes a hundred times in a moment is heard of a few times', async () => {
		const { relay } = await relayInHand();
		const [maria, tom] = [relay.device('maria'), relay.device('tom')];
		const { id } = await newTicket(relay, maria);
		const list = await listen(relay, tom);
		const room = enter(relay, maria, id);
		const watching = enter(relay, tom, id);
		await until(() => expect(room.provider.synced && watching.provider.synced).toBe(true));
		const began = performance.now();
		for (let i = 0; i < 100; i++) room.does(i % 2 === 0 ? 'replying' : 'noting');
		room.does('replying');
		await until(() => expect(list.who()).toEqual(['maria replying']));
		expect(list.news().length).toBeLessThanOrEqual(1 + (performance.now() - began) / 250);
	});
});
