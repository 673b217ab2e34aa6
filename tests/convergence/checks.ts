import * as Y from 'yjs';
import { readRecord, roots } from '../../src/lib/document/record-document.ts';
import { scopesOfAgent } from '../../src/lib/domain/audience.ts';
import type { Facts } from '../../src/lib/domain/facts.ts';
import { isRecordId, type DocumentId } from '../../src/lib/domain/ids.ts';
import type { TicketRow } from '../../src/lib/domain/ticket-row.ts';
import { updatesToRow } from '../../src/lib/projection/document-row.ts';
import { limits } from '../../src/lib/protocol/limits.ts';
import type { RecordStore } from '../../src/lib/store/record-store.ts';
import type { Progress } from '../../src/lib/sync/progress.ts';
import { settingKeys } from '../../src/lib/sync/setting-keys.ts';
import { checkCold } from './check-cold.ts';
import { checkClaims } from './check-claims.ts';
import { checkEpochs } from './check-restore.ts';
import { canonical, contentOf, docOf, foldOf, hashOf, stateOf } from './content.ts';
import { createRandom } from '../../sync-server/demo/random.ts';
import { simLines } from './sim-relay.ts';
import { forgetSaved, type SavedEdit, type SimDevice } from './sim-device.ts';
import { audienceIn, type World } from './world.ts';

const longestHealing = 40 * 60_000;

/** Lets time pass until nothing is left to do, and then says what is wrong. */
export async function check(world: World): Promise<void> {
	if (!(await becomeQuiet(world))) return;
	await discardRejected(world);
	await lookAtTiers(world);
	if (!(await becomeQuiet(world))) return;
	const truth = readRelay(world);
	for (const { id, doc, updates } of truth.values()) {
		if (world.program.steps.some((step) => step.do === 'restore')) checkEpochs(world, id, doc);
		else checkClaims(world, id, doc);
		checkFold(world, id, doc, updates);
	}
	checkNumbers(world, truth);
	for (const device of world.devices) await checkDevice(world, device, truth);
}

interface AtRelay {
	id: DocumentId;
	head: number;
	generation: number;
	doc: Y.Doc;
	updates: Uint8Array[];
	isGone: boolean;
}
type Truth = Map<DocumentId, AtRelay>;

async function becomeQuiet({ time, violations, ...world }: World): Promise<boolean> {
	const end = time.now + longestHealing;
	let loud: string | undefined = 'just healed';
	while (time.now < end) {
		await time.pass(2000);
		loud = await firstNoise({ time, violations, ...world });
		if (loud === undefined) {
			await time.pass(4000);
			loud = await firstNoise({ time, violations, ...world });
			if (loud === undefined) return true;
		}
	}
	violations.add(`never becomes quiet: ${loud}`);
	return false;
}

/** What is still to be done, if anything. */
async function firstNoise({ time, relay, devices }: World): Promise<string | undefined> {
	const { life } = relay;
	if (life === undefined) return 'the relay is down';
	const waiting = relay.disk.db.prepare('SELECT count(*) AS n FROM awaiting_verdict').get()?.n as number;
	if (waiting > 0) return `${waiting} facts without a verdict`;
	for (const device of devices) {
		if (device.revoked) {
			if (!(await time.track(isEmpty(device)))) return `device ${device.index} is revoked and not wiped`;
			continue;
		}
		const store = device.look();
		const unsent = await time.track(store.unsent({ edits: 10, bytes: limits.pushBytes }));
		if (unsent.length > 0) return `device ${device.index} has unsent edits: ${unsent.map(({ n }) => n).join(' ')}`;
		const progress = await time.track(store.settings.get<Progress>(settingKeys.progress));
		if (progress === undefined || progress.walk !== null) return `device ${device.index} has not walked`;
		if ((progress.cursor ?? 0) < life.relay.head())
			return `device ${device.index} is at ${progress.cursor} of ${life.relay.head()}`;
		const revision = life.auth.agentById(device.enrolled.agent)?.scopeRevision;
		if (progress.scopeRevision !== revision) return `device ${device.index} has old scopes`;
	}
	return undefined;
}

async function isEmpty(device: SimDevice): Promise<boolean> {
	try {
		const store = device.look();
		return (await store.documents(undefined, 1)).length === 0 && (await store.outbox()).length === 0;
	} catch {
		// Wiped: the database is no more.
		return true;
	}
}

/** A person looks at what was refused, and lets it go. */
async function discardRejected(world: World): Promise<void> {
	const { time, devices, violations } = world;
	for (const device of devices) {
		if (device.revoked) continue;
		const outbox = await time.track(device.look().outbox());
		for (const edit of outbox) {
			if (edit.rejected === undefined) continue;
			const others = outbox.some(
				(other) => other.document === edit.document && (other.rejected ?? 'missing-base') !== 'missing-base',
			);
			const onRefused = others || device.discarded.has(edit.document);
			// Redacted, and out of sight before the new generation came.
			const isOutOfSight =
				edit.rejected === 'other-generation' && (await time.track(device.look().load(edit.document))) === undefined;
			const isExpected =
				isOutOfSight ||
				edit.rejected === 'no-access' ||
				edit.rejected === 'gone' ||
				(edit.rejected === 'missing-base' && onRefused);
			if (!isExpected)
				violations.add(`edit ${edit.n} (${edit.what}) of device ${device.index} was refused: ${edit.rejected}`);
			forgetSaved(device, edit);
			const desk = device.tabs[0]?.desk;
			if (desk !== undefined) await time.wait(desk.discardEdit(edit.n));
		}
	}
}

/** It is looked for what has become cold once in a while, and with the round after that what should be here comes. */
async function lookAtTiers({ time, devices, program }: World): Promise<void> {
	if (!program.steps.some((step) => step.do === 'look' || step.do === 'forget-looks')) return;
	await time.pass(10_000);
	for (const wait of [3000, 1000]) {
		for (const { revoked, tabs } of devices) if (!revoked) tabs[0]?.desk?.syncNow();
		await time.pass(wait);
	}
}

function readRelay({ relay, violations }: World): Truth {
	const truth: Truth = new Map();
	const docs = relay.disk.db.prepare('SELECT key, id, head, generation, gone_at FROM docs').all();
	for (const { key, id, head, generation, gone_at } of docs) {
		const snapshot = relay.disk.db.prepare('SELECT seq, bytes FROM snapshots WHERE doc = ?').get(key as number);
		const tail = relay.disk.db
			.prepare('SELECT bytes FROM updates WHERE doc = ? AND seq > ? ORDER BY seq')
			.all(key as number, (snapshot?.seq as number | undefined) ?? 0);
		const updates = tail.map(({ bytes }) => bytes as Uint8Array);
		if (snapshot !== undefined) updates.unshift(snapshot.bytes as Uint8Array);
		const doc = docOf(updates);
		if (doc.store.pendingStructs !== null) violations.add(`${String(id)} is incomplete at the relay`);
		const document = id as DocumentId;
		const at = { head: head as number, generation: generation as number };
		truth.set(document, { id: document, ...at, doc, updates, isGone: gone_at !== null });
	}
	return truth;
}

/** The same writing in another order, and some of it twice, is the same record. */
function checkFold({ violations, program }: World, id: DocumentId, doc: Y.Doc, updates: readonly Uint8Array[]): void {
	if (!isRecordId(id) || updates.length < 2) return;
	const random = createRandom(program.seed);
	const mixed = updates
		.flatMap((update) => (random.chance(0.3) ? [update, update] : [update]))
		.map((update) => ({ update, place: random.next() }))
		.sort((a, b) => a.place - b.place);
	const other = docOf(mixed.map(({ update }) => update));
	if (foldOf(other) !== foldOf(doc)) violations.add(`${id} is another record where its updates come in another order`);
	if (hashOf(id, other) !== hashOf(id, doc))
		violations.add(`${id} reads otherwise where its updates come in another order`);
}

function factsIn(doc: Y.Doc): Facts | undefined {
	const reading = readRecord(doc);
	return reading.kind === 'record' ? reading.facts : undefined;
}

function checkNumbers({ violations }: World, truth: Truth): void {
	const numbers = new Map<string, DocumentId>();
	for (const { id, doc } of truth.values()) {
		for (const entry of factsIn(doc)?.entries.values() ?? []) {
			if (entry.kind !== 'opened') continue;
			const other = numbers.get(entry.number);
			if (other !== undefined) violations.add(`${id} and ${other} have the number ${entry.number}`);
			numbers.set(entry.number, id);
		}
	}
}

async function checkDevice(world: World, device: SimDevice, truth: Truth): Promise<void> {
	const { time, violations, relay } = world;
	const name = `device ${device.index}`;
	if (device.revoked) return;
	const agent = relay.life?.auth.agentById(device.enrolled.agent);
	if (agent === undefined) return;
	const scopes = scopesOfAgent(agent, simLines);
	const store = device.look();
	const held = await time.track(store.documents(undefined, 10_000));
	const stored = await time.track(store.loadMany(held));
	const heads = await time.track(store.heads(held));
	for (const { id, doc, isGone } of truth.values()) {
		const isVisible = !isGone && audienceIn(id, doc).some((scope) => scopes.includes(scope));
		const copy = stored.get(id);
		if (copy === undefined) {
			if (isVisible && !(await isColdRow(world, device, id, truth))) violations.add(`${name} lacks ${id}`);
			continue;
		}
		if (!isVisible) {
			violations.add(`${name} holds ${id}, which it may not see`);
			continue;
		}
		// Of a cold ticket what was written here may be all that is here.
		if (heads.get(id)?.whole === false && (await isColdRow(world, device, id, truth))) {
			if (!copy.updates.every((update) => contains(doc, update)))
				violations.add(`${name} has written what the relay lacks into ${id}, which is cold for it`);
			continue;
		}
		const own = docOf(copy.updates);
		if (own.store.pendingStructs !== null) violations.add(`${name} has ${id} incomplete`);
		if (hashOf(id, own) !== hashOf(id, doc))
			violations.add(
				`${name} differs in ${id}:\n    device ${canonical(contentOf(id, own))}\n    relay  ${canonical(contentOf(id, doc))}`,
			);
		else if (stateOf(own) !== stateOf(doc))
			violations.add(`${name} has other writing in ${id}: ${stateOf(own)}, relay ${stateOf(doc)}`);
		await checkRow(world, device, store, id, copy.updates);
	}
	for (const id of held) if (!truth.has(id)) violations.add(`${name} holds ${id}, which the relay does not know`);
	await checkRows(world, device, store, held);
	await checkCold(world, device, {
		atRelay: (id) => truth.get(id),
		isVisible(id) {
			const found = truth.get(id);
			return found?.isGone === false && audienceIn(id, found.doc).some((scope) => scopes.includes(scope));
		},
	});
	for (const edit of device.saved.values()) checkEdit(world, device, edit, truth);
	await checkScreens(world, device, stored);
}

/** A device of recent tickets holds the others as the rows that the relay's document gives. */
async function isColdRow({ time, program }: World, device: SimDevice, id: DocumentId, truth: Truth): Promise<boolean> {
	const row = (await time.track(device.look().rows.get(id))) as TicketRow | undefined;
	const atRelay = truth.get(id);
	if (program.devices[device.index]?.recent !== true || row?.cold === undefined || atRelay === undefined) return false;
	const { cold, ...rest } = row;
	return (
		row.status === 'closed' &&
		cold.head === atRelay.head &&
		canonical(rest) === canonical(updatesToRow(id, atRelay.updates))
	);
}

async function checkRow(
	{ time, violations }: World,
	device: SimDevice,
	store: RecordStore,
	id: DocumentId,
	updates: readonly Uint8Array[],
): Promise<void> {
	const made = canonical(updatesToRow(id, updates));
	const kept = canonical(await time.track(store.rows.get(id)));
	if (made !== kept) violations.add(`device ${device.index} lists ${id} as ${kept}, not as ${made}`);
}

/** Nothing is listed that is not there, and the screen lists what the disk does. */
async function checkRows(
	{ time, violations }: World,
	device: SimDevice,
	store: RecordStore,
	held: readonly DocumentId[],
): Promise<void> {
	for (const kind of ['ticket', 'person', 'organisation', 'article', 'interaction']) {
		const listed = new Map<DocumentId, string>();
		const cold = new Set<DocumentId>();
		await time.track(
			store.rows.each(kind, 100, (rows) => {
				for (const row of rows) {
					listed.set(row.id, canonical(row));
					if (row.cold !== undefined) cold.add(row.id);
				}
			}),
		);
		for (const id of listed.keys())
			if (!held.includes(id) && !cold.has(id))
				violations.add(`device ${device.index} lists ${id}, which it does not hold`);
		for (const [place, tab] of device.tabs.entries()) {
			if (tab?.desk === undefined) continue;
			const { tickets, parties, articles, interactions } = tab.desk;
			const lists = { ticket: tickets, article: articles, interaction: interactions } as const;
			const current: readonly { id: DocumentId; kind: string }[] = (lists[kind as keyof typeof lists] ?? parties)
				.current;
			const shown = new Map(current.filter((row) => row.kind === kind).map((row) => [row.id, canonical(row)]));
			for (const id of new Set([...listed.keys(), ...shown.keys()]))
				if (listed.get(id) !== shown.get(id))
					violations.add(
						`tab ${place} of device ${device.index} shows ${id} as ${shown.get(id)}, its disk has ${listed.get(id)}`,
					);
		}
	}
}

/** What was acknowledged is at the relay; what was not is in the outbox (refused, and looked at by now) or at the relay. */
function checkEdit({ violations }: World, device: SimDevice, edit: SavedEdit, truth: Truth): void {
	const found = truth.get(edit.document);
	if (found?.isGone === true) return;
	// In another generation, what was written is there under its names.
	const isHere = found !== undefined && found.generation !== edit.generation ? containsEntries : contains;
	const isThere = found !== undefined && isHere(found.doc, edit.update);
	if (!isThere)
		violations.add(
			`edit ${edit.n} (${edit.what}) of device ${device.index} on ${edit.document} is lost, ` +
				`${edit.acknowledged ? 'and was acknowledged' : 'before it was acknowledged'}`,
		);
}

function contains(doc: Y.Doc, update: Uint8Array): boolean {
	const { structs } = Y.decodeUpdate(update);
	return structs.every(({ id, length }) => id.clock + length <= Y.getState(doc.store, id.client));
}

function containsEntries(doc: Y.Doc, update: Uint8Array): boolean {
	const entries = doc.getMap(roots.entries);
	const { structs } = Y.decodeUpdate(update);
	return structs.every(
		(struct) =>
			!(struct instanceof Y.Item) ||
			(struct.parent as unknown) !== roots.entries ||
			struct.parentSub === null ||
			entries.has(struct.parentSub),
	);
}

/** Records that are open on a screen say what the disk says. */
async function checkScreens(
	{ violations }: World,
	device: SimDevice,
	stored: Map<DocumentId, { updates: Uint8Array[] }>,
): Promise<void> {
	for (const [place, tab] of device.tabs.entries()) {
		for (const [id, record] of tab?.records ?? []) {
			const name = `tab ${place} of device ${device.index}`;
			const isGone = record.reading.current.kind === 'gone';
			const copy = stored.get(id);
			if (copy === undefined) {
				if (!isGone) violations.add(`${name} shows ${id}, which its disk does not have`);
				continue;
			}
			if (isGone) continue;
			if (hashOf(id, record.doc) !== hashOf(id, docOf(copy.updates)))
				violations.add(`${name} shows ${id} otherwise than its disk has it`);
		}
	}
}
