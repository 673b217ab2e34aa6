import * as Y from 'yjs';
import { identityOf, concerns, toPersonExport, type PersonExport } from '../document/person-export.ts';
import { toPortable, type PortableRecord } from '../document/portable-record.ts';
import { isDocumentId, type DocumentId } from '../domain/ids.ts';
import { personExportSchema } from '../protocol/person-export.ts';
import type { RecordStore } from '../store/record-store.ts';
import type { Transport } from '../sync/transport.ts';
import type { Desk, RelayResult } from '../desk.ts';
import { checked } from './relay-answer.ts';

export interface PersonGatheringParts {
	store: RecordStore;
	transport: Transport;
	tickets: Desk['tickets'];
	parties: Desk['parties'];
	interactions: Desk['interactions'];
	deskName: string;
	now: number;
}

/** From the relay, which has everything and writes down who asked. Without it, what this device holds; what it lacks is named. */
export async function gatherPerson(
	parts: PersonGatheringParts,
	person: DocumentId,
	withInternal: boolean,
): Promise<RelayResult<PersonExport>> {
	const answer = await parts.transport.auth('POST', '/auth/person-export', { person, withInternal });
	if (answer.kind !== 'offline') return checked(answer, personExportSchema);
	return gatherHere(parts, person, withInternal);
}

async function gatherHere(
	{ store, tickets, parties, interactions, deskName, now }: PersonGatheringParts,
	person: DocumentId,
	withInternal: boolean,
): Promise<RelayResult<PersonExport>> {
	const persons = await portables(store, [person]);
	if (persons.length === 0) return { kind: 'failed', why: 'not-found' };
	const identity = identityOf(persons);
	const groups = [
		...identity.ids,
		...identity.addresses,
		...[...identity.phones].map((key) => key.slice('tel:'.length)),
		...identity.phones,
	];
	const rows = [...new Set(groups.flatMap((group) => tickets.inGroup(group)))];
	const contacts = [...new Set(groups.flatMap((group) => interactions.inGroup(group)))];
	const records = await portables(
		store,
		[...rows, ...contacts].map(({ id }) => id),
	);
	const held = new Set(records.map(({ id }) => id));
	const organisations = persons
		.flatMap(({ entries }) => entries.map(({ entry }) => entry['organisation']))
		.filter((id): id is DocumentId => typeof id === 'string' && isDocumentId(id))
		.map((id) => ({ id, name: parties.get(id)?.name ?? '' }));
	const value = toPersonExport(
		{
			persons,
			organisations,
			records: records.filter((record) => concerns(record, identity)),
			missing: rows.filter(({ id }) => !held.has(id)).map(({ number, subject }) => `${number} ${subject}`),
		},
		identity,
		{ desk: deskName, at: now, withInternal, gatheredBy: 'device' },
	);
	return { kind: 'ok', value };
}

async function portables(store: RecordStore, ids: readonly DocumentId[]): Promise<PortableRecord[]> {
	const found: PortableRecord[] = [];
	for (let i = 0; i < ids.length; i += 50)
		for (const [id, { updates, whole }] of await store.loadMany(ids.slice(i, i + 50))) {
			if (!whole) continue;
			const doc = new Y.Doc({ guid: id });
			doc.transact(() => {
				for (const update of updates) Y.applyUpdate(doc, update);
			});
			const record = toPortable(id, doc);
			doc.destroy();
			if (record !== undefined) found.push(record);
		}
	return found;
}
