import * as v from 'valibot';
import { agentIdSchema, entryIdSchema, lineIdSchema } from './ids.ts';

/**
 * A verdict is what the relay, the only witness, says of a fact. It stands under the fact's entry id; a time stamp
 * stands under `stamp:<entry id>`, the fate of a mail under `delivery:` and `bounce:`, the other
 * mailboxes of a mail under `arrived:`. The relay alone writes here.
 */
const moment = v.pipe(v.number(), v.finite(), v.minValue(0));

/** The rising number of a claim. `era` rises when a backup is restored, `n` with every verdict. */
export const epochSchema = v.strictObject({
	era: v.pipe(v.number(), v.integer(), v.minValue(0)),
	n: v.pipe(v.number(), v.integer(), v.minValue(0)),
});
export type Epoch = v.InferOutput<typeof epochSchema>;

export function compareEpochs(a: Epoch, b: Epoch): number {
	return a.era - b.era || a.n - b.n;
}

export const verdictSchema = v.variant('kind', [
	v.strictObject({
		kind: v.literal('claim'),
		outcome: v.picklist(['granted', 'refused', 'released']),
		epoch: epochSchema,
		/** Who holds the ticket after this verdict. */
		holder: v.nullable(agentIdSchema),
		/** The relay's own time, ms since 1970. */
		at: moment,
		why: v.optional(
			v.picklist([
				'held-by-other',
				'not-current',
				'no-permission',
				'no-such-agent',
				'idle',
				'handed-over',
				'taken-over',
			]),
		),
		/** Who held it until then and has lost it by this verdict. */
		from: v.optional(agentIdSchema),
	}),
	/** What the gate says of a request to send, under the request's id: it leaves, or it waits for its author. */
	v.strictObject({
		kind: v.literal('send'),
		outcome: v.picklist(['accepted', 'held']),
		at: moment,
		why: v.optional(
			v.picklist(['slot-answered', 'not-holder', 'customer-wrote', 'no-sender', 'no-recipient', 'no-permission']),
		),
		/** The request that answered the slot, and whose it is. */
		other: v.optional(entryIdSchema),
		agent: v.optional(agentIdSchema),
	}),
	/** What became of a mail, under `delivery:<id of the request, or of the decision to send again>`. */
	v.strictObject({
		kind: v.literal('delivery'),
		outcome: v.picklist(['sent', 'failed', 'uncertain', 'withdrawn']),
		at: moment,
		messageId: v.optional(v.pipe(v.string(), v.maxLength(998))),
		/** The other server's words, or ours, for people. */
		reason: v.optional(v.pipe(v.string(), v.maxLength(500))),
	}),
	/** The customer's server gave a sent mail back, under `bounce:<id of the request>`. */
	v.strictObject({
		kind: v.literal('bounce'),
		at: moment,
		message: entryIdSchema,
		reason: v.optional(v.pipe(v.string(), v.maxLength(500))),
	}),
	/** The mail came to one more of our mailboxes, under `arrived:<id of the message>:<mailbox>`. */
	v.strictObject({
		kind: v.literal('arrived'),
		at: moment,
		message: entryIdSchema,
		line: lineIdSchema,
		address: v.pipe(v.string(), v.maxLength(320)),
	}),
	v.strictObject({ kind: v.literal('stamp'), at: moment }),
]);
export type Verdict = v.InferOutput<typeof verdictSchema>;
export type ClaimVerdict = Extract<Verdict, { kind: 'claim' }>;
export type SendVerdict = Extract<Verdict, { kind: 'send' }>;
export type DeliveryVerdict = Extract<Verdict, { kind: 'delivery' }>;

export function deliveryKey(cause: string): string {
	return `delivery:${cause}`;
}

export function bounceKey(request: string): string {
	return `bounce:${request}`;
}

export function arrivedKey(message: string, mailbox: string): string {
	return `arrived:${message}:${mailbox}`;
}

export function stampKey(entry: string): string {
	return `stamp:${entry}`;
}
