import * as v from 'valibot';
import type { RejectionCode } from '../protocol/replica.ts';

/** What the relay's JSON answers must look like; anything else counts as no answer. */
const count = v.pipe(v.number(), v.integer(), v.minValue(0));

const rejectionCodes: Record<RejectionCode, true> = {
	malformed: true,
	'too-big': true,
	'document-too-big': true,
	'forged-client': true,
	'forged-author': true,
	'overwrites-entry': true,
	'deletes-entry': true,
	'touches-verdicts': true,
	'invalid-entry': true,
	'no-permission': true,
	'no-access': true,
	'other-generation': true,
	gone: true,
	'foreign-number': true,
	'missing-base': true,
};

export const pushAnswerSchema = v.object({
	answers: v.array(
		v.variant('kind', [
			v.object({ kind: v.literal('ok'), n: count, seq: count }),
			v.object({ kind: v.literal('duplicate'), n: count, seq: count }),
			v.object({
				kind: v.literal('rejected'),
				n: count,
				code: v.picklist(Object.keys(rejectionCodes) as RejectionCode[]),
			}),
		]),
	),
	relayTime: v.number(),
	era: count,
});

export const blockAnswerSchema = v.object({ block: count });
export const refusalSchema = v.object({ error: v.string(), detail: v.optional(v.string()) });
