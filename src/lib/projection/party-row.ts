import type { Party } from '../domain/fold-party.ts';
import type { DocumentId } from '../domain/ids.ts';
import type { PartyRow } from './rows.ts';

export function partyToRow(id: DocumentId, kind: PartyRow['kind'], party: Party): PartyRow {
	const { name, addresses, phones, organisation, division, role, tags, lines, erased, changedAt } = party;
	return {
		id,
		kind,
		name,
		addresses,
		phones,
		organisation,
		division,
		role,
		tags,
		lines,
		changedAt,
		...(erased ? { erased } : {}),
	};
}
