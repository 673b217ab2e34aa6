import { createHash } from 'node:crypto';
import { readFile, readdir, stat } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Context } from 'hono';

/**
 * The built app. Only files that were there when it was listed are served, by their exact name: a path is looked up and
 * never joined, so there is nothing to climb out of.
 *
 *   /_app/immutable/*           a name with a hash: kept for ever
 *   index.html, service-worker  asked for again each time, answered 304 where nothing changed
 *   other files                 the same
 *   any other page              index.html, so that the app finds its own way
 */
export interface StaticApp {
	/** The answer for a path, or undefined if it is neither a file nor a page. */
	serve(c: Context): Promise<Response | undefined>;
	/** The text of index.html as it is now; empty without a build. */
	page(): string;
}

const mimes: Record<string, string> = {
	'.html': 'text/html; charset=utf-8',
	'.js': 'text/javascript; charset=utf-8',
	'.css': 'text/css; charset=utf-8',
	'.json': 'application/json; charset=utf-8',
	'.webmanifest': 'application/manifest+json; charset=utf-8',
	'.svg': 'image/svg+xml',
	'.png': 'image/png',
	'.webp': 'image/webp',
	'.ico': 'image/x-icon',
	'.woff2': 'font/woff2',
	'.wasm': 'application/wasm',
	'.txt': 'text/plain; charset=utf-8',
};
const compressible = /^(text\/|application\/(json|manifest|wasm)|image\/svg)/;
const smallestToCompress = 1024;

interface Served {
	path: string;
	mime: string;
	etag: string;
	size: number;
}
type Coding = 'br' | 'gzip';

export async function createStaticApp(folder: string): Promise<StaticApp> {
	let files = await listFiles(folder);
	let listedFor = await stampOf(folder);
	let page = await readPage(folder);
	const compressed = new Map<string, Uint8Array>();

	/** A build made while the relay runs is noticed by its page. */
	const refresh = async () => {
		const stamp = await stampOf(folder);
		if (stamp === listedFor) return;
		listedFor = stamp;
		files = await listFiles(folder);
		page = await readPage(folder);
		compressed.clear();
	};

	const bodyOf = async (file: Served, coding: Coding | undefined) => {
		if (coding === undefined) return readFile(file.path);
		const key = `${coding} ${file.etag} ${file.path}`;
		const known = compressed.get(key);
		if (known !== undefined) return known;
		const made = await compress(await readFile(file.path), coding);
		compressed.set(key, made);
		return made;
	};

	return {
		page: () => page,
		async serve(c) {
			const path = decodedPath(c.req.path);
			if (path === undefined) return undefined;
			const isPage = !path.startsWith('/_app/') && extname(path) === '';
			if (isPage || path === '/index.html') await refresh();
			const file = files.get(path) ?? files.get(`${path.replace(/\/$/, '')}/index.html`);
			const served = file ?? (isPage ? files.get('/index.html') : undefined);
			if (served === undefined) return undefined;

			const coding = codingFor(served, c.req.header('accept-encoding'));
			const etag = coding === undefined ? `"${served.etag}"` : `"${served.etag}-${coding}"`;
			const headers: Record<string, string> = {
				'content-type': served.mime,
				'cache-control': path.startsWith('/_app/immutable/') ? 'public, max-age=31536000, immutable' : 'no-cache',
				etag,
			};
			if (compressible.test(served.mime)) headers.vary = 'accept-encoding';
			if (coding !== undefined) headers['content-encoding'] = coding;
			if (c.req.header('if-none-match') === etag) return c.body(null, 304, headers);
			const body = await bodyOf(served, coding);
			headers['content-length'] = String(body.length);
			return c.body(Uint8Array.from(body), 200, headers);
		},
	};
}

async function listFiles(folder: string): Promise<Map<string, Served>> {
	const files = new Map<string, Served>();
	const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
	for (const entry of entries) {
		if (!entry.isFile()) continue;
		const path = join(entry.parentPath, entry.name);
		const name = path.slice(folder.length).split(sep).join('/');
		const { size } = await stat(path);
		const mime = mimes[extname(name)] ?? 'application/octet-stream';
		const hash = createHash('sha256').update(await readFile(path));
		files.set(name.startsWith('/') ? name : `/${name}`, {
			path,
			mime,
			size,
			etag: hash.digest('base64url').slice(0, 22),
		});
	}
	return files;
}

async function stampOf(folder: string): Promise<string> {
	const page = await stat(join(folder, 'index.html')).catch(() => undefined);
	return page === undefined ? '' : `${page.mtimeMs} ${page.size}`;
}

function readPage(folder: string): Promise<string> {
	return readFile(join(folder, 'index.html'), 'utf8').catch(() => '');
}

function decodedPath(path: string): string | undefined {
	try {
		const decoded = decodeURIComponent(path);
		return decoded.includes('\0') || decoded.includes('\\') || decoded.split('/').includes('..') ? undefined : decoded;
	} catch {
		return undefined;
	}
}

function codingFor(file: Served, accepted: string | undefined): Coding | undefined {
	if (!compressible.test(file.mime) || file.size < smallestToCompress) return undefined;
	const codings = (accepted ?? '').split(',').map((part) => part.split(';')[0]?.trim());
	return codings.includes('br') ? 'br' : codings.includes('gzip') ? 'gzip' : undefined;
}

function compress(bytes: Uint8Array, coding: Coding): Promise<Uint8Array> {
	if (coding === 'gzip') return promisify(gzip)(bytes);
	return promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 6 } });
}
