import { Hono } from 'hono';
import { archiveLimits, archiveQuerySchema } from '../../src/lib/protocol/archive-search.ts';
import { createAttempts } from '../auth/attempts.ts';
import type { Identify } from '../device-identity.ts';
import { answer, refuse } from '../http/answers.ts';
import { readJson } from '../http/request-body.ts';
import type { Archive } from './archive.ts';

export interface ArchiveRouteParts {
	identityOf: Identify;
	archive: Pick<Archive, 'search'>;
	now(): number;
}

/** The route of `/auth/archive-search`, as protocol/archive-search.ts names it. */
export function archiveRoutes({ identityOf, archive, now }: ArchiveRouteParts): Hono {
	const app = new Hono();
	const asked = createAttempts(now, archiveLimits.aMinute, 60_000);
	app.post('/', async (c) => {
		const identified = identityOf(c.req.raw.headers);
		if (identified.kind === 'refused') return refuse(c, identified.reason);
		const body = await readJson(c.req.raw, archiveQuerySchema);
		if (body.kind === 'refused') return refuse(c, body.reason, body.detail);
		const { identity } = identified;
		if (!asked.mayTry(identity.device)) return refuse(c, 'too-many');
		asked.failed(identity.device);
		return answer(c, await archive.search(identity, body.value));
	});
	return app;
}
