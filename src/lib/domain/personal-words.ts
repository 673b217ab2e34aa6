import { phoneKey } from './phone-key.ts';

/**
 * Finds in a text what names a person: addresses, numbers, names. Who looks up need not know the person: the keys may be hashes.
 *
 * PW1 An address counts as a whole, in small letters. What stands behind the @ is no name.
 * PW2 A number counts by its last nine digits (`phone-key.ts`), however it is grouped.
 * PW3 A name counts where all its words follow one another, in this order or with the last one first.
 * PW4 Single words of a name count only where the text is about that person (`single`).
 */
export interface PersonalWords {
	/** Stands in place of the name. */
	label: string;
	addresses: ReadonlyMap<string, string>;
	phones: ReadonlyMap<string, string>;
	/** Each a list of words. */
	names: readonly (readonly string[])[];
	/** Words that tell alone. */
	single: ReadonlySet<string>;
}

/** Under which key a word is looked up: itself, or its hash. */
export type KeyOf = (kind: 'address' | 'phone' | 'word', value: string) => string;
export const plainKey: KeyOf = (_kind, value) => value;

/** What stands where something was blacked out. */
export const blackened = '█████';

const addressPattern = /[^\s<>()[\]{}"',;:\\|]+@[^\s<>()[\]{}"',;:\\|]+/gu;
const phonePattern = /\+?\d(?:[\s()./-]{0,3}\d){5,}/gu;
const wordPattern = /[\p{L}\p{M}]+|\p{N}+/gu;
/** What may stand between two words of one name. */
const betweenWords = /^[^\p{L}\p{M}\p{N}\n]{1,3}$/u;
const notNames = new Set(
	'dr prof dipl ing med mag frau herr herrn mr mrs ms miss sir von van der den dem de da di zu zum zur la le el al und and the info mail kontakt contact office service support'.split(
		' ',
	),
);

export function wordKey(word: string): string {
	return word.normalize('NFKC').toLowerCase();
}

export function addressKey(address: string): string {
	return address.trim().toLowerCase().normalize('NFKC');
}

export function wordsOf(text: string): string[] {
	return Array.from(text.matchAll(wordPattern), ([word]) => wordKey(word));
}

/** The word lists by which a name is found: without titles, and with the last word first. */
export function namesOf(name: string): string[][] {
	const words = wordsOf(name).filter((word) => !notNames.has(word));
	if (words.length < 2 || words.length > 6) return words.length === 1 && (words[0] ?? '').length > 3 ? [words] : [];
	const last = words.at(-1) as string;
	return [words, [last, ...words.slice(0, -1)]];
}

/** The words of a name that tell alone where a text is about that person. */
export function singleWordsOf(name: string): string[] {
	return wordsOf(name).filter((word) => word.length >= 3 && !notNames.has(word) && !/^\d+$/.test(word));
}

/** What the part before the @ says of a name, if anything. */
export function wordsOfAddress(address: string): { name: string[][]; single: string[] } {
	const local = address.slice(0, Math.max(0, address.lastIndexOf('@')));
	const single = singleWordsOf(local).filter((word) => word.length >= 5 && !roles.has(word));
	const words = wordsOf(local);
	return { name: words.length > 1 && single.length === words.length ? namesOf(local) : [], single };
}

const roles = new Set(
	'admin accounting abteilung anfrage anfragen bestellung bestellungen billing buchhaltung einkauf empfang hallo hello newsletter noreply rechnung rechnungen sales sekretariat shop vertrieb verwaltung webmaster zentrale'.split(
		' ',
	),
);

interface Find {
	from: number;
	to: number;
	put: string;
}

/** What goes may have hidden something beside it. */
const mostRounds = 4;

/** The text without what names the person; the same string if nothing does. */
export function withoutWords(text: string, words: PersonalWords, keyOf: KeyOf, isAbout: boolean): string {
	let result = text;
	for (let round = 0; round < mostRounds; round++) {
		const finds = findWords(result, words, keyOf, isAbout);
		if (finds.length === 0) break;
		result = replaced(result, finds);
	}
	return result;
}

function replaced(text: string, finds: readonly Find[]): string {
	let result = '';
	let at = 0;
	for (const { from, to, put } of finds) {
		result += text.slice(at, from) + put;
		at = to;
	}
	return result + text.slice(at);
}

function findWords(text: string, words: PersonalWords, keyOf: KeyOf, isAbout: boolean): Find[] {
	const finds: Find[] = [];
	const taken: { from: number; to: number }[] = [];
	if (text.includes('@')) {
		for (const match of text.matchAll(addressPattern)) {
			const bare = match[0].replace(/[.!?*_]+$/u, '');
			const [from, to] = [match.index, match.index + bare.length];
			const put = words.addresses.get(keyOf('address', addressKey(bare)));
			taken.push({ from: put === undefined ? from + bare.lastIndexOf('@') : from, to });
			if (put !== undefined) finds.push({ from, to, put });
		}
	}
	if (words.phones.size > 0)
		for (const match of text.matchAll(phonePattern)) finds.push(...phonesIn(match[0], match.index, words, keyOf));
	if (words.names.length > 0) finds.push(...namesIn(text, taken, words, keyOf, isAbout));
	finds.sort((a, b) => a.from - b.from || b.to - a.to);
	return finds.filter((find, i) => !finds.slice(0, i).some((before) => before.to > find.from));
}

/** Two numbers may stand side by side: each run of groups is tried, the longest first. */
function phonesIn(text: string, offset: number, words: PersonalWords, keyOf: KeyOf): Find[] {
	const groups = Array.from(text.matchAll(/\+?\d+/gu), (match) => ({
		from: match.index,
		to: match.index + match[0].length,
	})).slice(0, 24);
	const finds: Find[] = [];
	for (let first = 0; first < groups.length; first++) {
		for (let last = groups.length - 1; last >= first; last--) {
			const { from } = groups[first]!;
			const { to } = groups[last]!;
			const key = phoneKey(text.slice(from, to));
			if (key.length < 'tel:'.length + 6) break;
			const put = words.phones.get(keyOf('phone', key));
			if (put === undefined) continue;
			finds.push({ from: offset + from, to: offset + to, put });
			first = last;
			break;
		}
	}
	return finds;
}

function namesIn(
	text: string,
	taken: readonly { from: number; to: number }[],
	{ label, names, single }: PersonalWords,
	keyOf: KeyOf,
	isAbout: boolean,
): Find[] {
	const places: { from: number; to: number; key: string }[] = [];
	for (const match of text.matchAll(wordPattern)) {
		const from = match.index;
		if (taken.some((span) => from >= span.from && from < span.to)) continue;
		places.push({ from, to: from + match[0].length, key: keyOf('word', wordKey(match[0])) });
	}
	const finds: Find[] = [];
	const longestFirst = [...names].sort((a, b) => b.length - a.length);
	for (let i = 0; i < places.length; i++) {
		const place = places[i]!;
		const name = longestFirst.find((keys) => keys.every((key, k) => isNext(text, places, i + k, key, k > 0)));
		if (name !== undefined) {
			const last = places[i + name.length - 1]!;
			finds.push({ from: place.from, to: last.to, put: label });
			i += name.length - 1;
		} else if (isAbout && single.has(place.key)) finds.push({ from: place.from, to: place.to, put: blackened });
	}
	return finds;
}

function isNext(
	text: string,
	places: readonly { from: number; to: number; key: string }[],
	i: number,
	key: string,
	follows: boolean,
): boolean {
	const place = places[i];
	if (place === undefined || place.key !== key) return false;
	return !follows || betweenWords.test(text.slice(places[i - 1]!.to, place.from));
}
