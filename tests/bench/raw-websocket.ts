import { createConnection, type Socket } from 'node:net';

/**
 * A WebSocket for a load generator, as cheap as can be: frames are made once and masked with a key of zeros, so that the
 * server and not the client is what gets measured.
 */
export class RawWebSocket {
	onMessage: (payload: Buffer) => void = () => {};
	isClosed = false;
	closeReason = '';
	#socket: Socket;
	#rest: Buffer = Buffer.alloc(0);
	#toSend: Buffer[] = [];

	private constructor(socket: Socket) {
		this.#socket = socket;
	}

	static async open(url: string, cookie: string | undefined): Promise<RawWebSocket> {
		const { hostname, port, pathname, host } = new URL(url);
		const socket = createConnection({ host: hostname, port: Number(port), noDelay: true });
		const ws = new RawWebSocket(socket);
		socket.write(
			`GET ${pathname} HTTP/1.1\r\nHost: ${host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
				`Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n` +
				`${cookie === undefined ? '' : `Cookie: ${cookie}\r\n`}\r\n`,
		);
		await new Promise<void>((resolve, reject) => {
			let head = Buffer.alloc(0);
			const read = (chunk: Buffer) => {
				head = Buffer.concat([head, chunk]);
				const end = head.indexOf('\r\n\r\n');
				if (end < 0) return;
				socket.off('data', read);
				const status = head.toString('latin1', 9, 12);
				if (status !== '101') return reject(new Error(`${url}: ${head.toString('latin1')}`));
				// What follows the head is given out when the caller listens.
				ws.#rest = head.subarray(end + 4);
				resolve();
			};
			socket.on('data', read);
			socket.once('error', reject);
		});
		socket.on('error', () => socket.destroy());
		socket.on('close', () => (ws.isClosed = true));
		return ws;
	}

	/** Begins to give out messages. */
	listen(onMessage: (payload: Buffer) => void): void {
		this.onMessage = onMessage;
		this.#socket.on('data', (chunk: Buffer) => this.#take(chunk));
		this.#take(Buffer.alloc(0));
	}

	/** Queues a frame; `flush` sends all that is queued in one write. */
	queue(frame: Buffer): void {
		this.#toSend.push(frame);
	}

	flush(): void {
		if (this.#toSend.length === 0) return;
		this.#socket.write(this.#toSend.length === 1 ? (this.#toSend[0] as Buffer) : Buffer.concat(this.#toSend));
		this.#toSend = [];
	}

	send(payload: Uint8Array): void {
		this.queue(frameOf(payload));
		this.flush();
	}

	close(): void {
		this.#socket.destroy();
	}

	#take(chunk: Buffer): void {
		const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
		let at = 0;
		while (bytes.length - at >= 2) {
			let length = (bytes[at + 1] as number) & 127;
			let begin = at + 2;
			if (length === 126) {
				if (bytes.length - at < 4) break;
				length = bytes.readUInt16BE(at + 2);
				begin = at + 4;
			} else if (length === 127) {
				if (bytes.length - at < 10) break;
				length = bytes.readUInt32BE(at + 6);
				begin = at + 10;
			}
			if (bytes.length < begin + length) break;
			const opcode = (bytes[at] as number) & 15;
			const payload = bytes.subarray(begin, begin + length);
			at = begin + length;
			if (opcode === 2) this.onMessage(payload);
			else if (opcode === 9) this.#socket.write(frameOf(payload, 10));
			else if (opcode === 8) {
				this.closeReason = `${payload.length >= 2 ? payload.readUInt16BE(0) : ''} ${payload.toString('utf8', 2)}`;
				this.isClosed = true;
				this.#socket.end();
			}
		}
		this.#rest = bytes.subarray(at);
	}
}

/** A client's frame, masked with zeros. */
export function frameOf(payload: Uint8Array, opcode = 2): Buffer {
	const head =
		payload.length < 126
			? Buffer.from([128 | opcode, 128 | payload.length, 0, 0, 0, 0])
			: payload.length < 65_536
				? Buffer.from([128 | opcode, 254, payload.length >> 8, payload.length & 255, 0, 0, 0, 0])
				: Buffer.alloc(14);
	if (head.length === 14) {
		head[0] = 128 | opcode;
		head[1] = 255;
		head.writeUInt32BE(payload.length, 6);
	}
	return Buffer.concat([head, payload]);
}
