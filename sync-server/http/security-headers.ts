/**
 * What every answer carries. The page's own policy stands in its head, made by the build with the hashes of its scripts;
 * here the same is said in the header, with what only a header can say. `page` is the text of index.html.
 */
export function securityHeaders(page: string): Record<string, string> {
	return {
		'content-security-policy': contentPolicy(page),
		'x-content-type-options': 'nosniff',
		'x-frame-options': 'DENY',
		'referrer-policy': 'no-referrer',
		'cross-origin-opener-policy': 'same-origin',
		'cross-origin-resource-policy': 'same-origin',
		'permissions-policy':
			'camera=(self), microphone=(), geolocation=(), payment=(), usb=(), publickey-credentials-get=(self), publickey-credentials-create=(self)',
	};
}

function contentPolicy(page: string): string {
	return [
		"default-src 'self'",
		// The search worker runs SQLite as WebAssembly. The page's own policy does not allow it that.
		`script-src 'self' 'wasm-unsafe-eval'${scriptHashes(page)}`,
		"worker-src 'self'",
		"style-src 'self' 'unsafe-inline'",
		"img-src 'self' blob: data:",
		"frame-src 'self' blob:",
		"connect-src 'self'",
		"object-src 'none'",
		"base-uri 'none'",
		"form-action 'self'",
		"frame-ancestors 'none'",
	].join('; ');
}

function scriptHashes(page: string): string {
	const policy = /http-equiv="content-security-policy" content="([^"]*)"/i.exec(page)?.[1] ?? '';
	const scripts = /script-src ([^;]*)/.exec(policy)?.[1] ?? '';
	return (scripts.match(/'sha(?:256|384|512)-[A-Za-z0-9+/=]+'/g) ?? []).map((hash) => ` ${hash}`).join('');
}
