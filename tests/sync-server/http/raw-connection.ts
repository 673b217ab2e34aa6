import { connect, type Socket } from 'node:net';
import { afterTest, type TestRelay } from '../running-relay.ts';

export interface RawConnection {
	socket: Socket;
	/** All that came until the other side hung up. */
	ended: Promise<string>;
}

/** A connection that says what it likes, and never hangs up by itself. */
export function rawConnection(relay: TestRelay, bytes: string): RawConnection {
	const { hostname, port } = new URL(relay.url);
	const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
	afterTest(() => void socket.destroy());
	let received = '';
	socket.setEncoding('latin1').on('data', (text: string) => (received += text));
	socket.on('error', () => undefined);
	socket.write(bytes);
	return {
		socket,
		ended: new Promise((resolve) => socket.on('end', () => resolve(received)).on('close', () => resolve(received))),
	};
}

/** Status and headers, with small names, of an answer as it came. */
export function readAnswer(text: string): { status: number; headers: Headers; body: string } {
	const [head = '', body = ''] = text.split('\r\n\r\n', 2);
	const [first = '', ...lines] = head.split('\r\n');
	const headers = new Headers();
	for (const line of lines) headers.append(line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim());
	return { status: Number(first.split(' ')[1]), headers, body };
}
