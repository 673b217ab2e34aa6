import type { Draft, Entry } from '../../src/lib/domain/entry.ts';
import type { Facts } from '../../src/lib/domain/facts.ts';
import { encodeHlc } from '../../src/lib/domain/hlc.ts';
import type { AgentId, DeviceId, EntryId, LineId, QueueId } from '../../src/lib/domain/ids.ts';
import { ticketNumber } from '../../src/lib/domain/ticket-number.ts';
import type { Verdict } from '../../src/lib/domain/verdict.ts';

export const maria = 'maria' as AgentId;
export const axel = 'axel' as AgentId;
export const support = 'support' as LineId;
export const sales = 'sales' as LineId;
export const frontOffice = 'front-office' as QueueId;
export const backOffice = 'back-office' as QueueId;

/** A readable entry id: `id('reply')`, padded to the length of a ULID. */
export function id(name: string): EntryId {
	const letters = name.toUpperCase().replace(/[^0-9A-HJKMNP-TV-Z]/g, '0');
	return letters.padEnd(26, '0').slice(0, 26) as EntryId;
}

type Told = Draft & { at: number; by?: AgentId; device?: string };

/** Facts in a few words: `facts({ open: { ...opened, at: 1 }, hello: { ...message('in'), at: 2 } })`. */
export function facts(told: Record<string, Told>, verdicts: Record<string, Verdict> = {}): Facts {
	const entries = new Map<EntryId, Entry>();
	for (const [name, { at, by = maria, device = `${by}-laptop`, ...draft }] of Object.entries(told)) {
		entries.set(id(name), { ...draft, at: encodeHlc(at), by, device: device as DeviceId } as Entry);
	}
	const spoken = Object.entries(verdicts).map(([key, verdict]): [string, Verdict] => [
		key.startsWith('stamp:') ? `stamp:${id(key.slice(6))}` : id(key),
		verdict,
	]);
	return { entries, verdicts: new Map(spoken) };
}

export const opened: Draft<'opened'> = {
	kind: 'opened',
	number: ticketNumber(104, 217),
	subject: 'Drucker druckt nicht',
	line: support,
	queue: frontOffice,
	channel: 'mail',
	from: { name: 'Kim Weiß', address: 'kim@example.org' },
};

export function message(direction: 'in' | 'out', text = 'Guten Tag'): Draft<'message'> {
	const customer = { name: 'Kim Weiß', address: 'kim@example.org' };
	const desk = { name: 'Support', address: 'support@example.com' };
	return {
		kind: 'message',
		direction,
		channel: 'mail',
		visibility: 'public',
		from: direction === 'in' ? customer : desk,
		to: [direction === 'in' ? desk : customer],
		cc: [],
		subject: 'Drucker druckt nicht',
		text,
		attachments: [],
	};
}

export function status(
	to: 'open' | 'closed' | 'waiting',
	seen: EntryId | null,
	replaces: EntryId[] = [],
): Draft<'status-set'> {
	return {
		kind: 'status-set',
		status: to,
		...(to === 'waiting' ? { reason: 'customer' as const } : {}),
		seen,
		replaces,
	};
}

export const note: Draft<'note'> = { kind: 'note', text: 'Toner geprüft', attachments: [] };

export function reply(slot: EntryId | null): Draft<'reply-requested'> {
	const to = [{ name: 'Kim Weiß', address: 'kim@example.org' }];
	return {
		kind: 'reply-requested',
		slot,
		claim: null,
		to,
		cc: [],
		subject: 'AW: Drucker',
		text: 'Bitte neu starten.',
		attachments: [],
	};
}

/** The same facts in another order of arrival, some of them delivered twice. */
export function shuffled(told: Facts, order: readonly number[]): Facts {
	const list = [...told.entries];
	const entries = new Map<EntryId, Entry>();
	for (const place of order) {
		const pick = list[place % list.length];
		if (pick !== undefined) entries.set(...pick);
	}
	for (const pick of list.reverse()) entries.set(...pick);
	return { entries, verdicts: new Map([...told.verdicts].reverse()) };
}
