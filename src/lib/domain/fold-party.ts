import type { DocumentId, EntryId, LineId } from './ids.ts';
import { inOrder, lastChange, type Facts, type Placed } from './facts.ts';
import { hlcTime } from './hlc.ts';
import { resolveSingleValue } from './single-value.ts';
import { undoneIds } from './undone.ts';

/** A person or an organisation on the customer's side. */
export interface Party {
	name: string;
	addresses: string[];
	phones: string[];
	/** Of a person: where it belongs. */
	organisation: DocumentId | null;
	/** Of a person: the division they work in, and as what. */
	division: string;
	role: string;
	/** What one asks them about, in alphabetical order. */
	tags: string[];
	lines: LineId[];
	notes: Placed<'note'>[];
	/** What an entry that sets one of these now must name in `replaces`. */
	heads: { name: EntryId[]; organisation: EntryId[]; position: EntryId[] };
	/** Nothing is left that says who it was. */
	erased: boolean;
	createdAt: number;
	changedAt: number;
}

/**
 * The same order and the same rule for single values as in tickets (FT1, FT3, FT7); addresses, phones, topics and lines are sets.
 * Undefined if nothing created it (yet).
 */
export function foldParty(facts: Facts): Party | undefined {
	const ordered = inOrder(facts);
	const created = ordered.find((entry) => entry.kind === 'created');
	if (created === undefined) return undefined;
	const undone = undoneIds(ordered);
	const effective = ordered.filter((entry) => !undone.has(entry.id));
	const addresses = new Set<string>();
	const phones = new Set<string>();
	const tags = new Set<string>();
	const lines = new Set<LineId>(created.lines);
	for (const entry of effective) {
		if (entry.kind === 'address-added') addresses.add(entry.address.toLowerCase());
		else if (entry.kind === 'address-removed') addresses.delete(entry.address.toLowerCase());
		else if (entry.kind === 'phone-added') phones.add(entry.phone);
		else if (entry.kind === 'phone-removed') phones.delete(entry.phone);
		else if (entry.kind === 'line-added') lines.add(entry.line);
		else if (entry.kind === 'tagged') {
			for (const tag of entry.remove) tags.delete(tag);
			for (const tag of entry.add) tags.add(tag);
		}
	}
	const name = resolveSingleValue(effective.filter((entry) => entry.kind === 'name-set'));
	const organisation = resolveSingleValue(effective.filter((entry) => entry.kind === 'organisation-set'));
	const position = resolveSingleValue(effective.filter((entry) => entry.kind === 'position-set'));
	const erased = ordered.some((entry) => entry.kind === 'erased' && entry.what === 'person');
	return {
		name: name.winner?.name ?? created.name,
		// Of an erased person these are stand-ins.
		addresses: erased ? [] : [...addresses],
		phones: erased ? [] : [...phones],
		organisation: organisation.winner?.organisation ?? null,
		division: position.winner?.division ?? '',
		role: position.winner?.role ?? '',
		tags: [...tags].sort(),
		lines: [...lines],
		notes: effective.filter((entry) => entry.kind === 'note'),
		heads: { name: name.heads, organisation: organisation.heads, position: position.heads },
		erased,
		createdAt: hlcTime(created.time),
		changedAt: hlcTime((lastChange(ordered) ?? created).time),
	};
}
