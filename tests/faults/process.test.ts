import { expect, test, vi } from 'vitest';
import { afterTest, emptyFolder, enrol, runRelay, setUp } from '../sync-server/running-relay.ts';
import { startSmtpSink } from '../support/smtp-sink.ts';
import { setUpDesk } from './desk-of-one.ts';
import { createJudge } from './kept-promises.ts';
import { createLoadDevice, nothingPromised, randomFrom } from './load-device.ts';
import { prepareRelay } from './process-relay.ts';
import { runTresen } from './small-disk.ts';

vi.setConfig({ testTimeout: 120_000 });
const stops = Number(process.env.STOPS ?? 3);
const seed = Number(process.env.SEED ?? 7);

test('[F98] a second relay on one data directory refuses, however the first one is; after a kill the next one starts at once', async () => {
	const data = emptyFolder();
	const desk = await setUpDesk(data);
	const first = prepareRelay().begin({ config: { data, logLevel: 'silent' } });
	const url = await first.ready;
	const serve = () => runTresen([], 'serve', '--data', data, '--listen', '127.0.0.1:0');
	const refusal = {
		code: 1,
		said: expect.stringMatching(/Another relay works on .* Stop it, or name another directory/) as string,
	};
	expect(serve()).toEqual(refusal);
	// One that stands still has not gone.
	first.child.kill('SIGSTOP');
	expect(serve()).toEqual(refusal);
	first.child.kill('SIGCONT');
	expect((await desk.push(url, [desk.opens()])).status).toBe(200);
	await first.kill();
	const next = prepareRelay().begin({ config: { data, logLevel: 'silent' } });
	expect((await desk.push(await next.ready, [desk.opens()])).status).toBe(200);
	expect(await next.stop()).toBe(0);
});

test(`[F98][I7] stopped ${stops} times under load, each time in good order: every edit is acknowledged or comes again, and no mail is uncertain`, async () => {
	const data = emptyFolder();
	const sink = await startSmtpSink();
	afterTest(() => sink.close());
	const random = randomFrom(seed);
	const promised = nothingPromised();
	const setting = await runRelay({ data });
	const maria = await setUp(setting);
	const tom = await enrol(setting, maria, { mail: 'tom@desk.example' });
	setting.installation.mailboxes.put({
		...{ name: 'Support', line: 'support' as never, address: 'support@desk.example', active: true },
		smtp: { host: '127.0.0.1', port: sink.port, security: 'none' },
	});
	await setting.close();
	const devices = [maria, tom].map(({ session, cookie }) => createLoadDevice(session, cookie, random, promised));
	const judge = createJudge(data, promised);
	for (let stop = 0; stop < stops; stop++) {
		const relay = prepareRelay().begin({ config: { data, logLevel: 'error' }, undoMs: 0 });
		const url = await relay.ready;
		let left = 20 + Math.floor(random() * 60);
		const ended = Promise.withResolvers<number | null>();
		const work = devices.map((device) =>
			device.work(url, () => {
				if (left-- === 0) relay.stop().then(ended.resolve, ended.reject);
			}),
		);
		expect(await ended.promise).toBe(0);
		await Promise.all(work);
		expect(relay.output()).not.toContain('"level":50');
		expect(judge(), `stop ${stop + 1}, seed ${seed}`).toEqual([]);
	}
	const last = prepareRelay().begin({ config: { data, logLevel: 'silent' } });
	const url = await last.ready;
	for (const device of devices) await device.catchUp(url);
	expect(devices.map((device) => device.waiting())).toEqual([0, 0]);
	expect(await last.stop()).toBe(0);
	expect(judge({ all: true })).toEqual([]);
	const uncertain = [...promised.verdicts.values()].filter((verdict) => verdict.includes('"uncertain"'));
	expect(uncertain).toEqual([]);
});
