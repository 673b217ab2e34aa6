import { createConnection, createServer, type Socket } from 'node:net';

/** A line to the relay that keeps every byte which came out of the relay, whatever was spoken over it. */
export interface Wire {
	readonly url: string;
	/** All that the relay said so far. */
	heard(): Buffer;
	/** What was said until now does not count. */
	forget(): void;
	close(): Promise<void>;
}

export async function tapWire(relayUrl: string): Promise<Wire> {
	const target = Number(new URL(relayUrl).port);
	let chunks: Buffer[] = [];
	const open = new Set<Socket>();
	const server = createServer((near) => {
		const far = createConnection({ port: target, host: '127.0.0.1' });
		for (const socket of [near, far]) {
			open.add(socket);
			socket.on('error', () => socket.destroy()).on('close', () => open.delete(socket));
		}
		near.on('data', (bytes) => void far.write(bytes)).on('close', () => far.destroy());
		far.on('data', (bytes: Buffer) => {
			chunks.push(bytes);
			near.write(bytes);
		});
		far.on('close', () => near.end());
	});
	await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
	const address = server.address();
	return {
		url: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`,
		heard: () => Buffer.concat(chunks),
		forget() {
			chunks = [];
		},
		async close() {
			for (const socket of open) socket.destroy();
			await new Promise<void>((closed) => server.close(() => closed()));
		},
	};
}
