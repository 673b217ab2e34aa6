import { timingSafeEqual } from 'node:crypto';
import type { Context } from 'hono';
import { refuse } from '../http/answers.ts';
import { expositionType, writeExposition, type Metric } from './exposition.ts';

export interface MetricsRouteParts {
	read(): Promise<Metric[]>;
	/** Empty if none is configured. */
	token: string;
	/** Whether the relay stands alone on this machine: behind a proxy every request comes from here. */
	isAlone: boolean;
	/** Who connected, as the system says. */
	peerOf(c: Context): string | undefined;
}

/**
 * GET /metrics, for a machine that watches. With a token only who sends it (`Authorization: Bearer ...`); without one only this machine, and
 * only while no proxy stands in front.
 */
export function metricsRoute({ read, token, isAlone, peerOf }: MetricsRouteParts) {
	return async (c: Context): Promise<Response> => {
		const isAllowed =
			token === '' ? isAlone && isFromHere(c, peerOf(c)) : isBearer(c.req.header('authorization'), token);
		if (!isAllowed) return refuse(c, 'no-access');
		const text = writeExposition(await read());
		return c.body(text, 200, { 'content-type': expositionType, 'cache-control': 'no-store' });
	};
}

function isFromHere(c: Context, peer: string | undefined): boolean {
	const wasPassedOn = ['forwarded', 'x-forwarded-for', 'via'].some((name) => c.req.header(name) !== undefined);
	// A name of somebody else's that leads to this address is asked by a page of theirs.
	const isOurName = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/.test(c.req.header('host') ?? '');
	return !wasPassedOn && isOurName && /^(::1|(::ffff:)?127\.)/.test(peer ?? '');
}

function isBearer(authorization: string | undefined, token: string): boolean {
	const given = Buffer.from(authorization ?? '');
	const wanted = Buffer.from(`Bearer ${token}`);
	return given.length === wanted.length && timingSafeEqual(given, wanted);
}
