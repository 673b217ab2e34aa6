import { Hono, type Context } from 'hono';
import type * as v from 'valibot';
import { mayReadAudit } from '../../src/lib/domain/role.ts';
import { auditQuerySchema } from '../../src/lib/protocol/audit.ts';
import { heldQuerySchema } from '../../src/lib/protocol/held.ts';
import { agentLeavesSchema } from '../../src/lib/protocol/session.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import { answer, refuse } from '../http/answers.ts';
import { readJson } from '../http/request-body.ts';
import type { Auth, Caller } from './auth.ts';
import type { HeldReport } from './held-report.ts';
import { readSessionCookie } from './sessions.ts';

export interface AdminRouteParts {
	auth: Pick<Auth, 'identify' | 'leave' | 'mayAskHeld'>;
	audit: AuditLog;
	held: HeldReport;
}

/** What administrators ask of the relay beside people and devices: who did what, what a device held, and that somebody leaves. */
export function adminRoutes({ auth, audit, held }: AdminRouteParts): Hono {
	const app = new Hono();
	const asked =
		<Schema extends v.GenericSchema>(
			schema: Schema,
			run: (c: Context, caller: Caller, body: v.InferOutput<Schema>) => Response | Promise<Response>,
		) =>
		async (c: Context) => {
			const identified = auth.identify(readSessionCookie(c.req.header('cookie')));
			if (identified.kind === 'refused') return refuse(c, identified.reason, identified.detail);
			const body = await readJson(c.req.raw, schema);
			return body.kind === 'refused' ? refuse(c, body.reason, body.detail) : run(c, identified.caller, body.value);
		};
	const byOf = ({ agent, device }: Caller) => ({ agent: agent.id, device: device.id });

	app.post(
		'/audit',
		asked(auditQuerySchema, (c, caller, query) => {
			if (!mayReadAudit(caller.agent.role)) return refuse(c, 'no-access', 'not-admin');
			if (query.isExport === true) audit.add(byOf(caller), 'data-exported', 'audit');
			return answer(c, audit.page(query));
		}),
	);
	app.post(
		'/devices/held',
		asked(heldQuerySchema, (c, caller, { device, after }) => {
			const allowed = auth.mayAskHeld(caller, device);
			if (allowed.kind === 'refused') return refuse(c, allowed.reason, allowed.detail);
			if (after === undefined) audit.add(byOf(caller), 'device-held', device);
			return answer(c, held.page(allowed.value, after));
		}),
	);
	app.post(
		'/agents/leave',
		asked(agentLeavesSchema, async (c, caller, { id }) => {
			const left = await auth.leave(caller, id);
			return left.kind === 'refused' ? refuse(c, left.reason, left.detail) : answer(c, left.value);
		}),
	);
	return app;
}
