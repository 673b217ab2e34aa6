import { rmSync } from 'node:fs';
import { setTimeout as after } from 'node:timers/promises';
import { createRandom } from '../../sync-server/demo/random.ts';
import { openDovecot } from '../support/dovecot-server.ts';
import { startSmtpSink } from '../support/smtp-sink.ts';
import { checkEnd, type EndFigures } from './check-end.ts';
import { createCustomers } from './customers.ts';
import { createDeskFolder, lineIds } from './desk-folder.ts';
import { createFeedLag, type LagFigures } from './feed-lag.ts';
import { createFlakyLink, places, type Place } from './flaky-link.ts';
import { playStep, type Office } from './play-step.ts';
import { startRelayChild, type RelayChild } from './relay-child.ts';
import { openTruth } from './relay-truth.ts';
import { takeSample, type Sample } from './sample.ts';
import { untilQuiet } from './quiet.ts';
import { watchTimers } from './timers.ts';
import { createSoakDevice, type SoakDevice } from './soak-device.ts';
import { planWeek } from './week-plan.ts';

export interface SoakOptions {
	seed: number;
	devices: number;
	/** How long the week takes. */
	seconds: number;
	/** 300 are a week of the largest centre. */
	tickets: number;
	/** Tickets that lie there before it begins, with articles, people and contacts. */
	history: number;
	/** How often the relay is killed. */
	kills: number;
	/** Waits until all mails have left: ten seconds, in which they can be taken back. */
	untilSent: boolean;
	/** Devices are told when the lines are well again, as browsers do. */
	tellsOnline: boolean;
	/** How many devices keep their things in IndexedDB; the others in memory. */
	onDexie: number;
	say(text: string): void;
}

export interface SoakResult {
	seed: number;
	samples: Sample[];
	lag: LagFigures;
	end: EndFigures;
	done: Record<string, { done: number; refused: number }>;
	/** Troubles of all lines, and the longest, s. */
	troubles: { count: number; longest: number };
	/** From the healing of all lines until everything is everywhere, s. */
	healing: number;
	/** What the timers call that are left when all devices are closed. */
	timersAtEnd: string[];
	violations: string[];
}

const quietAfterMs = 180_000;

/** Plays a week and looks at it. What must not be stands in `violations`. */
export async function runSoak(options: SoakOptions): Promise<SoakResult> {
	const { seed, say } = options;
	const violations = new Set<string>();
	const violated = (what: string) => {
		if (violations.size < 200) violations.add(what);
	};
	const ends: (() => Promise<void> | void)[] = [];
	const timers = watchTimers();
	ends.push(() => timers.close());
	try {
		const dovecot = await openDovecot(lineIds);
		ends.push(() => dovecot.close());
		const sink = await startSmtpSink();
		ends.push(() => sink.close());
		const folder = await createDeskFolder({
			...{ devices: options.devices, agents: Math.ceil(options.devices * 0.6), history: options.history },
			...{ dovecot, smtpPort: sink.port },
		});
		ends.push(() => rmSync(folder.path, { recursive: true, force: true }));
		let relay: RelayChild = await startRelayChild(folder.path);
		ends.push(() => relay.kill('SIGTERM'));
		say(`the relay is there, ${folder.lines.length} mailboxes`);

		const lag = createFeedLag(options.devices);
		const devices: SoakDevice[] = [];
		// A week in some minutes: troubles are shorter than in life, but never shorter than it takes to notice them.
		const pace = Math.min(1, Math.max(0.1, options.seconds / 120));
		for (const [index, { session, cookie }] of folder.devices.entries()) {
			const own = createRandom(seed * 1000 + index);
			const place = (Object.keys(places) as Place[])[index % 3] as Place;
			const link = await createFlakyLink(relay.port, { random: own, place, pace });
			ends.push(() => link.close());
			// Every fifth clock is wrong by minutes, one by a day.
			const skew = index === 3 ? -86_400_000 : index % 5 === 1 ? (own.next() - 0.5) * 20 * 60_000 : 0;
			const onDexie = index % Math.ceil(options.devices / Math.max(1, options.onDexie)) === 0 && options.onDexie > 0;
			devices.push(
				await createSoakDevice({
					...{ index, session, cookie, link, random: own, skew, onDexie, lag, violated },
				}),
			);
		}
		await Promise.all(devices.map((device) => device.open()));
		ends.push(() => devices.forEach((device) => device.close()));
		const truth = openTruth(folder.path);
		ends.push(() => truth.close());
		await untilQuiet(devices, truth, 120_000);
		say(`${devices.length} devices have all ${truth.sizes().documents} documents they may see`);

		const customers = createCustomers(dovecot, sink, folder.lines, 0.25);
		const samples: Sample[] = [];
		let isDown = false;
		const done: SoakResult['done'] = {};
		const began = performance.now();
		const look = async () => {
			if (isDown) return;
			samples.push(await takeSample(performance.now() - began, devices, relay, folder.path, truth, lag));
			truth.watchVerdicts(violated);
		};
		await look();

		const office: Office = {
			...{ devices, customers, strokeMs: Math.min(150, Math.max(10, options.seconds)) },
			pause: (ms) => after(ms),
			async killRelay() {
				// On a slow machine the next one may be due before the relay is there again.
				if (isDown) return;
				isDown = true;
				await relay.kill('SIGKILL');
				relay = await startRelayChild(folder.path, relay.port);
				isDown = false;
			},
			did(what, isDone) {
				const counts = (done[what] ??= { done: 0, refused: 0 });
				if (isDone) counts.done++;
				else counts.refused++;
			},
		};
		const plan = planWeek({
			...{ seed, tickets: options.tickets, ms: options.seconds * 1000, kills: options.kills },
			staff: { devices: devices.length, lines: folder.lines.length },
		});
		say(`${plan.length} steps in ${options.seconds} s`);
		for (const { link } of devices) link.begin();
		const playing: Promise<void>[] = [];
		const everyMs = Math.max(1000, (options.seconds * 1000) / 30);
		let nextLook = everyMs;
		for (const step of plan) {
			const wait = () => step.at - (performance.now() - began);
			for (; wait() > 0;) {
				await after(Math.min(wait(), Math.max(1, nextLook - (performance.now() - began))));
				if (performance.now() - began < nextLook) continue;
				await look();
				nextLook = performance.now() - began + everyMs;
				say(`${Math.round(nextLook / 1000)} s`);
			}
			const desks = devices.map(({ desk }) => desk);
			playing.push(
				playStep(office, step).catch((error: unknown) => {
					// A page that was loaded anew in the middle of it ends what it did.
					if (devices.some(({ desk }, i) => desk !== desks[i])) return office.did(step.do, false);
					violated(`${step.do} threw: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
				}),
			);
		}
		await Promise.all(playing);

		say('all lines are healed');
		customers.rest();
		for (const { link } of devices) link.heal();
		const healedAt = performance.now();
		// As a browser says that the network is back; in a long run devices have to find out by themselves.
		if (options.tellsOnline) for (const { desk } of devices) desk?.syncNow();
		await Promise.all(devices.map((device) => device.desk?.flush()));
		const isOwed = () => truth.owed().verdicts > 0 || (options.untilSent && truth.owed().mails > 0);
		const isIn = () => truth.mailsTaken() >= customers.written.size;
		const quiet = await untilQuiet(devices, truth, quietAfterMs, () => isIn() && !isOwed());
		if (quiet !== undefined) violated(`never becomes quiet: ${quiet}`);
		const healing = (performance.now() - healedAt) / 1000;
		await look();
		say(`quiet after ${healing.toFixed(1)} s`);
		const end = await checkEnd({
			...{ truth, devices, sink, seed, violated },
			...{ written: customers.written, isSent: options.untilSent },
		});
		if (relay.complaints !== '') violated(`the relay complained: ${relay.complaints.slice(0, 2000)}`);
		const troubles = {
			count: devices.reduce((sum, { link }) => sum + link.troubles, 0),
			longest: Math.max(...devices.map(({ link }) => link.longestTrouble)) / 1000,
		};
		for (const device of devices) device.close();
		for (const device of devices) await device.link.close();
		const timersAtEnd = await timers.left();
		return { seed, samples, lag: lag.all, end, done, troubles, healing, timersAtEnd, violations: [...violations] };
	} finally {
		for (const end of ends.reverse()) await end();
	}
}
