import type { Contact } from '../../src/lib/domain/contact.ts';
import type { AgentId, DocumentId, LineId } from '../../src/lib/domain/ids.ts';

export const contactId = (name: number | string): DocumentId => `interaction/${name}` as DocumentId;

let made = 0;
/** A call that came in and was solved at once, unless said otherwise. */
export function contact(values: Partial<Contact> = {}): Contact {
	made++;
	return {
		...{ id: contactId(made), line: 'main' as LineId, channel: 'phone', direction: 'in', phone: '', persons: [] },
		...{ request: '', category: null, outcome: 'solved', seconds: 60, ticket: undefined, callBack: undefined },
		...{ callsBack: undefined, by: 'ada' as AgentId, began: 1000 },
		...values,
	};
}
