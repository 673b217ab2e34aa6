import * as v from 'valibot';
import { agentIdSchema } from './ids.ts';

/**
 * A verdict is what the relay, the only witness, says of a fact. It stands under the fact's entry id; a time stamp
 * stands under `stamp:<entry id>`. The relay alone writes here.
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
		why: v.optional(v.picklist(['held-by-other', 'not-current', 'no-permission'])),
	}),
	v.strictObject({ kind: v.literal('stamp'), at: moment }),
]);
export type Verdict = v.InferOutput<typeof verdictSchema>;
export type ClaimVerdict = Extract<Verdict, { kind: 'claim' }>;

export function stampKey(entry: string): string {
	return `stamp:${entry}`;
}
