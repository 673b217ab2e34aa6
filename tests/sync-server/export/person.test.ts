import { getRandomValues } from 'node:crypto';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { appendEntries, draftFragment, writeMeta } from '../../../src/lib/document/record-document.ts';
import { writeBlocks } from '../../../src/lib/document/rich-fragment.ts';
import type { PersonExport } from '../../../src/lib/document/person-export.ts';
import type { Draft } from '../../../src/lib/domain/entry.ts';
import { createClock } from '../../../src/lib/domain/hlc.ts';
import {
	recordId,
	type AgentId,
	type BlobId,
	type DeviceId,
	type DocumentId,
	type EntryId,
	type RecordKind,
} from '../../../src/lib/domain/ids.ts';
import { htmlToBlocks } from '../../../src/lib/domain/rich-html.ts';
import { createUlid } from '../../../src/lib/domain/ulid.ts';
import { exportPersonCommand } from '../../../sync-server/commands/export-person.ts';
import { runCommand } from '../commands/run-command.ts';
import { emptyFolder, enrol, runRelay, setUp, type TestDevice, type TestRelay } from '../running-relay.ts';
import { unpack } from './portable-desk.ts';

const newId = () => createUlid(Date.now(), (bytes) => getRandomValues(bytes)) as EntryId;

/** A word that stands nowhere else. */
const words: string[] = [];
function seeded(place: string): string {
	const word = `zq${place}${words.length}x`;
	words.push(word);
	return word;
}

async function write(relay: TestRelay, kind: RecordKind, drafts: Draft[], drafting?: string): Promise<DocumentId> {
	const clock = createClock(relay.installation.now);
	const id = recordId(
		kind,
		createUlid(Date.now(), (bytes) => getRandomValues(bytes)),
	);
	const author = { agent: 'relay' as AgentId, device: 'relay' as DeviceId, tick: () => clock.tick(), newId };
	const outcome = await relay.installation.relay.write(id, (doc) => {
		writeMeta(doc, kind);
		appendEntries(doc, author, drafts);
		if (drafting !== undefined) writeBlocks(draftFragment(doc, 'reply'), htmlToBlocks(`<p>${drafting}</p>`));
	});
	expect(outcome.kind).toBe('ok');
	return id;
}

const message = (from: string, to: string, text: string, more: object = {}) =>
	({
		kind: 'message',
		direction: 'in',
		channel: 'mail',
		visibility: 'public',
		from: { name: '', address: from },
		to: [{ name: '', address: to }],
		cc: [],
		subject: text,
		text,
		attachments: [],
		...more,
	}) as Draft;

async function desk() {
	const relay = await runRelay();
	const admin = await setUp(relay);
	words.length = 0;
	const { installation } = relay;
	const config = installation.relay.readDesk();
	const line = config.lines[0]!.id;
	const queue = config.queues[0]!.id;
	const stored = await installation.blobs.store(Buffer.from(seeded('file')));
	if (stored.kind !== 'stored') throw new Error(stored.kind);
	const attachments = [
		{ blob: stored.id as BlobId, name: `../${seeded('attached')}.txt`, mime: 'text/plain', size: stored.size },
	];
	const organisation = await write(relay, 'organisation', [{ kind: 'created', name: seeded('firm'), lines: [line] }]);
	const person = await write(relay, 'person', [
		{ kind: 'created', name: `Ada ${seeded('name')}`, lines: [line] },
		{ kind: 'address-added', address: 'Ada.Old@example.org' },
		{ kind: 'address-removed', address: 'ada.old@example.org' },
		{ kind: 'address-added', address: 'ada@example.org' },
		{ kind: 'phone-added', phone: '+49 (0)341 123 456' },
		{ kind: 'organisation-set', organisation, replaces: [] },
		{ kind: 'position-set', division: seeded('division'), role: seeded('role'), replaces: [] },
		{ kind: 'tagged', add: [seeded('topic')], remove: [] },
		{ kind: 'note', text: seeded('note'), attachments: [] },
	]);
	const opened = (subject: string, from: string, more: object = {}) =>
		({
			kind: 'opened',
			number: installation.auth.numbers.nextNumber(),
			subject,
			line,
			queue,
			channel: 'mail',
			from: { name: '', address: from },
			...more,
		}) as Draft;
	const desk = 'desk@example.org';
	await write(
		relay,
		'ticket',
		[
			opened(seeded('subject'), 'ADA@example.org', { person }),
			message('ada@example.org', desk, seeded('wrote'), { attachments }),
			{ kind: 'note', text: seeded('about'), attachments: [] },
			{
				kind: 'reply-requested',
				slot: null,
				claim: null,
				to: [{ name: '', address: 'ada@example.org' }],
				cc: [],
				subject: '',
				text: seeded('answer'),
				attachments: [],
			},
			message('carl@example.org', desk, 'stranger-wrote'),
			{ kind: 'tagged', add: [seeded('tag')], remove: [] },
		],
		seeded('draft'),
	);
	// As it was sent from an address that is not hers any more, and with her as somebody who gets a copy.
	await write(relay, 'ticket', [
		opened(seeded('past'), 'ada.old@example.org'),
		message('ada.old@example.org', desk, seeded('earlier')),
	]);
	await write(relay, 'ticket', [
		opened('stranger-subject', 'carl@example.org'),
		message('carl@example.org', desk, seeded('copied'), { cc: [{ name: '', address: 'ada@example.org' }] }),
	]);
	await write(relay, 'ticket', [
		opened('stranger-only', 'carl@example.org'),
		message('carl@example.org', desk, 'stranger-text'),
	]);
	await write(relay, 'interaction', [
		{
			kind: 'contacted',
			line,
			channel: 'phone',
			direction: 'in',
			from: { name: seeded('caller'), address: '', phone: '0341/123456' },
			began: 1,
		},
		{ kind: 'request-set', text: seeded('request'), replaces: [] },
		{ kind: 'outcome-set', outcome: 'solved', seconds: 60, passedTo: seeded('passed'), replaces: [] },
	]);
	await write(relay, 'interaction', [
		{
			kind: 'contacted',
			line,
			channel: 'phone',
			direction: 'in',
			from: { name: 'stranger-caller', address: '', phone: '0341/999999' },
			began: 1,
		},
	]);
	return { relay, admin, person, data: installation.config.data };
}

describe('everything about one person', { timeout: 60_000 }, () => {
	let made: {
		files: Map<string, Buffer>;
		short: Map<string, Buffer>;
		byAddress: Map<string, Buffer>;
		printed: string;
		answer: PersonExport;
		refusals: unknown[];
		seededWords: string[];
		audit: unknown[];
	};

	beforeAll(async () => {
		const { relay, admin, person, data } = await desk();
		const out = (name: string) => join(folder, name);
		const folder = emptyFolder();
		const first = await runCommand(exportPersonCommand, data, [
			person.slice('person/'.length),
			'--out',
			out('a.zip'),
			'--language',
			'en',
		]);
		expect([first.code, first.complaints]).toEqual([0, []]);
		await runCommand(exportPersonCommand, data, [
			person.slice('person/'.length),
			'--out',
			out('b.zip'),
			'--without-notes',
		]);
		await runCommand(exportPersonCommand, data, ['ada@EXAMPLE.org', '--out', out('c.zip')]);
		const ask = (who: TestDevice | TestRelay, wanted: object) => who.ask('/auth/person-export', wanted);
		const answered = await ask(admin, { person, withInternal: true });
		const agent = await enrol(relay, admin, { mail: 'tom@desk.example' });
		const nobody = recordId(
			'person',
			createUlid(1, (bytes) => bytes.fill(1)),
		);
		made = {
			files: await unpack(out('a.zip')),
			short: await unpack(out('b.zip')),
			byAddress: await unpack(out('c.zip')),
			printed: first.printed.join(),
			answer: answered.body as unknown as PersonExport,
			refusals: [
				(await ask(agent, { person, withInternal: true })).status,
				(await ask(relay, { person, withInternal: true })).status,
				(await ask(admin, { person: nobody, withInternal: true })).status,
				(await ask(admin, { person: 'desk', withInternal: true })).status,
				(await ask(admin, { person: 1 })).status,
				(await runCommand(exportPersonCommand, data, ['nobody@example.org', '--out', out('d.zip')])).complaints.join(),
			],
			seededWords: [...words],
			audit: relay.installation.audit
				.read(20)
				.filter(({ act }) => act === 'data-exported')
				.map(({ subject, by }) => [subject === person ? 'the person' : subject, by === 'command' ? by : 'agent']),
		};
	}, 60_000);
	const text = (files: Map<string, Buffer>, name: string) => String(files.get(name));

	test('[F106] every word about the person is in it, for machines and to read', () => {
		const attached = made.seededWords.find((word) => word.startsWith('zqfile'))!;
		expect(made.seededWords.length).toBeGreaterThan(15);
		for (const name of ['person.json', 'index.html'])
			expect([
				name,
				made.seededWords.filter((word) => word !== attached && !text(made.files, name).includes(word)),
			]).toEqual([name, []]);
		const files = [...made.files].filter(([name]) => name.startsWith('files/'));
		expect(files.map(([, bytes]) => String(bytes))).toEqual([attached]);
		expect(files[0]![0]).toMatch(/^files\/[0-9a-f]{12}-_zqattached\d+x\.txt$/);
		expect(made.printed).toContain('1 records of the person, 3 tickets, 1 contacts, 1 files');
		expect(text(made.files, 'index.html')).toContain('What is stored about Ada');
	});

	test('[F106] nothing of anybody else is in it', () => {
		for (const bytes of made.files.values()) expect(String(bytes)).not.toMatch(/stranger-(wrote|only|text|caller)/);
		expect(text(made.files, 'index.html')).toContain('From or to somebody else, left out.');
		const third = (JSON.parse(text(made.files, 'person.json')) as PersonExport).tickets.find(
			({ now }) => (now as { subject: string }).subject === 'stranger-subject',
		);
		expect(third?.now).not.toHaveProperty('from');
	});

	test('[F106] internal words are left out where that was chosen, and it says so', () => {
		const all = [...made.short.values()].map(String).join();
		for (const place of ['note', 'about', 'draft'])
			expect(all).not.toContain(made.seededWords.find((word) => word.startsWith(`zq${place}`)));
		expect(all).toContain(made.seededWords.find((word) => word.startsWith('zqanswer')));
		expect(text(made.short, 'index.html')).toContain('Eine interne Notiz, ausgelassen.');
		expect(text(made.files, 'index.html')).toContain('<em>internal</em>');
	});

	test('[F106] an address finds the same', () => {
		const [a, b] = [made.files, made.byAddress].map((files) => ({
			...(JSON.parse(text(files, 'person.json')) as PersonExport),
			madeAt: '',
		}));
		expect(b).toEqual(a);
	});

	test('[F106][F105] the relay answers admins alone with the same, and writes down who took it', () => {
		const { madeAt: _ours, ...told } = made.answer;
		const { madeAt: _theirs, ...written } = JSON.parse(text(made.files, 'person.json')) as PersonExport;
		expect(told).toEqual(written);
		expect(made.refusals).toEqual([403, 401, 404, 404, 400, 'Nothing is stored about nobody@example.org.']);
		expect(made.audit).toContainEqual(['the person', 'agent']);
		expect(made.audit).toContainEqual(['the person', 'command']);
		expect(made.audit).toContainEqual(['person', 'command']);
		expect(JSON.stringify(made.audit)).not.toContain('@');
	});
});
