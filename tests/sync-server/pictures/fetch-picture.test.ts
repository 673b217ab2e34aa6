import { describe, expect, test } from 'vitest';
import { fetchPicture, publicWeb } from '../../../sync-server/pictures/fetch-picture.ts';
import { pictureTypeOf } from '../../../sync-server/pictures/picture-type.ts';
import { picturesInHtml } from '../../../sync-server/pictures/pictures-in-html.ts';
import { sanitiseHtml } from '../../../sync-server/mail/sanitise-html.ts';
import { pixel, redirect, send, startHostileWeb } from './hostile-web.ts';

describe('a foreign picture is fetched', () => {
	test('[PI7] with nothing of the desk: no cookie, no referrer, no session', async () => {
		const web = await startHostileWeb({ '/a.png': send(pixel, 'image/png', { 'set-cookie': 'seen=1' }) });
		for (let times = 0; times < 2; times++) {
			const fetched = await fetchPicture(web.at('/a.png?mail=1'), web.policy);
			expect(fetched).toMatchObject({ kind: 'picture', type: 'image/png' });
			expect(fetched.kind === 'picture' && Buffer.from(fetched.bytes).equals(pixel)).toBe(true);
		}
		expect(web.asked[1]?.path).toBe('/a.png?mail=1');
		expect(Object.keys(web.asked[1]?.headers ?? {}).sort()).toEqual([
			...['accept', 'accept-encoding', 'connection', 'host', 'user-agent'],
		]);
		expect(web.asked[1]?.headers.host).toBe(`pictures.example:${web.port}`);
	});

	test('[PI4] over three redirects and not over four', async () => {
		const three = await startHostileWeb({
			'/1': redirect('/2'),
			'/2': redirect('3'),
			'/3': redirect('/a.png'),
			'/a.png': send(pixel),
		});
		expect(await fetchPicture(three.at('/1'), three.policy)).toMatchObject({ kind: 'picture' });
		const four = await startHostileWeb({ '/0': redirect('/0') });
		expect(await fetchPicture(four.at('/0'), four.policy)).toEqual({ kind: 'refused', why: 'address-refused' });
		expect(four.asked).toHaveLength(4);
	});
});

describe('[PI1] [PI2] nothing inside is ever asked', () => {
	test.each([
		...['http://127.0.0.1/', 'http://127.1/', 'http://0x7f000001/', 'http://2130706433/', 'http://[::1]/'],
		...['http://[::ffff:127.0.0.1]/', 'http://[::ffff:a9fe:a9fe]/', 'http://169.254.169.254/latest/meta-data/'],
		...['http://10.0.0.1/', 'https://192.168.0.1/', 'http://100.64.0.1/', 'http://0.0.0.0/', 'http://[fe80::1]/'],
		...[
			'http://1.1.1.1:22/',
			'http://1.1.1.1:8080/',
			'https://1.1.1.1:25/',
			'http://user@1.1.1.1/',
			'http://a:b@1.1.1.1/',
		],
		...[
			'ftp://1.1.1.1/',
			'file:///etc/passwd',
			'gopher://1.1.1.1/',
			'data:image/png;base64,AAAA',
			'blob:x',
			'no address',
		],
	])('%s', async (address) => {
		expect(await fetchPicture(address, { ...publicWeb, resolve: () => Promise.resolve([]) })).toEqual({
			kind: 'refused',
			why: 'address-refused',
		});
	});

	test('localhost has an address like every name, and it is refused', async () => {
		const policy = { ...publicWeb, resolve: () => Promise.resolve(['::1', '127.0.0.1']) };
		expect(await fetchPicture('http://localhost/', policy)).toEqual({ kind: 'refused', why: 'address-refused' });
	});

	test('a name with one public and one private address is refused whole', async () => {
		const web = await startHostileWeb({ '/a.png': send(pixel) });
		web.names.set('both.example', [['1.1.1.1', '127.0.0.1']]);
		const fetched = await fetchPicture(web.at('/a.png', 'both.example'), web.policy);
		expect(fetched).toEqual({ kind: 'refused', why: 'address-refused' });
		expect(web.asked).toEqual([]);
	});

	test('[PI4] a redirect to an address inside is refused, written as a number or as a name', async () => {
		const trap = await startHostileWeb({
			'/number': redirect(() => trap.at('/secret', '127.0.0.1')),
			'/six': redirect(() => trap.at('/secret', '[::ffff:127.0.0.1]')),
			'/name': redirect('/name-2'),
			'/name-2': redirect(() => trap.at('/secret', 'inside.example')),
			'/port': redirect('http://pictures.example:22/'),
			'/scheme': redirect('file:///etc/passwd'),
			'/nonsense': redirect('http://[/'),
		});
		for (const path of ['/number', '/six', '/name', '/port', '/scheme', '/nonsense']) {
			trap.names.set('inside.example', [['127.0.0.1']]);
			expect(await fetchPicture(trap.at(path), trap.policy), path).toEqual({ kind: 'refused', why: 'address-refused' });
		}
		expect(trap.asked.map(({ path }) => path)).not.toContain('/secret');
	});

	test('[PI3] a name is resolved once for a connection: what it says next leads nowhere', async () => {
		const inside = await startHostileWeb({ '/a.png': send(pixel) });
		let resolved = 0;
		const fetched = await fetchPicture(`http://rebinding.example:${inside.port}/a.png`, {
			...inside.policy,
			deadlineMs: 150,
			// 192.0.2.1 stands for a public address; it is nobody's, so the connection fails. Asked again, the name would lead inside.
			resolve: () => Promise.resolve(resolved++ === 0 ? ['192.0.2.1'] : ['127.0.0.1']),
			mayConnect: (address) => address === '192.0.2.1',
		});
		expect(fetched).toEqual({ kind: 'refused', why: 'no-answer' });
		expect([resolved, inside.asked.length]).toEqual([1, 0]);
	});
});

describe('[PI5] a server cannot hold the relay', () => {
	test('that sends drop by drop', async () => {
		const web = await startHostileWeb({
			'/slow.png': (response) => {
				response.writeHead(200, { 'content-type': 'image/png' });
				response.write(pixel.subarray(0, 20));
			},
			'/silent': () => {},
		});
		for (const path of ['/slow.png', '/silent'])
			expect(await fetchPicture(web.at(path), { ...web.policy, deadlineMs: 150 })).toEqual({
				kind: 'refused',
				why: 'no-answer',
			});
		await web.hungUp;
	});

	test('whose name takes for ever to resolve', async () => {
		const policy = { ...publicWeb, deadlineMs: 50, resolve: () => new Promise<string[]>(() => {}) };
		expect(await fetchPicture('http://slow.example/', policy)).toEqual({ kind: 'refused', why: 'no-answer' });
	});

	test('that sends 100 MB, said or unsaid', async () => {
		let written = 0;
		const web = await startHostileWeb({
			'/said': send(pixel, 'image/png', { 'content-length': String(100 * 1024 * 1024) }),
			'/unsaid': (response) => {
				response.writeHead(200, { 'content-type': 'image/png' });
				response.write(pixel);
				const piece = Buffer.alloc(64 * 1024);
				const more = () => {
					while (written < 100 * 1024 * 1024 && !response.destroyed) {
						written += piece.length;
						if (!response.write(piece)) return void response.once('drain', more);
					}
					response.end();
				};
				more();
			},
		});
		for (const path of ['/said', '/unsaid'])
			expect(await fetchPicture(web.at(path), web.policy), path).toEqual({ kind: 'refused', why: 'too-big' });
		await web.hungUp;
		expect(written).toBeLessThan(50 * 1024 * 1024);
	});

	test('that breaks off, answers nonsense, or is not there', async () => {
		const web = await startHostileWeb({
			'/broken': (response) => {
				response.writeHead(200, { 'content-length': '1000' });
				response.write(pixel, () => response.destroy());
			},
			'/nonsense': (response) => void response.socket?.end('nonsense\r\n\r\n'),
			'/switching': (response) =>
				void response.socket?.end('HTTP/1.1 101 Switching\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n'),
			'/error': (response) => void response.writeHead(500).end(pixel),
		});
		for (const path of ['/broken', '/nonsense', '/switching', '/error', '/missing'])
			expect(await fetchPicture(web.at(path), { ...web.policy, deadlineMs: 1_000 }), path).toEqual({
				kind: 'refused',
				why: 'no-answer',
			});
		web.names.set('nobody.example', [[]]);
		expect(await fetchPicture(web.at('/', 'nobody.example'), web.policy)).toEqual({
			kind: 'refused',
			why: 'no-answer',
		});
	});
});

describe('[PI6] what the bytes are counts', () => {
	const svg = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>';

	test('SVG, pages and scripts are no pictures, whatever they are called', async () => {
		const web = await startHostileWeb({
			'/svg': send(svg, 'image/svg+xml'),
			'/as-png': send(svg),
			'/page': send('<!doctype html><script>alert(1)</script>'),
			'/empty': send(''),
			'/zipped': send(pixel.subarray(1), 'image/png', { 'content-encoding': 'gzip' }),
		});
		for (const path of ['/svg', '/as-png', '/page', '/empty', '/zipped'])
			expect(await fetchPicture(web.at(path), web.policy), path).toEqual({ kind: 'refused', why: 'not-a-picture' });
	});

	test.each([
		['image/png', pixel],
		['image/jpeg', Buffer.from([0xff, 0xd8, 0xff, 0xe0])],
		['image/gif', Buffer.from('GIF89a')],
		['image/webp', Buffer.from('RIFF\0\0\0\0WEBPVP8 ')],
		[undefined, Buffer.from('RIFF\0\0\0\0WAVE')],
		[undefined, Buffer.from(` ${pixel.toString('latin1')}`, 'latin1')],
	])('%s is known by its first bytes', (type, bytes) => expect(pictureTypeOf(bytes)).toBe(type));
});

test('the addresses of a mail are those that its sanitised HTML names', () => {
	const html = sanitiseHtml(
		`<img src="https://a.example/x.png?a=1&b=2"><img src="//b.example/y z.png"><img src="cid:1"><a href="https://c.example/">c</a>`,
	);
	expect([...picturesInHtml(html)]).toEqual(['https://a.example/x.png?a=1&b=2', 'https://b.example/yz.png']);
});
