import { createConnection, createServer, type Socket } from 'node:net';

/**
 * A network between a browser and the relay that a test can spoil. A browser's own offline switch leaves open WebSockets alone;
 * this cuts them.
 *
 *   open       bytes pass, each chunk `delayMs` later
 *   cut        open connections are reset, new ones refused
 *   swallowed  connections stay open and are accepted, but no byte passes: a half-open line
 */
export interface TcpProxy {
	readonly port: number;
	readonly url: string;
	open(options?: { delayMs?: number }): void;
	cut(): void;
	swallow(): void;
	/** Closes our answer's direction only: the browser hears nothing more, the relay still does. */
	halfClose(): void;
	/** Where it leads, when the relay came back on another port. */
	retarget(port: number): void;
	/** Connections that are open now. */
	readonly connections: number;
	close(): Promise<void>;
}

export async function createTcpProxy(targetPort: number): Promise<TcpProxy> {
	let mode: 'open' | 'cut' | 'swallowed' = 'open';
	let delayMs = 0;
	const pairs = new Set<{ near: Socket; far: Socket }>();

	const server = createServer({ allowHalfOpen: true }, (near) => {
		near.on('error', () => near.destroy());
		if (mode === 'cut') {
			near.resetAndDestroy();
			return;
		}
		const far = createConnection({ port: targetPort, host: '127.0.0.1', allowHalfOpen: true });
		const pair = { near, far };
		pairs.add(pair);
		const end = () => {
			near.destroy();
			far.destroy();
			pairs.delete(pair);
		};
		for (const socket of [near, far]) socket.on('error', end).on('close', end);
		pass(near, far);
		pass(far, near);
	});

	/** Each chunk comes so much later than it was sent, and in order. */
	function pass(from: Socket, to: Socket): void {
		let before: Promise<void> = Promise.resolve();
		const later = (act: () => void) => {
			const due = performance.now() + delayMs;
			before = before
				.then(() => {
					const wait = due - performance.now();
					return wait <= 0 ? undefined : new Promise<void>((passOn) => setTimeout(passOn, wait));
				})
				.then(act);
		};
		from.on('data', (chunk) => {
			if (mode === 'swallowed') return;
			later(() => void (to.writable && mode !== 'cut' && to.write(chunk)));
		});
		from.on('end', () => later(() => to.end()));
	}

	await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
	const address = server.address();
	const port = typeof address === 'object' && address !== null ? address.port : 0;

	return {
		port,
		url: `http://127.0.0.1:${port}`,
		open(options = {}) {
			// What was swallowed is lost; a connection that missed bytes must not go on as if nothing had been.
			if (mode === 'swallowed') for (const { near } of pairs) near.resetAndDestroy();
			delayMs = options.delayMs ?? 0;
			mode = 'open';
		},
		cut() {
			mode = 'cut';
			for (const { near, far } of pairs) {
				near.resetAndDestroy();
				far.resetAndDestroy();
			}
		},
		swallow() {
			mode = 'swallowed';
		},
		halfClose() {
			for (const { near } of pairs) near.end();
		},
		retarget(next) {
			targetPort = next;
		},
		get connections() {
			return pairs.size;
		},
		async close() {
			for (const { near, far } of pairs) {
				near.destroy();
				far.destroy();
			}
			await new Promise<void>((closed) => server.close(() => closed()));
		},
	};
}
