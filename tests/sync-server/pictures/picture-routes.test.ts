import { expect, test } from 'vitest';
import { deskDocument, type LineId } from '../../../src/lib/domain/ids.ts';
import { writeDeskValue } from '../../../src/lib/document/desk-document.ts';
import { readRecord } from '../../../src/lib/document/record-document.ts';
import { enrol, runRelay, setUp, type TestDevice, type TestRelay } from '../running-relay.ts';
import { take } from '../mail-intake/taken-in.ts';
import { pixel, send, startHostileWeb } from './hostile-web.ts';

const west = 'west' as LineId;

function ask(relay: TestRelay, device: TestDevice | undefined, request: object) {
	return fetch(`${relay.url}/pictures`, {
		method: 'POST',
		headers: { 'content-type': 'application/json', ...(device === undefined ? {} : { cookie: device.cookie }) },
		body: JSON.stringify(request),
	});
}

async function refusalOf(response: Response) {
	return [response.status, ((await response.json()) as { detail?: string }).detail];
}

/** A mail with these pictures, as a ticket of the first line. */
async function takePictures(relay: TestRelay, ...addresses: string[]) {
	const body = addresses.map((address) => `<p>Hallo <img src="${address.replaceAll('&', '&amp;')}"></p>`).join('');
	await take(relay.installation, { headers: ['Content-Type: text/html; charset=utf-8'], body });
	const document = relay.installation.relay.documentsOfKind('ticket').at(-1);
	const doc = document === undefined ? undefined : relay.installation.relay.read(document);
	const reading = doc === undefined ? undefined : readRecord(doc);
	const entries = reading?.kind === 'record' ? [...reading.facts.entries] : [];
	return { document, entry: entries.find(([, { kind }]) => kind === 'message')?.[0] ?? '' };
}

test('a picture of a mail comes through the relay as an inert file, for a device that sees the ticket', async () => {
	const web = await startHostileWeb({ '/a.png': send(pixel, 'text/html', { 'set-cookie': 'a=1', refresh: '0' }) });
	const relay = await runRelay({}, { pictures: web.policy });
	const device = await setUp(relay);
	const mail = await takePictures(relay, web.at('/a.png?x=1&y=2'));
	expect(web.asked).toEqual([]);

	const response = await ask(relay, device, { ...mail, url: web.at('/a.png?x=1&y=2') });
	expect(response.status).toBe(200);
	expect(Buffer.from(await response.arrayBuffer()).equals(pixel)).toBe(true);
	const { headers } = response;
	expect(headers.get('content-type')).toBe('image/png');
	expect(headers.get('content-security-policy')).toBe("default-src 'none'; sandbox");
	expect(headers.get('x-content-type-options')).toBe('nosniff');
	expect(headers.get('content-disposition')).toBe('attachment');
	expect(headers.get('cache-control')).toBe('no-store');
	expect([headers.get('set-cookie'), headers.get('refresh')]).toEqual([null, null]);
	expect(web.asked.map(({ path }) => path)).toEqual(['/a.png?x=1&y=2']);
});

test('the relay is nobody’s proxy: other addresses, messages, tickets and devices are refused before anything is fetched', async () => {
	const web = await startHostileWeb({ '/a.png': send(pixel), '/b.png': send(pixel) });
	const relay = await runRelay({}, { pictures: web.policy });
	const admin = await setUp(relay);
	const mail = await takePictures(relay, web.at('/a.png'));
	await relay.installation.relay.write(deskDocument, (doc) => {
		writeDeskValue(doc, `line:${west}`, { id: west, name: 'West', addresses: [], colour: 1 });
	});
	const elsewhere = await enrol(relay, admin, { mail: 'west@desk.example', lines: [west] });
	const url = web.at('/a.png');

	expect(await refusalOf(await ask(relay, undefined, { ...mail, url }))).toEqual([401, undefined]);
	expect(await refusalOf(await ask(relay, elsewhere, { ...mail, url }))).toEqual([404, 'not-in-mail']);
	expect(await refusalOf(await ask(relay, admin, { ...mail, url: web.at('/b.png') }))).toEqual([404, 'not-in-mail']);
	const other = { ...mail, entry: `${mail.entry.slice(0, -1)}${mail.entry.endsWith('0') ? '1' : '0'}` };
	expect(await refusalOf(await ask(relay, admin, { ...other, url }))).toEqual([404, 'not-in-mail']);
	const missing = { ...mail, document: 'ticket/01H00000000000000000000000' };
	expect(await refusalOf(await ask(relay, admin, { ...missing, url }))).toEqual([404, 'not-in-mail']);
	for (const malformed of [
		{ ...mail },
		{ ...mail, url: 1 },
		{ ...mail, url, method: 'POST' },
		{ document: '../x', url },
	])
		expect((await ask(relay, admin, malformed)).status).toBe(400);
	const foreign = await fetch(`${relay.url}/pictures`, {
		method: 'POST',
		headers: { cookie: admin.cookie, origin: 'https://evil.example' },
		body: JSON.stringify({ ...mail, url }),
	});
	expect(foreign.status).toBe(403);
	expect(web.asked).toEqual([]);
});

test('as the relay is shipped, a mail that names an address inside gets nothing from there', async () => {
	const web = await startHostileWeb({ '/a.png': send(pixel) });
	const relay = await runRelay();
	const device = await setUp(relay);
	const url = web.at('/a.png', '127.0.0.1');
	const mail = await takePictures(relay, url);
	expect(await refusalOf(await ask(relay, device, { ...mail, url }))).toEqual([404, 'address-refused']);
	expect(web.asked).toEqual([]);
});

test('one device has four pictures on their way, and hears when to ask again', async () => {
	const answers: (() => void)[] = [];
	const arrived = Promise.withResolvers<void>();
	const web = await startHostileWeb({
		'/slow.png': (response) => {
			answers.push(() => response.end(pixel));
			if (answers.length === 4) arrived.resolve();
		},
	});
	const relay = await runRelay({}, { pictures: { ...web.policy, mayConnect: () => true } });
	const device = await setUp(relay);
	const url = web.at('/slow.png');
	const mail = await takePictures(relay, url);
	const four = Array.from({ length: 4 }, () => ask(relay, device, { ...mail, url }));
	await arrived.promise;
	expect((await ask(relay, device, { ...mail, url })).status).toBe(429);
	for (const end of answers.splice(0)) end();
	expect((await Promise.all(four)).map(({ status }) => status)).toEqual([200, 200, 200, 200]);
	const fifth = ask(relay, device, { ...mail, url });
	await expect.poll(() => answers.length).toBe(1);
	answers[0]?.();
	expect((await fifth).status).toBe(200);
});
