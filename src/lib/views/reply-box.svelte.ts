import type { Desk } from '../desk.ts';
import type { AgentId } from '../domain/ids.ts';
import type { OpenReply, TicketRow } from '../projection/rows.ts';
import { RowsValue, SourceValue } from './source-value.ts';

/** A reply of this agent that is not done with. */
export interface PendingReply {
	row: TicketRow;
	reply: OpenReply;
	/** It waits longer than replies should. */
	isOld: boolean;
}

/** Waiting longer than this deserves a warning. */
export const oldReplyMs = 30 * 60_000;

const needsSomebody = new Set<OpenReply['state']>(['held', 'failed', 'uncertain', 'bounced']);

export function pendingReplies(
	rows: readonly TicketRow[],
	me: AgentId | undefined,
	now: number,
): { needYou: PendingReply[]; underway: PendingReply[]; old: number } {
	const all = rows
		.flatMap((row) => row.replies.filter(({ by }) => by === me).map((reply) => ({ row, reply })))
		.map((pending) => ({ ...pending, isOld: now - pending.reply.at > oldReplyMs }))
		.sort((a, b) => a.reply.at - b.reply.at || (a.reply.request < b.reply.request ? -1 : 1));
	const needYou = all.filter(({ reply }) => needsSomebody.has(reply.state));
	const underway = all.filter(({ reply }) => !needsSomebody.has(reply.state));
	return { needYou, underway, old: underway.filter(({ isOld }) => isOld).length };
}

/** This agent's replies on their way: the outbox shows them, and the navigation counts those that need somebody. */
export class ReplyBox {
	readonly #tickets: RowsValue<TicketRow>;
	readonly #session: SourceValue<Desk['session']['current']>;
	readonly #now: () => number;

	constructor(desk: Desk, now: () => number) {
		this.#tickets = new RowsValue(desk.tickets);
		this.#session = new SourceValue(desk.session);
		this.#now = now;
	}

	readonly #pending = $derived.by(() =>
		pendingReplies(this.#tickets.unfinished(), this.#session.current?.agent.id, this.#now()),
	);
	readonly needYou = $derived.by(() => this.#pending.needYou);
	readonly underway = $derived.by(() => this.#pending.underway);
	readonly old = $derived.by(() => this.#pending.old);
}
