import { getRandomValues } from 'node:crypto';
import { accessSync, constants, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino, type Logger } from 'pino';
import type { DeskConfig, MailRule } from '../src/lib/domain/desk-config.ts';
import type { Entry } from '../src/lib/domain/entry.ts';
import type { AgentId, DeviceId, DocumentId, EntryId } from '../src/lib/domain/ids.ts';
import { deskDocument, relayAgent, relayDevice } from '../src/lib/domain/ids.ts';
import { createUlid } from '../src/lib/domain/ulid.ts';
import type { RulesDryRun } from '../src/lib/protocol/mail-rules.ts';
import { writeDeskValue } from '../src/lib/document/desk-document.ts';
import { createAuditLog, type AuditLog } from './audit/audit-log.ts';
import { createDeskChanges } from './audit/desk-changes.ts';
import { createFetchedFiles } from './audit/fetched-files.ts';
import { createHeldReport, type HeldReport } from './auth/held-report.ts';
import { createAuth, type Auth, type Caller } from './auth/auth.ts';
import { createPasskeys, type Passkeys } from './auth/passkeys.ts';
import { readSessionCookie } from './auth/sessions.ts';
import { createBlobStore, type BlobReader, type BlobStore } from './blobs/blob-store.ts';
import { splitListen, type Config } from './config.ts';
import type { DeviceIdentity, Identify } from './device-identity.ts';
import { openErasureList } from './erasure/erasure-list.ts';
import { createErasures, type ErasuresOfDesk } from './erasure/erasures.ts';
import { createMailIndex } from './mail-intake/mail-index.ts';
import { createSenderFlood } from './mail-intake/sender-flood.ts';
import { ownAddresses } from './mail-intake/own-addresses.ts';
import { createMailIntake, type MailIntake } from './mail-intake/mail-intake.ts';
import { createTakenTwice } from './mail-intake/taken-twice.ts';
import { handingOverMs } from './replica/compare.ts';
import { rulesDryRun } from './mail-intake/rules-dry-run.ts';
import { createMailIn, type MailIn, type MailInParts } from './mail-in/mail-in.ts';
import { createReadingPlaces } from './mail-in/reading-places.ts';
import { createMailboxLog, type MailboxLog } from './mailboxes/mailbox-log.ts';
import { createMailboxes, type Mailboxes } from './mailboxes/mailboxes.ts';
import { readTokenKey } from './mail-intake/token-key.ts';
import { DEFAULT_MAIL_LIMITS } from './mail/parsed-mail.ts';
import { createReplyTokens } from './mail/reply-token.ts';
import { createMailOut, type MailOut } from './mail-out/mail-out.ts';
import { createTally, type Tally } from './metrics/tally.ts';
import type { FetchPolicy } from './pictures/fetch-picture.ts';
import { createRelay, type Relay } from './relay.ts';
import { realSchedule } from './schedule.ts';
import { createArchive, type Archive } from './search/archive.ts';
import { openDatabase, type RelayDatabase } from './store/database.ts';
import { createSteadyClock } from './steady-clock.ts';
import {
	createStorageWatch,
	storageTroubleOf,
	storageWords,
	type StorageTrouble,
	type StorageWatch,
} from './store/storage-watch.ts';

/** One desk's whole data directory, opened: relay, people, files, mails. One process at a time holds it. */
export interface Installation {
	config: Config;
	database: RelayDatabase;
	relay: Relay;
	auth: Auth;
	passkeys: Passkeys;
	blobs: BlobStore;
	mails: MailIntake;
	/** What rules for mail would have done with the newest mails. */
	rulesDryRun(rules: readonly MailRule[]): Promise<RulesDryRun>;
	mailboxes: Mailboxes;
	mailboxLog: MailboxLog;
	/** Fetches nothing until it is started. */
	mailIn: MailIn;
	/** Sends nothing until it is started. */
	mailOut: MailOut;
	pictures: FetchPolicy | undefined;
	/** Takes people and words out of the desk for good. */
	erasures: ErasuresOfDesk;
	/** Finds words in tickets at rest. Reads nothing by itself until it is started. */
	archive: Archive;
	/** Who administered what. */
	audit: AuditLog;
	/** What a device held. */
	held: HeldReport;
	/** A device fetched a file. */
	fetched: ReturnType<typeof createFetchedFiles>;
	/** Whether the disk takes what is written. */
	storage: StorageWatch;
	/** What came in since the start. */
	tally: Tally;
	log: Logger;
	now: () => number;
	identify: Identify;
	/** Where browsers find the desk, without a slash at the end. */
	publicUrl(): string;
	/** Called when it is known where the relay listens. */
	listensAt(url: string): void;
	close(): Promise<void>;
}

export type InstallationOpening =
	| { kind: 'open'; installation: Installation }
	| { kind: 'refused'; reason: 'locked' | 'newer' | 'unusable'; message: string };

export interface InstallationOptions {
	now?: () => number;
	log?: Logger;
	/** The app's build, told to devices. */
	build?: string;
	/** How mail is fetched, where a test has to hold it in its hand. */
	mailIn?: Partial<MailInParts>;
	/** How long a reply can be taken back; 10 seconds. */
	undoMs?: number;
	/** Where foreign pictures may come from; the public web. Only for tests, whose servers are on this machine. */
	pictures?: FetchPolicy;
}

export async function openInstallation(
	config: Config,
	options: InstallationOptions = {},
): Promise<InstallationOpening> {
	const log = options.log ?? pino({ level: config.logLevel, base: null });
	const now = createSteadyClock(options.now ?? Date.now, (ms) =>
		log.warn({ seconds: Math.round(ms / 1000) }, 'the clock was set back: the relay follows it after its next start'),
	);
	const opening = openDirectory(config.data);
	if (opening.kind === 'refused') return opening;
	try {
		return await open(config, options, opening.database, { now, log });
	} catch (thrown) {
		opening.database.close();
		const trouble = storageTroubleOf(thrown);
		if (trouble === undefined) throw thrown;
		return { kind: 'refused', reason: 'unusable', message: storageWords(trouble, config.data) };
	}
}

async function open(
	config: Config,
	options: InstallationOptions,
	database: RelayDatabase,
	{ now, log }: Pick<Installation, 'now' | 'log'>,
): Promise<InstallationOpening> {
	const { host, port } = splitListen(config.listen);
	let address = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
	const publicUrl = () => config.publicUrl || address;
	const fillRandom = (bytes: Uint8Array) => getRandomValues(bytes);
	const storage = createStorageWatch({
		...{ db: database.db, schedule: realSchedule },
		onChange(trouble) {
			if (trouble === undefined) log.info('everything can be stored again');
			else log.error({ trouble }, 'nothing can be stored: devices keep what they have, and mails stay on their server');
		},
	});
	const failed = (message: string) => (error: unknown) => {
		if (!storage.failed(error)) log.error({ error: error instanceof Error ? error.stack : String(error) }, message);
	};

	const blobs = createBlobStore({ database: database.db, directory: config.data, quota: config.blobQuota, now });
	const index = createMailIndex(database.db, now);
	const replyTokens = createReplyTokens(readTokenKey(config.data));
	const passkeys = createPasskeys(database.db, now);
	const mailboxes = createMailboxes({
		database: database.db,
		secretsDirectory: join(config.data, 'secrets'),
		now,
		newId: () => createUlid(now(), fillRandom),
	});
	const mailboxLog = createMailboxLog(database.db, now);
	/** Callers are the same objects until something about them changes, and so is the desk. */
	const identities = new WeakMap<Caller, { desk: DeskConfig; identity: DeviceIdentity }>();
	const identityOf = (caller: Caller): DeviceIdentity => {
		const desk = relay.readDesk();
		const known = identities.get(caller);
		if (known?.desk === desk) return known.identity;
		const { agent, device } = caller;
		const identity = {
			device: device.id,
			agent: agent.id,
			role: agent.role,
			scopes: auth.scopesOf(agent),
			scopeRevision: agent.scopeRevision,
		};
		identities.set(caller, { desk, identity });
		return identity;
	};
	let noticed: DeskConfig | undefined;
	let lines: string | undefined;
	/** An admin's device that adds a line asks soon again, and from then on all admins see it. */
	const noticeLines = () => {
		const desk = relay.readDesk();
		if (desk === noticed) return;
		noticed = desk;
		const current = desk.lines
			.map((line) => line.id)
			.sort()
			.join(' ');
		const hasChanged = lines !== undefined && lines !== current;
		lines = current;
		if (hasChanged) auth.linesChanged();
	};
	const identify: Identify = (headers) => {
		noticeLines();
		const identified = auth.identify(readSessionCookie(headers.get('cookie') ?? undefined));
		return identified.kind === 'refused'
			? { kind: 'refused', reason: identified.reason }
			: { kind: 'known', identity: identityOf(identified.caller) };
	};
	const readerOf = (author: DeviceIdentity | undefined): BlobReader => ({
		device: author?.device ?? relayDevice,
		maySee: (other) => author === undefined || relay.maySee(author, other),
	});
	const noteEntry = (document: DocumentId, entry: Entry, author: DeviceIdentity | undefined) => {
		index.noteEntry(document, entry);
		// What the relay wrote comes from a device only where it is handed over.
		const isHandedOver = author !== undefined && entry.kind === 'message' && entry.by === relayAgent;
		if (isHandedOver && entry.raw !== undefined) takenTwice.handedOver(entry.raw);
		blobs.noteEntry(document, entry, readerOf(author));
		erasures.noteEntry(document, entry);
	};
	const mailOut = createMailOut({
		database: database.db,
		era: database.era,
		relay: () => relay,
		accountFor: (line) => mailboxes.forLine(line),
		noteMailbox: (mailbox, failure) =>
			mailboxLog.add(mailbox, failure === undefined ? { event: 'recovered' } : { event: 'problem', ...failure }),
		locateFile: (blob) => blobs.locate(blob),
		messageId: (ticket, slot, domain) => replyTokens.messageId(ticket, slot, domain),
		replyAddress: (ticket, address) => replyTokens.replyAddress(ticket, address),
		schedule: realSchedule,
		now,
		fillRandom,
		onFailure: failed('sending mails failed'),
		...(options.undoMs === undefined ? {} : { undoMs: options.undoMs }),
	});
	mailboxes.onChange(() => mailOut.retryNow());
	const tally = createTally();
	const audit = createAuditLog(database.db, now);
	const noteDesk = createDeskChanges({ database: database.db, audit, agentOf: (device) => auth.agentOfDevice(device) });
	const relay: Relay = createRelay({
		database,
		onRefused: (reason) => tally.refused('socket', reason),
		noteDesk,
		now,
		random: fillRandom,
		identify,
		blocksOf: (device: DeviceId) => auth.numbers.of(device),
		adoptBlock: (device, block) => auth.numbers.adopt(device, block),
		onDeskOffered: () => void auth.publishAgents().catch(() => {}),
		noteEntry,
		noteFile: (document, file, author) => blobs.noteFile(document, file, readerOf(author)),
		gate: mailOut.gate,
		erasedUpTo: () => erasures.upTo(),
		onFailure: failed('the relay failed'),
		storage,
		...(options.build === undefined ? {} : { build: options.build }),
	});
	const auth: Auth = createAuth({
		database: database.db,
		directory: config.data,
		audit,
		desk: {
			readDesk: () => relay.readDesk(),
			async writeDesk(values) {
				const outcome = await relay.write(deskDocument, (doc) => {
					for (const [key, value] of values) writeDeskValue(doc, key, value);
				});
				if (outcome.kind === 'storage-full')
					throw Object.assign(new Error('the desk cannot be stored'), { code: 'ENOSPC' });
				if (outcome.kind !== 'ok') throw new Error(`the desk's configuration was not stored: ${outcome.kind}`);
			},
			closeDevice: (device, reason) => relay.disconnectDevice(device, reason),
			scopesChanged: (agent: AgentId) => relay.reconnectAgent(agent),
			era: () => database.era,
		},
		now,
		publicUrl,
		fillRandom,
	});
	const takenTwice = createTakenTwice({
		database: database.db,
		readDocument: (id) => relay.read(id),
		change: (change) => relay.change(change),
		schedule: realSchedule,
		now,
		fillRandom,
		onFailure: (error) =>
			log.error({ error: error instanceof Error ? error.stack : String(error) }, 'uniting tickets failed'),
	});
	const mails = createMailIntake({
		index,
		takenTwice,
		blobs,
		flood: createSenderFlood(database.db, now),
		tokens: replyTokens,
		change: (change) => relay.change(change),
		readDocument: (id) => relay.read(id),
		readDesk: () => relay.readDesk(),
		nextNumber: () => auth.numbers.nextNumber(),
		now,
		fillRandom,
		acknowledge: (ticket, message) => mailOut.acknowledge(ticket, message),
		noteBounce: (messageId, message, reason) => mailOut.noteBounce(messageId, message, reason),
		onFailure: failed('answering a mail failed'),
	});
	const mailIn = createMailIn({
		mailboxes,
		places: createReadingPlaces(database.db),
		async take(raw, label, { account, isLive }) {
			const { outcome, reason = '' } = await mails.take(raw, label, {
				mailbox: account.id,
				address: account.address,
				line: account.line,
				live: isLive,
			});
			return outcome === 'refused' ? { outcome, reason } : { outcome };
		},
		log: (mailbox, entry) => {
			mailboxLog.add(mailbox, entry);
			const { event, problem, reason } = entry;
			if (event === 'problem') log.warn({ mailbox, problem }, 'a mailbox cannot be read');
			else if (event === 'mail-skipped') log.warn({ mailbox, reason }, 'a mail was passed over');
		},
		onFailure: failed('fetching mails failed'),
		now,
		mostBytes: DEFAULT_MAIL_LIMITS.rawBytes,
		...options.mailIn,
	});
	const archive = createArchive({
		...{ database, now, schedule: realSchedule },
		// Not for the storage watch: the index can be made again, and its file tells nothing of the desk's own.
		onFailure: (error) =>
			log.error({ error: error instanceof Error ? error.stack : String(error) }, 'searching old tickets failed'),
	});
	const erasures: ErasuresOfDesk = createErasures({
		...{ database, relay, blobs, now },
		forgetInSearch: () => archive.forgetErased(),
		list: openErasureList(config.data, database.era, config.backupTo === '' ? [] : [config.backupTo]),
		isOwnAddress: (address) => ownAddresses(relay.readDesk())(address),
		newEntryId: () => createUlid(now(), fillRandom) as EntryId,
		pause: () => new Promise((resolve) => setImmediate(resolve)),
		onFailure: (error) => log.error({ error: error instanceof Error ? error.stack : String(error) }, 'erasing failed'),
	});
	await erasures.resume();
	await auth.publishAgents();
	await blobs.clearAbandoned();
	const { restored } = database;
	if (restored !== undefined && now() < restored.at + handingOverMs) void takenTwice.resume(restored.at);

	let closing: Promise<void> | undefined;
	const installation: Installation = {
		config,
		database,
		relay,
		auth,
		passkeys,
		blobs,
		mails,
		rulesDryRun: (rules) => rulesDryRun(rules, { index, blobs, readDocument: (id) => relay.read(id) }),
		mailboxes,
		mailboxLog,
		mailIn,
		mailOut,
		pictures: options.pictures,
		erasures,
		archive,
		audit,
		held: createHeldReport({
			database: database.db,
			sentTo: (device) => relay.sentTo(device),
			read: (document) => relay.read(document),
		}),
		fetched: createFetchedFiles({
			database: database.db,
			audit,
			agentOf: (device) => auth.agentOfDevice(device),
			read: (document) => relay.read(document),
			now,
		}),
		storage,
		tally,
		log,
		now,
		identify,
		publicUrl,
		listensAt(url) {
			address = url;
		},
		close() {
			takenTwice.stop();
			closing ??= mailIn
				.close()
				.then(() => mailOut.stop())
				.then(() => erasures.settled())
				.then(() => archive.close())
				.then(() => relay.close())
				.then(() => storage.close())
				.then(() => database.close());
			return closing;
		},
	};
	return { kind: 'open', installation };
}

type Directory = { kind: 'open'; database: RelayDatabase } | Extract<InstallationOpening, { kind: 'refused' }>;

function openDirectory(directory: string): Directory {
	try {
		mkdirSync(join(directory, 'secrets'), { recursive: true, mode: 0o700 });
		const opened = openDatabase(directory);
		if (opened.kind === 'open') {
			writeFileSync(join(directory, 'VERSION'), `${dataVersion}\n`);
			return opened;
		}
		return opened.kind === 'locked'
			? {
					kind: 'refused',
					reason: 'locked',
					message: `Another relay works on ${directory}. Stop it, or name another directory with --data.`,
				}
			: {
					kind: 'refused',
					reason: 'newer',
					message: `${directory} was written by a newer Tresen (version ${opened.version}, this one knows ${opened.known}). Update Tresen.`,
				};
	} catch (thrown) {
		const trouble = storageTroubleOf(thrown) ?? writingTrouble(directory);
		if (trouble !== undefined)
			return { kind: 'refused', reason: 'unusable', message: storageWords(trouble, directory) };
		const message = thrown instanceof Error ? thrown.message : String(thrown);
		return { kind: 'refused', reason: 'unusable', message: `${directory} cannot be used: ${message}` };
	}
}

/** SQLite cannot open a database where it cannot write, and does not say why. */
function writingTrouble(directory: string): StorageTrouble | undefined {
	try {
		accessSync(directory, constants.W_OK);
		return undefined;
	} catch (thrown) {
		return storageTroubleOf(thrown);
	}
}

/** The layout of the data directory; raised when files move. */
const dataVersion = 1;
