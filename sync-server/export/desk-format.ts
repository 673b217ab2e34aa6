import * as v from 'valibot';
import { recordKinds, type RecordKind } from '../../src/lib/domain/ids.ts';

/**
 * The export of a desk is a ZIP archive; `readme-text.ts` explains it to whoever opens it without Tresen.
 *
 *   README.txt            how to read it
 *   desk.json             the configuration, by key
 *   agents.jsonl          who works here, without devices, keys and passwords
 *   personal.jsonl        what follows each agent: language, signature
 *   tickets.jsonl, people.jsonl, organisations.jsonl, articles.jsonl, contacts.jsonl
 *                         records, one a line (`document/portable-record.ts`)
 *   erased.jsonl          documents that were erased: only that they were
 *   outgoing.jsonl        every mail that the gate let through and what became of it: which message is answered
 *   mail-index.jsonl      which mails were taken in and to which ticket a Message-ID belongs
 *   mailboxes.jsonl       accounts at mail servers, without passwords
 *   audit.jsonl           who administered what; for people, no import reads it
 *   files.jsonl           of each file its hash, size, names and the documents that may show it
 *   files/<sha256>        the files
 *   manifest.json         version, counts, and the SHA-256 of each of the files above; written last
 */
export const exportFormat = 'tresen-desk-export';
export const exportVersion = 1;

export const manifestName = 'manifest.json';
export const readmeName = 'README.txt';
export const deskName = 'desk.json';
export const filesFolder = 'files/';

export const fileOfKind: Readonly<Record<RecordKind, string>> = {
	organisation: 'organisations.jsonl',
	person: 'people.jsonl',
	article: 'articles.jsonl',
	ticket: 'tickets.jsonl',
	interaction: 'contacts.jsonl',
};

export const lists = {
	agents: 'agents.jsonl',
	personal: 'personal.jsonl',
	erased: 'erased.jsonl',
	outgoing: 'outgoing.jsonl',
	mailIndex: 'mail-index.jsonl',
	mailboxes: 'mailboxes.jsonl',
	audit: 'audit.jsonl',
	files: 'files.jsonl',
} as const;

/** Everything but the files of the desk. */
export const dataFiles: readonly string[] = [
	deskName,
	...recordKinds.map((kind) => fileOfKind[kind]),
	...Object.values(lists),
];

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
export const sha256Schema = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));

export const deskManifestSchema = v.object({
	format: v.literal(exportFormat),
	version: v.literal(exportVersion),
	/** The version of Tresen that made it. */
	tresen: v.string(),
	/** The moment of which it tells, ms since 1970. */
	madeAt: count,
	era: count,
	/** The last block of ticket numbers that was given away. */
	highestBlock: count,
	/** Lines of each file. */
	counts: v.record(v.picklist(dataFiles), count),
	files: v.pipe(
		v.array(v.object({ path: v.picklist([...dataFiles, readmeName]), size: count, sha256: sha256Schema })),
		v.maxLength(100),
	),
	blobs: v.object({ count, bytes: count }),
	/** Files that the desk names and that were not there, or were not what their name says. */
	missing: v.array(sha256Schema),
});
export type DeskManifest = v.InferOutput<typeof deskManifestSchema>;
