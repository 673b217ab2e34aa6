import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import config from '../../../svelte.config.js';
import { runRelay } from '../running-relay.ts';
import { builtApp } from './built-app.ts';

const build = fileURLToPath(new URL('../../../build', import.meta.url));
const sources = fileURLToPath(new URL('../../../src', import.meta.url));

/**
 * Hosts whose names stand in the app, and why nothing is fetched there. Whatever else turns up has to be looked at first. That no
 * address stands where it would be fetched is in security-headers.test.ts; that no request leaves on any screen is in the
 * journey of hostile text.
 */
const named: Record<string, string> = {
	'www.w3.org': 'names of the namespaces of SVG, MathML and XHTML',
	'svelte.dev': 'explains an error, in its message',
	'tailwindcss.com': 'licence comment',
	'sqlite.org': 'comments and messages of SQLite',
	'emscripten.org': 'licence comment of the WebAssembly loader',
	'developer.chrome.com': 'comment of the WebAssembly loader',
	'github.com': 'comments, and a message of Yjs',
	'bit.ly': 'a message of lib0',
	'tinyurl.com': 'a message of lib0',
	'prosemirror.net': 'a message of the editor',
	'tiptap.dev': 'a message of the editor',
	'simplewebauthn.dev': 'a message of the passkeys',
	'snowballstem.org': 'where the stemmer is from, in a comment of its source',
};
/** What the app itself writes of addresses: what people type, and samples in fields. */
const inSources = /(?:^|\.)(?:example|example\.(?:org|com))$/;

function filesIn(folder: string, kinds: RegExp): string[] {
	return readdirSync(folder, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile() && kinds.test(entry.name))
		.map((entry) => join(entry.parentPath, entry.name));
}

/** The hosts of all absolute addresses in a text; those whose host is only known at run time are what people typed. */
function hostsIn(text: string): string[] {
	return [...text.matchAll(/\b(?:https?|wss?|ftp):\\?\/\\?\/([a-z0-9][a-z0-9.-]*[a-z0-9])/gi)].map(([, host]) =>
		host!.toLowerCase(),
	);
}

describe('no third party', () => {
	test('in what is built and in what it is built from, every foreign host is one that only explains something', () => {
		const files = [
			...filesIn(sources, /\.(ts|svelte|css|html)$/),
			...(existsSync(build) ? filesIn(build, /\.(js|css|html|json|svg|wasm|webmanifest)$/) : []),
		];
		const unknown = files.flatMap((file) =>
			hostsIn(readFileSync(file, 'latin1'))
				.filter((host) => !(host in named) && !(file.startsWith(sources) && inSources.test(host)))
				.map((host) => `${host} in ${file}`),
		);
		expect([...new Set(unknown)]).toEqual([]);
		expect(hostsIn('a("https://cdn.evil.example/x.js"), "wss:\\/\\/b.example", `https://${host}`')).toEqual([
			'cdn.evil.example',
			'b.example',
		]);
		expect(files.length).toBeGreaterThan(100);
	});

	test('no policy names a host or a whole scheme of the net, neither the one of the page nor the one the relay sends with everything', async () => {
		const ofPage = Object.entries(config.kit?.csp?.directives ?? {}) as [string, string[]][];
		expect(ofPage.map(([name]) => name)).toEqual(expect.arrayContaining(['default-src', 'script-src', 'connect-src']));
		for (const [name, parts] of ofPage)
			expect([name, parts.filter((part) => !isOwn(part) || isLax(name, part))]).toEqual([name, []]);

		const relay = await runRelay({ app: existsSync(join(build, 'index.html')) ? build : builtApp() });
		for (const path of ['/', '/inbox/open', '/service-worker.js', '/sw-reset/', '/auth/state']) {
			const answer = await fetch(relay.url + path);
			await answer.arrayBuffer();
			const policy = (answer.headers.get('content-security-policy') ?? '').split(';').map((part) => part.trim());
			expect(policy).toContain("default-src 'self'");
			for (const [name = '', ...parts] of policy.map((part) => part.split(/\s+/)))
				expect([name, parts.map(unquoted).filter((part) => !isOwn(part) || isLax(name, part))]).toEqual([name, []]);
		}
	});
});

const unquoted = (source: string) => source.replace(/^'(.*)'$/, '$1');
const isOwn = (source: string) =>
	/^(?:self|none|blob:|data:|unsafe-inline|wasm-unsafe-eval|sha\d+-[a-z0-9+/=]+)$/i.test(source);
/** Styles are written inline by the page's own components; scripts never, and none is fetched from text. */
const isLax = (directive: string, source: string) =>
	/script|worker|default|connect|object|base/.test(directive) && /unsafe-inline|data:|blob:/.test(source);
