import { join } from 'node:path';
import { expect, test } from 'vitest';
import * as Y from 'yjs';
import { writeDeskValue } from '../../../src/lib/document/desk-document.ts';
import { readRecord } from '../../../src/lib/document/record-document.ts';
import { foldTicket, type Ticket } from '../../../src/lib/domain/fold-ticket.ts';
import type { DocumentId, EntryId } from '../../../src/lib/domain/ids.ts';
import type { Draft } from '../../../src/lib/domain/entry.ts';
import { makeBackup } from '../../../sync-server/backup/make-backup.ts';
import { restoreBackup } from '../../../sync-server/backup/restore-backup.ts';
import { encodePush } from '../../../src/lib/protocol/replica.ts';
import { appDevice, newUlid } from '../app-device.ts';
import { emptyFolder, enrol, runRelay, setUp, type TestDevice, type TestRelay } from '../running-relay.ts';

interface Desk {
	relay: TestRelay;
	laptop: ReturnType<typeof appDevice>;
	maria: TestDevice;
}

/** A desk with one line, and the laptop of Maria, who is an admin. */
async function desk(): Promise<Desk> {
	const relay = await runRelay();
	const admin = await setUp(relay);
	await relay.installation.relay.write('desk' as DocumentId, (doc) => {
		const line = { id: 'support', name: 'Support', addresses: ['support@desk.example'], colour: 1 };
		writeDeskValue(doc, 'line:support' as never, line);
		writeDeskValue(doc, 'queue:inbox' as never, { id: 'inbox', name: 'Inbox', line: 'support' });
	});
	relay.installation.auth.linesChanged();
	const maria = await enrol(relay, admin, { mail: 'maria2@desk.example', role: 'admin' });
	const laptop = appDevice(maria, relay.url);
	await laptop.sync();
	return { relay, maria, laptop };
}

async function backUp({ relay }: Pick<Desk, 'relay'>): Promise<string> {
	const made = await makeBackup({
		...{ data: relay.installation.config.data, into: emptyFolder(), withMailKey: false, now: Date.now() },
	});
	if (made.kind === 'refused') throw new Error(made.message);
	return made.folder;
}

async function comeBack(backup: string): Promise<TestRelay> {
	const data = join(emptyFolder(), 'desk');
	const restored = await restoreBackup({ backup, data, acceptLosses: false, now: Date.now() });
	if (restored.kind === 'refused') throw new Error(restored.message);
	return runRelay({ data });
}

const mail = (id: string, text: string, more = '') =>
	Buffer.from(
		`From: Eva <eva@customer.example>\r\nTo: support@desk.example\r\nSubject: Printer\r\nDate: Thu, 01 Jan 2026 10:00:00 +0100\r\n${
			id === '' ? '' : `Message-ID: <${id}@customer.example>\r\n`
		}${more}\r\n${text}\r\n`,
	);

const take = (relay: TestRelay, raw: Uint8Array) => relay.installation.mails.take(raw, 'mail', { live: true });

function ticketsOf({ installation }: TestRelay): Map<DocumentId, Ticket> {
	const tickets = new Map<DocumentId, Ticket>();
	for (const id of installation.relay.documentsOfKind('ticket')) {
		const reading = readRecord(installation.relay.read(id) ?? new Y.Doc());
		const ticket = reading.kind === 'empty' ? undefined : foldTicket(reading.facts);
		if (ticket !== undefined) tickets.set(id, ticket);
	}
	return tickets;
}
const onlyTicket = (relay: TestRelay) => [...ticketsOf(relay)][0]!;
const messagesOf = (ticket: Ticket | undefined) => (ticket?.timeline ?? []).filter((entry) => entry.kind === 'message');

function reply(slot: EntryId | null, text: string): Draft {
	const to = [{ name: 'Eva', address: 'eva@customer.example' }];
	const rest = { to, cc: [], subject: 'Re: Printer', text, attachments: [] };
	return { kind: 'reply-requested', slot, claim: null, seen: slot, ...rest };
}

/** What the gate said to the newest request with that text. */
async function verdictOn(relay: TestRelay, document: DocumentId, text: string) {
	const find = () => {
		const reading = readRecord(relay.installation.relay.read(document)!);
		if (reading.kind === 'empty') return undefined;
		const found = [...reading.facts.entries].find(
			([, entry]) => entry.kind === 'reply-requested' && entry.text === text,
		);
		return found && reading.facts.verdicts.get(found[0]);
	};
	await expect.poll(find, { timeout: 20_000 }).toBeDefined();
	return find();
}

test.each([
	['with a Message-ID', 'one'],
	['without', ''],
])(
	'[F99] a mail %s that a device handed over before it is fetched again adds nothing',
	{ timeout: 60_000 },
	async (_how, id) => {
		const { relay, maria, laptop } = await desk();
		const backup = await backUp({ relay });
		expect(await take(relay, mail(id, 'It is on fire'))).toMatchObject({ outcome: 'created' });
		await laptop.sync();
		const [document, before] = onlyTicket(relay);
		await relay.close();

		const after = await comeBack(backup);
		const again = appDevice(maria, after.url, laptop);
		await again.sync();
		await again.sync();
		expect(await take(after, mail(id, 'It is on fire'))).toMatchObject({ outcome: 'duplicate', ticket: before.number });
		expect([...ticketsOf(after).keys()]).toEqual([document]);
		expect(messagesOf(ticketsOf(after).get(document))).toHaveLength(1);
		// And is known from now on.
		expect(await take(after, mail(id, 'It is on fire'))).toMatchObject({ outcome: 'duplicate' });
	},
);

test(
	'[F99] fetched again before a device hands over: the new ticket goes on in the old one, unless a person has begun on it',
	{ timeout: 60_000 },
	async () => {
		const { relay, maria, laptop } = await desk();
		const backup = await backUp({ relay });
		await take(relay, mail('one', 'It is on fire'));
		await take(relay, mail('two', 'And the phone, too'));
		await laptop.sync();
		const old = new Map(
			[...ticketsOf(relay)].map(([id, ticket]) => [messagesOf(ticket)[0]!.messageId, { id, ticket }]),
		);
		const first = old.get('<one@customer.example>') ?? old.get('one@customer.example');
		const second = old.get('<two@customer.example>') ?? old.get('two@customer.example');
		await laptop.write(first!.id, [{ kind: 'note', text: 'written before the loss', attachments: [] }]);
		await laptop.sync();
		await relay.close();

		const after = await comeBack(backup);
		expect(await take(after, mail('one', 'It is on fire'))).toMatchObject({ outcome: 'created' });
		expect(await take(after, mail('two', 'And the phone, too'))).toMatchObject({ outcome: 'created' });
		const fresh = [...ticketsOf(after)];
		const touched = fresh.find(([, ticket]) => messagesOf(ticket)[0]!.text.includes('phone'))!;
		const untouched = fresh.find(([id]) => id !== touched[0])!;
		const other = appDevice(maria, after.url);
		await other.sync();
		await other.write(touched[0], [{ kind: 'claimed' }]);
		await other.sync();

		const again = appDevice(maria, after.url, laptop);
		await again.sync();
		await again.sync();
		await expect.poll(() => ticketsOf(after).get(untouched[0])?.mergedInto).toMatchObject({ ticket: first!.id });
		expect(
			ticketsOf(after)
				.get(first!.id)
				?.timeline.map(({ kind }) => kind),
		).toContain('merged-from');
		const suggested = () =>
			ticketsOf(after)
				.get(touched[0])
				?.timeline.filter(({ kind }) => kind === 'merge-suggested');
		await expect.poll(suggested).toMatchObject([{ ticket: second!.id, why: 'same-mail' }]);
		expect(ticketsOf(after).get(touched[0])?.mergedInto).toBeUndefined();
		// Once, however often devices come.
		const last = appDevice(maria, after.url, other);
		await last.sync();
		await after.installation.relay.settled();
		expect(suggested()).toHaveLength(1);
	},
);

test(
	'[I3][I10][F99] an answer that was handed over keeps its slot, also where the mail stands in the ticket twice',
	{ timeout: 60_000 },
	async () => {
		const { relay, maria, laptop } = await desk();
		await take(relay, mail('one', 'It is on fire'));
		await laptop.sync();
		const [document] = onlyTicket(relay);
		const backup = await backUp({ relay });
		// The customer writes again, and gets the answer: the backup knows of neither.
		const more = mail('two', 'Still on fire', 'In-Reply-To: <one@customer.example>\r\n');
		expect(await take(relay, more)).toMatchObject({ outcome: 'followed-up' });
		await laptop.sync();
		const slot = ticketsOf(relay).get(document)!.slot!;
		await laptop.write(document, [reply(slot, 'Use water')]);
		await laptop.sync();
		expect(await verdictOn(relay, document, 'Use water')).toMatchObject({ outcome: 'accepted' });
		await laptop.sync();
		await relay.close();

		// The mail is fetched again, and somebody answers it before the laptop comes.
		const after = await comeBack(backup);
		expect(await take(after, more)).toMatchObject({ outcome: 'followed-up' });
		const again = appDevice(maria, after.url, laptop);
		await again.sync();
		await again.sync();
		const ticket = ticketsOf(after).get(document)!;
		expect(messagesOf(ticket)).toHaveLength(2);
		expect(ticket.slot).toBeUndefined();
		const copies = [
			...(after.installation.relay.read(document)!.getMap('entries') as Y.Map<{ kind: string; text: string }>),
		]
			.filter(([, entry]) => entry.kind === 'message' && entry.text.startsWith('Still'))
			.map(([id]) => id as EntryId);
		expect(copies).toHaveLength(2);
		for (const [i, copy] of copies.entries()) {
			const text = `A second answer ${i}`;
			await again.write(document, [reply(copy, text)]);
			await again.sync();
			expect(await verdictOn(after, document, text)).toMatchObject({ outcome: 'held', why: 'slot-answered' });
		}
		const mails = after.installation.database.db.prepare('SELECT state, slot FROM outbound_mail').all();
		expect(mails.filter(({ state }) => state === 'queued' || state === 'sending')).toEqual([]);
		expect(mails.filter((row) => row.slot !== null)).toHaveLength(1);
	},
);

test(
	'[I8][F99] what the relay says anew before a device hands over its old word stays, and all that came with the old word is taken',
	{ timeout: 60_000 },
	async () => {
		const { relay, maria, laptop } = await desk();
		const tom = await enrol(relay, maria, { mail: 'tom@desk.example', role: 'admin' });
		await take(relay, mail('one', 'It is on fire'));
		await laptop.sync();
		const [document] = onlyTicket(relay);
		const backup = await backUp({ relay });
		// The claim arrives, and its answer never comes back to the laptop.
		const [claimed] = await laptop.write(document, [{ kind: 'claimed' }]);
		const { n, generation, update } = (await laptop.store.outbox())[0]!;
		await laptop.transport.push(encodePush([{ n, document, generation, update }]));
		await relay.installation.relay.settled();
		const phone = appDevice(tom, relay.url);
		await phone.sync();
		await phone.write(document, [{ kind: 'note', text: 'written before the loss', attachments: [] }]);
		await phone.sync();
		const wordOn = (doc: Y.Doc | undefined) => doc?.getMap('verdicts').get(claimed!);
		const before = wordOn(await phone.doc(document));
		expect(before).toMatchObject({ kind: 'claim', outcome: 'granted' });
		await relay.close();

		const after = await comeBack(backup);
		const again = appDevice(maria, after.url, laptop);
		await again.sync();
		await again.sync();
		await after.installation.relay.settled();
		const anew = wordOn(after.installation.relay.read(document));
		expect(anew).toMatchObject({ kind: 'claim', outcome: 'granted' });
		expect(anew).not.toEqual(before);
		const late = appDevice(tom, after.url, phone);
		await late.sync();
		await late.sync();
		expect(JSON.stringify(onlyTicket(after))).toContain('written before the loss');
		expect(wordOn(after.installation.relay.read(document))).toEqual(anew);
		await late.sync();
		expect(wordOn(await late.doc(document))).toEqual(anew);
		expect((await late.restored())?.refused).toBe(0);
	},
);

test('[F99] a document as large as the relay lets one become is handed over whole', { timeout: 60_000 }, async () => {
	const { relay, maria, laptop } = await desk();
	const backup = await backUp({ relay });
	const document = await laptop.open('A long story');
	await laptop.sync();
	for (let i = 0; i < 25; i++) {
		await laptop.write(document, [{ kind: 'note', text: `${newUlid()} ${'x'.repeat(44_000)}`, attachments: [] }]);
		await laptop.sync();
		if ((await laptop.store.outbox()).length > 0) break;
	}
	const [refused] = await laptop.store.outbox();
	expect(refused).toMatchObject({ rejected: 'document-too-big' });
	await laptop.store.discard(refused!.n);
	laptop.docs.delete(document);
	await laptop.write(document, [{ kind: 'claimed' }]);
	const size = () => Y.encodeStateAsUpdate(relay.installation.relay.read(document)!).length;
	expect(size()).toBeGreaterThan(900 * 1024);
	// What the relay itself says is never refused for its size.
	await relay.installation.relay.change({
		documents: [
			{
				id: document,
				isVerdict: true,
				change(doc) {
					for (let i = 0; i < 500; i++)
						doc
							.getMap('verdicts')
							.set(newUlid(), { kind: 'delivery', outcome: 'failed', at: i, reason: 'y'.repeat(450) });
				},
			},
		],
	});
	expect(size()).toBeGreaterThan(1024 * 1024);
	await laptop.sync();
	const before = Y.encodeStateVector(relay.installation.relay.read(document)!);
	await relay.close();
	const after = await comeBack(backup);
	const again = appDevice(maria, after.url, laptop);
	await again.sync();
	await again.sync();
	expect(await again.restored()).toMatchObject({ refused: 0, isDone: true });
	const state = Y.decodeStateVector(Y.encodeStateVector(after.installation.relay.read(document)!));
	for (const [client, clock] of Y.decodeStateVector(before))
		expect(state.get(client) ?? 0).toBeGreaterThanOrEqual(clock);
});
