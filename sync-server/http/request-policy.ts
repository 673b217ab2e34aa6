import type { CloseReason } from '../../src/lib/protocol/close-reasons.ts';
import { oldestProtocolVersion, protocolVersion, versionHeader } from '../../src/lib/protocol/limits.ts';
import { isOwnOrigin } from './request-origin.ts';
import { securityHeaders } from './security-headers.ts';

/** A header of a request by its name in small letters. */
export type HeaderOf = (name: string) => string | undefined;

/** What holds for every request, whoever answers it. */
export interface RequestPolicy {
	/** Why the request is not even looked at. */
	refusalOf(method: string, header: HeaderOf): { reason: CloseReason; detail?: string } | undefined;
	/** What every answer carries. */
	headersFor(header: HeaderOf): Readonly<Record<string, string>>;
	/** Where the browser is, as far as one can tell. */
	originOf(header: HeaderOf): string;
}

export interface PolicyParts {
	/** As configured; empty if it is not. */
	publicUrl: string;
	trustProxy: boolean;
	/** The text of index.html as it is now. */
	page(): string;
}

export function createRequestPolicy({ publicUrl, trustProxy, page }: PolicyParts): RequestPolicy {
	let made: { page: string; plain: Record<string, string>; secure: Record<string, string> } | undefined;
	const originOf = (header: HeaderOf) => {
		const origin = header('origin');
		if (origin !== undefined) return origin;
		if (publicUrl !== '') return publicUrl;
		const scheme = trustProxy && header('x-forwarded-proto') === 'https' ? 'https' : 'http';
		return `${scheme}://${header('host') ?? 'localhost'}`;
	};
	return {
		originOf,
		refusalOf(method, header) {
			const version = header(versionHeader);
			if (version !== undefined && !isSpoken(version)) return { reason: 'update-app' };
			if (method === 'GET' || method === 'HEAD') return undefined;
			const named = { origin: header('origin'), host: header('host'), fetchSite: header('sec-fetch-site') };
			return isOwnOrigin(named, publicUrl) ? undefined : { reason: 'no-access', detail: 'foreign-origin' };
		},
		headersFor(header) {
			const now = page();
			if (made?.page !== now) {
				const plain = securityHeaders(now);
				made = { page: now, plain, secure: { ...plain, 'strict-transport-security': 'max-age=31536000' } };
			}
			return originOf(header).startsWith('https:') ? made.secure : made.plain;
		},
	};
}

function isSpoken(version: string): boolean {
	const number = Number(version);
	return Number.isInteger(number) && number >= oldestProtocolVersion && number <= protocolVersion;
}
