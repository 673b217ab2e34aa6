import type { DocumentId, LineId } from './ids.ts';
import { inOrder, type Facts, type Placed } from './facts.ts';
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
	lines: LineId[];
	notes: Placed<'note'>[];
	createdAt: number;
	changedAt: number;
}

/**
 * The same order and the same rule for single values as in tickets (FT1, FT3, FT7); addresses, phones and lines are sets.
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
	const lines = new Set<LineId>(created.lines);
	for (const entry of effective) {
		if (entry.kind === 'address-added') addresses.add(entry.address.toLowerCase());
		else if (entry.kind === 'address-removed') addresses.delete(entry.address.toLowerCase());
		else if (entry.kind === 'phone-added') phones.add(entry.phone);
		else if (entry.kind === 'phone-removed') phones.delete(entry.phone);
		else if (entry.kind === 'line-added') lines.add(entry.line);
	}
	const name = resolveSingleValue(effective.filter((entry) => entry.kind === 'name-set'));
	const organisation = resolveSingleValue(effective.filter((entry) => entry.kind === 'organisation-set'));
	return {
		name: name.winner?.name ?? created.name,
		addresses: [...addresses],
		phones: [...phones],
		organisation: organisation.winner?.organisation ?? null,
		lines: [...lines],
		notes: effective.filter((entry) => entry.kind === 'note'),
		createdAt: hlcTime(created.time),
		changedAt: hlcTime((ordered.at(-1) ?? created).time),
	};
}
