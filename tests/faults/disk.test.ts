import { closeSync, fstatSync, openSync, readdirSync, rmSync, truncateSync, writeSync } from 'node:fs';
import { createHash, randomBytes } from 'node:crypto';

import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { emptyFolder } from '../sync-server/running-relay.ts';

import { setUpDesk } from './desk-of-one.ts';
import { prepareRelay } from './process-relay.ts';
import { makeFailingDisk, makeSmallDisk, runTresen } from './small-disk.ts';

vi.setConfig({ testTimeout: 120_000 });
const patience = { timeout: 30_000, interval: 50 };
const errors = (output: string) => output.split('\n').filter((line) => line.includes('"level":50'));

describe('a disk on which nothing can be stored', () => {
	test.each([
		{ name: 'that is full', trouble: 'disk-full', make: () => makeSmallDisk(24) },
		{ name: 'that fails each write', trouble: 'disk-failing', make: makeFailingDisk },
	])(
		'[F98] $name: nothing is acknowledged, all that is there can be read, it says so, and goes on by itself',
		async ({ trouble, make }) => {
			const disk = make();
			const named = disk.kind === 'limited' ? 'disk-failing' : trouble;
			const data = join(disk.folder, 'data');
			const desk = await setUpDesk(data);
			const relay = prepareRelay().begin({ config: { data, logLevel: 'info' } });
			const url = await relay.ready;
			const first = desk.opens();
			expect((await desk.push(url, [first])).answers).toMatchObject([{ kind: 'ok' }]);
			await desk.pull(url);
			const file = randomBytes(40_000);
			const blob = `/blobs/${createHash('sha256').update(file).digest('hex')}?offset=0&size=${file.length}`;
			const upload = () =>
				fetch(url + blob, { method: 'PATCH', headers: { cookie: desk.admin.cookie }, body: file }).then(
					({ status }) => status,
				);

			disk.fill(relay.child);
			const large = Array.from({ length: 8 }, () => desk.opens('x'.repeat(40_000)));
			const refused = await desk.push(url, large);
			expect(refused).toEqual({ status: 507, answers: [], error: 'storage-full' });
			expect(await upload()).toBe(507);
			expect((await desk.ask(url, '/replica/blocks', '{}')).status).toBe(507);
			expect(await desk.ask(url, '/readyz')).toMatchObject({
				status: 503,
				body: { problems: expect.arrayContaining([named]) as string[] },
			});
			expect((await desk.ask(url, '/healthz')).status).toBe(200);
			expect((await desk.ask(url, '/metrics')).body.text).toContain(`tresen_cannot_store{trouble="${named}"} 1`);
			// What is there can be read, and what was refused is not half there.
			const page = await desk.pull(url);
			const documents = page.documents.map(({ document }) => document);
			expect(documents).toContain(first.document);
			expect(large.filter(({ document }) => documents.includes(document))).toEqual([]);
			// However often devices try: the log says it once, and says nothing else.
			for (let again = 0; again < 5; again++) expect((await desk.push(url, large)).status).toBe(507);
			expect(errors(relay.output()).map((line) => JSON.parse(line) as object)).toMatchObject([{ trouble: named }]);

			disk.free(relay.child);
			await expect
				.poll(() => desk.push(url, large).then(({ answers }) => answers.map(({ kind }) => kind)), patience)
				.toEqual(large.map(() => 'ok'));
			expect(await upload()).toBe(200);
			expect((await desk.ask(url, '/readyz')).body.problems).not.toContain(named);
			expect((await desk.ask(url, '/metrics')).body.text).toContain(`tresen_cannot_store{trouble="${named}"} 0`);
			expect(relay.output()).toContain('everything can be stored again');

			// It can be stopped on a full disk too, and has everything afterwards.
			disk.fill(relay.child);
			expect((await desk.push(url, [desk.opens('y'.repeat(40_000)), desk.opens('z'.repeat(40_000))])).status).toBe(507);
			expect(await relay.stop()).toBe(0);
			disk.free(relay.child);
			const next = prepareRelay().begin({ config: { data, logLevel: 'silent' } });
			const found = (await desk.pull(await next.ready)).documents.map(({ document }) => document);
			expect(found).toEqual(expect.arrayContaining([first, ...large].map(({ document }) => document)));
			await next.stop();
		},
	);

	test('[F98] at the start: the relay says what is wrong and ends, and starts when that is mended', async () => {
		const disk = makeSmallDisk(24);
		const data = join(disk.folder, 'data');
		const desk = await setUpDesk(data);
		const serve = () => runTresen(disk.through(), 'serve', '--data', data, '--listen', '127.0.0.1:0');
		const fails = /fails when it is written to/;
		disk.fill();
		const full = serve();
		expect([full.code, full.said]).toEqual([
			1,
			expect.stringMatching(disk.kind === 'mounted' ? /is full.*Make room/ : fails),
		]);
		disk.free();
		disk.protect();
		const closed = serve();
		const cannot = disk.kind === 'mounted' ? /cannot be written\. Mount it for writing/ : fails;
		expect([closed.code, closed.said]).toEqual([1, expect.stringMatching(cannot)]);
		disk.open();
		const relay = prepareRelay().begin({ config: { data, logLevel: 'silent' } });
		expect((await desk.push(await relay.ready, [desk.opens()])).answers).toMatchObject([{ kind: 'ok' }]);
		expect(await relay.stop()).toBe(0);
	});

	test('[F99] a backup that finds no room leaves nothing half, and says so', async () => {
		const data = emptyFolder();
		await setUpDesk(data);
		const disk = makeSmallDisk(1);
		disk.fill();
		const { code, said } = runTresen(disk.through(), 'backup', disk.folder, '--data', data);
		const words = disk.kind === 'mounted' ? /no room for the backup/ : /No backup was made/;
		expect([code, said]).toEqual([1, expect.stringMatching(words)]);
		expect(readdirSync(disk.folder).filter((name) => name.startsWith('tresen'))).toEqual([]);
	});
});

describe('damage on the disk', () => {
	test('[F98] that is found while the relay works: it writes nothing any more, says so, and the next start names the way out', async () => {
		const data = emptyFolder();
		const desk = await setUpDesk(data);
		const first = prepareRelay().begin({ config: { data, logLevel: 'silent' } });
		const before = await first.ready;
		// More than SQLite keeps in memory.
		for (let many = 0; many < 10; many++) {
			const tickets = Array.from({ length: 15 }, () => desk.opens('x'.repeat(40_000)));
			expect((await desk.push(before, tickets)).status).toBe(200);
		}
		await first.stop();
		const relay = prepareRelay().begin({ config: { data, logLevel: 'info' } });
		const url = await relay.ready;
		await desk.pull(url, 1_000_000);
		const file = openSync(join(data, 'tresen.sqlite'), 'r+');
		const { size } = fstatSync(file);
		// All but the beginning, with the tables' names and the pages that are always at hand.
		for (let at = 64 * 4096; at < size; at += 4096) writeSync(file, Buffer.alloc(4096, 0xa5), 0, 4096, at);
		closeSync(file);
		const page = await desk.ask(url, '/replica/bootstrap', JSON.stringify({ after: null }));
		expect(page).toMatchObject({ status: 507, body: { error: 'storage-full' } });
		const ready = await desk.ask(url, '/readyz');
		expect(ready.body).toMatchObject({ problems: expect.arrayContaining(['database-damaged']) as string[] });
		expect((await desk.push(url, [desk.opens()])).status).toBe(507);
		const told = errors(relay.output()).map((line) => JSON.parse(line) as object);
		expect(told).toMatchObject([{ trouble: 'database-damaged' }]);
		await relay.kill();
		const next = runTresen([], 'serve', '--data', data, '--listen', '127.0.0.1:0');
		const wayOut = /the database is damaged .*Nothing was changed\..*tresen restore/s;
		expect([next.code, next.said]).toEqual([1, expect.stringMatching(wayOut)]);
	});

	test('[F98] of a file: who asks for it is told, nobody else notices, and it can be brought again', async () => {
		const data = emptyFolder();
		const desk = await setUpDesk(data);
		const relay = prepareRelay().begin({ config: { data, logLevel: 'info' } });
		const url = await relay.ready;
		const file = randomBytes(40_000);
		const id = createHash('sha256').update(file).digest('hex');
		const headers = { cookie: desk.admin.cookie };
		const bring = () =>
			fetch(`${url}/blobs/${id}?offset=0&size=${file.length}`, { method: 'PATCH', headers, body: file });
		const read = () =>
			fetch(`${url}/blobs/${id}`, { headers }).then(
				async (response) => [response.status, Buffer.from(await response.arrayBuffer()).equals(file)],
				() => 'broken off',
			);
		expect((await bring()).status).toBe(200);
		expect(await read()).toEqual([200, true]);
		rmSync(join(data, 'blobs', id.slice(0, 2), id));
		expect(await read()).toEqual([404, false]);
		expect(await (await bring()).json()).toMatchObject({ complete: true });
		expect(await read()).toEqual([200, true]);
		truncateSync(join(data, 'blobs', id.slice(0, 2), id), 100);
		expect(await read()).toEqual([404, false]);
		expect(runTresen([], 'verify', '--data', data)).toMatchObject({
			code: 1,
			said: expect.stringContaining(id) as string,
		});
		expect((await desk.push(url, [desk.opens()])).status).toBe(200);
		expect(await relay.stop()).toBe(0);
	});
});
