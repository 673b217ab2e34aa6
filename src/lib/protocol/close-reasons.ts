/**
 * Why the relay closes a socket or refuses a request. A socket is closed with the code and the kind as reason;
 * a request is answered with the status and `{error: kind}`. y-websocket does not reconnect after 4400 to 4499.
 */
export const closeReasons = {
	'sign-in': { code: 4401, status: 401 },
	'no-access': { code: 4403, status: 403 },
	revoked: { code: 4403, status: 403 },
	'not-found': { code: 4404, status: 404 },
	gone: { code: 4410, status: 410 },
	'other-generation': { code: 4409, status: 409 },
	'too-big': { code: 4413, status: 413 },
	malformed: { code: 4400, status: 400 },
	forged: { code: 4400, status: 400 },
	'too-many': { code: 4429, status: 429 },
	'update-app': { code: 4426, status: 426 },
	'try-later': { code: 4503, status: 503 },
	'storage-full': { code: 4503, status: 507 },
	/** Something was erased that this device has not taken yet: what it wrote before may hold it. */
	'pull-first': { code: 4503, status: 425 },
	stopping: { code: 1012, status: 503 },
} as const;

export type CloseReason = keyof typeof closeReasons;

export function isCloseReason(text: string): text is CloseReason {
	return Object.hasOwn(closeReasons, text);
}
