import { Hono } from 'hono';
import { mostWaitingReplies, type WaitingMail, type WaitingReply } from '../../src/lib/protocol/waiting-mail.ts';
import type { DeviceIdentity, Identify } from '../device-identity.ts';
import { answer, refuse } from '../http/answers.ts';

export interface WaitingRouteParts {
	identityOf: Identify;
	now(): number;
	maySee(identity: DeviceIdentity, document: string): boolean;
	/** All that wait, oldest first. */
	waitingReplies(): Iterable<WaitingReply>;
}

/** The route of `/auth/waiting-mail`, as protocol/waiting-mail.ts names it. */
export function waitingRoutes({ identityOf, now, maySee, waitingReplies }: WaitingRouteParts): Hono {
	const app = new Hono();
	app.get('/', (c) => {
		const identified = identityOf(c.req.raw.headers);
		if (identified.kind === 'refused') return refuse(c, identified.reason);
		const replies: WaitingReply[] = [];
		for (const reply of waitingReplies()) {
			if (replies.length >= mostWaitingReplies) break;
			if (maySee(identified.identity, reply.ticket)) replies.push(reply);
		}
		return answer(c, { at: now(), replies } satisfies WaitingMail);
	});
	return app;
}
