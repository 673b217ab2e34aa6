/**
 * Whether a request that changes something, or opens a socket, comes from the app itself. Browsers name the origin of the
 * page; programs that are not browsers name none.
 *
 *   - the public origin is always right
 *   - a page on the very host that was asked is right too, if no public address is configured or it is this machine
 */
export function isOwnOrigin(
	headers: { origin: string | undefined; host: string | undefined; fetchSite: string | undefined },
	publicUrl: string,
): boolean {
	const { origin, host, fetchSite } = headers;
	if (origin === undefined) return fetchSite === undefined || fetchSite === 'same-origin' || fetchSite === 'none';
	if (!URL.canParse(origin)) return false;
	if (publicUrl !== '' && origin === publicUrl) return true;
	const url = new URL(origin);
	return url.host === host && (publicUrl === '' || isThisMachine(url.hostname));
}

export function isThisMachine(hostname: string): boolean {
	return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

/** Headers of a Node request, for the upgrade of a socket. */
export function originHeaders(headers: NodeJS.Dict<string | string[]>) {
	const one = (name: string) => {
		const value = headers[name];
		return Array.isArray(value) ? value[0] : value;
	};
	return { origin: one('origin'), host: one('host'), fetchSite: one('sec-fetch-site') };
}
