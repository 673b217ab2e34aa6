import type { Contact } from './contact.ts';
import type { AgentId, DocumentId } from './ids.ts';

/**
 * Who is waiting to be called back (F10).
 *
 * CB1 A contact that ended with a call back, and a call that nobody took, waits until it is settled.
 * CB2 It is settled by an outcome and by nothing else: its own other outcome, or the outcome of a contact that calls it back.
 * CB3 "Nobody answered" with another time keeps it waiting until then; without one, somebody gave up, and that settles it.
 * CB4 If two agents called back without knowing of each other, one outcome that settles is enough.
 * CB5 Earliest due first; what is due at once is due since it came in. Equal ones in the order of their ids.
 */
export interface CallBack<C extends Contact = Contact> {
	/** The contact that began it. */
	contact: C;
	/** The last attempt to reach them. */
	lastTry: C | undefined;
	tries: number;
	until: number;
	phone: string;
	/** Null is anybody. */
	agent: AgentId | null;
}

export function openCallBacks<C extends Contact>(contacts: readonly C[]): CallBack<C>[] {
	const byId = new Map(contacts.map((contact) => [contact.id, contact]));
	const triesOf = new Map<DocumentId, C[]>();
	for (const contact of contacts) {
		const root = contact.callsBack === undefined ? undefined : rootOf(contact, byId);
		if (root === undefined || root === contact.id || contact.outcome === undefined) continue;
		triesOf.set(root, [...(triesOf.get(root) ?? []), contact]);
	}
	const waiting: CallBack<C>[] = [];
	for (const contact of contacts) {
		if (contact.outcome !== 'call-back' && contact.outcome !== 'missed') continue;
		if (contact.callsBack !== undefined && rootOf(contact, byId) !== contact.id) continue;
		const tries = (triesOf.get(contact.id) ?? []).sort(byTime);
		if (tries.some(settles)) continue;
		const lastTry = tries.at(-1);
		const promised = lastTry?.callBack ?? contact.callBack;
		waiting.push({
			...{ contact, lastTry, tries: tries.length },
			until: promised?.until ?? contact.began,
			phone: promised?.phone || contact.phone,
			agent: promised?.agent ?? null,
		});
	}
	return waiting.sort((a, b) => a.until - b.until || compare(a.contact.id, b.contact.id));
}

function settles({ outcome, callBack }: Contact): boolean {
	if (outcome === 'no-answer' || outcome === 'missed') return callBack === undefined;
	return outcome !== 'call-back';
}

/** The contact that an attempt calls back in the end; of a circle, which only nonsense makes, the smallest id. */
function rootOf<C extends Contact>(contact: C, byId: ReadonlyMap<DocumentId, C>): DocumentId {
	const seen = new Set<DocumentId>();
	let at = contact;
	while (at.callsBack !== undefined) {
		seen.add(at.id);
		if (seen.has(at.callsBack)) return [...seen].sort(compare)[0]!;
		const before = byId.get(at.callsBack);
		// What it calls back is not on this device: it stands for itself.
		if (before === undefined) return at.callsBack;
		at = before;
	}
	return at.id;
}

function byTime(a: Contact, b: Contact): number {
	return a.began - b.began || compare(a.id, b.id);
}

function compare(a: string, b: string): number {
	return a < b ? -1 : a > b ? 1 : 0;
}
