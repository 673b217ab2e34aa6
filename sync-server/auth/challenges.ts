import { createToken } from './token.ts';

/** Questions that can be answered once and soon. They live in memory: after a restart the device asks again. */
export interface Challenges<Subject> {
	ask(subject: Subject): string;
	/** Whom the nonce was for; undefined if it is unknown, used or too old. */
	take(nonce: string): Subject | undefined;
}

const most = 10_000;

export function createChallenges<Subject>(now: () => number, validMs: number): Challenges<Subject> {
	const open = new Map<string, { subject: Subject; until: number }>();
	return {
		ask(subject) {
			// In order of asking, so the first ones are the oldest.
			for (const [nonce, { until }] of open) {
				if (until > now() && open.size < most) break;
				open.delete(nonce);
			}
			const nonce = createToken();
			open.set(nonce, { subject, until: now() + validMs });
			return nonce;
		},
		take(nonce) {
			const found = open.get(nonce);
			open.delete(nonce);
			return found !== undefined && found.until > now() ? found.subject : undefined;
		},
	};
}
