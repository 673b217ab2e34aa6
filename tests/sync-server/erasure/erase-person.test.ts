import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { lineScope } from '../../../src/lib/domain/audience.ts';
import { foldParty } from '../../../src/lib/domain/fold-party.ts';
import { foldTicket } from '../../../src/lib/domain/fold-ticket.ts';
import { encodeHlc } from '../../../src/lib/domain/hlc.ts';
import type { AgentId, DeviceId, DocumentId, EntryId, LineId } from '../../../src/lib/domain/ids.ts';
import { appendEntries, readRecord } from '../../../src/lib/document/record-document.ts';
import { encodePush } from '../../../src/lib/protocol/replica.ts';
import { makeBackup } from '../../../sync-server/backup/make-backup.ts';
import { restoreBackup } from '../../../sync-server/backup/restore-backup.ts';
import type { Installation } from '../../../sync-server/installation.ts';
import { emptyFolder } from '../running-relay.ts';
import {
	addPerson,
	anneliese,
	factsOf,
	fill,
	mailsOf,
	newEntry,
	newId,
	openDesk,
	placesOf,
	told,
	write,
} from './erased-desk.ts';

const identity = {
	device: 'maria-1' as DeviceId,
	agent: 'maria' as AgentId,
	role: 'agent' as const,
	scopes: ['desk' as const, lineScope('support' as LineId)],
	scopeRevision: 1,
};

/** What that device writes on top of a document as it was, with the generation that it knows. */
async function push(
	installation: Installation,
	document: DocumentId,
	before: Y.Doc | undefined,
	text: string,
	n: number,
	at: number,
) {
	const doc = new Y.Doc();
	if (before !== undefined) Y.applyUpdate(doc, Y.encodeStateAsUpdate(before));
	const vector = Y.encodeStateVector(doc);
	const author = { agent: identity.agent, device: identity.device, tick: () => encodeHlc(at), newId: newEntry };
	appendEntries(doc, author, [{ kind: 'note', text, attachments: [] }]);
	const generation = installation.database.db.prepare('SELECT generation FROM docs WHERE id = ?').get(document)
		?.generation as number;
	const send = (generation: number) =>
		installation.relay.push(
			identity,
			encodePush([{ n, document, generation, update: Y.encodeStateAsUpdate(doc, vector) }]),
		);
	return { generation, send };
}

const copyOf = (doc: Y.Doc | undefined) => {
	const copy = new Y.Doc();
	if (doc !== undefined) Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc));
	return copy;
};

test('[F86][F106] after an erasure no byte of the data directory names the person, and what tickets are stays', async () => {
	const data = emptyFolder();
	const installation = await openDesk(data);
	const { person, tickets, other } = await fill(installation);
	const kept = join(data, 'before-upgrade');
	mkdirSync(kept);
	installation.database.db.prepare('VACUUM INTO ?').run(join(kept, 'tresen-v1.sqlite'));
	expect(placesOf(told, kept).length).toBeGreaterThan(5);
	expect(placesOf(told, data).length).toBeGreaterThan(10);
	const before = tickets.map((ticket) => foldTicket(factsOf(installation, ticket)));
	const verdicts = tickets.map((ticket) => [...factsOf(installation, ticket).verdicts]);

	const order = { who: { person }, texts: 'theirs', agent: null } as const;
	expect(await installation.erasures.erase(order)).toEqual({ kind: 'refused', code: 'mail-under-way' });
	installation.database.db.exec("UPDATE outbound_mail SET state = 'sent'");
	const planned = await installation.erasures.plan({ person }, 'theirs');
	expect(planned).toMatchObject({ plan: { tickets: 3, calls: 1, others: 1, underWay: 0, inConfiguration: false } });
	const result = await installation.erasures.erase(order);
	expect(result).toMatchObject({ kind: 'erased', number: 1, forgotten: true });

	expect(placesOf(told, data)).toEqual([]);
	const after = tickets.map((ticket) => foldTicket(factsOf(installation, ticket)));
	for (const [i, ticket] of after.entries()) {
		const was = before[i];
		expect(ticket).toMatchObject({
			...{ number: was?.number, status: was?.status, slot: was?.slot, changedAt: was?.changedAt },
			...{ openedAt: was?.openedAt, claim: was?.claim, tenures: was?.tenures, queue: was?.queue },
		});
		expect(ticket?.timeline.filter(({ kind }) => kind !== 'erased').map(({ id, time }) => [id, time])).toEqual(
			was?.timeline.map(({ id, time }) => [id, time]),
		);
		expect([...factsOf(installation, tickets[i] as DocumentId).verdicts]).toEqual(verdicts[i]);
	}
	expect(foldParty(factsOf(installation, person))).toMatchObject({
		name: 'Gelöschte Person 1',
		erased: true,
		notes: [{ text: '█████' }],
	});
	expect(foldTicket(factsOf(installation, other))).toMatchObject({ from: { name: 'Kim Weiß' } });
	expect(JSON.stringify([...factsOf(installation, other).entries])).toContain('Kim bleibt');
	await installation.close();
	expect(placesOf(told, data)).toEqual([]);
});

test('[F106] pushes for the old generation are refused by name; what was written before and comes later is cleaned', async () => {
	const data = emptyFolder();
	const installation = await openDesk(data);
	const { person, tickets, other } = await fill(installation);
	installation.database.db.exec("UPDATE outbound_mail SET state = 'sent'");
	const [ticket] = tickets as [DocumentId];
	const untouched = newId('ticket');
	await write(installation, untouched, [
		{
			...{ kind: 'opened', number: installation.auth.numbers.nextNumber(), subject: 'Drucker' },
			...{ line: 'support' as LineId, queue: 'q' as never, channel: 'mail' },
		},
	]);
	const writtenAt = Date.now();
	const before = copyOf(installation.relay.read(ticket));
	const old = await push(installation, ticket, before, `${anneliese.name} ruft zurück`, 1, writtenAt);
	await installation.erasures.erase({ who: { person }, texts: 'theirs', agent: null });
	expect(await old.send(old.generation)).toMatchObject({
		body: { answers: [{ n: 1, kind: 'rejected', code: 'other-generation' }] },
	});
	// Neither does the old document pass for the new one.
	const whole = { n: 2, document: ticket, generation: 1, update: Y.encodeStateAsUpdate(before) };
	expect(await installation.relay.push(identity, encodePush([whole]))).toMatchObject({
		body: { answers: [{ n: 2, kind: 'rejected' }] },
	});

	const late = await push(
		installation,
		untouched,
		installation.relay.read(untouched),
		`Rückruf ${anneliese.phone}, ${anneliese.name}`,
		3,
		writtenAt,
	);
	expect(await late.send(0)).toMatchObject({ body: { answers: [{ n: 3, kind: 'ok' }] } });
	const again = await push(installation, other, installation.relay.read(other), 'Nichts weiter', 4, writtenAt);
	expect(await again.send(1)).toMatchObject({ body: { answers: [{ n: 4, kind: 'ok' }] } });
	await installation.erasures.settled();
	expect(placesOf(told, data)).toEqual([]);
	const notes = [...factsOf(installation, untouched).entries.values()].filter(({ kind }) => kind === 'note');
	expect(notes).toMatchObject([{ text: 'Rückruf +00 0001 000001, Gelöschte Person 1' }]);

	// The same mail, fetched once more, is known still; what she writes from now on is a new matter.
	expect(await installation.mails.take(Buffer.from(mailsOf(anneliese)[0] as string), 'mail', {})).toMatchObject({
		outcome: 'created',
	});
	await installation.erasures.settled();
	expect(placesOf(told, data)).toEqual([]);
});

test('[F106] a backup from before the erasure does not bring the person back', async () => {
	const data = emptyFolder();
	const into = emptyFolder();
	const installation = await openDesk(data);
	const { person, tickets } = await fill(installation);
	installation.database.db.exec("UPDATE outbound_mail SET state = 'sent'");
	const order = { data, into, withMailKey: false };
	const made = await makeBackup({ ...order, now: Date.now() });
	if (made.kind === 'refused') throw new Error(made.message);
	expect(placesOf(told, made.folder).length).toBeGreaterThan(10);
	await installation.erasures.erase({ who: { person }, texts: 'theirs', agent: null });
	await installation.erasures.erase({ who: { address: 'kim@example.org' }, texts: 'all', agent: null });
	expect(await makeBackup({ ...order, now: Date.now() + 2000 })).toMatchObject({ kind: 'made' });
	const generations = installation.database.db.prepare('SELECT id, generation FROM docs WHERE generation > 0').all();
	await installation.close();

	const restored = emptyFolder();
	const target = join(restored, 'data');
	expect(
		await restoreBackup({ backup: made.folder, data: target, acceptLosses: false, now: Date.now() }),
	).toMatchObject({
		kind: 'restored',
	});
	const back = await openDesk(target);
	expect(placesOf([...told, 'kim@example.org', 'Kim Weiß'], target)).toEqual([]);
	for (const { id, generation } of generations)
		expect(
			back.database.db.prepare('SELECT generation FROM docs WHERE id = ?').get(id as string)?.generation,
		).toBeGreaterThan(generation as number);
	expect(tickets.every((ticket) => foldTicket(factsOf(back, ticket)) !== undefined)).toBe(true);
	const files = (folder: string) => placesOf(['"persons"'], folder).length;
	expect(files(into)).toBeGreaterThan(0);
});

test('[F106] what a crash interrupts goes on at the next start', async () => {
	const data = emptyFolder();
	const installation = await openDesk(data);
	const { person } = await fill(installation);
	installation.database.db.exec("UPDATE outbound_mail SET state = 'sent'");
	const halfway = emptyFolder();
	const rewrite = installation.relay.rewrite;
	let n = 0;
	installation.relay.rewrite = (document, order) => {
		if (++n === 3) {
			installation.database.db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
			cpSync(data, halfway, { recursive: true });
		}
		return rewrite(document, order);
	};
	await installation.erasures.erase({ who: { person }, texts: 'theirs', agent: null });
	await installation.close();
	expect(placesOf(told, halfway).length).toBeGreaterThan(0);
	await openDesk(halfway);
	expect(placesOf(told, halfway)).toEqual([]);
});

describe('[F106] blacking out a part of an entry', () => {
	const card = '4111 1111 1111 1111';
	async function ticketWithCard() {
		const data = emptyFolder();
		const installation = await openDesk(data);
		await addPerson(installation, anneliese);
		const raw = (mailsOf(anneliese)[0] as string).replace('machen mir Kummer', `zahle ich mit ${card}`);
		await installation.mails.take(Buffer.from(raw), 'mail', {});
		const [ticket] = installation.relay.documentsOfKind('ticket') as [DocumentId];
		const [message] = [...factsOf(installation, ticket).entries].find(([, { kind }]) => kind === 'message') as [
			EntryId,
			never,
		];
		await write(installation, ticket, [
			{ kind: 'claimed' },
			{ kind: 'note', text: `Die Karte ist ${card}, gültig bis 11/27`, attachments: [] },
		]);
		await installation.relay.settled();
		return { data, installation, ticket, message };
	}

	test('the words go from the entry, from quotes and notes, and from the mail as it came; a new generation says who and why', async () => {
		const { data, installation, ticket, message } = await ticketWithCard();
		const before = foldTicket(factsOf(installation, ticket));
		const verdicts = [...factsOf(installation, ticket).verdicts];
		expect(verdicts.length).toBeGreaterThan(0);
		const text = (factsOf(installation, ticket).entries.get(message) as { text: string }).text;
		const from = text.indexOf(card);
		const order = { document: ticket, entry: message, agent: 'maria' as AgentId, reason: 'Kartennummer' };
		expect(await installation.erasures.redact({ ...order, ranges: [[from, text.length + 1]] })).toMatchObject({
			code: 'nothing-to-redact',
		});
		expect(await installation.erasures.redact({ ...order, ranges: [[from, from + card.length]] })).toMatchObject({
			...{ kind: 'redacted', generation: 1, forgotten: true },
		});
		expect(placesOf([card], data)).toEqual([]);
		const facts = factsOf(installation, ticket);
		expect((facts.entries.get(message) as { text: string }).text).toBe(text.replace(card, '█████'));
		expect([...facts.entries.values()].at(-1)).toMatchObject({
			...{ kind: 'erased', what: 'redaction', entry: message, agent: 'maria', reason: 'Kartennummer' },
		});
		expect([...facts.verdicts]).toEqual(verdicts);
		expect(foldTicket(facts)).toMatchObject({ status: before?.status, claim: before?.claim, slot: before?.slot });
		expect(JSON.stringify([...facts.entries])).toContain('gültig bis 11/27');
	});

	test('all of an entry goes with its files', async () => {
		const { data, installation, ticket, message } = await ticketWithCard();
		const order = { document: ticket, entry: message, agent: null, reason: 'Irrläufer', ranges: null };
		expect(await installation.erasures.redact(order)).toMatchObject({ kind: 'redacted' });
		const { words } = anneliese;
		// What stands in the person's own record is another matter.
		expect(placesOf([`${words.join(' und ')} zahle`], data)).toEqual([]);
		expect(factsOf(installation, ticket).entries.get(message)).toMatchObject({ text: '█████', attachments: [] });
		expect(factsOf(installation, ticket).entries.get(message)).not.toHaveProperty('raw');
	});
});

test('[F106] somebody of the same name stays, and so does whoever has no document but another address', async () => {
	const installation = await openDesk();
	const person = await addPerson(installation, anneliese);
	const namesake = await addPerson(installation, {
		...anneliese,
		address: 'other@else.example',
		phone: '+49 30 999888777',
	});
	await installation.erasures.erase({ who: { person }, texts: 'all', agent: null });
	expect(foldParty(factsOf(installation, namesake))).toMatchObject({
		...{ name: anneliese.name, addresses: ['other@else.example'], phones: ['+49 30 999888777'], erased: false },
	});
	const reading = readRecord(installation.relay.read(person) as Y.Doc);
	expect(reading.kind === 'record' && foldParty(reading.facts)).toMatchObject({
		name: 'Gelöschte Person 1',
		addresses: [],
		phones: [],
	});
});
