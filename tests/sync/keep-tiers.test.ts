import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { appendEntries, draftFragment } from '../../src/lib/document/record-document.ts';
import { coldTicket, isWritableCold } from '../../src/lib/domain/cold-ticket.ts';
import { encodeHlc } from '../../src/lib/domain/hlc.ts';
import type { AgentId, DocumentId, EntryId } from '../../src/lib/domain/ids.ts';
import { addNote, claim, setStatus } from '../../src/lib/domain/ticket-command.ts';
import type { TicketRow } from '../../src/lib/domain/ticket-row.ts';
import { dayMs, hotSince, isHot, isKept } from '../../src/lib/domain/tier.ts';
import { updatesToRow } from '../../src/lib/projection/document-row.ts';
import { createMemoryRecordStore } from '../../src/lib/store/memory-record-store.ts';
import type { Page } from '../../src/lib/protocol/replica.ts';
import { writeHeader } from '../../src/lib/protocol/ticket-header.ts';
import { receivePage, type Project } from '../../src/lib/sync/receive-page.ts';
import { keepTiers } from '../../src/lib/sync/keep-tiers.ts';
import { settingKeys } from '../../src/lib/sync/setting-keys.ts';
import { documentNews, localChange, note, received, ticketId, writtenTicket } from '../store/record-fixtures.ts';

const now = Date.parse('2026-06-01T12:00:00Z');
const agent = 'maria' as AgentId;
const days = 90;

interface Kind {
	closed: boolean;
	age: number;
	unsent: 'nothing' | 'waiting' | 'refused';
	hasDraft: boolean;
	isPinned: boolean;
	isOpen: boolean;
	isMine: boolean;
}

async function deviceWith(kinds: readonly Kind[]) {
	const store = createMemoryRecordStore({ now: () => now, project: updatesToRow });
	const at: DocumentId[] = [];
	for (const [n, kind] of kinds.entries()) {
		const id = ticketId(n + 1);
		at.push(id);
		const ticket = writtenTicket(`ticket ${n}`, () => now - kind.age * dayMs);
		if (kind.isMine) ticket.write({ kind: 'assigned', agent, replaces: [] });
		const [seen] = [...ticket.doc.getMap<{ kind: string }>('entries')].find(([, { kind: is }]) => is === 'message')!;
		if (kind.closed) ticket.write({ kind: 'status-set', status: 'closed', seen: seen as EntryId, replaces: [] });
		if (kind.hasDraft) draftFragment(ticket.doc, 'reply').insert(0, [new Y.XmlText('begun')]);
		const whole = ticket.whole();
		await store.receive(
			received([{ news: documentNews(id, [whole], { head: n + 1 }), row: updatesToRow(id, [whole]) }]),
		);
		if (kind.unsent === 'nothing') continue;
		const change = localChange(id, ticket.write(note('mine'))[0]!);
		const committed = await store.commit(change);
		if (kind.unsent === 'refused') await store.settle([{ n: committed.n, kind: 'rejected', code: 'no-permission' }]);
	}
	await store.settings.set(settingKeys.tier, { kind: 'recent', days });
	const pinned = at.filter((_, n) => kinds[n]?.isPinned === true);
	await store.settings.set(settingKeys.kept, { pinned, lookedAt: {} });
	const onScreen = new Set(at.filter((_, n) => kinds[n]?.isOpen === true));
	const look = (later = 0) =>
		keepTiers({
			...{ store, agent, now: now + later, everyMs: dayMs },
			isInUse: (document) => onScreen.has(document),
		});
	return { store, at, look };
}

const usual: Kind = {
	...{ closed: true, age: 200, unsent: 'nothing', hasDraft: false },
	...{ isPinned: false, isOpen: false, isMine: false },
};

describe('what a device holds', () => {
	test('[TI1-TI5] exactly what is cold and idle is trimmed; nothing unsent, ever, and every row stays', async () => {
		const kind = fc.record({
			closed: fc.boolean(),
			age: fc.constantFrom(0, 80, 100, 500),
			unsent: fc.constantFrom('nothing' as const, 'nothing' as const, 'waiting' as const, 'refused' as const),
			hasDraft: fc.boolean(),
			isPinned: fc.boolean(),
			isOpen: fc.boolean(),
			isMine: fc.boolean(),
		});
		await fc.assert(
			fc.asyncProperty(fc.array(kind, { minLength: 1, maxLength: 8, size: 'max' }), async (kinds) => {
				const { store, at, look } = await deviceWith(kinds);
				const before = await store.outbox();
				const trimmed = await look();
				const expected = at.filter((_, n) => {
					const { closed, age, unsent, hasDraft, isPinned, isOpen, isMine } = kinds[n]!;
					return closed && age > days && unsent === 'nothing' && !(hasDraft || isPinned || isOpen || isMine);
				});
				expect(trimmed.sort()).toEqual(expected.sort());
				expect(await store.outbox()).toEqual(before);
				for (const id of at) expect((await store.load(id)) === undefined).toBe(expected.includes(id));
				const rows = (await store.rows.many(at)) as TicketRow[];
				expect(rows.filter(({ cold }) => cold !== undefined).map(({ id }) => id)).toEqual(
					at.filter((id) => expected.includes(id)),
				);
				expect(rows.every((row) => row.subject.startsWith('ticket '))).toBe(true);
			}),
			{ numRuns: 60 },
		);
	});

	test('it is looked for once a day, and at once when something else is chosen; what should be here is wanted', async () => {
		const { store, at, look } = await deviceWith([usual, { ...usual, age: 89 }]);
		expect(await look()).toEqual([at[0]]);
		await store.settings.set(settingKeys.tier, { kind: 'recent', days: 30 });
		expect(await look()).toEqual([at[1]]);
		await store.settings.set(settingKeys.kept, { pinned: [at[0]], lookedAt: { [at[1]!]: now } });
		await look();
		expect(await store.settings.get(settingKeys.wanted)).toEqual([at[1], at[0]]);
		expect(await look(dayMs / 4)).toEqual([]);
	});

	test('[RP7] seed 1000617: after a header that tells of more than is here, no tail is taken until that is fetched', async () => {
		const { store, at } = await deviceWith([{ ...usual, closed: false }]);
		const document = at[0]!;
		const { updates } = (await store.load(document))!;
		const doc = new Y.Doc();
		for (const update of updates) Y.applyUpdate(doc, update);
		const pen = { agent, device: 'd9' as never, tick: () => encodeHlc(now), newId: () => newId() as never };
		const newId = (
			(n) => () =>
				`01ARZ3NDEKTSV4RRFFQ69G5FA${n++}`
		)(1);
		const write = (text: string) => {
			const before = Y.encodeStateVector(doc);
			appendEntries(doc, pen, [note(text)]);
			return Y.encodeStateAsUpdate(doc, before);
		};
		const missed = write('missed by the header');
		const header = writeHeader(updatesToRow(document, [...updates, missed]) as TicketRow);
		const tail = write('came after it');
		const none = { documents: [], headers: [], gone: [], dropped: [], cursor: 0, next: null, total: 0 };
		const page: Page = { ...none, relayTime: now, era: 1, scopeRevision: 1 };
		const project: Project = async (some) =>
			some.map((one) => ({ kind: 'row', row: updatesToRow(one.document, one.updates) }));
		const take = (news: Partial<Page>, settings = {}) =>
			receivePage({ store, project }, { ...page, ...news }, settings);
		const texts = async () =>
			JSON.stringify(await store.load(document).then((held) => updatesToRow(document, held!.updates)));

		await take({ headers: [{ document, generation: 1, head: 6, header }] });
		await take({ documents: [{ document, generation: 1, head: 12, from: 'tail', updates: [tail] }] });
		expect(await store.settings.get(settingKeys.wanted)).toEqual([document]);
		expect((await store.heads([document])).get(document)).toMatchObject({ head: 1 });
		expect(await texts()).not.toContain('came after it');
		const fetched = { document, generation: 1, head: 12, from: 'tail', updates: [missed, tail] } as const;
		await take({ documents: [{ ...fetched, updates: [missed, tail] }] }, { [settingKeys.wanted]: [] });
		expect((await store.heads([document])).get(document)).toMatchObject({ head: 12 });
		expect(await texts()).toContain('came after it');
	});

	test('a device that holds everything looks for nothing', async () => {
		const { store, look } = await deviceWith([usual]);
		await store.settings.set(settingKeys.tier, { kind: 'everything' });
		expect(await look()).toEqual([]);
		expect(await store.settings.get(settingKeys.tiersLooked)).toBeUndefined();
	});

	test('[TI1] relay and device mean the same day', () => {
		expect(hotSince(now, 90)).toBe(hotSince(now + dayMs / 3, 90));
		const row = { status: 'closed', changedAt: hotSince(now, 90), assignee: null, holder: null } as const;
		expect(isHot(row, { agent, since: hotSince(now, 90) })).toBe(true);
		expect(isHot({ ...row, changedAt: row.changedAt - 1 }, { agent, since: hotSince(now, 90) })).toBe(false);
	});

	test('[TI3] a customer who is kept keeps their tickets', () => {
		const person = 'person/01ARZ3NDEKTSV4RRFFQ69G5FAV' as DocumentId;
		const kept = { pinned: [person], lookedAt: {} };
		expect(isKept({ id: ticketId(1), persons: [person] }, kept, now)).toBe(true);
		expect(isKept({ id: ticketId(1), persons: [] }, kept, now)).toBe(false);
	});

	test('into a cold ticket goes what names nothing that came before: notes and claims, no status', () => {
		const row = updatesToRow(ticketId(1), [writtenTicket().whole()]) as TicketRow;
		const draftsOf = (result: ReturnType<typeof addNote>) => (result.kind === 'ok' ? result.drafts : []);
		expect(isWritableCold(draftsOf(addNote('x', undefined, [])))).toBe(true);
		expect(isWritableCold(draftsOf(claim(coldTicket(row), agent)))).toBe(true);
		expect(isWritableCold(draftsOf(setStatus(coldTicket(row), { status: 'closed' })))).toBe(false);
		expect(claim(coldTicket({ ...row, holder: 'tom' as AgentId, holding: 'held' }), agent).kind).toBe('refused');
	});

	test('what is written into a document without its beginning is in it when that comes', () => {
		const whole = writtenTicket();
		const bare = new Y.Doc();
		const pen = {
			...{ agent, device: 'd9' as never, tick: () => encodeHlc(now) },
			newId: () => '01ARZ3NDEKTSV4RRFFQ69G5FAV' as never,
		};
		appendEntries(bare, pen, [note('from the train')]);
		const [one, other] = [new Y.Doc(), new Y.Doc()];
		for (const update of [whole.whole(), Y.encodeStateAsUpdate(bare)]) Y.applyUpdate(one, update);
		for (const update of [Y.encodeStateAsUpdate(bare), whole.whole()]) Y.applyUpdate(other, update);
		expect(one.getMap('entries').toJSON()).toEqual(other.getMap('entries').toJSON());
		expect(updatesToRow(ticketId(1), [Y.encodeStateAsUpdate(other)])).toMatchObject({ preview: 'from the train' });
	});
});
