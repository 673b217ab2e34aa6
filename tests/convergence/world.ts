import type { DatabaseSync } from 'node:sqlite';
import type * as Y from 'yjs';
import type { OpenRecord } from '../../src/lib/desk.ts';
import { createRandom } from '../../sync-server/demo/random.ts';
import type { DeviceIdentity } from '../../sync-server/device-identity.ts';
import { appendEntries, readRecord } from '../../src/lib/document/record-document.ts';
import { recordLines } from '../../src/lib/document/record-lines.ts';
import { audienceOf, type Scope } from '../../src/lib/domain/audience.ts';
import { createClock } from '../../src/lib/domain/hlc.ts';
import {
	isRecordId,
	relayAgent,
	relayDevice,
	type AgentId,
	type DocumentId,
	type EntryId,
	type LineId,
	type QueueId,
} from '../../src/lib/domain/ids.ts';
import * as commands from '../../src/lib/domain/ticket-command.ts';
import type { Ticket } from '../../src/lib/domain/fold-ticket.ts';
import { createUlid } from '../../src/lib/domain/ulid.ts';
import type { Epoch } from '../../src/lib/domain/verdict.ts';
import { decodePage, decodePush, type EditAnswer } from '../../src/lib/protocol/replica.ts';
import type { CloseReason } from '../../src/lib/protocol/close-reasons.ts';
import type { PokeListener, Transport, Answer } from '../../src/lib/sync/transport.ts';
import { epochsAt } from './check-restore.ts';
import { RelayDied, type DatabaseFaults } from './mortal-database.ts';
import type { Life, StoreFaults } from './mortal-store.ts';
import { calm, createNetwork } from './network.ts';
import { ageRows, blackOut, forgetLooks, type ColdCounts } from './play-cold.ts';
import { playOffice, type Office } from './play-office.ts';
import type { Act, Program, SimKind, Step } from './program.ts';
import { seedCrypto } from './seeded-crypto.ts';
import { createSimDevice, forgetSaved, settleIn, type SimDevice, type Tab } from './sim-device.ts';
import { createSimRelay, enrol, furnish, type RelayLife, type SimRelay } from './sim-relay.ts';
import { typeInto } from './type-into.ts';
import { createVirtualTime, type VirtualTime } from './virtual-time.ts';

/** What a mutant breaks; nothing in a usual run. */
export interface Faults {
	store?: StoreFaults;
	database?: Omit<DatabaseFaults, 'commitLater'> & { commitLate?: boolean };
}

export interface World {
	program: Program;
	time: VirtualTime;
	relay: SimRelay;
	devices: SimDevice[];
	/** What is wrong, in words. */
	violations: Set<string>;
	trace: string[];
	/** Agents of the program's people, in their order. */
	agents: AgentId[];
	/** The epochs that a relay had given when a copy took its place, by document. */
	lost: Map<DocumentId, Epoch[]>;
	cold: ColdCounts;
	dispose(): void;
}

/** A Tuesday morning. */
const start = Date.UTC(2026, 2, 3, 9);
const heartbeatMs = 15_000;
const gatherMs = 50;
const lateCommitMs = 400;

interface Connection {
	device: SimDevice;
	identity: DeviceIdentity;
	listener: PokeListener;
	life: Life;
	isTelling: boolean;
}

export async function createWorld(program: Program, faults: Faults = {}): Promise<World> {
	seedCrypto(program.seed);
	const random = createRandom(program.seed ^ 0x5eed);
	const violations = new Set<string>();
	const trace: string[] = [];
	const connections = new Set<Connection>();
	const receipts = new Map<string, number>();
	let knownHead = 0;

	const time = createVirtualTime(start, () => {
		const head = relay.life?.relay.head() ?? knownHead;
		if (head === knownHead) return;
		knownHead = head;
		for (const connection of connections) poke(connection);
	});
	const note = (what: string) => void trace.push(`${time.now - start} ${what}`);
	const failed = (error: unknown) => {
		violations.add(`threw: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
	};
	const network = createNetwork(time, random, program.mood);
	const { commitLate, ...databaseFaults } = faults.database ?? {};
	const relay = createSimRelay({
		time,
		random,
		onFile: program.relayOnFile,
		faults: {
			...databaseFaults,
			...(commitLate === true ? { commitLater: (commit) => void time.after(lateCommitMs, commit) } : {}),
		},
		failed,
		died() {
			note('relay dies');
			for (const connection of connections) hangUp(connection, undefined);
		},
		closeDevice(device, reason) {
			for (const connection of connections) if (connection.identity.device === device) hangUp(connection, reason);
		},
		reconnectAgent(agent) {
			for (const connection of connections) if (connection.identity.agent === agent) hangUp(connection, 'try-later');
		},
	});

	function poke(connection: Connection): void {
		if (connection.isTelling) return;
		connection.isTelling = true;
		time.after(gatherMs, () => {
			connection.isTelling = false;
			if (!connections.has(connection)) return;
			const { identity, listener, life, device } = connection;
			const said = { head: knownHead, scopeRevision: identity.scopeRevision, relayTime: time.now };
			network.tell(device.line, () => {
				if (!life.isDead && connections.has(connection)) listener.poked(said);
			});
		});
	}

	function hangUp(connection: Connection, reason: CloseReason | undefined): void {
		if (!connections.delete(connection)) return;
		time.after(network.delay(), () => {
			if (!connection.life.isDead) connection.listener.closed(reason);
		});
	}

	/** What the relay does with a request that reached it. */
	async function atRelay<T>(
		device: SimDevice,
		handle: (life: RelayLife, identity: DeviceIdentity) => Promise<Answer<T>> | Answer<T>,
	): Promise<Answer<T>> {
		const life = relay.life;
		if (life === undefined) return { kind: 'offline' };
		try {
			const identified = life.identify(device.enrolled.token);
			if (identified.kind === 'refused') return { kind: 'refused', reason: identified.reason };
			const answer = await Promise.race([
				handle(life, identified.identity),
				life.died.then((): Answer<T> => ({ kind: 'offline' })),
			]);
			return life.database.isDead ? { kind: 'offline' } : answer;
		} catch (error) {
			if (!(error instanceof RelayDied) && !life.database.isDead) failed(error);
			return { kind: 'offline' };
		}
	}

	/** [I7] The same number again gets the answer it got, and changes nothing. */
	function checkReceipts(device: string, answers: readonly EditAnswer[]): void {
		for (const answer of answers) {
			if (answer.kind === 'rejected') continue;
			const key = `${device} ${answer.n}`;
			const before = receipts.get(key);
			if (before === undefined) receipts.set(key, answer.seq);
			else if (answer.kind === 'ok') violations.add(`edit ${key} was taken twice`);
			else if (before !== answer.seq) violations.add(`edit ${key} was answered with another number`);
		}
	}

	/** No byte of a document outside the device's scopes. */
	function checkPage(life: RelayLife, identity: DeviceIdentity, bytes: Uint8Array): void {
		const page = decodePage(bytes);
		for (const { document } of page.documents) {
			const doc = life.relay.read(document);
			const audience = doc === undefined ? [] : audienceIn(document, doc);
			if (!audience.some((scope) => identity.scopes.includes(scope)))
				violations.add(`${identity.device} was sent ${document}, which it may not see`);
		}
		const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
		const scopes = JSON.stringify(identity.scopes);
		const hidden = relay.disk.db
			.prepare(
				`SELECT id FROM docs WHERE kind IN ('ticket', 'article', 'interaction') AND gone_at IS NULL AND NOT EXISTS
				 (SELECT 1 FROM doc_scopes WHERE doc = docs.key AND scope IN (SELECT value FROM json_each(?)))`,
			)
			.all(scopes);
		for (const { id } of hidden) {
			const mark = marks.get(id as DocumentId);
			if (mark !== undefined && text.includes(mark))
				violations.add(`${identity.device} was sent bytes of ${String(id)}, which it may not see`);
		}
	}

	const marks = new Map<DocumentId, string>();
	const lost: World['lost'] = new Map();
	const cold: ColdCounts = { trimmed: 0, opened: 0, written: 0, rewritten: 0, rows: 0 };

	function transportOf(device: SimDevice, life: Life): Transport {
		const ask = <T>(
			what: string,
			handle: (relayLife: RelayLife, identity: DeviceIdentity) => Promise<Answer<T>> | Answer<T>,
		): Promise<Answer<T>> =>
			network.request(device.line, async () => {
				const answer = await atRelay(device, handle);
				note(`device ${device.index} ${what}: ${answer.kind}`);
				return answer;
			});
		const page = (what: 'pull' | 'bootstrap' | 'documents') => (request: never) =>
			ask(what, async (relayLife, identity) => {
				const answer = await relayLife.relay[what](identity, request);
				if (answer.kind === 'refused') return answer;
				checkPage(relayLife, identity, answer.body);
				return { kind: 'ok' as const, value: decodePage(answer.body) };
			});
		const never = () => Promise.resolve({ kind: 'offline' as const });
		return {
			push: (edits) =>
				ask(
					`push ${decodePush(edits)
						.map((edit) => edit.n - start)
						.join(' ')}`,
					async (relayLife, identity) => {
						const answer = await relayLife.relay.push(identity, edits.slice());
						if (answer.kind === 'refused') return answer;
						if (!relayLife.database.isDead) checkReceipts(identity.device, answer.body.answers);
						return { kind: 'ok', value: answer.body };
					},
				),
			compare: (request) =>
				ask('compare', async (relayLife, identity) => {
					const answer = await relayLife.relay.compare(identity, request);
					return answer.kind === 'refused' ? answer : { kind: 'ok', value: answer.body };
				}),
			offer: (edits) =>
				ask('offer', async (relayLife, identity) => {
					const answer = await relayLife.relay.offer(identity, edits.slice());
					const offered = decodePush(edits).map(({ document }) => document);
					if (answer.kind === 'ok')
						for (const [i, said] of answer.body.answers.entries())
							note(`device ${device.index} offers ${offered[i]}: ${said.kind === 'rejected' ? said.code : said.kind}`);
					return answer.kind === 'refused' ? answer : { kind: 'ok', value: answer.body };
				}),
			pull: page('pull'),
			bootstrap: page('bootstrap'),
			documents: page('documents'),
			block: () =>
				ask('block', (relayLife, identity) => ({ kind: 'ok', value: relayLife.auth.numbers.give(identity.device) })),
			blobProgress: never,
			sendBlobChunk: never,
			readBlob: never,
			readPicture: never,
			auth(method, path) {
				if (path === '/auth/me' && method === 'GET')
					return ask('me', (relayLife) => {
						const identified = relayLife.auth.identify(device.enrolled.token);
						return identified.kind === 'refused'
							? { kind: 'refused', reason: identified.reason }
							: { kind: 'ok', value: relayLife.auth.sessionOf(identified.caller) };
					});
				return Promise.resolve({ kind: 'refused', reason: 'sign-in' });
			},
			openPoke(listener) {
				let connection: Connection | undefined;
				let over = false;
				const fail = (reason: CloseReason | undefined) => {
					time.after(network.delay(), () => {
						if (!over && !life.isDead) listener.closed(reason);
					});
				};
				time.after(network.delay(), () => {
					if (over || life.isDead) return;
					const relayLife = relay.life;
					if (!device.line.isOpen || relayLife === undefined) return fail(undefined);
					let identified;
					try {
						identified = relayLife.identify(device.enrolled.token);
					} catch {
						return fail(undefined);
					}
					if (identified.kind === 'refused') return fail(identified.reason);
					connection = { device, identity: identified.identity, listener, life, isTelling: false };
					connections.add(connection);
					listener.opened();
					poke(connection);
					beat(connection);
				});
				life.onDeath(() => {
					if (connection !== undefined) connections.delete(connection);
				});
				return () => {
					over = true;
					if (connection !== undefined) connections.delete(connection);
				};
			},
		};
	}

	function beat(connection: Connection): void {
		time.after(heartbeatMs, () => {
			if (!connections.has(connection)) return;
			poke(connection);
			beat(connection);
		});
	}

	await time.wait(relay.start());
	const first = relay.life;
	if (first === undefined) throw new Error('the relay did not start');
	await time.wait(furnish(first));

	const devices: SimDevice[] = [];
	const agents: AgentId[] = [];
	for (const [index, { person, skew, dexie, recent }] of program.devices.entries()) {
		const who = program.people[person]!;
		const enrolled = await time.wait(enrol(first, { ...who, lines: who.lines as LineId[] }, `device ${index}`));
		agents[person] = enrolled.agent;
		const line = network.line();
		const device: SimDevice = createSimDevice({
			...{ index, enrolled, time, random, line, skew, note },
			onDexie: dexie,
			isRecent: recent === true,
			slowestDisk: program.slowestDisk,
			faults: faults.store ?? {},
			transport: (life) => transportOf(device, life),
			trimmed(document, whyNot) {
				note(`device ${index} keeps the row alone of ${document}`);
				cold.trimmed++;
				if (whyNot !== undefined) violations.add(`device ${index} let ${document} go, although ${whyNot}`);
			},
			crashed(tabs) {
				for (const place of tabs) time.after(restartMs, () => openTab(device, place));
			},
		});
		line.onClose(() => {
			for (const connection of connections) if (connection.device === device) hangUp(connection, undefined);
		});
		devices.push(device);
		await settleIn(device);
	}
	for (const [index, { tabs }] of program.devices.entries())
		for (let place = 0; place < tabs; place++) openTab(devices[index]!, place);

	let restartMs = 1000;
	let relayRestartMs = 1000;
	let marked = 0;

	function openTab(device: SimDevice, place: number): void {
		device.openTab(place).catch(failed);
	}

	function startRelay(): void {
		relay.start().catch(failed);
	}

	function ticketAt(tab: Tab, place: number): DocumentId | undefined {
		const tickets = tab.desk.tickets.current.map(({ id }) => id).sort();
		return tickets.at(place % tickets.length);
	}

	/** The relay's own view, for what it writes itself. */
	function recordAtRelay(db: DatabaseSync, place: number, kind: SimKind = 'ticket'): DocumentId | undefined {
		const records = db.prepare('SELECT id FROM docs WHERE kind = ? AND gone_at IS NULL ORDER BY id').all(kind);
		return records.at(place % records.length)?.id as DocumentId | undefined;
	}

	function play(step: Step): void {
		note(JSON.stringify(step));
		const device = 'device' in step ? devices[step.device] : undefined;
		const tab = 'tab' in step ? device?.tabs[step.tab] : undefined;
		if (tab !== undefined && tab.desk !== undefined && device !== undefined) onTab(step, device, tab).catch(failed);
		if (device !== undefined) onDevice(step, device);
		if (device === undefined && relay.life !== undefined) onRelay(step, relay.life);
	}

	async function onTab(step: Step, device: SimDevice, tab: Tab): Promise<void> {
		const { desk } = tab;
		switch (step.do) {
			case 'create': {
				const mark = `~${++marked}~${step.line}~`;
				const made = await desk.createTicket({
					subject: `${mark} ${step.text}`,
					line: step.line as LineId,
					queue: `${step.line}-front` as QueueId,
					channel: 'phone',
					from: { name: 'Kim', address: 'kim@example.org' },
					text: `${mark} ${step.text}`,
					attachments: [],
				});
				note(`device ${device.index} created ${made.kind === 'ok' ? made.document : made.kind}`);
				if (made.kind === 'ok') marks.set(made.document, mark);
				return;
			}
			case 'act': {
				const document = ticketAt(tab, step.ticket);
				if (document === undefined) return;
				const isCold = desk.tickets.get(document)?.cold !== undefined;
				const done = await desk.act(document, step.act.kind, (ticket) => commandOf(step.act, ticket, device));
				note(
					`device ${device.index} ${step.act.kind} on ${document}: ${done.kind === 'refused' ? done.reason : done.kind}`,
				);
				if (isCold && done.kind === 'ok') cold.written++;
				return;
			}
			case 'type':
				return type(step, tab);
			case 'look': {
				const document = ticketAt(tab, step.ticket);
				if (document === undefined) return;
				const isCold = desk.tickets.get(document)?.cold !== undefined;
				if ((await openOn(tab, document)) !== undefined && isCold) cold.opened++;
				return;
			}
			case 'pin': {
				const document = ticketAt(tab, step.ticket);
				return document === undefined ? undefined : desk.tiers.pin(document, step.isPinned);
			}
			case 'choose-tier':
				return desk.tiers.chooseTier(step.isRecent ? { kind: 'recent', days: -1 } : { kind: 'everything' });
			case 'leave-records':
				for (const record of tab.records.values()) record.close();
				tab.records.clear();
				return;
			case 'person':
				await desk.createParty('person', { name: step.text, lines: [step.line], addresses: ['kim@example.org'] });
				return;
			case 'settings':
				desk.setMe({ signature: step.text });
				return;
			case 'configure':
				desk.configure('queue:alpha-extra', {
					id: 'alpha-extra' as QueueId,
					name: step.text,
					line: 'alpha' as LineId,
				});
				return;
			case 'repair':
				return desk.device.repair();
			case 'discard': {
				const rejected = (await time.track(device.look().outbox())).find((edit) => edit.rejected !== undefined);
				if (rejected === undefined) return;
				forgetSaved(device, rejected);
				device.discarded.add(rejected.document);
				return desk.discardEdit(rejected.n);
			}
			case 'write-article':
			case 'article':
			case 'type-article':
			case 'call':
			case 'contact':
				return playOffice(office, step, device, tab);
		}
	}

	/** The record on that tab's screen, opened if it is not yet. */
	async function openOn(tab: Tab, document: DocumentId): Promise<OpenRecord | undefined> {
		let record = tab.records.get(document);
		if (record === undefined) {
			record = await tab.desk.open(document);
			if (record === undefined) return undefined;
			if (tab.life.isDead || tab.records.has(document)) {
				record.close();
				return undefined;
			}
			tab.records.set(document, record);
		}
		if (record.reading.current.kind !== 'gone') return record;
		record.close();
		tab.records.delete(document);
		return undefined;
	}

	const office: Office = {
		now: () => Math.floor(time.now),
		note,
		mark(line) {
			const mark = `~${++marked}~${line}~`;
			return { mark, made: (document) => void marks.set(document, mark) };
		},
		unmark: (document) => void marks.delete(document),
		open: openOn,
	};

	async function type(step: Extract<Step, { do: 'type' }>, tab: Tab): Promise<void> {
		const document = ticketAt(tab, step.ticket);
		if (document === undefined) return;
		const record = await openOn(tab, document);
		if (record === undefined) return;
		typeInto(record.doc, record.draft(step.draft), step.place, step.text);
	}

	function onDevice(step: Step, device: SimDevice): void {
		switch (step.do) {
			case 'fold': {
				const store = device.look();
				void time
					.track(store.documents(undefined, 100))
					.then((documents) => {
						const document = documents[step.ticket % Math.max(1, documents.length)];
						return document === undefined ? undefined : time.track(store.fold(document));
					})
					// A device that was wiped has nothing to fold.
					.catch(() => undefined);
				return;
			}
			case 'forget-looks':
				// A device that was wiped has nothing to forget.
				return void time.track(forgetLooks(device.look())).catch(() => undefined);
			case 'update-app':
				restartMs = step.ms;
				device.crash();
				return void time.track(ageRows(device.look())).catch(() => undefined);
			case 'close-tab':
				return device.closeTab(step.tab);
			case 'open-tab':
				return openTab(device, step.tab);
			case 'cut-line':
				device.line.close();
				time.after(step.ms, () => device.line.open());
				return;
			case 'crash-device':
				restartMs = step.ms;
				if (step.moment === 'inside') device.arm({ requests: step.calls });
				else device.arm({ calls: step.calls, moment: step.moment });
				return;
			case 'revoke':
				// Somebody has to be left.
				if (device.index === 0 || relay.life === undefined) return;
				guarded(relay.life, (life) => {
					life.auth.revoke('command', device.enrolled.session.device.id);
				});
				return;
			case 'clock':
				device.skew = step.skew;
				return;
		}
	}

	function onRelay(step: Step, life: RelayLife): void {
		switch (step.do) {
			case 'crash-relay':
				relayRestartMs = step.ms;
				life.database.arm(step.statements, step.moment);
				void life.died.then(() => time.after(relayRestartMs, startRelay));
				return;
			case 'back-up':
				return guarded(life, () => relay.backUp());
			case 'restore': {
				const before = epochsAt(relay.disk.db);
				void life.died.then(() => time.after(step.ms, startRelay));
				if (!relay.restore()) return;
				for (const [document, epochs] of before) lost.set(document, [...(lost.get(document) ?? []), ...epochs]);
				// What the relay that is gone answered is asked again.
				receipts.clear();
				knownHead = 0;
				return;
			}
			case 'customer-writes':
				return guarded(life, () => {
					const document = recordAtRelay(relay.disk.db, step.ticket);
					if (document === undefined) return;
					const clock = createClock(() => time.now);
					const pen = {
						agent: relayAgent,
						device: relayDevice,
						tick: () => clock.tick(),
						newId: () => createUlid(time.now, (bytes) => random.fill(bytes)) as EntryId,
					};
					const kim = { name: 'Kim', address: 'kim@example.org' };
					return life.relay.write(document, (doc) => {
						appendEntries(doc, pen, [
							{
								...{ kind: 'message', direction: 'in', channel: 'mail', visibility: 'public' },
								...{ from: kim, to: [], cc: [], subject: 'Re:', text: step.text, attachments: [] },
							},
						]);
					});
				});
			case 'erase':
				return guarded(life, () => {
					const document = recordAtRelay(relay.disk.db, step.ticket, step.kind);
					if (document !== undefined) life.relay.erase(document);
				});
			case 'redact':
				return guarded(life, () => {
					const document = recordAtRelay(relay.disk.db, step.ticket);
					if (document !== undefined && blackOut(life.relay, document)) cold.rewritten++;
				});
			case 'lines':
				return guarded(life, () => {
					const { role } = program.people[step.person]!;
					const id = agents[step.person];
					if (id === undefined) return;
					return life.auth.changeAgent('command', { id, role, lines: step.lines as LineId[], active: true });
				});
		}
	}

	/** The relay may die in the middle of what it was asked. */
	function guarded(life: RelayLife, work: (life: RelayLife) => unknown): void {
		const caught = (error: unknown) => {
			if (!(error instanceof RelayDied) && !life.database.isDead) failed(error);
		};
		try {
			Promise.resolve(work(life)).catch(caught);
		} catch (error) {
			caught(error);
		}
	}

	function commandOf(act: Act, ticket: Ticket, device: SimDevice): commands.CommandResult {
		const { agent } = device.enrolled;
		switch (act.kind) {
			case 'note':
				return commands.addNote(act.text, undefined, []);
			case 'reply':
				return commands.requestReply(ticket, agent, {
					...{ to: [{ name: 'Kim', address: 'kim@example.org' }], cc: [], subject: 'Re:' },
					...{ text: act.text, attachments: [] },
				});
			case 'status':
				return commands.setStatus(
					ticket,
					act.status === 'waiting' ? { status: 'waiting', reason: 'customer' } : { status: act.status },
				);
			case 'priority':
				return commands.setPriority(ticket, act.priority);
			case 'tag':
				return commands.changeTags(ticket, { add: [act.tag] });
			case 'untag':
				return commands.changeTags(ticket, { remove: [act.tag] });
			case 'subject':
				return commands.setSubject(ticket, act.text);
			case 'queue':
				return commands.setQueue(ticket, act.queue as QueueId);
			case 'line':
				return commands.setLine(ticket, act.line as LineId, `${act.line}-front` as QueueId);
			case 'assign':
				return commands.assign(ticket, act.person === null ? null : (agents[act.person] ?? null));
			case 'claim':
				return commands.claim(ticket, agent, { isIdle: act.isIdle === true });
			case 'release':
				return commands.release(ticket, agent);
			case 'hand-over':
				return commands.handOver(ticket, agent, agents[act.person] ?? agent, 'please');
			case 'take-over':
				// Whoever has not the right is told so by the relay.
				return commands.takeOver(ticket, agent, 'admin', 'ill', act.person === null ? null : agents[act.person]);
			case 'undo': {
				// Of a ticket that is a row alone nothing is here to be taken back.
				const entry = ticket.timeline[act.entry % ticket.timeline.length];
				return entry === undefined
					? { kind: 'refused', reason: 'not-undoable' }
					: commands.undo(ticket, agent, entry.id);
			}
		}
	}

	for (const step of program.steps) time.after(step.at, () => play(step));
	await time.pass((program.steps.at(-1)?.at ?? 0) + 1000);

	// The network opens, everybody comes back.
	note('healing');
	network.mood = calm;
	for (const device of devices) {
		device.disarm();
		device.line.open();
	}
	relay.life?.database.arm(Infinity, 'before');
	await time.pass(45_000);
	startRelay();
	await time.pass(1000);
	for (const device of devices) {
		device.revoked = isRevoked(relay, device);
		openTab(device, 0);
	}
	await time.pass(1000);

	return {
		...{ program, time, relay, devices, violations, trace, agents, lost, cold },
		dispose() {
			for (const device of devices) device.crash();
			relay.dispose();
		},
	};
}

function isRevoked(relay: SimRelay, device: SimDevice): boolean {
	const row = relay.disk.db.prepare('SELECT state FROM devices WHERE id = ?').get(device.enrolled.session.device.id);
	return row?.state !== 'active';
}

/** Who may see a document, from what it says itself. */
export function audienceIn(document: DocumentId, doc: Y.Doc): Scope[] {
	// Asking a standing document for a record's roots would make them there.
	if (!isRecordId(document)) return audienceOf(document, []);
	const reading = readRecord(doc);
	return audienceOf(document, reading.kind === 'empty' ? [] : recordLines(reading.record, reading.facts));
}
