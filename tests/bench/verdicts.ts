import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as after } from 'node:timers/promises';
import * as Y from 'yjs';
import { createClock } from '../../src/lib/domain/hlc.ts';
import type { AgentId, EntryId } from '../../src/lib/domain/ids.ts';
import { createUlid } from '../../src/lib/domain/ulid.ts';
import { appendEntries, readRecord } from '../../src/lib/document/record-document.ts';
import { encodePush } from '../../src/lib/protocol/replica.ts';
import { sessionCookie } from '../../sync-server/auth/sessions.ts';
import { startOurs } from './child.ts';
import { createDemoFolder, openFolder, temporaryFolder, type BenchDevice, type DemoFolder } from './demo-folder.ts';
import { postBytes, RawHttp } from './raw-http.ts';
import type { Bench } from './row.ts';
import { median } from './spread.ts';

const devices = 20;

/** Claims that the witness has answered, per second: two agents want each ticket. */
export const verdicts: Bench = {
	name: 'verdicts',
	async run({ quick, rounds, say }) {
		const claims = quick ? 20 : 150;
		const tickets = (devices * claims) / 2;
		const folder = await createDemoFolder({ tickets });
		const agents = await enrolAgents(folder);
		const rates = { ours: [] as number[], raw: [] as number[] };
		for (let round = 0; round < rounds; round++) {
			const claiming = agents.map((device, place) => claimsOf(folder, device, place, claims));
			rates.raw.push(measureRaw(claiming));
			rates.ours.push(await measureOurs(folder, claiming));
			say(`ours ${Math.round(rates.ours.at(-1) ?? 0)}/s, raw SQLite ${Math.round(rates.raw.at(-1) ?? 0)}/s`);
		}
		return [
			{
				what: 'verdicts',
				value: median(rates.ours),
				unit: 'verdicts/s',
				peers: [{ name: 'raw SQLite', value: median(rates.raw) }],
				runs: rates.ours,
				notes: [
					`${devices} devices of ${devices} agents, one claim and one request a time, each of ${tickets} tickets wanted by two; until the last verdict is stored`,
					`raw SQLite commits ${devices} claims and then their ${devices} verdicts, and decides nothing`,
				],
			},
		];
	},
};

interface Claiming {
	device: BenchDevice;
	requests: { document: string; entry: EntryId; bytes: Uint8Array; update: Uint8Array }[];
}

async function enrolAgents(folder: DemoFolder): Promise<BenchDevice[]> {
	const installation = await openFolder(folder.path);
	try {
		const enrolled: BenchDevice[] = [];
		for (let n = 0; n < devices; n++) {
			const agent = await installation.auth.ensureAgent({ mail: `bench-${n}@desk.example` });
			const added = installation.auth.addDevice(agent, { name: `Bench ${n}`, publicKey: undefined });
			if (added.kind === 'refused') throw new Error(added.reason);
			enrolled.push({ id: added.session.device.id, agent: agent.id, cookie: `${sessionCookie}=${added.token}` });
		}
		return enrolled;
	} finally {
		await installation.close();
	}
}

/** Half of the devices go through the tickets from the front, the other half from the middle: pairs meet, never one with itself. */
function claimsOf(folder: DemoFolder, device: BenchDevice, place: number, count: number): Claiming {
	const clock = createClock(Date.now);
	const fill = (bytes: Uint8Array) => crypto.getRandomValues(bytes as Uint8Array<ArrayBuffer>);
	const half = devices / 2;
	const isFirst = place < half;
	const author = {
		...{ agent: device.agent as AgentId, device: device.id, tick: () => clock.tick() },
		newId: () => createUlid(Date.now(), fill) as EntryId,
	};
	const requests = Array.from({ length: count }, (_, i) => {
		// The second of a pair takes its share in another order.
		const n = isFirst ? i : (i + Math.floor(count / 2)) % count;
		const document = folder.ticketIds[n * half + (place % half)];
		if (document === undefined) throw new Error('no ticket');
		const doc = new Y.Doc();
		const [entry] = appendEntries(doc, author, [{ kind: 'claimed' }]);
		const update = Y.encodeStateAsUpdate(doc);
		const bytes = encodePush([{ n: i + 1, document, generation: 0, update }]);
		return { document, entry: entry as EntryId, bytes, update };
	});
	return { device, requests };
}

async function measureOurs(folder: DemoFolder, claiming: readonly Claiming[]): Promise<number> {
	const data = folder.copy();
	const relay = await startOurs(data);
	const database = new DatabaseSync(join(data, 'tresen.sqlite'), { readOnly: true });
	const owed = database.prepare('SELECT count(*) AS n FROM awaiting_verdict');
	try {
		const clients = await Promise.all(
			claiming.map(async ({ device, requests }) => ({
				http: await RawHttp.open(relay.url),
				pushes: requests.map(({ bytes }) =>
					postBytes(relay.url, '/replica/push', device.cookie, bytes, 'application/octet-stream'),
				),
			})),
		);
		const answered = async (share: (pushes: Buffer[]) => Buffer[]) => {
			const bodies = await Promise.all(
				clients.map(async ({ http, pushes }) => {
					const heard: string[] = [];
					for (const push of share(pushes)) heard.push((await http.send(push)).toString());
					return heard;
				}),
			);
			for (const body of bodies.flat()) if (!body.includes('"kind":"ok"')) throw new Error(body);
			// The claim and what is owed for it are committed together, so nothing is overlooked here.
			while (owed.get()?.n !== 0) await after(1);
			return bodies.flat().length;
		};
		await answered((pushes) => pushes.slice(0, Math.ceil(pushes.length / 5)));
		const began = performance.now();
		const count = await answered((pushes) => pushes.slice(Math.ceil(pushes.length / 5)));
		const seconds = (performance.now() - began) / 1000;
		for (const { http } of clients) http.close();
		database.close();
		await relay.stop();
		await checkVerdicts(data, claiming);
		return count / seconds;
	} finally {
		await relay.stop();
		rmSync(data, { recursive: true, force: true });
	}
}

/** Each claim has its verdict, and no ticket was given to two. */
async function checkVerdicts(data: string, claiming: readonly Claiming[]): Promise<void> {
	const installation = await openFolder(data);
	try {
		const granted = new Map<string, number>();
		for (const { document, entry } of claiming.flatMap(({ requests }) => requests)) {
			const doc = installation.relay.read(document as never);
			const reading = doc === undefined ? undefined : readRecord(doc);
			const verdict = reading?.kind === 'record' ? reading.facts.verdicts.get(entry) : undefined;
			if (verdict?.kind !== 'claim') throw new Error(`${document} has no verdict on ${entry}`);
			if (verdict.outcome === 'granted') granted.set(document, (granted.get(document) ?? 0) + 1);
		}
		const twice = [...granted].filter(([, times]) => times > 1);
		if (twice.length > 0) throw new Error(`${twice.length} tickets were given to two agents`);
	} finally {
		await installation.close();
	}
}

/** What the disk allows: a claim and its verdict as one row each, as many at once as there are devices. */
function measureRaw(claiming: readonly Claiming[]): number {
	const folder = temporaryFolder();
	const db = new DatabaseSync(join(folder, 'raw.sqlite'));
	db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
	db.exec(
		'CREATE TABLE updates (seq INTEGER PRIMARY KEY, doc TEXT NOT NULL, at INTEGER NOT NULL, bytes BLOB NOT NULL)',
	);
	const insert = db.prepare('INSERT INTO updates (doc, at, bytes) VALUES (?, ?, ?)');
	const most = Math.max(...claiming.map(({ requests }) => requests.length));
	const began = performance.now();
	let count = 0;
	for (let i = 0; i < most; i++) {
		const together = claiming.flatMap(({ requests }) => requests[i] ?? []);
		for (const row of ['claim', 'verdict']) {
			db.exec('BEGIN IMMEDIATE');
			for (const { document, update } of together) insert.run(document, Date.now(), update);
			db.exec('COMMIT');
			if (row === 'verdict') count += together.length;
		}
	}
	const seconds = (performance.now() - began) / 1000;
	db.close();
	rmSync(folder, { recursive: true, force: true });
	return count / seconds;
}
