import { isTheirs, comesFrom, type Bearing, type PersonErasure } from './erase-entry.ts';
import type { Facts } from './facts.ts';
import type { DocumentId, RecordKind } from './ids.ts';
import {
	addressKey,
	namesOf,
	plainKey,
	singleWordsOf,
	wordsOfAddress,
	type KeyOf,
	type PersonalWords,
} from './personal-words.ts';
import { phoneKey } from './phone-key.ts';

/** What a person is called and found by, everything that was ever written down. */
export interface PersonTerms {
	names: Set<string>;
	addresses: Set<string>;
	phones: Set<string>;
}

export const noTerms = (): PersonTerms => ({ names: new Set(), addresses: new Set(), phones: new Set() });

/** From the person's own document, what was taken out again included. */
export function termsOfPerson(facts: Facts, terms: PersonTerms = noTerms()): PersonTerms {
	for (const entry of facts.entries.values()) {
		if (entry.kind === 'created' || entry.kind === 'name-set') addName(terms, entry.name);
		else if (entry.kind === 'address-added' || entry.kind === 'address-removed') addAddress(terms, entry.address);
		else if (entry.kind === 'phone-added' || entry.kind === 'phone-removed') addPhone(terms, entry.phone);
	}
	return terms;
}

/**
 * From a ticket or call that was begun for that person: as whom they wrote or rang. Where others are linked as well it says nothing.
 * From any record: the names that stand beside an address of theirs.
 */
export function addTermsOfRecord(
	terms: PersonTerms,
	facts: Facts,
	person: DocumentId | undefined,
	isElses: (address: string) => boolean,
): void {
	for (const entry of facts.entries.values()) {
		if (entry.kind === 'opened' || entry.kind === 'contacted') {
			const { from } = entry;
			if (from === undefined) continue;
			const isOwn = person !== undefined && entry.person === person && !isElses(addressKey(from.address));
			const isKnown = terms.addresses.has(addressKey(from.address));
			if (!isOwn && !isKnown) continue;
			addName(terms, from.name);
			if (isOwn) addAddress(terms, from.address);
			if (from.phone !== undefined) addPhone(terms, from.phone);
		} else if ('to' in entry && Array.isArray(entry.to)) {
			const parties = [...entry.to, ...('cc' in entry ? entry.cc : []), ...('from' in entry ? [entry.from] : [])];
			for (const { name, address } of parties) if (terms.addresses.has(addressKey(address))) addName(terms, name);
		}
	}
}

function addName(terms: PersonTerms, name: string): void {
	// Many mail programs write the address where a name should be.
	if (name.includes('@')) addAddress(terms, name);
	else if (name.trim() !== '') terms.names.add(name.trim());
}

function addAddress(terms: PersonTerms, address: string): void {
	const key = addressKey(address);
	if (key.length > 3 && key.includes('@')) terms.addresses.add(key);
}

function addPhone(terms: PersonTerms, phone: string): void {
	const key = phoneKey(phone);
	if (key.length >= 'tel:'.length + 6) terms.phones.add(key);
}

/** The words to look for and what stands in their place. `number` tells one erased person from another. */
export function personalWords(
	terms: PersonTerms,
	{ label, number, keyOf = plainKey }: { label: string; number: number; keyOf?: KeyOf },
): PersonalWords {
	const ofAddresses = [...terms.addresses].map(wordsOfAddress);
	const all = [...[...terms.names].flatMap(namesOf), ...ofAddresses.flatMap(({ name }) => name)];
	const names = all.map((words) => words.map((word) => keyOf('word', word)));
	const distinct = new Map(names.map((words) => [words.join(' '), words]));
	return {
		label,
		addresses: new Map(
			[...terms.addresses].map((address, i) => [keyOf('address', address), standInAddress(number, i + 1)]),
		),
		phones: new Map([...terms.phones].map((phone, i) => [keyOf('phone', phone), standInPhone(number, i + 1)])),
		names: [...distinct.values()],
		single: new Set(
			[...[...terms.names].flatMap(singleWordsOf), ...ofAddresses.flatMap(({ single }) => single)].map((word) =>
				keyOf('word', word),
			),
		),
	};
}

/** No mail ever reaches it (RFC 2606). */
function standInAddress(number: number, i: number): string {
	return `erased-${number}-${i}@erased.invalid`;
}

function standInPhone(number: number, i: number): string {
	return `+00 ${String(number).padStart(4, '0')} ${String(i).padStart(6, '0')}`;
}

/** What a record is to the person. */
export function bearingOf(
	document: DocumentId,
	kind: RecordKind,
	facts: Facts,
	person: DocumentId | undefined,
	erasure: PersonErasure,
): Bearing {
	if (document === person) return 'own';
	if (kind !== 'ticket' && kind !== 'interaction') return 'mention';
	for (const entry of facts.entries.values()) {
		if ((entry.kind === 'opened' || entry.kind === 'contacted') && comesFrom(entry.from, erasure)) return 'about';
		if (person !== undefined && 'person' in entry && entry.person === person) return 'about';
		if (entry.kind === 'message' && entry.direction === 'in' && isTheirs(entry, erasure)) return 'about';
	}
	return 'mention';
}
