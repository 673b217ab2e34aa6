import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as v from 'valibot';
import * as Y from 'yjs';
import type { Draft } from '../../../src/lib/domain/entry.ts';
import type { DocumentId, QueueId } from '../../../src/lib/domain/ids.ts';
import { dayMs } from '../../../src/lib/domain/tier.ts';
import { appendEntries, writeMeta } from '../../../src/lib/document/record-document.ts';
import { archiveAnswerSchema, archiveLimits, type ArchiveQuery } from '../../../src/lib/protocol/archive-search.ts';
import type { Schedule } from '../../../sync-server/schedule.ts';
import { realSchedule } from '../../../sync-server/schedule.ts';
import { archiveFile } from '../../../sync-server/search/archive-index.ts';
import { createArchive } from '../../../sync-server/search/archive.ts';
import { matchOf, typedWords } from '../../../sync-server/search/archive-words.ts';
import { newTicketId, opening, startRelay, type TestDevice } from '../../support/start-relay.ts';
import { afterTest, emptyFolder } from '../running-relay.ts';

const begin = Date.parse('2026-01-05T09:00:00Z');
const closed: Draft<'status-set'> = { kind: 'status-set', status: 'closed', seen: null, replaces: [] };
const note = (text: string): Draft<'note'> => ({ kind: 'note', text, attachments: [] });
let counter = 0;

interface Kept {
	id: DocumentId;
	doc: Y.Doc;
}

async function openArchive(dataDir?: string, schedule: Schedule = realSchedule) {
	const clock = { now: begin };
	const relay = await startRelay({ now: () => clock.now, ...(dataDir === undefined ? {} : { dataDir }) });
	const failures: unknown[] = [];
	const archive = createArchive({
		...{ database: relay.database, now: () => clock.now, schedule },
		onFailure: (error) => failures.push(error),
	});
	afterTest(async () => {
		await archive.close();
		await relay.close();
	});
	const maria = relay.device('maria');

	async function write(
		drafts: readonly Draft[],
		{ line = 'support', by = maria, into = undefined as Kept | undefined } = {},
	) {
		const kept = into ?? { id: newTicketId(), doc: new Y.Doc() };
		const before = Y.encodeStateVector(kept.doc);
		kept.doc.transact(() => {
			if (into === undefined) writeMeta(kept.doc, 'ticket');
			const first = into === undefined ? [opening(by, ++counter % 90, line)] : [];
			appendEntries(kept.doc, by.author, [...first, ...drafts]);
		});
		const update = Y.encodeStateAsUpdate(kept.doc, before);
		const { answers } = await relay.push(by, [{ n: ++counter, document: kept.id, generation: 0, update }]);
		expect(answers[0]?.kind).toBe('ok');
		return kept;
	}
	const ask = (device: TestDevice, query: ArchiveQuery) => archive.search(device.identity, query);
	const found = async (device: TestDevice, text: string, narrowed: Omit<ArchiveQuery, 'text'> = {}) =>
		(await ask(device, { text, ...narrowed })).hits.map(({ document }) => document);
	return { relay, clock, archive, maria, write, ask, found, failures };
}

describe('tickets at rest are found by their text', () => {
	test('by words, inflections, parts of compounds, from both languages, with the piece that tells why', async () => {
		const { clock, archive, maria, write, ask, found } = await openArchive();
		const { id } = await write([
			note(
				`Vorher stand hier etwas anderes. ${'Lange Vorrede. '.repeat(30)} Der Netzwerkdrucker im Lager druckt keine Etiketten.`,
			),
			closed,
		]);
		const english = await write([note('She returned two broken invoices by e-mail.'), closed]);
		clock.now += dayMs;
		await archive.sweep();
		for (const text of [
			'Netzwerkdrucker',
			'drucker',
			'Druckers',
			'etikett lager',
			'NETZWERK',
			'lager druck',
			'anderer Vorrede',
			'wo ist der Drucker?',
		])
			expect([text, await found(maria, text)]).toEqual([text, [id]]);
		for (const text of ['invoice', 'broken invoices', 'email', 'return'])
			expect([text, await found(maria, text)]).toEqual([text, [english.id]]);
		for (const text of ['Fax', 'drucker invoice', '', '   ', 'der die das', 'x', '€'])
			expect([text, await found(maria, text)]).toEqual([text, []]);
		const { hits, more, complete } = await ask(maria, { text: 'drucker lager' });
		expect([more, complete]).toEqual([false, true]);
		const { text, ranges } = hits[0]?.snippet ?? { text: '', ranges: [] };
		expect(ranges.map(([start, end]) => text.slice(start, end))).toEqual(['Netzwerkdrucker', 'Lager']);
		expect(text.length).toBeLessThan(300);
	});

	test('[AS1] [AS2] what is open, young, changed since or gone is not; what rests again is', async () => {
		const { clock, archive, maria, write, found, relay } = await openArchive();
		const rests = await write([note('Zebrastreifen'), closed]);
		await write([note('Zebrastreifen')]);
		clock.now += dayMs;
		await write([note('Zebrastreifen'), closed]);
		await archive.sweep();
		expect(await found(maria, 'zebrastreifen')).toEqual([rests.id]);
		await write([note('Nachtrag mit Känguru')], { into: rests });
		expect(await found(maria, 'zebrastreifen')).toEqual([]);
		clock.now += dayMs;
		await archive.sweep();
		expect(await found(maria, 'zebrastreifen')).toHaveLength(2);
		expect(await found(maria, 'känguru zebrastreifen')).toEqual([rests.id]);
		relay.relay.erase(rests.id);
		expect(await found(maria, 'känguru')).toEqual([]);
	});

	test('the newest first, so many and no more, and narrowed to what was asked for', async () => {
		const { clock, archive, maria, write, ask, found } = await openArchive();
		const ids: DocumentId[] = [];
		const person = `person/${'0'.repeat(25)}1` as DocumentId;
		for (let i = 0; i < archiveLimits.hits + 3; i++) {
			clock.now += 60_000;
			const drafts: Draft[] = [note(`Kranich ${i}`), closed];
			if (i === 3) drafts.unshift({ kind: 'person-linked', person } as Draft);
			if (i === 4) drafts.unshift({ kind: 'queue-set', queue: 'second' as QueueId, replaces: [] } as Draft);
			ids.unshift((await write(drafts)).id);
		}
		const last = clock.now;
		clock.now += 10 * dayMs;
		await archive.sweep();
		const { hits, more } = await ask(maria, { text: 'kranich' });
		expect(hits.map(({ document }) => document)).toEqual(ids.slice(0, archiveLimits.hits));
		expect(more).toBe(true);
		expect(await ask(maria, { text: 'kranich 7' })).toMatchObject({ more: false, hits: [{ document: ids.at(-8) }] });
		expect(await found(maria, 'kranich', { person })).toEqual([ids.at(-4)]);
		expect(await found(maria, 'kranich', { queue: 'second' })).toEqual([ids.at(-5)]);
		expect(await found(maria, 'kranich', { line: 'elsewhere' })).toEqual([]);
		expect(await found(maria, 'kranich', { from: last - 60_000 })).toEqual(ids.slice(0, 2));
		// What the device holds whole is none of the relay's business.
		expect(await found(maria, 'kranich', { recentDays: 90 })).toEqual([]);
		expect(await found(maria, 'kranich', { recentDays: 3 })).toHaveLength(archiveLimits.hits);
	});
});

describe('[AS3] [AS4] [F45] who asks', () => {
	test('learns nothing of tickets of others: answers are the same with and without them', async () => {
		const withOthers = await openArchive();
		const alone = await openArchive();
		for (const world of [withOthers, alone]) {
			const sue = world.relay.device('sue', { lines: ['legal', 'support'] });
			const own = ['Rechnungen fehlen', 'Rechnung bezahlt, Lieferschein kam', 'Das Büro zieht um'];
			for (const text of own) await world.write([note(text), closed]);
			if (world === withOthers)
				for (let i = 0; i < 40; i++)
					await world.write([note(`Rechnung Lieferschein Büroklammer Geheimnis${i}`), closed], {
						line: 'legal',
						by: sue,
					});
			world.clock.now += dayMs;
			await world.archive.sweep();
		}
		for (const text of [
			'Rechnung',
			'lieferschein',
			'Büro',
			'Büroklammer',
			'Geheimnis1',
			'geheim',
			'legal',
			'rechnung geheimnis',
		]) {
			const [one, other] = await Promise.all([withOthers, alone].map((world) => world.ask(world.maria, { text })));
			const told = (answer = one) => answer && { ...answer, hits: answer.hits.map(({ snippet }) => snippet) };
			expect([text, told(one)]).toEqual([text, told(other)]);
		}
		const otto = withOthers.relay.device('otto', { lines: [] });
		expect(await withOthers.found(otto, 'Rechnung')).toEqual([]);
		expect(await withOthers.found(otto, 'Rechnung', { line: 'legal' })).toEqual([]);
	});

	test('finds what is theirs now, whatever the index knew: after a move, and after lines were taken and given', async () => {
		const { clock, archive, maria, write, found, relay, ask } = await openArchive();
		const sue = relay.device('sue', { lines: ['legal'] });
		const both = relay.device('both', { lines: ['legal', 'support'] });
		const moved = await write([note('Wanderdüne'), closed]);
		clock.now += dayMs;
		await archive.sweep();
		relay.database.db.prepare("UPDATE doc_scopes SET scope = 'line:legal'").run();
		expect(await found(maria, 'wanderdüne')).toEqual([]);
		expect(await found(both, 'wanderdüne')).toEqual([moved.id]);
		relay.setLines(both, ['support']);
		expect(await found(both, 'wanderdüne')).toEqual([]);
		expect(await ask(sue, { text: 'wanderdüne' })).toMatchObject({ more: false });
	});
});

describe('whatever is typed', () => {
	test('no question is syntax, and none throws', async () => {
		const { clock, archive, maria, write, ask, failures } = await openArchive();
		await write([note('NEAR OR AND NOT tokens words "quoted" col:on a*b (c) {d} -e ^f + straße 你好 مرحبا'), closed]);
		clock.now += dayMs;
		await archive.sweep();
		const hostile = [
			'"',
			'"" OR 1',
			'NEAR(a b)',
			'tokens:quoted',
			'*',
			'^straße',
			'a AND',
			'NOT',
			'(((',
			'_druck',
			'@linesupport',
			'<kcurd',
			'\0',
			"'; DROP TABLE words;--",
			'-'.repeat(400),
			'"quoted" * OR "',
			'{tokens} : x',
			'𝕏'.repeat(99),
		];
		for (const text of hostile) expect(v.is(archiveAnswerSchema, await ask(maria, { text }))).toBe(true);
		for (const text of ['@linesupport', 'linesupport', '<detouq', 'detouq'])
			expect([text, (await ask(maria, { text })).hits]).toEqual([text, []]);
		expect((await ask(maria, { text: '"quoted" NEAR 你好' })).hits).toHaveLength(1);
		const signs = fc.string({
			unit: fc.oneof(
				fc.constantFrom(...'"\'*:^()+-{}_<@ \0\n', 'AND ', 'OR ', 'NEAR(', 'straße', 'quoted'),
				fc.string({ unit: 'binary', maxLength: 3 }),
			),
			...{ maxLength: archiveLimits.text, size: 'max' },
		});
		await fc.assert(
			fc.asyncProperty(signs, async (text) => {
				const answer = await ask(maria, { text });
				expect(v.is(archiveAnswerSchema, answer)).toBe(true);
				for (const { snippet } of answer.hits)
					for (const [start, end] of snippet.ranges) expect(start < end && end <= snippet.text.length).toBe(true);
			}),
			{ numRuns: 100 },
		);
		expect(failures).toEqual([]);
	});

	test('a long question becomes few words', () => {
		const words = typedWords('eins zweitens drittens '.repeat(40) + 'verwaltungsgericht '.repeat(30));
		expect(words.length).toBeLessThanOrEqual(8);
		expect(matchOf(words).length).toBeLessThan(2000);
	});
});

describe('[AS5] [AS6] the file of the index', () => {
	test('is made by a thread, is used again, and is made anew where it is damaged or of another era', async () => {
		const data = emptyFolder();
		const { clock, archive, maria, write, relay, failures } = await openArchive(data);
		const { id } = await write([note('Pinguin'), closed]);
		clock.now += dayMs;
		const file = join(data, archiveFile);
		let current = archive;
		const again = async (era = relay.database.era) => {
			await current.close();
			current = createArchive({
				database: { ...relay.database, era },
				...{ now: () => clock.now, schedule: realSchedule, onFailure: (error) => failures.push(error) },
			});
			const archive = current;
			afterTest(() => archive.close());
			return { ask: () => archive.search(maria.identity, { text: 'pinguin' }), sweep: () => archive.sweep() };
		};
		const finds = { more: false, hits: [{ document: id }] };
		const lost: ((kept: Buffer) => number)[] = [
			() => relay.database.era,
			(kept) => (writeFileSync(file, kept.subarray(0, 4096)), relay.database.era),
			() => relay.database.era + 1,
		];
		await archive.sweep();
		for (const [i, lose] of lost.entries()) {
			await current.close();
			const { ask, sweep } = await again(lose(readFileSync(file)));
			// The first lost nothing.
			expect([i, (await ask()).hits.length]).toEqual([i, i === 0 ? 1 : 0]);
			await sweep();
			if ((await ask()).hits.length === 0) await sweep();
			expect(existsSync(file)).toBe(true);
			expect([i, await ask()]).toMatchObject([i, { complete: true, ...finds }]);
		}
	});
});
