import { once } from 'node:events';
import { createConnection, createServer, type AddressInfo, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { createTcpProxy, type TcpProxy } from './tcp-proxy.ts';

const toClose: (() => unknown)[] = [];
afterEach(async () => {
	for (const close of toClose.splice(0).reverse()) await close();
});

async function echoBehindProxy(): Promise<TcpProxy> {
	const echo = createServer((socket) => socket.on('error', () => socket.destroy()).pipe(socket)).listen(0, '127.0.0.1');
	await once(echo, 'listening');
	toClose.push(() => echo.close());
	const proxy = await createTcpProxy((echo.address() as AddressInfo).port);
	toClose.push(() => proxy.close());
	return proxy;
}

async function connect(proxy: TcpProxy): Promise<Socket> {
	const socket = createConnection({ port: proxy.port, host: '127.0.0.1' });
	toClose.push(() => socket.destroy());
	await once(socket, 'connect');
	return socket;
}

test('an open proxy passes bytes both ways', async () => {
	const socket = await connect(await echoBehindProxy());
	socket.write('hello');
	expect(String((await once(socket, 'data'))[0])).toBe('hello');
});

test('a cut ends open connections and refuses new ones until it is opened again', async () => {
	const proxy = await echoBehindProxy();
	const socket = await connect(proxy);
	socket.write('hello');
	await once(socket, 'data');
	const reset = once(socket, 'error');
	proxy.cut();
	await reset;
	const refused = createConnection({ port: proxy.port, host: '127.0.0.1' });
	await once(refused, 'error');
	proxy.open();
	const again = await connect(proxy);
	again.write('back');
	expect(String((await once(again, 'data'))[0])).toBe('back');
});

test('a swallowing proxy keeps the connection and loses the bytes', async () => {
	const proxy = await echoBehindProxy();
	const socket = await connect(proxy);
	let heard = '';
	socket.on('data', (chunk) => (heard += String(chunk)));
	proxy.swallow();
	socket.write('lost');
	const reset = once(socket, 'error');
	proxy.open();
	await reset;
	expect(heard).toBe('');
});

test('a delay keeps the order', async () => {
	const proxy = await echoBehindProxy();
	proxy.open({ delayMs: 5 });
	const socket = await connect(proxy);
	let heard = '';
	socket.on('data', (chunk) => (heard += String(chunk)));
	for (const part of ['a', 'b', 'c']) socket.write(part);
	await expect.poll(() => heard).toBe('abc');
});
