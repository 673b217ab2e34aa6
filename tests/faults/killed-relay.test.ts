import { expect, test, vi } from 'vitest';
import * as Y from 'yjs';
import { startDovecot } from '../support/dovecot.ts';
import { startSmtpSink, type SinkMoment } from '../support/smtp-sink.ts';
import { mail } from '../sync-server/mail-in/fetching-desk.ts';
import { afterTest, emptyFolder, enrol, runRelay, setUp } from '../sync-server/running-relay.ts';
import { judgeMails, messagesById, watchWaiting } from './at-rest.ts';
import { createJudge } from './kept-promises.ts';
import { createLoadDevice, nothingPromised, randomFrom, type LoadDevice } from './load-device.ts';
import { prepareRelay } from './process-relay.ts';

const kills = Number(process.env.KILLS ?? 8);
const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
const mailsPerLife = 2;
const moments: SinkMoment[] = ['connect', 'mail', 'rcpt', 'data', 'taken', 'answered'];

test(`[F1][F96][F98][I2][I3][I7][I8] killed ${kills} times under load: what was acknowledged is there, no verdict changes, no mail leaves twice`, async () => {
	const began = performance.now();
	const random = randomFrom(seed);
	const data = emptyFolder();
	const dovecot = await startDovecot();
	const sink = await startSmtpSink();
	afterTest(() => sink.close());
	const promised = nothingPromised();
	const setting = await runRelay({ data });
	const maria = await setUp(setting);
	const people = [maria];
	for (const name of ['tom', 'ines']) people.push(await enrol(setting, maria, { mail: `${name}@desk.example` }));
	const imap = {
		...{ host: dovecot.host, port: dovecot.tlsPort, security: 'tls', trusted: dovecot.certificate },
		...{ user: 'support', password: dovecot.password, folder: 'INBOX', start: 'unseen', after: 'seen' },
	};
	const smtp = { host: '127.0.0.1', port: sink.port, security: 'none' };
	const box = { name: 'Support', line: 'support', address: 'support@desk.example', active: true, imap, smtp };
	expect((await maria.ask('/auth/mailboxes', box)).status).toBe(200);
	await setting.close();
	const devices = people.map(({ session, cookie }) => createLoadDevice(session, cookie, random, promised));
	const judge = createJudge(data, promised);

	let delivered = 0;
	const deliver = () =>
		dovecot.deliver(
			'support',
			Array.from({ length: mailsPerLife }, () => mail({ id: `${delivered++}@customer.example` })),
		);
	const killedAt = new Map<string, number>();
	let standby = prepareRelay();
	for (let life = 0; life < kills; life++) {
		deliver();
		await standby.loaded;
		const relay = standby.begin({ config: { data, logLevel: 'silent' }, undoMs: 0 });
		standby = prepareRelay();
		let isKilled = false;
		const kill = (at: string) => {
			if (isKilled) return;
			isKilled = true;
			sink.onMoment = () => {};
			relay.child.kill('SIGKILL');
			killedAt.set(at, (killedAt.get(at) ?? 0) + 1);
		};
		// While it starts, in the middle of a push, at a moment of the talk with a mail server, or at any time.
		const how = random();
		const moment = moments[Math.floor(random() * moments.length)] as SinkMoment;
		const later = random();
		let pushes = Math.floor(random() * 300);
		const timers: NodeJS.Timeout[] = [];
		if (how < 0.1) timers.push(setTimeout(() => kill('starting'), later * 120));
		if (how >= 0.1 && how < 0.5)
			sink.onMoment = (now) => {
				if (now !== moment) return;
				if (how < 0.3) kill(`mail: ${now}`);
				else timers.push(setTimeout(() => kill(`mail: after ${now}`), later * 8));
			};
		const work = relay.ready.then(
			async (url) => {
				timers.push(setTimeout(() => kill('at last'), 2500));
				if (how >= 0.75) timers.push(setTimeout(() => kill('any time'), later * 700));
				await Promise.all(
					devices.map((device) =>
						device.work(url, () => {
							if (how >= 0.5 && how < 0.75 && pushes-- <= 0) kill('between pushes');
						}),
					),
				);
			},
			() => {},
		);
		const { code } = await relay.ended;
		for (const timer of timers) clearTimeout(timer);
		expect(isKilled, `it ended by itself with ${code}:\n${relay.output()}`).toBe(true);
		await work;
		expect(judge(), `after kill ${life + 1}, seed ${seed}`).toEqual([]);
	}

	// One life in peace: what waited is pushed, fetched and sent.
	const last = standby.begin({ config: { data, logLevel: 'silent' }, undoMs: 0 });
	const url = await last.ready;
	const waiting = watchWaiting(data);
	const patience = { timeout: 120_000, interval: 50 };
	await vi.waitFor(async () => {
		for (const device of devices) await device.catchUp(url);
		expect(waiting.read()).toEqual({ verdicts: 0, mails: 0, taken: delivered });
	}, patience);
	waiting.close();
	for (const device of devices) await device.catchUp(url);
	expect(await last.stop()).toBe(0);
	expect(judge({ all: true }), `at the end, seed ${seed}`).toEqual([]);
	const [first, ...others] = devices;
	const tickets = (first as LoadDevice).documents;
	for (const { documents } of others)
		for (const [id, doc] of tickets)
			expect(Y.encodeStateVector(documents.get(id) as Y.Doc)).toEqual(Y.encodeStateVector(doc));
	const mails = judgeMails(tickets, data, sink.mails);
	expect(mails.broken, `seed ${seed}`).toEqual([]);
	expect(mails.uncertainArrived + mails.uncertainLost).toBeLessThanOrEqual(kills * devices.length);
	const taken = messagesById(tickets);
	for (let n = 0; n < delivered; n++) expect(taken.get(`${n}@customer.example`), `mail ${n}, seed ${seed}`).toBe(1);
	console.info(`killed ${kills} times in ${Math.round((performance.now() - began) / 1000)} s, seed ${seed}:`, {
		acknowledged: promised.edits.length,
		verdicts: promised.verdicts.size,
		files: promised.blobs.size,
		blocks: promised.blocks.length,
		mailsIn: delivered,
		mailsOut: { sent: mails.sent, held: mails.held, uncertain: mails.uncertainArrived + mails.uncertainLost },
		killedAt: Object.fromEntries([...killedAt].sort()),
	});
}, 3_600_000);
