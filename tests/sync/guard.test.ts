import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDesk } from '../../src/lib/create-desk.ts';
import type { Desk } from '../../src/lib/desk.ts';
import type { AgentId, DocumentId } from '../../src/lib/domain/ids.ts';
import { claim } from '../../src/lib/domain/ticket-command.ts';
import { updatesToRow } from '../../src/lib/projection/document-row.ts';
import { createMemoryRecordStore } from '../../src/lib/store/memory-record-store.ts';
import { relaySide } from '../../src/lib/sync/relay-side.ts';
import { createMemoryKeys } from '../../src/lib/sync/device-key.ts';
import { TicketActs, type Happening } from '../../src/lib/views/ticket-acts.ts';
import { Toasts } from '../../src/lib/views/toasts.svelte.ts';
import { acts } from '../support/guarded-acts.ts';
import { fillCounting } from './device.ts';
import { createFakeRelay, type FakeRelay } from './fake-relay.ts';
import { createVirtualTime, type VirtualTime } from './virtual-time.ts';

let time: VirtualTime;
let relay: FakeRelay;
const open: Desk[] = [];

beforeEach(() => {
	time = createVirtualTime();
	relay = createFakeRelay(time.now);
});
afterEach(async () => {
	for (const desk of open.splice(0)) desk.close();
	await time.settle();
});

async function deskOf(agent: string): Promise<Desk> {
	const line = relay.connect(agent, ['support', 'sales']);
	const store = createMemoryRecordStore({ now: time.now, project: updatesToRow });
	const desk = await createDesk({
		...{ store, transport: line.transport, session: line.session, keys: createMemoryKeys(), time },
		fillRandom: fillCounting,
		relaySide: async () => relaySide,
	});
	open.push(desk);
	await time.advance(1000);
	return desk;
}

async function newTicket(desk: Desk): Promise<DocumentId> {
	const made = await desk.createTicket({
		...{ subject: 'Printer', line: 'support' as never, queue: 'front' as never, channel: 'phone' },
		...{ text: 'Please help', attachments: [], from: { name: 'Kim', address: 'kim@example.org' } },
	});
	if (made.kind !== 'ok') throw new Error(JSON.stringify(made));
	return made.document;
}

const me = (desk: Desk) => desk.session.current?.agent.id as AgentId;

describe('[F32] every act on the desk passes the guard', () => {
	it.each(acts)('$name', async ({ name, needs, run }) => {
		const maria = await deskOf('maria');
		const axel = await deskOf('axel');
		const [free, held] = [await newTicket(maria), await newTicket(maria)];
		await time.advance(3000);
		await axel.act(held, 'claimed', (ticket) => claim(ticket, me(axel)));
		await time.advance(3000);

		const isNeeded = needs === 'reply' || needs === 'close';
		const onHeld = await maria.act(held, name, (ticket) => run(ticket, me(maria)));
		if (isNeeded) expect(onHeld).toEqual({ kind: 'refused', reason: 'held-by-other', holder: me(axel) });
		else expect(onHeld).toMatchObject({ kind: 'ok' });

		const onFree = await maria.act(free, name, (ticket) => run(ticket, me(maria)));
		// What is handed back, to be taken back, is the act itself and never the claim that came with it.
		expect(onFree).toMatchObject({ kind: 'ok', entries: [expect.any(String)] });
		expect(maria.tickets.get(free)?.holder).toBe(name === 'reply' ? me(maria) : null);
	});
});

describe('[F32] in bulk', () => {
	const ways: Record<string, (all: TicketActs, documents: DocumentId[]) => Promise<boolean>> = {
		close: (all, documents) => all.setStatus(documents, { status: 'closed' }),
		wait: (all, documents) => all.setStatus(documents, { status: 'waiting', reason: 'customer' }),
		assign: (all, documents) => all.assign(documents, 'sue' as AgentId),
		priority: (all, documents) => all.setPriority(documents, 1),
		tags: (all, documents) => all.changeTags(documents, { add: ['printer'] }),
		queue: (all, documents) => all.moveTo(documents, { id: 'elsewhere' as never, line: 'support' as never }),
		line: (all, documents) => all.moveTo(documents, { id: 'sales-front' as never, line: 'sales' as never }),
	};
	it.each(Object.entries(ways))('%s passes the same guard for each ticket by itself', async (name, run) => {
		const maria = await deskOf('maria');
		const axel = await deskOf('axel');
		const documents = [await newTicket(maria), await newTicket(maria), await newTicket(maria)];
		await time.advance(3000);
		await axel.act(documents[1]!, 'claimed', (ticket) => claim(ticket, me(axel)));
		await time.advance(3000);
		const before = documents.map((document) => JSON.stringify(maria.tickets.get(document)));
		const toasts = new Toasts<Happening>({ now: () => 0, after: () => () => {} });
		expect(await run(new TicketActs(maria, toasts), documents)).toBe(true);
		const changed = documents.map((document, i) => JSON.stringify(maria.tickets.get(document)) !== before[i]);
		expect(changed).toEqual([true, name !== 'close', true]);
		expect(toasts.history.at(-1)?.what).toMatchObject({ count: name === 'close' ? 2 : 3 });
	});
});
