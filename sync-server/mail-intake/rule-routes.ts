import { Hono } from 'hono';
import type { MailRule } from '../../src/lib/domain/desk-config.ts';
import { mayConfigure } from '../../src/lib/domain/role.ts';
import { rulesDryRunRequestSchema, type RulesDryRun } from '../../src/lib/protocol/mail-rules.ts';
import type { Auth } from '../auth/auth.ts';
import { readSessionCookie } from '../auth/sessions.ts';
import { answer, refuse } from '../http/answers.ts';
import { readJson } from '../http/request-body.ts';

export interface RuleRouteParts {
	auth: Pick<Auth, 'identify'>;
	rulesDryRun(rules: readonly MailRule[]): Promise<RulesDryRun>;
}

/** The routes of `/auth/mail-rules`, as protocol/mail-rules.ts names them. */
export function ruleRoutes({ auth, rulesDryRun }: RuleRouteParts): Hono {
	const app = new Hono();
	let isRunning = false;
	app.post('/dry-run', async (c) => {
		const identified = auth.identify(readSessionCookie(c.req.header('cookie')));
		if (identified.kind === 'refused') return refuse(c, identified.reason, identified.detail);
		if (!mayConfigure(identified.caller.agent.role)) return refuse(c, 'no-access', 'not-admin');
		const body = await readJson(c.req.raw, rulesDryRunRequestSchema);
		if (body.kind === 'refused') return refuse(c, body.reason, body.detail);
		// Hundreds of mails are read for each: one after another is enough.
		if (isRunning) return refuse(c, 'too-many');
		isRunning = true;
		try {
			return answer(c, await rulesDryRun(body.value.rules));
		} finally {
			isRunning = false;
		}
	});
	return app;
}
