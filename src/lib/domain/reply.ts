import type { AgentId, EntryId } from './ids.ts';
import type { Facts, Placed } from './facts.ts';
import { hlcTime } from './hlc.ts';
import { bounceKey, deliveryKey, type DeliveryVerdict, type SendVerdict } from './verdict.ts';

/**
 * What becomes of a reply that asks to be sent. Each is in exactly one of these states, the same on every device.
 *
 * RE1 Without a word of the gate it waits; its author may take it back, and then it is withdrawn.
 * RE2 Accepted means that the relay will send it; the newest delivery says what became of it.
 * RE3 A mail whose fate is unknown is uncertain until a person decides; "it was sent" makes it sent, "send it again"
 *     makes it accepted until the next delivery.
 * RE4 A held reply stays held until somebody settles it: sent as a follow-up, kept as a note, or discarded.
 * RE5 A bounce comes after sending and does not take it back.
 */
export type ReplyState =
	| { kind: 'waiting' }
	| { kind: 'accepted'; at: number }
	| { kind: 'sent'; at: number; messageId: string | undefined }
	| { kind: 'bounced'; at: number; reason: string | undefined; message: EntryId }
	| { kind: 'failed'; at: number; reason: string | undefined }
	| { kind: 'uncertain'; at: number }
	| { kind: 'withdrawn'; at: number }
	| { kind: 'held'; at: number; why: SendVerdict['why']; other: EntryId | undefined; agent: AgentId | undefined }
	| { kind: 'settled'; at: number; by: AgentId; choice: Placed<'held-settled'>['choice'] };

export interface Reply {
	request: Placed<'reply-requested'>;
	state: ReplyState;
}

/** Every request to send with its state, in order. */
export function repliesOf(ordered: readonly Placed[], verdicts: Facts['verdicts']): Reply[] {
	const requests = ordered.filter((entry) => entry.kind === 'reply-requested');
	if (requests.length === 0) return [];
	const about = ordered.filter(
		(entry) => entry.kind === 'reply-withdrawn' || entry.kind === 'held-settled' || entry.kind === 'delivery-decided',
	);
	return requests.map((request) => ({
		request,
		state: stateOf(
			request,
			about.filter((entry) => entry.request === request.id),
			verdicts,
		),
	}));
}

type About = Placed<'reply-withdrawn'> | Placed<'held-settled'> | Placed<'delivery-decided'>;

function stateOf(request: Placed<'reply-requested'>, about: readonly About[], verdicts: Facts['verdicts']): ReplyState {
	const said = verdicts.get(request.id);
	const delivered = deliveryOf(request.id, verdicts);
	if (said?.kind !== 'send') {
		if (delivered?.outcome === 'withdrawn') return { kind: 'withdrawn', at: delivered.at };
		const withdrawn = about.find((entry) => entry.kind === 'reply-withdrawn' && entry.by === request.by);
		return withdrawn === undefined ? { kind: 'waiting' } : { kind: 'withdrawn', at: hlcTime(withdrawn.time) };
	}
	if (said.outcome === 'held') {
		const settled = about.find((entry) => entry.kind === 'held-settled');
		if (settled?.kind === 'held-settled')
			return { kind: 'settled', at: hlcTime(settled.time), by: settled.by, choice: settled.choice };
		return { kind: 'held', at: said.at, why: said.why, other: said.other, agent: said.agent };
	}
	return afterAcceptance(request, said, delivered, about, verdicts);
}

function afterAcceptance(
	request: Placed<'reply-requested'>,
	said: SendVerdict,
	first: DeliveryVerdict | undefined,
	about: readonly About[],
	verdicts: Facts['verdicts'],
): ReplyState {
	let state: ReplyState = first === undefined ? { kind: 'accepted', at: said.at } : deliveryState(first);
	for (const entry of about) {
		if (entry.kind !== 'delivery-decided' || state.kind === 'sent' || state.kind === 'withdrawn') continue;
		if (entry.decision === 'was-sent') {
			if (state.kind === 'uncertain') state = { kind: 'sent', at: hlcTime(entry.time), messageId: undefined };
			continue;
		}
		const again = deliveryOf(entry.id, verdicts);
		if (again !== undefined) state = deliveryState(again);
		else if (state.kind === 'uncertain' || state.kind === 'failed')
			state = { kind: 'accepted', at: hlcTime(entry.time) };
	}
	const bounce = verdicts.get(bounceKey(request.id));
	if (state.kind === 'sent' && bounce?.kind === 'bounce')
		return { kind: 'bounced', at: bounce.at, reason: bounce.reason, message: bounce.message };
	return state;
}

function deliveryOf(cause: EntryId, verdicts: Facts['verdicts']): DeliveryVerdict | undefined {
	const found = verdicts.get(deliveryKey(cause));
	return found?.kind === 'delivery' ? found : undefined;
}

function deliveryState(delivery: DeliveryVerdict): ReplyState {
	const { outcome, at, messageId, reason } = delivery;
	if (outcome === 'sent') return { kind: 'sent', at, messageId };
	if (outcome === 'failed') return { kind: 'failed', at, reason };
	return { kind: outcome, at };
}
