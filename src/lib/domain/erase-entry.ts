import { readEntry, type Entry, type EntryKind } from './entry.ts';
import type { Address } from './entry-parts.ts';
import { blackened, addressKey, withoutWords, type KeyOf, type PersonalWords } from './personal-words.ts';
import { phoneKey } from './phone-key.ts';
import { splitQuoted } from './quoted-text.ts';

/**
 * What stays of an entry when a person is erased. Its id, kind, time, author and all that figures and verdicts rest on stay as they are.
 *
 * ER1 Who they are: names, addresses and numbers become the same stand-ins everywhere, so that what was one caller stays one caller.
 * ER2 What they wrote to us goes whole, with its files and the mail as it came.
 * ER3 What we wrote about them keeps its words without theirs: names, addresses, numbers and quoted text go. With `texts: 'all'` it goes whole.
 * ER4 Elsewhere, where they are only mentioned, addresses, numbers and the full name go.
 * ER5 A formatted text goes where its plain one held something: a name may be split by formatting.
 * ER6 What was not empty does not become empty, so that what had to be filled in stays filled in.
 */
export interface PersonErasure {
	words: PersonalWords;
	keyOf: KeyOf;
	texts: ErasedTexts;
}
/** Whose texts go in the person's own tickets and calls: what they wrote, or also what we wrote about them. */
export type ErasedTexts = 'theirs' | 'all';

/** own: the person's own document · about: a ticket or call of theirs · mention: anything else */
export type Bearing = 'own' | 'about' | 'mention';

export function eraseEntry(entry: Entry, bearing: Bearing, erasure: PersonErasure): Entry {
	const erased = eraseWords(entry, bearing, erasure);
	if (readEntry(erased) !== undefined || readEntry(entry) === undefined) return erased;
	// A stand-in that is longer than what it stands for, where there is no room for it.
	return withoutTexts(eraseWords(entry, 'own', { ...erasure, words: shortened(erasure.words) }));
}

function eraseWords(entry: Entry, bearing: Bearing, erasure: PersonErasure): Entry {
	const { texts } = erasure;
	const scrub = (text: string) => withoutWords(text, erasure.words, erasure.keyOf, bearing !== 'mention');
	const clean = scrubbed(entry, scrub, erasure) as Entry;
	if (bearing === 'mention') return clean;
	if (bearing === 'own') return withoutIdentity(clean, erasure);
	if (clean.kind === 'message' && entry.kind === 'message') {
		if (isTheirs(entry, erasure)) return withoutContent(clean);
		return texts === 'all' ? withoutContent(clean) : withoutMail(withoutQuotes(clean));
	}
	if (texts === 'all' && ourWords.has(clean.kind)) return withoutTexts(clean);
	return clean.kind === 'reply-requested' || clean.kind === 'note' ? withoutQuotes(clean) : clean;
}

const ourWords = new Set<EntryKind>([
	'reply-requested',
	'acknowledged',
	'note',
	'handed-over',
	'taken-over',
	'consulted',
	'consult-answered',
	'consult-settled',
	'request-set',
	'documented',
	'subject-set',
	'outcome-set',
]);

export function standInOf({ address }: Pick<Address, 'address'>, { words, keyOf }: PersonErasure): string | undefined {
	return words.addresses.get(keyOf('address', addressKey(address)));
}

export function isTheirs(entry: Extract<Entry, { kind: 'message' }>, erasure: PersonErasure): boolean {
	return [entry.from, ...(entry.replyTo === undefined ? [] : [entry.replyTo])].some(
		(party) => standInOf(party, erasure) !== undefined,
	);
}

/** Whether an opening names them as the one it is about. */
export function comesFrom(
	from: { address: string; phone?: string | undefined } | undefined,
	erasure: PersonErasure,
): boolean {
	if (from === undefined) return false;
	if (from.address !== '' && standInOf(from, erasure) !== undefined) return true;
	const key = phoneKey(from.phone ?? '');
	return key !== '' && erasure.words.phones.has(erasure.keyOf('phone', key));
}

/** Of the person's own document: whatever it is, also what was added to it later. */
function withoutIdentity(entry: Entry, { words, keyOf }: PersonErasure): Entry {
	switch (entry.kind) {
		case 'created':
		case 'name-set':
			return { ...entry, name: words.label };
		case 'address-added':
		case 'address-removed':
			return [...words.addresses.values()].includes(entry.address)
				? entry
				: {
						...entry,
						address: words.addresses.get(keyOf('address', addressKey(entry.address))) ?? 'erased@erased.invalid',
					};
		case 'phone-added':
		case 'phone-removed':
			return [...words.phones.values()].includes(entry.phone) ? entry : { ...entry, phone: '+00 0000 000000' };
		case 'tagged':
			return { ...entry, add: [], remove: [] };
		case 'position-set':
			return { ...entry, division: '', role: '' };
		default:
			return entry.kind === 'erased' ? entry : withoutTexts(entry);
	}
}

/** Names and places in an entry that are no text: ids, times, kinds. */
const structural = new Set([
	'kind',
	'at',
	'by',
	'device',
	'id',
	'blob',
	'mime',
	'raw',
	'htmlBlob',
	'person',
	'organisation',
	'ticket',
	'article',
	'interaction',
	'agent',
	'line',
	'lines',
	'queue',
	'system',
	'category',
	'number',
	'replaces',
	'seen',
	'slot',
	'claim',
	'request',
	'message',
	'entry',
	'consult',
	'applied',
	'version',
	'mentions',
	'channel',
	'direction',
	'visibility',
	'status',
	'outcome',
	'field',
	'cid',
]);

function scrubbed(entry: Entry, scrub: (text: string) => string, erasure: PersonErasure): unknown {
	const walk = (value: unknown, key: string): unknown => {
		if (typeof value === 'string') {
			if (structural.has(key)) return value;
			return key === 'phone' ? phoneStandIn(value, erasure) : scrub(value);
		}
		if (Array.isArray(value)) return structural.has(key) ? value : value.map((item) => walk(item, key));
		if (typeof value !== 'object' || value === null) return value;
		const parts = Object.entries(value).map(([name, part]) => [name, walk(part, name)] as const);
		const made = Object.fromEntries(parts) as Record<string, unknown>;
		const before = value as Record<string, unknown>;
		// Whoever has their address has their name, however it is written.
		if (typeof before.address === 'string' && typeof before.name === 'string' && made.address !== before.address)
			made.name = erasure.words.label;
		return made;
	};
	const clean = walk(entry, '') as Record<string, unknown>;
	const before = entry as unknown as Record<string, unknown>;
	const hasLost = ['text', 'html', 'subject', 'from', 'to', 'cc', 'replyTo', 'attachments', 'question', 'note'].some(
		(name) => JSON.stringify(clean[name]) !== JSON.stringify(before[name]),
	);
	if (!hasLost) return clean;
	for (const name of ['html', 'htmlBlob', 'raw']) if (name in clean) delete clean[name];
	return clean;
}

function phoneStandIn(phone: string, { words, keyOf }: PersonErasure): string {
	const key = phoneKey(phone);
	return (key !== '' && words.phones.get(keyOf('phone', key))) || withoutWords(phone, words, keyOf, false);
}

function shortened(words: PersonalWords): PersonalWords {
	const short = (map: ReadonlyMap<string, string>) => new Map([...map.keys()].map((key) => [key, '█'] as const));
	return { ...words, label: '█', addresses: short(words.addresses), phones: short(words.phones) };
}

const filled = (text: string) => (text === '' ? '' : blackened);

function withoutTexts<E extends Entry>(entry: E): E {
	const made = { ...entry } as Record<string, unknown>;
	for (const name of ['text', 'subject', 'question', 'note', 'reason', 'passedTo'])
		if (typeof made[name] === 'string') made[name] = filled(made[name]);
	if (Array.isArray(made.fields))
		made.fields = (made.fields as { value: string }[]).map((field) => ({ ...field, value: filled(field.value) }));
	if (Array.isArray(made.attachments)) made.attachments = [];
	delete made.html;
	return made as E;
}

function withoutContent(entry: Extract<Entry, { kind: 'message' }>): Entry {
	return withoutMail({ ...withoutTexts(entry), subject: entry.subject });
}

/** The mail as it came, and what else holds all of it. */
function withoutMail(entry: Extract<Entry, { kind: 'message' }>): Entry {
	const { raw: _raw, htmlBlob: _htmlBlob, textCut: _textCut, ...rest } = entry;
	return rest as Entry;
}

function withoutQuotes<E extends Extract<Entry, { kind: 'message' | 'reply-requested' | 'note' }>>(entry: E): E {
	const isQuoted = (line: string) => /^\s*>/.test(line);
	const split = splitQuoted(entry.text, 'subject' in entry ? entry.subject : '');
	const hasQuotes = split.quoted !== '' || entry.text.split('\n').some(isQuoted);
	if (!hasQuotes) return entry;
	const whole = split.signature === '' ? split.reply : `${split.reply}\n\n${split.signature}`;
	const kept = whole
		.split('\n')
		.filter((line) => !isQuoted(line))
		.join('\n')
		.trim();
	const { html: _html, ...rest } = entry;
	return { ...rest, text: kept === '' ? filled(entry.text) : kept } as E;
}
