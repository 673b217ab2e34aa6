import { createNightlyBackups } from '../backup/nightly.ts';
import { splitListen } from '../config.ts';
import { listen, type HttpParts, type Patience } from '../http.ts';
import { freeShare, leastFreeShare } from '../http/disk.ts';
import { isThisMachine } from '../http/request-origin.ts';
import { createStaticApp } from '../http/static-app.ts';
import { openInstallation, type Installation } from '../installation.ts';
import { watchLoopDelay } from '../metrics/loop-delay.ts';
import { readMetrics } from '../metrics/read-metrics.ts';
import { returnMemory } from '../return-memory.ts';
import { storageTroubleOf, storageWords } from '../store/storage-watch.ts';
import { openAdminDoor } from './admin-door.ts';
import type { Command } from './command.ts';
import { operations } from './operations.ts';

export interface RunningRelay {
	installation: Installation;
	/** Where it listens. */
	url: string;
	/** How many connections are open on the port. */
	connections(): Promise<number>;
	/** Stops taking, answers what is under way, tells the devices, and leaves the data directory. */
	close(): Promise<void>;
}

/** Puts an installation behind its port. */
export async function startRelay(installation: Installation, patience?: Patience): Promise<RunningRelay> {
	const { config, auth, passkeys, blobs, relay, identify, tally, log, now } = installation;
	const loop = watchLoopDelay();
	const startedAt = now();
	const app = await createStaticApp(config.app);
	const backups = createNightlyBackups({
		...{ data: config.data, into: config.backupTo, hour: config.backupHour },
		...{ now, log: installation.log },
	});
	const parts: HttpParts = {
		auth,
		passkeys,
		blobs,
		mail: {
			mailboxes: installation.mailboxes,
			mailboxLog: installation.mailboxLog,
			statusOf: (id) => installation.mailIn.status(id),
			audit: installation.audit,
			hasLine: (line) => relay.readDesk().lines.some(({ id }) => id === line),
		},
		admin: { audit: installation.audit, held: installation.held },
		fetched: installation.fetched,
		rulesDryRun: installation.rulesDryRun,
		erasing: { erasures: installation.erasures, audit: installation.audit },
		archive: installation.archive,
		personExport: { audit: installation.audit, data: installation.config.data },
		waitingReplies: () => installation.mailOut.waitingReplies(),
		relay,
		identityOf: identify,
		pictures: installation.pictures,
		app,
		problems: () => problemsOf(installation),
		noteStorage: (error) => installation.storage.failed(error),
		notices: () => [
			...installation.mailOut.linesWithoutMailbox().map((line) => `no-mailbox-for-line: ${line}`),
			...backups.notices(),
		],
		tally,
		metrics: {
			token: config.metricsToken,
			isAlone: !config.trustProxy && (config.publicUrl === '' || isThisMachine(new URL(config.publicUrl).hostname)),
			read: () =>
				readMetrics({
					database: installation.database.db,
					directory: config.data,
					counts: () => relay.counts(),
					connections: () => server.connections(),
					mailboxes: () =>
						installation.mailboxes.all().map(({ id }) => ({ id, status: installation.mailIn.status(id) })),
					tally,
					loop,
					now,
					startedAt,
					era: relay.era,
					storageTrouble: () => installation.storage.trouble,
				}),
		},
		log,
		now,
		publicUrl: config.publicUrl,
		trustProxy: config.trustProxy,
	};
	const { host, port } = splitListen(config.listen);
	const server = await listen(parts, host, port, patience);
	installation.listensAt(server.url);
	const door = await openAdminDoor(installation, operations);
	installation.mailIn.start();
	installation.archive.start();
	await installation.mailOut.start();
	let closing: Promise<void> | undefined;
	return {
		installation,
		url: server.url,
		connections: () => server.connections(),
		close() {
			closing ??= (async () => {
				await backups.close();
				await door.close();
				await installation.mailIn.close();
				const served = server.close();
				await installation.mailOut.stop();
				await installation.relay.close();
				await served;
				loop.close();
				await installation.close();
			})();
			return closing;
		},
	};
}

async function problemsOf({ database, config, storage }: Installation): Promise<string[]> {
	const problems: string[] = [];
	storage.look();
	if (storage.trouble !== undefined) problems.push(storage.trouble);
	try {
		// Takes the write lock and lets go of it: the database can be written, and its migrations are done.
		database.db.exec('BEGIN IMMEDIATE; ROLLBACK');
	} catch {
		problems.push('database-not-writable');
	}
	const share = await freeShare(config.data);
	if (share !== undefined && share < leastFreeShare) problems.push('disk-almost-full');
	return problems;
}

const latestStopMs = 9_000;

export const serveCommand: Command = {
	usage: 'serve',
	help: 'runs the relay and serves the app',
	shape: {},
	async run({ config, print, complain }) {
		const opened = await openInstallation(config);
		if (opened.kind === 'refused') {
			complain(opened.message);
			return 1;
		}
		const { installation } = opened;
		const { log } = installation;
		let running: RunningRelay;
		try {
			running = await startRelay(installation);
		} catch (thrown) {
			await installation.close();
			const trouble = storageTroubleOf(thrown);
			if (trouble !== undefined) {
				complain(storageWords(trouble, config.data));
				return 1;
			}
			const code = (thrown as NodeJS.ErrnoException).code;
			const why = code === 'EADDRINUSE' ? 'something else listens there already' : (code ?? String(thrown));
			complain(`Cannot listen on ${config.listen}: ${why}. Choose another place with --listen.`);
			return 1;
		}
		print(`Tresen listens at ${installation.publicUrl()}`);
		const setup = installation.auth.setupUrl();
		if (setup !== undefined) print(`Set the desk up, once: ${setup}`);

		const asked = new Promise<string>((resolve) => {
			process.once('SIGTERM', () => resolve('SIGTERM'));
			process.once('SIGINT', () => resolve('SIGINT'));
		});
		// Only a nicety: the relay works as well without it.
		await returnMemory().catch((error: unknown) => log.warn({ error: String(error) }, 'memory of the start is kept'));
		log.info({ signal: await asked }, 'stopping');
		// What is stored is safe at any moment: a stop that hangs may be cut short.
		setTimeout(() => process.exit(1), latestStopMs).unref();
		await running.close();
		log.info('stopped');
		return 0;
	},
};
