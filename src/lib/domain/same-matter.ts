import type { Contact } from './contact.ts';
import type { CategoryId, DocumentId } from './ids.ts';
import { phoneKey } from './phone-key.ts';

/**
 * Whether two requests are about the same (F9).
 *
 * SM1 The same caller is one person in both, or one number.
 * SM2 The same matter is one category in both; or at least half of the telling words of the shorter text stand in the other.
 * SM3 Words tell from the fourth letter on, in small letters, without umlauts and endings: their first six letters count.
 */
export interface Matter {
	persons: readonly DocumentId[];
	phone: string;
	category: CategoryId | null;
	text: string;
}

export function isSameCaller(a: Pick<Matter, 'persons' | 'phone'>, b: Pick<Matter, 'persons' | 'phone'>): boolean {
	if (a.persons.some((person) => b.persons.includes(person))) return true;
	const key = phoneKey(a.phone);
	return key.length >= 'tel:'.length + 6 && key === phoneKey(b.phone);
}

export function isSameMatter(a: Pick<Matter, 'category' | 'text'>, b: Pick<Matter, 'category' | 'text'>): boolean {
	return (a.category !== null && a.category === b.category) || shareWords(a.text, b.text);
}

/** What may be the same request already, of the same caller, in the order given. */
export function duplicatesOf<M extends Matter>(matter: Matter, open: readonly M[]): M[] {
	return open.filter((other) => isSameCaller(matter, other) && isSameMatter(matter, other));
}

function shareWords(one: string, other: string): boolean {
	const [few, many] = [tellingWords(one), tellingWords(other)].sort((a, b) => a.size - b.size) as [
		Set<string>,
		Set<string>,
	];
	if (few.size === 0) return false;
	let shared = 0;
	for (const word of few) if (many.has(word)) shared++;
	return shared * 2 >= few.size;
}

const signs = /[^\p{L}\p{N}]+/u;
const empty = new Set(
	'aber alle auch beim bitte dann dass dieser diese dieses eine einem einen einer eines geht haben hallo hier kann kein keine mehr mein meine nach nicht noch oder seit sich sind über unser unsere wenn wird wieder about cannot does from have hello into please than that their there they this when with your'.split(
		' ',
	),
);

/** SM3 */
export function tellingWords(text: string): Set<string> {
	const words = text
		.toLowerCase()
		.replaceAll('ß', 'ss')
		.split(signs)
		.filter((word) => word.length >= 4 && !empty.has(word))
		.map((word) => word.normalize('NFD').replace(/\p{M}/gu, '').slice(0, 6));
	return new Set(words);
}

const repeatWithinMs = 7 * 24 * 60 * 60_000;

/**
 * Contacts whose caller has been in touch about the same within the seven days before. Our own calls and missed ones repeat nothing.
 */
export function repeatContacts(contacts: readonly Contact[]): Set<DocumentId> {
	const repeats = new Set<DocumentId>();
	const asked = contacts
		.filter(({ direction, outcome }) => direction === 'in' && outcome !== 'missed')
		.sort((a, b) => a.began - b.began || (a.id < b.id ? -1 : 1));
	const byCaller = new Map<string, Contact[]>();
	for (const contact of asked) {
		const callers: string[] = [...contact.persons, phoneKey(contact.phone)].filter((key) => key !== '');
		const before = new Set(callers.flatMap((key) => byCaller.get(key) ?? []));
		for (const earlier of before) {
			if (contact.began - earlier.began > repeatWithinMs) continue;
			if (!isSameMatter(matterOf(earlier), matterOf(contact))) continue;
			repeats.add(contact.id);
			break;
		}
		for (const key of callers) byCaller.set(key, [...(byCaller.get(key) ?? []), contact]);
	}
	return repeats;
}

function matterOf({ category, request }: Contact): Pick<Matter, 'category' | 'text'> {
	return { category, text: request };
}
