import * as v from 'valibot';
import type { DeskKey } from '../../src/lib/document/desk-document.ts';
import { writeDeskValue } from '../../src/lib/document/desk-document.ts';
import { roots, writeMeta, writeVerdict } from '../../src/lib/document/record-document.ts';
import { deskDocument, recordKinds, relayDevice, type EntryId } from '../../src/lib/domain/ids.ts';
import type { ChangeOutcome, DocumentChange } from '../admission/submission.ts';
import { createAgents } from '../auth/agents.ts';
import { OperationRefused } from '../commands/operation.ts';
import type { Installation } from '../installation.ts';
import { demoCategories, demoManual, demoSystems } from './demo-cases.ts';
import { demoAgents, demoLines, demoQueues, demoRecords, type DemoRecord } from './demo-desk.ts';

const count = (least: number, most: number) => {
	const message = `must be a whole number from ${least} to ${most}`;
	return v.pipe(v.number(message), v.integer(message), v.minValue(least, message), v.maxValue(most, message));
};
export const fillingSchema = v.strictObject({
	tickets: count(0, 200_000),
	people: count(1, 50_000),
	seed: count(0, 2 ** 32 - 1),
	/** Fill a desk that is in use, too. */
	force: v.boolean(),
});

export type FillLine =
	| { kind: 'written'; records: number }
	| {
			kind: 'filled';
			desk: string;
			agents: number;
			organisations: number;
			people: number;
			tickets: number;
			articles: number;
			contacts: number;
			/** Enrols a device for the admin. */
			invitation: string;
			admin: { name: string; mail: string };
	  };

/** Documents of one transaction. */
const batchSize = 250;
const deskName = 'Demo-Desk';

/** Fills a desk with lines, queues, agents, organisations, people and tickets made from a seed. */
export async function* fillDemoDesk(installation: Installation, input: unknown): AsyncGenerator<FillLine> {
	const filling = v.parse(fillingSchema, input);
	const { relay, auth } = installation;
	if (!filling.force && isInUse(installation)) {
		throw new OperationRefused(
			`The desk "${auth.deskName()}" is in use. Name an empty directory with --data, or add to this desk with --force.`,
		);
	}
	await addConfiguration(installation);
	const counts = { ticket: 0, person: 0, organisation: 0, article: 0, interaction: 0 };
	let batch: DocumentChange[] = [];
	const records = demoRecords({
		seed: filling.seed,
		now: installation.now(),
		people: filling.people,
		tickets: filling.tickets,
		takeBlock: () => auth.numbers.give(relayDevice),
	});
	const write = async () => {
		mustBeStored(await relay.change({ documents: batch }));
		batch = [];
	};
	for (const record of records) {
		if (relay.read(record.document) !== undefined) continue;
		batch.push(recordToChange(record));
		counts[record.kind]++;
		if (batch.length < batchSize) continue;
		await write();
		yield { kind: 'written', records: Object.values(counts).reduce((sum, count) => sum + count, 0) };
	}
	if (batch.length > 0) await write();
	yield {
		kind: 'filled',
		desk: auth.deskName(),
		agents: demoAgents.length,
		organisations: counts.organisation,
		people: counts.person,
		tickets: counts.ticket,
		articles: counts.article,
		contacts: counts.interaction,
		...(await inviteAdmin(installation)),
	};
}

function isInUse({ relay, database, now }: Installation): boolean {
	return (
		relay.readDesk().lines.length > 0 ||
		createAgents(database.db, now).all().length > 0 ||
		recordKinds.some((kind) => relay.documentsOfKind(kind).length > 0)
	);
}

/** Lines, queues, systems, categories and agents that are not there yet; a desk in use keeps its name. */
async function addConfiguration({ relay, auth, blobs, database, now }: Installation): Promise<void> {
	const known = relay.readDesk();
	const values = new Map<DeskKey, object>();
	if (known.lines.length === 0) values.set('desk', { name: deskName, language: 'de' });
	for (const line of demoLines) if (!known.lines.some(({ id }) => id === line.id)) values.set(`line:${line.id}`, line);
	for (const queue of demoQueues)
		if (!known.queues.some(({ id }) => id === queue.id)) values.set(`queue:${queue.id}`, queue);
	for (const system of demoSystems)
		if (!known.systems.some(({ id }) => id === system.id)) values.set(`system:${system.id}`, system);
	for (const category of demoCategories)
		if (!known.categories.some(({ id }) => id === category.id)) values.set(`category:${category.id}`, category);
	if (!known.manuals.some(({ id }) => id === demoManual.id)) {
		const { fileName, text, ...manual } = demoManual;
		const stored = await blobs.store(new TextEncoder().encode(text));
		if (stored.kind === 'stored') {
			const file = { blob: stored.id, name: fileName, mime: 'text/plain', size: stored.size };
			values.set(`manual:${manual.id}`, { ...manual, file });
		}
	}
	if (values.size > 0) {
		const outcome = await relay.write(deskDocument, (doc) => {
			for (const [key, value] of values) writeDeskValue(doc, key, value);
		});
		mustBeStored(outcome);
	}
	const agents = createAgents(database.db, now);
	for (const agent of demoAgents) {
		if (agents.byId(agent.id) === undefined && agents.byMail(agent.mail) === undefined) agents.add(agent);
	}
	await auth.publishAgents();
}

/** Writes the record as it stands: the verdicts are in it, so nothing is left for the witness to answer. */
function recordToChange({ document, kind, entries, verdicts, write }: DemoRecord): DocumentChange {
	return {
		id: document,
		change(doc) {
			writeMeta(doc, kind);
			write?.(doc);
			for (const [id, entry] of entries) doc.getMap(roots.entries).set(id, entry);
			for (const [key, verdict] of verdicts) writeVerdict(doc, key, verdict);
		},
		answers: verdicts.map(([key]) => key as EntryId),
	};
}

async function inviteAdmin({
	auth,
	database,
	now,
}: Installation): Promise<{ invitation: string; admin: { name: string; mail: string } }> {
	const wanted = demoAgents.find(({ role }) => role === 'admin');
	const admin = createAgents(database.db, now).byMail(wanted?.mail ?? '');
	if (admin === undefined) throw new Error('the demo desk has no admin');
	const invited = await auth.invite('command', { agent: { id: admin.id } });
	if (invited.kind === 'refused') throw new OperationRefused(`${admin.name} cannot be invited: ${invited.reason}`);
	return { invitation: invited.value.url, admin: { name: admin.name, mail: admin.mail } };
}

function mustBeStored(outcome: ChangeOutcome): void {
	if (outcome.kind === 'storage-full')
		throw new OperationRefused('The disk is full. What was written so far is there.');
	if (outcome.kind === 'stopped') throw new OperationRefused('The relay is stopping. Run the command again.');
	if (outcome.kind === 'refused') throw new Error(`a demo record was refused: ${outcome.code}`);
}
