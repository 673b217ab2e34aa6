import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A built app behind a server process of its own, that can be stopped and started again with another build. */
export interface StaticSite {
	readonly url: string;
	serve(folder: string): Promise<void>;
	stop(): Promise<void>;
}

export async function createStaticSite(folder: string): Promise<StaticSite> {
	let { child, port } = await startProcess(folder, 0);
	const stop = async () => {
		if (child.exitCode !== null || child.signalCode !== null) return;
		const ended = once(child, 'exit');
		child.kill('SIGKILL');
		await ended;
	};
	return {
		url: `http://127.0.0.1:${port}`,
		stop,
		serve: async (next) => {
			await stop();
			({ child, port } = await startProcess(next, port));
		},
	};
}

async function startProcess(folder: string, port: number): Promise<{ child: ChildProcess; port: number }> {
	const child = spawn(process.execPath, [fileURLToPath(import.meta.url), folder, String(port)], {
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	for await (const line of createInterface({ input: child.stdout })) return { child, port: Number(line) };
	throw new Error(`The server for ${folder} ended before it listened.`);
}

const types: Record<string, string> = {
	'.html': 'text/html; charset=utf-8',
	'.js': 'text/javascript',
	'.css': 'text/css',
	'.json': 'application/json',
	'.svg': 'image/svg+xml',
	'.png': 'image/png',
	'.webmanifest': 'application/manifest+json',
};

function listen(folder: string, port: number) {
	const server = createServer((request, response) => {
		const { pathname } = new URL(request.url ?? '/', 'http://site');
		const path = normalize(pathname.endsWith('/') ? `${pathname}index.html` : pathname);
		const isPage = extname(path) === '';
		readFile(join(folder, isPage ? 'index.html' : path)).then(
			(body) =>
				response
					.writeHead(200, {
						'content-type': types[isPage ? '.html' : extname(path)] ?? 'application/octet-stream',
						'cache-control': path.includes('/immutable/') ? 'public, max-age=31536000, immutable' : 'no-cache',
					})
					.end(body),
			() => response.writeHead(404).end(),
		);
	});
	server.listen(port, '127.0.0.1', () => {
		const address = server.address();
		process.stdout.write(`${typeof address === 'object' ? address?.port : ''}\n`);
	});
}

if (import.meta.main) listen(process.argv[2] ?? '.', Number(process.argv[3] ?? 0));
