import type { Entry } from '../domain/entry.ts';
import { eraseEntry } from '../domain/erase-entry.ts';
import { noTerms, personalWords, type PersonTerms } from '../domain/erasure-terms.ts';
import type { Facts } from '../domain/facts.ts';
import type { DocumentId } from '../domain/ids.ts';
import { addressKey, blackened, plainKey, withoutWords, type PersonalWords } from '../domain/personal-words.ts';
import { phoneKey } from '../domain/phone-key.ts';
import { blackenWords, redactEntry } from '../domain/redact-entry.ts';

/**
 * What a new generation of a document left out of the one before, as this device knows it: from both. Kept only until what is unsent here
 * was looked through.
 */
export interface GoneWords {
	document?: DocumentId;
	/** Stands in place of a name. */
	label: string;
	names: string[];
	/** Each with what stands in its place. */
	addresses: (readonly [address: string, put: string])[];
	phones: (readonly [phone: string, put: string])[];
	/** Parts of texts, the longest first. */
	parts: string[];
}

export interface Cleaner {
	entry(entry: Entry): Entry;
	text(text: string): string;
}

export function goneWords(was: Facts, is: Facts): GoneWords {
	const gone: GoneWords = { label: blackened, names: [], addresses: [], phones: [], parts: [] };
	const parts = new Set<string>();
	for (const [id, entry] of was.entries) {
		const next = is.entries.get(id);
		if (next === undefined) continue;
		compareParts(entry, next, (key, before, after) => {
			if (key === 'address' || (key === 'name' && before.includes('@'))) gone.addresses.push([before, after]);
			else if (key === 'phone') gone.phones.push([before, after]);
			else if (key === 'name') {
				gone.names.push(before);
				gone.label = after;
			} else for (const words of removedFrom(before, after)) parts.add(words);
		});
	}
	gone.parts = [...parts].sort((a, b) => b.length - a.length);
	return gone;
}

export function isNothingGone({ names, addresses, phones, parts }: GoneWords): boolean {
	return names.length + addresses.length + phones.length + parts.length === 0;
}

/**
 * Leaves out what is gone. Where something is about the same record or person (`isAbout`), every word of it; elsewhere full names, addresses,
 * numbers, and parts of texts that cannot stand there by chance.
 */
export function cleanerOf(all: readonly GoneWords[], isAbout: (gone: GoneWords) => boolean): Cleaner {
	const cleaners = all.map((gone) => oneCleaner(gone, isAbout(gone)));
	return {
		entry: (entry) => cleaners.reduce((rest, cleaner) => cleaner.entry(rest), entry),
		text: (text) => cleaners.reduce((rest, cleaner) => cleaner.text(rest), text),
	};
}

function oneCleaner(gone: GoneWords, isAbout: boolean): Cleaner {
	const words = wordsOfGone(gone);
	const hasPerson = gone.names.length + words.addresses.size + words.phones.size > 0;
	const parts = isAbout ? gone.parts : gone.parts.filter(isTelling);
	const redacted = (entry: Entry) =>
		parts.length === 0 ? entry : redactEntry(entry, { isIt: false, words: parts, ranges: null });
	const erasure = { words, keyOf: plainKey, texts: 'theirs' as const };
	return {
		entry: (entry) => redacted(hasPerson ? eraseEntry(entry, isAbout ? 'about' : 'mention', erasure) : entry),
		text: (text) => blackenWords(hasPerson ? withoutWords(text, words, plainKey, isAbout) : text, parts),
	};
}

/** What stands nowhere by chance. */
function isTelling(part: string): boolean {
	return part.length >= 8 || (part.length >= 5 && /\d/.test(part));
}

function wordsOfGone(gone: GoneWords): PersonalWords {
	const terms: PersonTerms = noTerms();
	const standIns = new Map<string, string>();
	for (const name of gone.names) terms.names.add(name);
	for (const [address, put] of gone.addresses) {
		terms.addresses.add(addressKey(address));
		standIns.set(addressKey(address), put);
	}
	for (const [phone, put] of gone.phones) {
		if (phoneKey(phone) === '') continue;
		terms.phones.add(phoneKey(phone));
		standIns.set(phoneKey(phone), put);
	}
	const bare = personalWords(terms, { label: gone.label, number: 0 });
	const put = (map: ReadonlyMap<string, string>) =>
		new Map([...map.keys()].map((key) => [key, standIns.get(key) ?? blackened] as const));
	return { ...bare, addresses: put(bare.addresses), phones: put(bare.phones) };
}

function compareParts(
	was: unknown,
	is: unknown,
	differ: (key: string, was: string, is: string) => void,
	key = '',
): void {
	if (typeof was === 'string') {
		if (was !== is && was !== '' && typeof is === 'string') differ(key, was, is);
		return;
	}
	if (typeof was !== 'object' || was === null || typeof is !== 'object' || is === null) return;
	for (const [name, part] of Object.entries(was))
		compareParts(part, (is as Record<string, unknown>)[name], differ, Array.isArray(was) ? key : name);
}

/** What was blacked out of a text, found by what stayed around it. */
export function removedFrom(was: string, is: string): string[] {
	const least = is === blackened ? 12 : 3;
	const removed: string[] = [];
	let at = 0;
	const kept = is.split(blackened);
	for (const [i, part] of kept.entries()) {
		const found = i === kept.length - 1 && part === '' ? was.length : was.indexOf(part, at);
		if (found < 0) return removed;
		if (i > 0 && found > at) removed.push(was.slice(at, found));
		at = found + part.length;
	}
	return removed
		.flatMap((part) => part.split('\n'))
		.map((line) => line.replace(/^[\s>]+/, '').trim())
		.filter((line) => line.length >= least);
}
