import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { closeReasons, type CloseReason } from '../../src/lib/protocol/close-reasons.ts';

/** A refusal as every route gives it; `refusal` is for who counts them. */
export function refuse(c: Context, reason: CloseReason, detail?: string): Response {
	c.set('refusal', reason);
	const body = detail === undefined ? { error: reason } : { error: reason, detail };
	return c.json(body, closeReasons[reason].status as ContentfulStatusCode, { 'cache-control': 'no-store' });
}

export function answer(c: Context, value: object): Response {
	return c.json(value, 200, { 'cache-control': 'no-store' });
}
