import { Worker } from 'node:worker_threads';
import { Hono } from 'hono';
import { mayConfigure } from '../../src/lib/domain/role.ts';
import { personExportRequestSchema } from '../../src/lib/protocol/person-export.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import type { Auth } from '../auth/auth.ts';
import { readSessionCookie } from '../auth/sessions.ts';
import { answer, refuse } from '../http/answers.ts';
import { readJson } from '../http/request-body.ts';
import type { PersonGathering, PersonOrder } from './gather-person.ts';

export interface PersonRouteParts {
	auth: Pick<Auth, 'identify'>;
	audit: Pick<AuditLog, 'add'>;
	/** The data directory. */
	data: string;
	now(): number;
}

/** Each looks through the whole desk. */
const mostAtOnce = 2;

/** The route of `/auth/person-export`, as protocol/person-export.ts names it. */
export function personRoutes({ auth, audit, data, now }: PersonRouteParts): Hono {
	const app = new Hono();
	let running = 0;
	app.post('/', async (c) => {
		const identified = auth.identify(readSessionCookie(c.req.header('cookie')));
		if (identified.kind === 'refused') return refuse(c, identified.reason, identified.detail);
		const { agent, device } = identified.caller;
		if (!mayConfigure(agent.role)) return refuse(c, 'no-access', 'not-admin');
		const body = await readJson(c.req.raw, personExportRequestSchema);
		if (body.kind === 'refused') return refuse(c, body.reason, body.detail);
		if (!body.value.person.startsWith('person/')) return refuse(c, 'not-found');
		if (running >= mostAtOnce) return refuse(c, 'too-many');
		running++;
		try {
			audit.add({ agent: agent.id, device: device.id }, 'data-exported', body.value.person);
			const gathered = await gatherInThread({ data, ...body.value, now: now() });
			if (gathered === undefined) return refuse(c, 'try-later');
			return gathered.kind === 'none' ? refuse(c, 'not-found') : answer(c, gathered.export);
		} finally {
			running--;
		}
	});
	return app;
}

function gatherInThread(order: PersonOrder): Promise<PersonGathering | undefined> {
	return new Promise((resolve) => {
		const worker = new Worker(new URL('./gather-person.ts', import.meta.url), { workerData: order });
		worker.once('message', resolve);
		worker.once('error', () => resolve(undefined));
		worker.once('exit', () => resolve(undefined));
	});
}
