import { Hono, type Context } from 'hono';
import * as v from 'valibot';
import { mayErase } from '../../src/lib/domain/role.ts';
import {
	erasurePlanRequestSchema,
	erasureRequestSchema,
	placesRequestSchema,
	redactionRequestSchema,
	type ErasureAnswer,
	type ErasurePlanAnswer,
	type OpenErasuresAnswer,
	type PlacesAnswer,
	type RedactionAnswer,
} from '../../src/lib/protocol/erasure.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import type { Auth, Caller } from '../auth/auth.ts';
import { readSessionCookie } from '../auth/sessions.ts';
import { answer, refuse } from '../http/answers.ts';
import { readJson } from '../http/request-body.ts';
import type { ErasuresOfDesk } from './erasures.ts';

export interface ErasureRouteParts {
	auth: Pick<Auth, 'identify'>;
	erasures: Pick<ErasuresOfDesk, 'plan' | 'erase' | 'redact' | 'open' | 'places'>;
	audit: AuditLog;
}

/** The routes of `/auth/erasures`, as protocol/erasure.ts names them. */
export function erasureRoutes({ auth, erasures, audit }: ErasureRouteParts): Hono {
	const app = new Hono();
	const asked =
		<Schema extends v.GenericSchema>(
			schema: Schema,
			run: (caller: Caller, body: v.InferOutput<Schema>) => Promise<object>,
		) =>
		async (c: Context) => {
			const identified = auth.identify(readSessionCookie(c.req.header('cookie')));
			if (identified.kind === 'refused') return refuse(c, identified.reason, identified.detail);
			if (!mayErase(identified.caller.agent.role)) return refuse(c, 'no-access', 'not-admin');
			const body = await readJson(c.req.raw, schema);
			if (body.kind === 'refused') return refuse(c, body.reason, body.detail);
			return answer(c, await run(identified.caller, body.value));
		};
	const byOf = ({ agent, device }: Caller) => ({ agent: agent.id, device: device.id });

	app.post(
		'/plan',
		asked(erasurePlanRequestSchema, (_caller, { who, texts }): Promise<ErasurePlanAnswer> => erasures.plan(who, texts)),
	);
	app.post(
		'/',
		asked(erasureRequestSchema, async (caller, { who, texts, tickets }): Promise<ErasureAnswer> => {
			const result = await erasures.erase({ who, texts, tickets, agent: caller.agent.id });
			if (result.kind === 'refused') return result;
			const { number, forgotten, plan } = result;
			// Without the name, and without an address: who it was is forgotten here too.
			audit.add(byOf(caller), 'person-erased', 'person' in who ? who.person : String(number), { after: plan });
			return { kind: 'erased', number, forgotten };
		}),
	);
	app.post(
		'/redact',
		asked(redactionRequestSchema, async (caller, order): Promise<RedactionAnswer> => {
			const result = await erasures.redact({ ...order, agent: caller.agent.id });
			if (result.kind === 'redacted') audit.add(byOf(caller), 'entry-redacted', order.document);
			return result;
		}),
	);
	app.post(
		'/open',
		asked(v.strictObject({}), async (): Promise<OpenErasuresAnswer> => ({ erasures: erasures.open() })),
	);
	app.post(
		'/places',
		asked(placesRequestSchema, (_caller, { person }): Promise<PlacesAnswer> => erasures.places(person)),
	);
	return app;
}
