import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';

/**
 * A backup is a folder:
 *
 *   manifest.json      what it holds, with the SHA-256 of each file; written last
 *   tresen.sqlite      documents, people, devices, the outgoing queue: all as of one moment
 *   blobs/ab/<sha256>  every file that the database names, under its hash
 *   numbers.json, config.json, VERSION, secrets/mail-tokens.key   where the desk has them
 *   secrets/mail.key   only if it was asked for
 */
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const hash = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
/** Nothing in a manifest may lead out of its folder. */
const ownPath = v.pipe(v.string(), v.regex(/^(?:secrets\/)?[A-Za-z][A-Za-z0-9.-]{0,60}$/));

export const manifestSchema = v.object({
	format: v.literal(1),
	/** The version of Tresen that made it. */
	tresen: v.string(),
	/** The moment of which it tells, ms since 1970. */
	madeAt: count,
	era: count,
	/** The newest sequence number in it. */
	sequence: count,
	/** The version of the database's tables. */
	tables: count,
	documents: v.record(v.pipe(v.string(), v.maxLength(40)), count),
	blobs: v.object({ count, bytes: count }),
	/** Files that the database names and that were not there, or were not what their name says. */
	missing: v.array(hash),
	files: v.array(v.object({ path: ownPath, size: count, sha256: hash })),
});
export type Manifest = v.InferOutput<typeof manifestSchema>;

export const manifestFile = 'manifest.json';
export const formatVersion = 1;

export type ManifestReading =
	{ kind: 'read'; manifest: Manifest } | { kind: 'none' } | { kind: 'unreadable'; why: string };

export async function readManifest(folder: string): Promise<ManifestReading> {
	let text: string;
	try {
		text = await readFile(join(folder, manifestFile), 'utf8');
	} catch (thrown) {
		const { code, message } = thrown as NodeJS.ErrnoException;
		return code === 'ENOENT' ? { kind: 'none' } : { kind: 'unreadable', why: message };
	}
	try {
		const parsed = v.safeParse(manifestSchema, JSON.parse(text));
		if (parsed.success) return { kind: 'read', manifest: parsed.output };
		return { kind: 'unreadable', why: `${v.getDotPath(parsed.issues[0]) ?? ''} ${parsed.issues[0].message}`.trim() };
	} catch {
		return { kind: 'unreadable', why: 'it is not JSON' };
	}
}
