import * as v from 'valibot';
import { parseDeskValue, writeDeskValue, type DeskKey } from '../../src/lib/document/desk-document.ts';
import { meRoot } from '../../src/lib/document/me-document.ts';
import { writePortable, type ReadableRecord } from '../../src/lib/document/portable-record.ts';
import { agentSchema } from '../../src/lib/domain/desk-config.ts';
import {
	agentIdSchema,
	deskDocument,
	meDocument,
	recordKinds,
	type DocumentId,
	type EntryId,
} from '../../src/lib/domain/ids.ts';
import { limits } from '../../src/lib/protocol/limits.ts';
import type { ChangeOutcome, DocumentChange } from '../admission/submission.ts';
import { createAgents } from '../auth/agents.ts';
import { OperationRefused } from '../commands/operation.ts';
import type { Installation } from '../installation.ts';
import { deskName, fileOfKind, lists } from './desk-format.ts';
import { textIn, type OpenArchive } from '../archive/open-archive.ts';
import { requestsIn } from './import-rows.ts';
import { checked, recordsIn, type RecordLine } from './read-desk-archive.ts';

/** Records of one transaction. */
const batchSize = 250;

export interface Filling {
	archive: OpenArchive;
	installation: Installation;
	/** Of each document the generation that it had. */
	generations: Map<DocumentId, number>;
	onProgress?: (records: number) => void;
}

const deskFileSchema = v.object({
	generation: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(2 ** 30)),
	values: v.record(v.pipe(v.string(), v.maxLength(100)), v.unknown()),
});

export async function addConfiguration({ archive, installation, generations }: Filling): Promise<void> {
	const text = await textIn(archive, deskName, 8 * limits.documentBytes);
	const parsed = v.safeParse(deskFileSchema, readJson(text));
	if (!parsed.success) throw new OperationRefused(`${deskName} is not usable.`);
	const values = Object.entries(parsed.output.values).map(([key, value]): [DeskKey, object | null] => {
		const read = key.startsWith('agent:') ? undefined : parseDeskValue(key, value);
		if (read === undefined)
			throw new OperationRefused(`${deskName}: this Tresen does not understand ${key.slice(0, 60)}.`);
		return [key as DeskKey, read as object | null];
	});
	generations.set(deskDocument, parsed.output.generation);
	mustBeStored(
		await installation.relay.write(deskDocument, (doc) => {
			for (const [key, value] of values) writeDeskValue(doc, key, value);
		}),
		deskDocument,
	);
}

const agentLineSchema = v.object({
	...v.pick(agentSchema, ['id', 'name', 'mail', 'role', 'lines', 'active']).entries,
	level: v.nullable(v.picklist([1, 2, 3])),
});

export async function addAgents({ archive, installation }: Filling): Promise<{ admins: string[]; agents: number }> {
	const { auth, database, now } = installation;
	const agents = createAgents(database.db, now);
	const admins: string[] = [];
	let count = 0;
	for await (const { level, ...agent } of checked(archive, lists.agents, agentLineSchema)) {
		if (agents.byId(agent.id) !== undefined || agents.byMail(agent.mail) !== undefined)
			throw new OperationRefused(`${lists.agents}: ${agent.mail} is there twice.`);
		agents.add({ ...agent, ...(level === null ? {} : { level }) });
		if (agent.role === 'admin' && agent.active) admins.push(agent.mail);
		count++;
	}
	await auth.publishAgents();
	return { admins, agents: count };
}

const personalSchema = v.object({
	agent: agentIdSchema,
	generation: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(2 ** 30)),
	settings: v.record(
		v.pipe(v.string(), v.regex(/^.{1,60}$/su)),
		v.union([v.string(), v.number(), v.boolean(), v.null()]),
	),
});

export async function addPersonal({ archive, installation, generations }: Filling): Promise<void> {
	for await (const { agent, generation, settings } of checked(archive, lists.personal, personalSchema)) {
		const document = meDocument(agent);
		generations.set(document, generation);
		mustBeStored(
			await installation.relay.write(document, (doc) => {
				for (const [key, value] of Object.entries(settings)) doc.getMap(meRoot).set(key, value);
			}),
			document,
		);
	}
}

export async function addRecords({ archive, installation, generations, onProgress }: Filling): Promise<void> {
	const numbers = new Set<string>();
	const requests = await requestsIn(archive);
	let stored = 0;
	let batch: DocumentChange[] = [];
	const store = async () => {
		if (batch.length === 0) return;
		const outcome = await installation.relay.change({ documents: batch });
		mustBeStored(outcome, batch.length === 1 ? (batch[0] as DocumentChange).id : 'one of the records');
		stored += batch.length;
		batch = [];
		onProgress?.(stored);
	};
	for (const kind of recordKinds)
		for await (const line of recordsIn(archive, kind)) {
			const { record, generation } = line;
			if (generations.has(record.id)) throw new OperationRefused(`${fileOfKind[kind]}: ${record.id} is there twice.`);
			generations.set(record.id, generation);
			for (const [, entry] of record.entries) {
				if (entry.kind !== 'opened') continue;
				if (numbers.has(entry.number))
					throw new OperationRefused(`${fileOfKind[kind]}: two tickets have the number ${entry.number}.`);
				numbers.add(entry.number);
			}
			batch.push(toChange(line, requests));
			if (batch.length >= batchSize) await store();
		}
	await store();
}

/**
 * What the relay has answered is answered; what it had not comes before the witness here. So does a reply that was accepted and that
 * no mail in the archive tells of: the gate takes its slot again, and nobody else answers the same message.
 */
function toChange({ record, awaiting }: RecordLine, requests: ReadonlySet<EntryId>): DocumentChange {
	const accepted = new Set(
		record.verdicts.flatMap(([key, said]) => (said.kind === 'send' && said.outcome === 'accepted' ? [key] : [])),
	);
	const isOwed = ([id, entry]: ReadableRecord['entries'][number]) =>
		awaiting.has(id) || (entry.kind === 'reply-requested' && accepted.has(id) && !requests.has(id));
	return {
		id: record.id,
		change: (doc) => writePortable(doc, record),
		answers: record.entries.filter((one) => !isOwed(one)).map(([id]) => id),
	};
}

function mustBeStored(outcome: ChangeOutcome, what: string): void {
	if (outcome.kind === 'ok') return;
	if (outcome.kind === 'storage-full') throw new OperationRefused('The disk is full.');
	if (outcome.kind === 'refused') throw new OperationRefused(`${what} is larger than a document may be.`);
	throw new OperationRefused('It was interrupted.');
}

function readJson(json: string): unknown {
	try {
		return JSON.parse(json);
	} catch {
		return undefined;
	}
}
