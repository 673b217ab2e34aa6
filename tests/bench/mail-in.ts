import { once } from 'node:events';
import { setTimeout as after } from 'node:timers/promises';
import { WebSocket } from 'ws';
import type { LineId } from '../../src/lib/domain/ids.ts';
import type { MailboxChange, MailboxInfo } from '../../src/lib/protocol/mailbox.ts';
import { decodePage } from '../../src/lib/protocol/replica.ts';
import { enrolDevice } from '../../sync-server/commands/device.ts';
import { startRelay, type RunningRelay } from '../../sync-server/commands/serve.ts';
import { readConfig } from '../../sync-server/config.ts';
import { sessionCookie } from '../../sync-server/auth/sessions.ts';
import { openInstallation, type Installation } from '../../sync-server/installation.ts';
import { openDovecot, type Dovecot } from '../support/dovecot-server.ts';
import { startOurs } from './child.ts';
import { openFolder, temporaryFolder } from './demo-folder.ts';
import type { Bench, Figure } from './row.ts';
import { median, quantile } from './spread.ts';

/** Mail from a real Dovecot to tickets: how many a second, how soon, and what the relay's other work feels of it. */
export const mailIn: Bench = {
	name: 'mail-in',
	async run({ quick, rounds, say }): Promise<Figure[]> {
		const mails = quick ? 200 : 2_000;
		const perSecond: number[] = [];
		const downloads: number[] = [];
		const intakes: number[] = [];
		for (let round = 0; round < rounds; round++) {
			const dovecot = await openDovecot();
			try {
				dovecot.deliver('support', mailsOf(mails));
				downloads.push(mails / (await download(dovecot)));
				intakes.push(mails / (await intakeAlone(mails)));
				perSecond.push(mails / (await firstStart(dovecot, mails)));
			} finally {
				await dovecot.close();
			}
			say(`${Math.round(perSecond.at(-1) ?? 0)} mails a second`);
		}

		const many = quick ? 500 : 10_000;
		say(`${many} mails at first start`);
		const dovecot = await openDovecot();
		try {
			dovecot.deliver('support', mailsOf(many));
			const first = await firstStartApart(dovecot, many);
			say(
				`${(many / first.seconds).toFixed(0)} mails a second, /healthz p95 ${quantile(first.answers, 0.95).toFixed(0)} ms, at most ${first.peakMb.toFixed(0)} MB`,
			);
			say('one mail after another');
			const arrivals = await arrive(dovecot, quick ? 10 : 100);
			return [
				{
					what: 'mails a second through IMAP',
					value: median(perSecond),
					unit: 'mails/s',
					runs: perSecond,
					peers: [
						{ name: 'intake without IMAP', value: median(intakes) },
						{ name: 'IMAP download without intake', value: median(downloads) },
					],
					notes: [`${mails} unread mails of 2 KB, each a ticket and a person, marked as read on the server`],
				},
				{
					what: `answer of /healthz, p95, while ${many} mails come in`,
					value: quantile(first.answers, 0.95),
					unit: 'ms',
					peers: [{ name: 'the same relay at rest', value: quantile(first.atRest, 0.95) }],
					notes: [
						`first start of a relay of its own: ${first.seconds.toFixed(0)} s, ${(many / first.seconds).toFixed(0)} mails a second`,
						`median ${median(first.answers).toFixed(1)} ms, longest ${Math.max(...first.answers).toFixed(0)} ms of ${first.answers.length}`,
						`resident memory rose from ${first.restingMb.toFixed(0)} to ${first.peakMb.toFixed(0)} MB at its highest`,
					],
				},
				{
					what: 'arrival to stored, p50',
					value: median(arrivals.stored),
					unit: 'ms',
					runs: arrivals.stored,
					peers: [{ name: 'pushed to a bare IMAP client', value: median(arrivals.pushed) }],
					notes: [`from the server's answer to APPEND, by IDLE; p95 ${quantile(arrivals.stored, 0.95).toFixed(0)} ms`],
				},
				{
					what: 'arrival to a second device, p50',
					value: median(arrivals.pulled),
					unit: 'ms',
					runs: arrivals.pulled,
					notes: [`poked and pulled, without a browser; p95 ${quantile(arrivals.pulled, 0.95).toFixed(0)} ms`],
				},
			];
		} finally {
			await dovecot.close();
		}
	},
};

function* mailsOf(count: number, prefix = 'bench'): Generator<string> {
	for (let n = 0; n < count; n++) {
		yield [
			`From: Customer ${n} <customer-${n}@customer.example>`,
			'To: support@desk.example',
			`Subject: Question ${n}`,
			`Message-ID: <${prefix}-${n}@customer.example>`,
			'Date: Sat, 21 Nov 2026 09:00:00 +0000',
			'Content-Type: text/plain; charset=utf-8',
			'',
			`Question ${n}: ${'the printer on the second floor does not print. '.repeat(40)}`,
			'',
		].join('\r\n');
	}
}

async function openRelay(onTaken?: () => void): Promise<RunningRelay> {
	const reading = readConfig({ data: temporaryFolder(), listen: '127.0.0.1:0', logLevel: 'silent' }, {});
	if (reading.kind === 'refused') throw new Error(JSON.stringify(reading.problems));
	const late: { relay?: RunningRelay } = {};
	const opened = await openInstallation(reading.config, {
		mailIn: {
			async take(raw, label, { account }) {
				const mails = late.relay?.installation.mails;
				const done = await mails?.take(raw, label, { mailbox: account.id, line: account.line, live: true });
				onTaken?.();
				return done?.outcome === 'refused'
					? { outcome: 'refused', reason: done.reason ?? '' }
					: { outcome: done?.outcome ?? 'created' };
			},
		},
	});
	if (opened.kind === 'refused') throw new Error(opened.message);
	await opened.installation.auth.ensureDesk();
	const relay = await startRelay(opened.installation);
	late.relay = relay;
	return relay;
}

function mailboxOf(line: LineId, dovecot: Dovecot, active = true): MailboxChange {
	return {
		...{ name: 'Support', line, address: 'support@desk.example', active },
		imap: {
			...{ host: '127.0.0.1', port: dovecot.port, security: 'none', user: 'support', password: dovecot.password },
			...{ folder: 'INBOX', start: 'unseen', after: 'seen' },
		},
	};
}

function watch({ relay, mailboxes }: Installation, dovecot: Dovecot, active = true): string {
	const [line] = relay.readDesk().lines;
	const put = mailboxes.put(mailboxOf(line?.id as LineId, dovecot, active));
	if (put.kind === 'refused') throw new Error(put.reason);
	return put.account.id;
}

async function until(isSo: () => boolean): Promise<void> {
	while (!isSo()) await after(2);
}

/** The relay as it is shipped, in a process of its own, with a mailbox full of unread mails from the first second on. */
async function firstStartApart(dovecot: Dovecot, mails: number) {
	const data = temporaryFolder();
	const installation = await openFolder(data);
	await installation.auth.ensureDesk();
	const agent = await installation.auth.ensureAgent({ mail: 'admin@desk.example', role: 'admin' });
	const device = installation.auth.addDevice(agent, { name: 'Bench', publicKey: undefined });
	if (device.kind === 'refused') throw new Error(device.reason);
	const id = watch(installation, dovecot, false);
	await installation.close();
	const cookie = `${sessionCookie}=${device.token}`;
	const relay = await startOurs(data);
	try {
		const ask = (path: string, body?: object) =>
			fetch(`${relay.url}${path}`, {
				headers: { cookie },
				...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
			});
		const health = async (): Promise<number> => {
			const began = performance.now();
			await (await ask('/healthz')).arrayBuffer();
			return performance.now() - began;
		};
		const atRest: number[] = [];
		for (let i = 0; i < 200; i++) atRest.push(await health());
		const restingMb = relay.rssMb();
		const box = async () => {
			const { mailboxes } = (await (await ask('/auth/mailboxes')).json()) as { mailboxes: MailboxInfo[] };
			const found = mailboxes.find((mailbox) => mailbox.id === id);
			if (found === undefined) throw new Error('the mailbox is gone');
			return found;
		};
		const began = performance.now();
		const saved = await ask('/auth/mailboxes', { id, ...mailboxOf((await box()).line, dovecot) });
		if (!saved.ok) throw new Error(await saved.text());
		const answers: number[] = [];
		for (let isDone = false; !isDone;) {
			for (let i = 0; i < 20; i++) {
				answers.push(await health());
				await after(5);
			}
			const { taken, state } = (await box()).status;
			isDone = taken === mails && state === 'listening';
		}
		const seconds = (performance.now() - began) / 1000;
		return { seconds, answers, atRest, restingMb, peakMb: relay.peakRssMb() };
	} finally {
		await relay.stop();
	}
}

async function firstStart(dovecot: Dovecot, mails: number): Promise<number> {
	const relay = await openRelay();
	try {
		const { mailIn } = relay.installation;
		const began = performance.now();
		const id = watch(relay.installation, dovecot);
		await until(() => mailIn.status(id).taken === mails && mailIn.status(id).state === 'listening');
		return (performance.now() - began) / 1000;
	} finally {
		await relay.close();
	}
}

async function intakeAlone(mails: number): Promise<number> {
	const relay = await openRelay();
	try {
		const raws = [...mailsOf(mails)].map((raw) => Buffer.from(raw));
		const began = performance.now();
		for (const [n, raw] of raws.entries()) await relay.installation.mails.take(raw, `mail ${n}`, { live: true });
		return (performance.now() - began) / 1000;
	} finally {
		await relay.close();
	}
}

function download(dovecot: Dovecot): Promise<number> {
	return dovecot.as('support', async (client) => {
		await client.mailboxOpen('INBOX', { readOnly: true });
		const began = performance.now();
		let bytes = 0;
		for await (const { source } of client.fetch('1:*', { source: true })) bytes += source?.length ?? 0;
		if (bytes === 0) throw new Error('nothing came');
		return (performance.now() - began) / 1000;
	});
}

/** Mails that come one by one: when each is stored, and when a second device has pulled it. */
async function arrive(dovecot: Dovecot, count: number): Promise<Record<'pushed' | 'stored' | 'pulled', number[]>> {
	let whenStored: () => void = () => undefined;
	const relay = await openRelay(() => whenStored());
	const id = watch(relay.installation, dovecot);
	const devices = enrolDevice(relay.installation, { mail: 'axel@desk.example' }, new Uint8Array());
	let cookie = '';
	for await (const device of devices) cookie = (device as { cookie: string }).cookie;
	let cursor = 0;
	const tickets = new Set<string>();
	let whenPulled: () => void = () => undefined;
	const pull = async (): Promise<void> => {
		for (;;) {
			const response = await fetch(`${relay.url}/replica/pull`, {
				method: 'POST',
				headers: { cookie },
				body: JSON.stringify({ cursor, scopeRevision: 0 }),
			});
			const page = decodePage(new Uint8Array(await response.arrayBuffer()));
			for (const { document } of page.documents) if (document.startsWith('ticket/')) tickets.add(document);
			cursor = Math.max(cursor, page.cursor);
			if (page.next === null) break;
		}
		whenPulled();
	};
	const poke = new WebSocket(`${relay.url.replace('http', 'ws')}/replica/poke`, { headers: { cookie } });
	await once(poke, 'open');
	poke.on('message', () => void pull());
	let whenPushed: () => void = () => undefined;
	const bare = await listenBare(dovecot, () => whenPushed());
	try {
		const { mailIn } = relay.installation;
		await until(() => mailIn.status(id).state === 'listening');
		await pull();
		const pushed: number[] = [];
		const stored: number[] = [];
		const pulled: number[] = [];
		for (const raw of mailsOf(count, 'arriving')) {
			await until(() => mailIn.status(id).state === 'listening');
			const isPushed = new Promise<number>((resolve) => (whenPushed = () => resolve(performance.now())));
			const isStored = new Promise<number>((resolve) => (whenStored = () => resolve(performance.now())));
			const isPulled = new Promise<number>((resolve) => {
				const before = tickets.size;
				whenPulled = () => tickets.size > before && resolve(performance.now());
			});
			await dovecot.append('support', [raw]);
			const arrived = performance.now();
			// The push may be quicker than the answer to who brought the mail.
			pushed.push(Math.max(0, (await isPushed) - arrived));
			stored.push(Math.max(0, (await isStored) - arrived));
			pulled.push(Math.max(0, (await isPulled) - arrived));
		}
		return { pushed, stored, pulled };
	} finally {
		await bare.close();
		poke.terminate();
		await relay.close();
	}
}

/** A client that does nothing but hear of new mail, as a measure of what the server itself needs. */
async function listenBare(dovecot: Dovecot, onPush: () => void): Promise<{ close(): Promise<void> }> {
	let end: () => void = () => undefined;
	const ended = new Promise<void>((resolve) => (end = resolve));
	const opened = Promise.withResolvers<void>();
	const running = dovecot.as('support', async (client) => {
		await client.mailboxOpen('INBOX', { readOnly: true });
		client.on('exists', onPush);
		void client.idle();
		opened.resolve();
		await ended;
	});
	await opened.promise;
	return {
		close() {
			end();
			return running;
		},
	};
}
