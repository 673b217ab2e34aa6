import { copyFileSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createAuth, type Auth } from '../../sync-server/auth/auth.ts';
import { raiseSequence } from '../../sync-server/backup/restore-backup.ts';
import type { DeviceIdentity, Identification } from '../../sync-server/device-identity.ts';
import { createRelay, type Relay } from '../../sync-server/relay.ts';
import { databaseFile, mustOpenDatabase, writeEra, type RelayDatabase } from '../../sync-server/store/database.ts';
import { writeDeskValue, type DeskKey } from '../../src/lib/document/desk-document.ts';
import { deskDocument, type AgentId, type DocumentId, type EntryId, type LineId } from '../../src/lib/domain/ids.ts';
import type { Role } from '../../src/lib/domain/role.ts';
import type { Session } from '../../src/lib/protocol/session.ts';
import type { CloseReason } from '../../src/lib/protocol/close-reasons.ts';
import type { Random } from '../../sync-server/demo/random.ts';
import { createMortalDatabase, RelayDied, type DatabaseFaults, type MortalDatabase } from './mortal-database.ts';
import type { VirtualTime } from './virtual-time.ts';

/** One life of the relay's process. */
export interface RelayLife {
	relay: Relay;
	auth: Auth;
	database: MortalDatabase;
	identify(token: string): Identification;
	/** Called when it dies; whoever waits for an answer then waits for nothing. */
	readonly died: Promise<void>;
}

export interface SimRelay {
	/** Undefined while the process is down. */
	readonly life: RelayLife | undefined;
	start(): Promise<void>;
	kill(): void;
	/** Copies the disk as it is now, in the place of the copy before. */
	backUp(): void;
	/** The relay dies, and what starts next is the copy, in a higher era. False where there is none. */
	restore(): boolean;
	/** The disk, to look at. */
	readonly disk: RelayDatabase;
	/** When each entry came, and in which order; noted beside, in no crash forgotten. */
	readonly arrivals: ReadonlyMap<DocumentId, ReadonlyMap<EntryId, SimArrival>>;
	dispose(): void;
}

export interface SimArrival {
	at: number;
	place: number;
}

export interface SimRelayOptions {
	time: VirtualTime;
	random: Random;
	/** On a file, closed and opened again at each death; in memory, only the transaction under way is lost. */
	onFile: boolean;
	faults?: DatabaseFaults;
	failed(error: unknown): void;
	died(): void;
	/** Sockets: what auth asks of them. */
	closeDevice(device: string, reason: CloseReason): void;
	reconnectAgent(agent: string): void;
}

/** The real relay and the real auth over SQLite, without HTTP in front. */
export function createSimRelay(options: SimRelayOptions): SimRelay {
	const { time, random, onFile, failed } = options;
	const directory = mkdtempSync(path.join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'tresen-sim-'));
	let disk = mustOpenDatabase(onFile ? directory : ':memory:');
	let life: RelayLife | undefined;
	let home = onFile ? directory : undefined;
	let copy: { path: string; at: number } | undefined;
	let isRestoring = false;
	let isStarting = false;
	const arrivals = new Map<DocumentId, Map<EntryId, SimArrival>>();
	let place = 0;

	const fill = (bytes: Uint8Array) => random.fill(bytes);
	const now = () => Math.floor(time.now);

	async function start(): Promise<void> {
		if (life !== undefined || isStarting) return;
		isStarting = true;
		try {
			await begin();
		} finally {
			isStarting = false;
		}
	}

	async function begin(): Promise<void> {
		let told = () => {};
		const died = new Promise<void>((resolve) => (told = resolve));
		const database = createMortalDatabase(
			disk.db,
			() => {
				if (life?.database === database) life = undefined;
				if (isRestoring) putBack();
				else if (home !== undefined) {
					disk.close();
					disk = mustOpenDatabase(home);
				}
				told();
				options.died();
			},
			options.faults,
		);
		const alive =
			(run: () => void): (() => void) =>
			() => {
				if (database.isDead) return;
				try {
					run();
				} catch (error) {
					if (!(error instanceof RelayDied)) failed(error);
				}
			};
		const relay = createRelay({
			database: {
				...{ db: database.db, era: disk.era, dataDir: undefined, close: () => {} },
				...(disk.restored === undefined ? {} : { restored: disk.restored }),
			},
			now,
			random: fill,
			identify: () => ({ kind: 'refused', reason: 'sign-in' }),
			blocksOf: (device) => auth.numbers.of(device),
			adoptBlock: (device, block) => auth.numbers.adopt(device, block),
			onDeskOffered: () => void auth.publishAgents().catch(() => {}),
			// Small, so that catching up takes several pages.
			pageBytes: 2000,
			noteEntry(document, _entry, _author, id, at) {
				// What a crash takes back comes again, and is noted again.
				let ofDocument = arrivals.get(document);
				if (ofDocument === undefined) arrivals.set(document, (ofDocument = new Map()));
				ofDocument.set(id, { at, place: place++ });
			},
			schedule: {
				soon: (run) => void time.after(0, alive(run)),
				after: (ms, run) => time.after(ms, alive(run)),
			},
			onFailure: (error) => {
				if (!database.isDead) failed(error);
			},
		});
		const auth: Auth = createAuth({
			database: database.db,
			directory,
			desk: {
				readDesk: () => relay.readDesk(),
				async writeDesk(values) {
					const outcome = await relay.write(deskDocument, (doc) => {
						for (const [key, value] of values) writeDeskValue(doc, key, value);
					});
					if (outcome.kind !== 'ok' && !database.isDead) throw new Error(`configuration not stored: ${outcome.kind}`);
				},
				closeDevice: options.closeDevice,
				scopesChanged: options.reconnectAgent,
				era: () => disk.era,
			},
			now,
			publicUrl: () => 'https://desk.example',
			fillRandom: fill,
		});
		// As `installation.ts` does: what a crash kept from the desk document is made up for.
		const published = auth.publishAgents();
		await Promise.race([published, died]).catch((error: unknown) => {
			if (!(error instanceof RelayDied)) throw error;
		});
		if (database.isDead) return;
		const identityOf = (token: string): Identification => {
			const identified = auth.identify(token);
			if (identified.kind === 'refused') return { kind: 'refused', reason: identified.reason };
			const { agent, device } = identified.caller;
			const identity: DeviceIdentity = {
				device: device.id,
				agent: agent.id,
				role: agent.role,
				scopes: auth.scopesOf(agent),
				scopeRevision: agent.scopeRevision,
			};
			return { kind: 'known', identity };
		};
		life = { relay, auth, database, identify: identityOf, died };
	}

	/** As `restoreBackup` does; which numbers were given away stands beside the database. */
	function putBack(): void {
		isRestoring = false;
		const { era } = disk;
		disk.close();
		home = mkdtempSync(path.join(directory, 'restored-'));
		copyFileSync(copy!.path, path.join(home, databaseFile));
		writeEra(home, era + 1);
		raiseSequence(path.join(home, databaseFile), era + 1);
		writeFileSync(path.join(home, 'restored.json'), JSON.stringify({ era: era + 1, backupAt: copy!.at, at: now() }));
		disk = mustOpenDatabase(home);
	}

	return {
		backUp() {
			const file = path.join(mkdtempSync(path.join(directory, 'copy-')), databaseFile);
			disk.db.exec(`VACUUM INTO '${file}'`);
			copy = { path: file, at: now() };
		},
		restore() {
			if (copy === undefined || life === undefined) return false;
			isRestoring = true;
			life.database.die();
			return true;
		},
		get life() {
			return life;
		},
		get disk() {
			return disk;
		},
		arrivals,
		start,
		kill: () => life?.database.die(),
		dispose() {
			life = undefined;
			disk.close();
			rmSync(directory, { recursive: true, force: true });
		},
	};
}

/** Lines and queues of the simulated desk, and who works there. */
export const simLines = ['alpha', 'beta'] as LineId[];
/** A claim runs out within a run, day and night. */
export const simUnlockMinutes = 1;

export async function furnish(life: RelayLife): Promise<void> {
	const values = new Map<DeskKey, object>([['desk', { name: 'Sim', language: 'en', hours: [] }]]);
	for (const [i, id] of simLines.entries()) {
		values.set(`line:${id}`, { id, name: id, addresses: [], colour: i * 90 });
		for (const queue of [`${id}-front`, `${id}-back`])
			values.set(`queue:${queue}` as DeskKey, {
				...{ id: queue, name: queue, line: id },
				unlockAfter: simUnlockMinutes,
			});
	}
	const outcome = await life.relay.write(deskDocument, (doc) => {
		for (const [key, value] of values) writeDeskValue(doc, key, value);
	});
	if (outcome.kind !== 'ok') throw new Error(outcome.kind);
}

export interface Enrolled {
	agent: AgentId;
	session: Session;
	token: string;
}

export async function enrol(
	life: RelayLife,
	who: { name: string; role: Role; lines: LineId[] },
	device: string,
): Promise<Enrolled> {
	const agent = await life.auth.ensureAgent({
		mail: `${who.name}@desk.example`,
		name: who.name,
		role: who.role,
		lines: who.lines,
	});
	const added = life.auth.addDevice(agent, { name: device, publicKey: undefined });
	if (added.kind === 'refused') throw new Error(added.detail ?? added.reason);
	return { agent: agent.id, session: added.session, token: added.token };
}
