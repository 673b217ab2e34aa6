import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { recordKinds } from '../../../src/lib/domain/ids.ts';
import { closeReasons, isCloseReason } from '../../../src/lib/protocol/close-reasons.ts';
import { decodePage, encodePush } from '../../../src/lib/protocol/replica.ts';
import { makeBackup } from '../../../sync-server/backup/make-backup.ts';
import { restoreBackup } from '../../../sync-server/backup/restore-backup.ts';
import { handOf, openOffice, openRecords, type Records } from '../audience/office.ts';
import type { Hand } from '../../support/hand.ts';
import { plantSecrets, type Secrets } from '../audience/secrets.ts';
import {
	createDeviceKey,
	emptyFolder,
	enrol,
	runRelay,
	tokenOf,
	type TestDevice,
	type TestRelay,
} from '../running-relay.ts';
import { fuzz, fuzzTimeout, type Chance } from './fuzzing.ts';
import { grownJson } from './json-grammar.ts';
import { damaged, grownUpdate, type Target } from './update-grammar.ts';

interface World {
	relay: TestRelay;
	bad: TestDevice;
	hand: Hand;
	secrets: Secrets;
	/** What the relay logged as an error. */
	failures: readonly string[];
	records: Records;
	/** Throws if the relay has failed at anything, or if anything is not as it was when `remember` was called last. */
	check(): void;
	remember(): void;
	/** One request; its answer is one that the protocol has, and tells nothing that is not for this device. */
	ask(path: string, body: Uint8Array, options?: Asking): Promise<Answered>;
}

interface Answered {
	status: number;
	type: string;
	body: Buffer;
}

interface Asking {
	method?: string;
	headers?: Record<string, string>;
	cookie?: string | undefined;
}

/** A desk that came back from a backup, so that handing over is open, with an agent of one line who means harm. */
async function world(): Promise<World> {
	const office = await openOffice();
	const secrets = plantSecrets('fuzz');
	const records = await openRecords(office.sue, secrets);
	const bad = await enrol(office.relay, office.maria, { mail: 'bad@desk.example', lines: ['front'] });
	const made = await makeBackup({
		...{ data: office.relay.installation.config.data, into: emptyFolder(), withMailKey: false, now: Date.now() },
	});
	if (made.kind === 'refused') throw new Error(made.message);
	await office.relay.close();
	const data = join(emptyFolder(), 'desk');
	await restoreBackup({ backup: made.folder, data, acceptLosses: false, now: Date.now() });
	const failures: string[] = [];
	const log = pino({ level: 'error' }, { write: (line: string) => void failures.push(line) });
	const relay = await runRelay({ data }, { log });
	const { installation } = relay;
	const standing = () =>
		JSON.stringify([
			recordKinds.map((kind) =>
				Buffer.from(Y.encodeStateAsUpdate(installation.relay.read(records[kind])!))
					.toString('base64')
					.slice(-400),
			),
			installation.relay.readDesk().agents,
			installation.database.db.prepare('SELECT id, agent FROM devices ORDER BY id').all(),
		]);
	let before = standing();
	return {
		...{ relay, bad, secrets, failures, records, hand: handOf(relay, bad) },
		remember() {
			before = standing();
		},
		check() {
			expect(failures).toEqual([]);
			expect(standing()).toBe(before);
		},
		async ask(path, body, { method = 'POST', headers = {}, cookie = bad.cookie } = {}) {
			const answer = await send(relay.url, path, method, { ...headers, ...(cookie === '' ? {} : { cookie }) }, body);
			expect(secrets.leaksIn(answer.body)).toEqual([]);
			if (answer.status >= 400 && answer.status !== 416 && method !== 'HEAD' && answer.body.length > 0) {
				const said = JSON.parse(answer.body.toString()) as { error?: string; received?: number };
				if (said.received === undefined) {
					expect(isCloseReason(said.error ?? '')).toBe(true);
					expect(answer.status).toBe(closeReasons[said.error as keyof typeof closeReasons].status);
				}
			}
			// `try-later` is what a bug is answered with.
			expect([500, 502, 503]).not.toContain(answer.status);
			return answer;
		},
	};
}

/** Node's own request: a path goes out as it is written. */
function send(
	base: string,
	path: string,
	method: string,
	headers: Record<string, string>,
	body: Uint8Array,
): Promise<Answered> {
	return new Promise((resolve, reject) => {
		const { port } = new URL(base);
		const asked = request({
			port,
			host: '127.0.0.1',
			method,
			path,
			headers: { ...headers, 'content-length': body.length },
		});
		asked.on('error', reject);
		asked.on('response', (response) => {
			const chunks: Buffer[] = [];
			response.on('data', (chunk: Buffer) => chunks.push(chunk));
			response.on('end', () =>
				resolve({
					...{ status: response.statusCode ?? 0, type: response.headers['content-type'] ?? '' },
					body: Buffer.concat(chunks),
				}),
			);
			response.on('error', reject);
		});
		asked.end(body);
	});
}

/** The relay still does what is right. */
async function expectHonestWork({ hand }: World): Promise<void> {
	const opened = {
		kind: 'opened',
		number: hand.number(),
		subject: 'x',
		line: 'front',
		queue: 'front',
		channel: 'phone',
	};
	expect(await hand.open('ticket', opened as never)).toMatch(/^ticket\//);
}

describe('requests that mean harm', { timeout: fuzzTimeout }, () => {
	test('pull, bootstrap, documents and compare: answered by name, with nothing of others', async () => {
		const at = await world();
		const known = [...Object.values(at.records), 'desk', `me:${at.bad.session.agent.id}`, 'me:other'];
		const kinds = new Set<string>();
		await fuzz('reading', 150, async (chance) => {
			const document = () => chance.of(known);
			const [path, right] = chance.of<[string, () => unknown]>([
				['pull', () => ({ cursor: chance.upTo(50), scopeRevision: chance.upTo(3), recentDays: chance.upTo(400) })],
				[
					'bootstrap',
					() => ({ after: chance.of([null, '0.1.1.1', 'changed.1.1', '1.0.0.0.5']), scopes: ['line:legal', 'desk'] }),
				],
				['bootstrap', () => ({ after: null, recentDays: 1, only: 'headers' })],
				[
					'documents',
					() => ({
						documents: chance.some(4, () => ({
							document: document(),
							generation: chance.upTo(2),
							head: chance.upTo(9),
						})),
					}),
				],
				[
					'compare',
					() => ({
						documents: chance.some(4, () => ({
							...{ document: document(), generation: chance.upTo(2), deleted: chance.upTo(9) },
							vector: vectorText(chance),
						})),
					}),
				],
			]);
			const { status, body } = await at.ask(`/replica/${path}`, grownJson(chance, right()));
			kinds.add(`${path} ${status}`);
			if (status === 200 && path !== 'compare') decodePage(body);
			at.check();
		});
		for (const kind of [
			'pull 200',
			'pull 400',
			'bootstrap 200',
			'bootstrap 400',
			'documents 200',
			'compare 200',
			'compare 400',
		])
			expect([...kinds]).toContain(kind);
		await expectHonestWork(at);
	});

	test('seed 2113351256: a cursor beyond all numbers is refused, and what the relay notes of devices can be written', async () => {
		const at = await world();
		for (const cursor of ['1e308', String(2 ** 53), '18446744073709551616'])
			expect((await at.ask('/replica/pull', Buffer.from(`{"cursor":${cursor},"scopeRevision":0}`))).status).toBe(400);
		at.check();
		await at.relay.close();
		expect(at.failures).toEqual([]);
	});

	test('what is handed over after a restore: refused by name, and nobody else is touched', async () => {
		const at = await world();
		const { hand } = at;
		const opened = {
			kind: 'opened',
			number: hand.number(),
			subject: 'x',
			line: 'front',
			queue: 'front',
			channel: 'phone',
		};
		const own = await hand.open('ticket', opened as never);
		const read = () => at.relay.installation.relay.read(own)!;
		const standing = new Map(Object.entries(read().getMap('entries').toJSON() as Record<string, object>));
		const target: Target = {
			clients: [...Y.decodeStateVector(Y.encodeStateVector(read()))].map(([client, clock]) => ({ client, clock })),
			entries: [...standing.keys()],
			agents: ['relay', at.bad.session.agent.id, 'sue'],
			self: at.bad.session.agent.id,
			tick: () => hand.author.tick(),
		};
		const answered = new Set<string>();
		await fuzz('offers', 120, async (chance) => {
			const documents = chance.some(3, () => chance.of([own, own, at.records.ticket, 'desk', at.records.person]));
			// Named in a comparison first, or not; with a vector that claims to have more.
			if (!chance.oneIn(4)) {
				const vector = Buffer.from(Y.encodeStateVector(new Map([[7, 9]]))).toString('base64');
				const asked = documents.map((document) => ({ document, generation: 0, vector, deleted: 1 }));
				await at.ask('/replica/compare', Buffer.from(JSON.stringify({ documents: asked })));
			}
			const edits = documents.map((document, n) => {
				const update = chance.oneIn(9) ? new Uint8Array(chance.upTo(1_600_000)) : grownUpdate(chance, target);
				return { n, document: document as never, generation: chance.oneIn(8) ? 1 : 0, update };
			});
			const bytes = encodePush(edits);
			const { status, body } = await at.ask('/replica/offer', chance.oneIn(6) ? damaged(chance, bytes) : bytes);
			if (status === 200)
				for (const { kind, code } of (JSON.parse(body.toString()) as { answers: { kind: string; code?: string }[] })
					.answers)
					answered.add(code ?? kind);
			at.check();
			const now = read().getMap('entries').toJSON() as Record<string, object>;
			for (const [id, entry] of standing) expect(now[id]).toEqual(entry);
			for (const verdict of Object.values(
				read().getMap('verdicts').toJSON() as Record<string, { epoch?: { era: number } }>,
			))
				expect(verdict.epoch?.era ?? 0).toBeLessThan(at.relay.installation.relay.era);
			at.relay.pass(60_000);
		});
		for (const code of ['no-access', 'malformed', 'ok']) expect([...answered]).toContain(code);
		await expectHonestWork(at);
	});

	test('sets up, enrols, signs in, shows passkeys: nobody gets in, and guessing is slow', async () => {
		const at = await world();
		const key = await createDeviceKey();
		const used = await at.relay.installation.auth.invite('command', {
			agent: { name: 'Late', mail: 'late@desk.example', role: 'admin', lines: [] },
		});
		const link = used.kind === 'done' ? tokenOf(used.value.url) : '';
		await at.relay.ask('/auth/enrol', { token: link, device: key.device });
		at.remember();
		const statuses = new Set<number>();
		const before = JSON.stringify(
			at.relay.installation.database.db.prepare('SELECT id, agent, revoked_at FROM devices').all(),
		);
		await fuzz('doors', 150, async (chance) => {
			const token = chance.of([link, 'x'.repeat(22), link.slice(1), `${link} `, '', link.toLowerCase()]);
			const response = {
				id: 'AA',
				rawId: 'AA',
				type: 'public-key',
				response: { clientDataJSON: 'e30', authenticatorData: 'AA', signature: 'AA' },
			};
			const [path, right] = chance.of<[string, unknown]>([
				[
					'setup',
					{ token, desk: { name: 'x', language: 'en' }, agent: { name: 'x', mail: 'x@x.example' }, device: key.device },
				],
				['enrol', { token, device: key.device }],
				['challenge', { device: at.bad.session.device.id }],
				['session', { device: at.bad.session.device.id, nonce: 'x', signature: 'A'.repeat(86) }],
				['passkey/sign-in-options', {}],
				['passkey/sign-in', { response, device: key.device }],
				['devices/wiped', { device: at.bad.session.device.id, signature: 'A'.repeat(86) }],
				['invitations', { agent: { name: 'x', mail: 'x@x.example', role: 'admin', lines: [] } }],
				['agents', { id: at.bad.session.agent.id, role: 'admin', lines: ['legal'], active: true }],
				['audit', { isExport: true }],
				['mailboxes', {}],
				['passkey/register', { response }],
			]);
			const cookie = chance.of([
				'',
				'',
				at.bad.cookie,
				`${at.bad.cookie}x`,
				'tresen_session=..%2f',
				`${at.bad.cookie}; ${at.bad.cookie}`,
			]);
			const { status, body } = await at.ask(`/auth/${path}`, grownJson(chance, right), { cookie });
			statuses.add(status);
			if (status === 200) expect(['challenge', 'passkey/sign-in-options']).toContain(path);
			expect(body.toString()).not.toMatch(/"role":"admin"/);
			at.check();
			if (status === 429) at.relay.pass(11 * 60_000);
		});
		expect(
			JSON.stringify(at.relay.installation.database.db.prepare('SELECT id, agent, revoked_at FROM devices').all()),
		).toBe(before);
		for (const status of [400, 401, 403]) expect([...statuses]).toContain(status);
	});

	test('an invitation cannot be guessed: after 50 tries an address waits', async () => {
		const at = await world();
		const { device } = await createDeviceKey();
		let refused = 0;
		for (let i = 0; i < 60; i++) {
			const { status } = await at.relay.ask('/auth/enrol', { token: `${i}`.padStart(22, 'A'), device });
			if (status === 429) refused++;
		}
		expect(refused).toBe(10);
		at.check();
	});

	test('files by pieces and ranges: only what was sent comes back', async () => {
		const at = await world();
		const hidden = createHash('sha256').update('nobody has this').digest('hex');
		const bytes = Buffer.from('a file of my own, long enough for ranges');
		const own = createHash('sha256').update(bytes).digest('hex');
		const statuses = new Set<number>();
		await fuzz('files', 150, async (chance) => {
			const id = chance.of([
				own,
				own,
				own,
				hidden,
				own.toUpperCase(),
				`..%2f${own}`,
				'..',
				'incoming',
				own.slice(1),
				`${own}.x`,
				'%00',
				'',
			]);
			const number = () =>
				String(
					chance.of([
						0,
						1,
						7,
						39,
						bytes.length,
						bytes.length + 1,
						-1,
						1e15,
						50 * 1024 * 1024 + 1,
						'0x1',
						'',
						' 1',
						'1e3',
					]),
				);
			if (chance.oneIn(2)) {
				const from = chance.upTo(bytes.length);
				const piece = chance.oneIn(3) ? bytes.subarray(from, from + chance.upTo(40)) : bytes;
				const query = chance.oneIn(3)
					? `offset=0&size=${bytes.length}`
					: `offset=${number()}&size=${number()}&offset=${number()}`;
				const { status } = await at.ask(
					`/blobs/${id}?${encodeURI(query)}`,
					chance.oneIn(5) ? damaged(chance, piece) : piece,
					{ method: 'PATCH' },
				);
				statuses.add(status);
			} else {
				const range = chance.of([
					'bytes=0-',
					`bytes=${bytes.length}-`,
					'bytes=5-',
					`bytes=${number()}-${number()}`,
					'bytes=-5',
					'bytes=0-0,2-3',
					'items=1-',
					'bytes=99999999999999999999-',
					'\t',
				]);
				const method = chance.oneIn(4) ? 'HEAD' : 'GET';
				const { status, type, body } = await at.ask(`/blobs/${id}`, new Uint8Array(), { method, headers: { range } });
				statuses.add(status);
				// What is no name of a file is a place in the app.
				if (id !== own) expect(type).not.toBe('application/octet-stream');
				else if ((status === 200 || status === 206) && method === 'GET') expect(bytes.includes(body)).toBe(true);
			}
			at.check();
		});
		for (const status of [200, 206, 400, 404]) expect([...statuses]).toContain(status);
	});

	test('the door for commands: without its key nothing, with it nothing that breaks the relay', async () => {
		const at = await world();
		const { url, key } = JSON.parse(
			readFileSync(join(at.relay.installation.config.data, 'secrets', 'door.json'), 'utf8'),
		) as { url: string; key: string };
		const statuses = new Set<number>();
		const reading = [
			'ping',
			'read-audit',
			'list-mailboxes',
			'mailbox-log',
			'dry-run-rules',
			'export-tickets',
			'read-held',
			'none',
			'__proto__',
			'constructor',
			'',
		];
		await fuzz('commands', 120, async (chance) => {
			const right = chance.oneIn(3);
			const authorization = right
				? `Bearer ${key}`
				: chance.of(['', 'Bearer ', `Bearer ${key.slice(1)}`, `bearer ${key}`, `Bearer ${key} `, key]);
			const headers = { authorization, ...(chance.oneIn(6) ? { origin: 'http://127.0.0.1' } : {}) };
			const input = encodeURIComponent(
				grownJson(chance, chance.of<unknown>([{}, { most: 5 }, { id: 'x' }, { device: 'x' }])).toString(),
			);
			const path = `/${encodeURIComponent(chance.of(reading))}?input=${input.slice(0, 6_000)}`;
			const method = chance.oneIn(8) ? 'GET' : 'POST';
			const answered = await send(url, path, method, headers, new Uint8Array(chance.upTo(20))).catch(() => undefined);
			statuses.add(answered?.status ?? 0);
			const isAllowed = authorization.trim() === `Bearer ${key}` && !('origin' in headers) && method === 'POST';
			if (!isAllowed && answered !== undefined) expect([400, 403, 431]).toContain(answered.status);
		});
		for (const status of [200, 403, 404]) expect([...statuses]).toContain(status);
		const pong = await send(url, '/ping?input={}', 'POST', { authorization: `Bearer ${key}` }, new Uint8Array());
		expect(pong.body.toString()).toContain('pong');
	});
});

function vectorText(chance: Chance): string {
	const clocks = new Map(chance.some(3, () => [chance.upTo(2 ** 31), chance.of([0, 1, 2 ** 31])] as const));
	const bytes = Y.encodeStateVector(clocks);
	return Buffer.from(chance.oneIn(3) ? damaged(chance, bytes) : bytes).toString('base64');
}
