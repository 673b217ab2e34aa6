import { createConnection, type Socket } from 'node:net';

/** One kept-alive connection for a load generator: requests are bytes made once, one after the other. */
export class RawHttp {
	#socket: Socket;
	#bytes: Buffer = Buffer.alloc(0);
	#waiting: { resolve(body: Buffer): void; reject(error: Error): void } | undefined;

	private constructor(socket: Socket) {
		this.#socket = socket;
		socket.on('data', (chunk: Buffer) => {
			this.#bytes = this.#bytes.length === 0 ? chunk : Buffer.concat([this.#bytes, chunk]);
			this.#read();
		});
		socket.on('close', () => this.#waiting?.reject(new Error('the connection was closed')));
		socket.on('error', (error) => this.#waiting?.reject(error));
	}

	static async open(url: string): Promise<RawHttp> {
		const { hostname, port } = new URL(url);
		const socket = createConnection({ host: hostname, port: Number(port), noDelay: true });
		await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
		return new RawHttp(socket);
	}

	/** Resolves with the body; rejects unless the status is 200. */
	send(request: Buffer): Promise<Buffer> {
		return new Promise((resolve, reject) => {
			this.#waiting = { resolve, reject };
			this.#socket.write(request);
		});
	}

	close(): void {
		this.#waiting = undefined;
		this.#socket.destroy();
	}

	#read(): void {
		const end = this.#bytes.indexOf('\r\n\r\n');
		if (end < 0) return;
		const head = this.#bytes.toString('latin1', 0, end);
		const length = /content-length: (\d+)/i.exec(head)?.[1];
		const begin = end + 4;
		let body: Buffer;
		if (length !== undefined) {
			if (this.#bytes.length < begin + Number(length)) return;
			body = this.#bytes.subarray(begin, begin + Number(length));
		} else {
			if (!this.#bytes.subarray(begin).includes('0\r\n\r\n')) return;
			body = unchunked(this.#bytes.subarray(begin));
		}
		this.#bytes = Buffer.alloc(0);
		const waiting = this.#waiting;
		this.#waiting = undefined;
		if (head.startsWith('HTTP/1.1 200')) waiting?.resolve(body);
		else waiting?.reject(new Error(`${head.split('\r\n')[0]}: ${body.toString()}`));
	}
}

function unchunked(bytes: Buffer): Buffer {
	const parts: Buffer[] = [];
	for (let at = 0; ;) {
		const lineEnd = bytes.indexOf('\r\n', at);
		const length = Number.parseInt(bytes.toString('latin1', at, lineEnd), 16);
		if (!(length > 0)) return Buffer.concat(parts);
		parts.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + length));
		at = lineEnd + 2 + length + 2;
	}
}

export function postBytes(url: string, path: string, cookie: string, body: Uint8Array, type: string): Buffer {
	const head = `POST ${path} HTTP/1.1\r\nHost: ${new URL(url).host}\r\nCookie: ${cookie}\r\nContent-Type: ${type}\r\nContent-Length: ${body.length}\r\n\r\n`;
	return Buffer.concat([Buffer.from(head, 'latin1'), body]);
}
