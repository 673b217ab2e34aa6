import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import { toPortable, type PortableRecord } from '../../src/lib/document/portable-record.ts';
import {
	concerns,
	identityOf,
	toPersonExport,
	type Identity,
	type PersonExport,
} from '../../src/lib/document/person-export.ts';
import { readDesk } from '../../src/lib/document/desk-document.ts';
import { deskDocument, isDocumentId, type DocumentId } from '../../src/lib/domain/ids.ts';
import { openSnapshot, type DeskSnapshot } from './desk-snapshot.ts';

export interface PersonOrder {
	/** The data directory; a relay may be writing there. */
	data: string;
	/** A person's document, or an address: then everybody who has or had it, and what came from it without a person. */
	person: string;
	withInternal: boolean;
	now: number;
}

export type PersonGathering = { kind: 'gathered'; export: PersonExport } | { kind: 'none' };

/** Everything about a person in the whole desk, as of one moment. Runs in a thread of its own when a relay asks for it. */
export function gatherPerson({ data, person, withInternal, now }: PersonOrder): PersonGathering {
	const snapshot = openSnapshot(data);
	try {
		const isDocument = isDocumentId(person) && person.startsWith('person/');
		const persons = isDocument ? recordsOf(snapshot, [person]) : withAddress(snapshot, person);
		if (isDocument && persons.length === 0) return { kind: 'none' };
		const identity = identityOf(persons, isDocument ? [] : [person]);
		const records = ['ticket', 'interaction'].flatMap((kind) => about(snapshot, kind, identity));
		if (persons.length === 0 && records.length === 0) return { kind: 'none' };
		const desk = snapshot.read(deskDocument);
		return {
			kind: 'gathered',
			export: toPersonExport(
				{ persons, organisations: organisationsOf(snapshot, persons), records, missing: [] },
				identity,
				{ desk: desk === undefined ? 'Tresen' : readDesk(desk).desk.name, at: now, withInternal, gatheredBy: 'relay' },
			),
		};
	} finally {
		snapshot.close();
	}
}

function recordsOf(snapshot: DeskSnapshot, ids: readonly DocumentId[]): PortableRecord[] {
	return ids.flatMap((id) => {
		const doc = snapshot.read(id);
		const record = doc === undefined ? undefined : toPortable(id, doc);
		doc?.destroy();
		return record === undefined ? [] : [record];
	});
}

function withAddress(snapshot: DeskSnapshot, address: string): PortableRecord[] {
	const wanted = address.toLowerCase();
	return candidates(snapshot, 'person', { ids: new Set(), addresses: new Set([wanted]), phones: new Set() }).filter(
		(record) => identityOf([record]).addresses.has(wanted),
	);
}

function about(snapshot: DeskSnapshot, kind: string, identity: Identity): PortableRecord[] {
	return candidates(snapshot, kind, identity).filter((record) => concerns(record, identity));
}

/** Only what names one of these somewhere is put together: to look through the bytes is a hundred times quicker. */
function candidates(snapshot: DeskSnapshot, kind: string, { ids, addresses, phones }: Identity): PortableRecord[] {
	const needles = [...ids, ...addresses].map((word) => asBytes(Buffer.from(word)));
	const digits = [...phones].map((key) => key.slice('tel:'.length));
	return snapshot.documentsOfKind(kind).flatMap((id) => {
		const bytes = asBytes(Buffer.concat(snapshot.bytesOf(id)));
		const isNamed = needles.some((needle) => bytes.includes(needle));
		if (!isNamed && (digits.length === 0 || !hasDigits(bytes, digits))) return [];
		return recordsOf(snapshot, [id]);
	});
}

function asBytes(bytes: Buffer): string {
	return bytes.toString('latin1').toLowerCase();
}

function hasDigits(bytes: string, keys: readonly string[]): boolean {
	const digits = bytes.replaceAll(/\D/g, '');
	return keys.some((key) => digits.includes(key));
}

function organisationsOf(snapshot: DeskSnapshot, persons: readonly PortableRecord[]): PersonExport['organisations'] {
	const ids = persons
		.flatMap(({ entries }) => entries.map(({ entry }) => entry['organisation']))
		.filter((id): id is DocumentId => typeof id === 'string' && isDocumentId(id));
	return recordsOf(snapshot, [...new Set(ids)]).map(({ id, now }) => ({
		id,
		name: String((now as { name?: unknown } | undefined)?.name ?? ''),
	}));
}

if (!isMainThread && parentPort !== null) parentPort.postMessage(gatherPerson(workerData as PersonOrder));
