import type { Attachment } from '../domain/entry-parts.ts';
import { recordKindOf, type DocumentId } from '../domain/ids.ts';
import { phoneKey } from '../domain/phone-key.ts';
import type { PortableRecord } from './portable-record.ts';

/**
 * Everything that a desk holds about one person, for that person to have.
 *
 * PX1 The person's own records are in it whole: every value there ever was, with its time.
 * PX2 Of tickets and contacts those that concern the person: linked, opened for, called from, or with a message to or from one of the
 *     addresses or numbers that the person has or had.
 * PX3 Of these everything is in it but what somebody else wrote to the desk or was written to: that is somebody else's, and only that
 *     and when there was something is said.
 * PX4 Internal words (notes, consultations, what was said when it was handed over, drafts) are in it or not, as chosen, and marked.
 * PX5 What should be in it and could not be had is named.
 */
export interface Identity {
	ids: ReadonlySet<string>;
	/** In lower case. */
	addresses: ReadonlySet<string>;
	/** By `phoneKey`. */
	phones: ReadonlySet<string>;
}

export interface Piece {
	id: string;
	time?: string | undefined;
	/** Undefined where it is left out. */
	entry?: Record<string, unknown> & { kind: string };
	leftOut?: 'others' | 'internal';
	kind: string;
	internal?: true;
}

export interface Excerpt {
	id: DocumentId;
	now?: unknown;
	entries: Piece[];
	verdicts: Record<string, unknown>;
	texts: Record<string, string>;
}

export interface NamedFile {
	sha256: string;
	name: string;
	mime: string;
	in: string;
}

export interface PersonExport {
	format: 'tresen-person-export';
	version: 1;
	madeAt: string;
	desk: string;
	/** Whether the relay gathered it, which has everything, or a device, which may lack something. */
	gatheredBy: 'relay' | 'device';
	internal: 'included' | 'left-out';
	persons: Excerpt[];
	/** Where the person works. */
	organisations: { id: string; name: string }[];
	tickets: Excerpt[];
	contacts: Excerpt[];
	files: NamedFile[];
	/** What could not be had: tickets by their number, files by their name. */
	missing: string[];
}

/** All addresses and numbers that these records ever had. */
export function identityOf(persons: readonly PortableRecord[], addresses: readonly string[] = []): Identity {
	const known = new Set(addresses.map((address) => address.toLowerCase()));
	const phones = new Set<string>();
	for (const { entries } of persons)
		for (const { entry } of entries) {
			if (entry.kind === 'address-added') known.add(String(entry['address']).toLowerCase());
			if (entry.kind === 'phone-added') phones.add(phoneKey(String(entry['phone'])));
		}
	known.delete('');
	phones.delete('');
	return { ids: new Set(persons.map(({ id }) => id)), addresses: known, phones };
}

interface Contactable {
	address?: unknown;
	phone?: unknown;
}

function isTheirs(identity: Identity, who: unknown): boolean {
	const { address, phone } = (who ?? {}) as Contactable;
	return (
		(typeof address === 'string' && identity.addresses.has(address.toLowerCase())) ||
		(typeof phone === 'string' && phone !== '' && identity.phones.has(phoneKey(phone)))
	);
}

function namesThem(identity: Identity, entry: PortableRecord['entries'][number]['entry']): boolean {
	const { from, to, cc, replyTo, person, callBack } = entry;
	const lists = [to, cc].flatMap((list) => (Array.isArray(list) ? (list as unknown[]) : []));
	return (
		[from, replyTo, callBack, ...lists].some((who) => isTheirs(identity, who)) ||
		(typeof person === 'string' && identity.ids.has(person))
	);
}

/** Whether a ticket or a contact is about them. */
export function concerns(record: PortableRecord, identity: Identity): boolean {
	if (identity.ids.has(record.id)) return true;
	const kind = recordKindOf(record.id);
	return (
		(kind === 'ticket' || kind === 'interaction') && record.entries.some(({ entry }) => namesThem(identity, entry))
	);
}

const mails: ReadonlySet<string> = new Set(['message', 'reply-requested', 'acknowledged']);
const internalKinds: ReadonlySet<string> = new Set([
	...['note', 'consulted', 'consult-answered', 'consult-settled', 'handed-over', 'taken-over'],
]);

/** What of a record is theirs to have. */
export function excerptOf(record: PortableRecord, identity: Identity, withInternal: boolean): Excerpt {
	const isOwn = identity.ids.has(record.id);
	const opening = record.entries.find(({ entry }) => entry.kind === 'opened' || entry.kind === 'contacted')?.entry;
	const isRequester = isOwn || (opening !== undefined && namesThem(identity, opening));
	const isLinked = record.entries.some(({ entry }) => identity.ids.has(String(entry['person'])));
	const entries = record.entries.map(({ id, time, entry }): Piece => {
		const { kind } = entry;
		const base = { id, time, kind };
		const isInternal = internalKinds.has(kind) || entry['visibility'] === 'internal';
		if (isInternal) return withInternal ? { ...base, entry, internal: true } : { ...base, leftOut: 'internal' };
		// What has no address was said, not written: by whoever it was opened for.
		const isSaid = [entry['from'], entry['to']]
			.flat()
			.every((who) => ((who ?? {}) as Contactable).address === '' || who === undefined);
		const isTheirMail = namesThem(identity, entry) || (isSaid && (isRequester || isLinked));
		if (mails.has(kind) && !isTheirMail) return { ...base, leftOut: 'others' };
		const isOthers =
			!isOwn && entry['from'] !== undefined && !mails.has(kind) && !isTheirs(identity, entry['from']) && !isRequester;
		if (!isOthers) return { ...base, entry };
		const { from: _from, person: _person, ...rest } = entry;
		return { ...base, entry: rest as Piece['entry'] & object };
	});
	const included = new Set(entries.flatMap(({ id, entry }) => (entry === undefined ? [] : [id])));
	const { from, ...now } = (record.now ?? {}) as Record<string, unknown>;
	return {
		id: record.id,
		now: from === undefined || (!isTheirs(identity, from) && !isRequester) ? now : { from, ...now },
		entries,
		verdicts: Object.fromEntries(
			Object.entries(record.verdicts).filter(([key]) => included.has(key.split(':')[1] ?? key)),
		),
		texts: withInternal ? record.texts : {},
	};
}

/** The files that are named by what is included. */
export function filesIn(excerpts: readonly Excerpt[]): NamedFile[] {
	const files = new Map<string, NamedFile>();
	const add = (sha256: unknown, name: string, mime: string, document: string) => {
		if (typeof sha256 === 'string' && /^[0-9a-f]{64}$/.test(sha256) && !files.has(sha256))
			files.set(sha256, { sha256, name, mime, in: document });
	};
	for (const { id, entries } of excerpts)
		for (const { entry } of entries) {
			if (entry === undefined) continue;
			const attached = (entry['attachments'] ?? []) as Attachment[];
			for (const { blob, name, mime } of Array.isArray(attached) ? attached : []) add(blob, name, mime, id);
			add(entry['htmlBlob'], 'message.html', 'text/html', id);
			add(entry['raw'], 'mail.eml', 'message/rfc822', id);
		}
	return [...files.values()];
}

/** Where a file lies in the archive. Its name is a stranger's: nothing but letters, digits and a few signs stay of it. */
export function placeOf({ sha256, name }: NamedFile): string {
	const safe = name
		.normalize('NFC')
		.replaceAll(/[^\p{L}\p{N}._ -]/gu, '_')
		.replace(/^[. ]+/, '')
		.slice(-80);
	return `files/${sha256.slice(0, 12)}-${safe || 'file'}`;
}

export interface Gathered {
	persons: readonly PortableRecord[];
	organisations: PersonExport['organisations'];
	/** Those of which `concerns` says so. */
	records: readonly PortableRecord[];
	missing: string[];
}

export function toPersonExport(
	{ persons, organisations, records, missing }: Gathered,
	identity: Identity,
	about: { desk: string; at: number; withInternal: boolean; gatheredBy: PersonExport['gatheredBy'] },
): PersonExport {
	const excerpt = (record: PortableRecord) => excerptOf(record, identity, about.withInternal);
	const kinds = (kind: string) => records.filter(({ id }) => recordKindOf(id) === kind).map(excerpt);
	const [own, tickets, contacts] = [persons.map(excerpt), kinds('ticket'), kinds('interaction')];
	return {
		...{ format: 'tresen-person-export', version: 1, madeAt: new Date(about.at).toISOString(), desk: about.desk },
		...{ gatheredBy: about.gatheredBy, internal: about.withInternal ? 'included' : 'left-out' },
		...{ persons: own, organisations, tickets, contacts },
		files: filesIn([...own, ...tickets, ...contacts]),
		missing,
	};
}
