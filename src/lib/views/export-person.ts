import type { Desk } from '../desk.ts';
import type { Language } from '../domain/desk-config.ts';
import { isDocumentId, type BlobId, type DocumentId } from '../domain/ids.ts';
import { personArchive } from '../protocol/person-archive.ts';
import { zipArchive } from '../protocol/zip-archive.ts';

export type PersonExported =
	| {
			kind: 'ok';
			archive: Blob;
			gatheredBy: 'relay' | 'device';
			missing: string[];
			tickets: number;
			contacts: number;
			files: number;
	  }
	| { kind: 'failed'; why: string };

/** Everything about a person as an archive: from the relay, or from this device where it cannot be reached. */
export async function exportPerson(
	desk: Pick<Desk, 'gatherPerson' | 'readFile'>,
	person: DocumentId,
	{ withInternal, language, at }: { withInternal: boolean; language: Language; at: number },
): Promise<PersonExported> {
	if (!isDocumentId(person)) return { kind: 'failed', why: 'not-found' };
	const gathered = await desk.gatherPerson(person, withInternal);
	if (gathered.kind === 'failed') return gathered;
	const missing = [...gathered.value.missing];
	let files = 0;
	const archive = personArchive(gathered.value, language, async ({ sha256, name }) => {
		const read = await desk.readFile(sha256 as BlobId);
		if (read.kind === 'ok') {
			files++;
			return new Uint8Array(await read.bytes.arrayBuffer());
		}
		missing.push(name);
		return undefined;
	});
	const pieces: BlobPart[] = [];
	for await (const piece of zipArchive(archive, { at })) pieces.push(piece as Uint8Array<ArrayBuffer>);
	const { gatheredBy, tickets, contacts } = gathered.value;
	return {
		...{ kind: 'ok', archive: new Blob(pieces, { type: 'application/zip' }), gatheredBy, missing },
		...{ tickets: tickets.length, contacts: contacts.length, files },
	};
}
