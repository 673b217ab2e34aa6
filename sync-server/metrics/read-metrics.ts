import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { MailboxStatus } from '../../src/lib/protocol/mailbox.ts';
import { freeShare } from '../http/disk.ts';
import { databaseFile } from '../store/database.ts';
import { storageTroubles, type StorageTrouble } from '../store/storage-watch.ts';
import type { LoopDelay } from './loop-delay.ts';
import type { Metric } from './exposition.ts';
import type { Tally } from './tally.ts';

export interface MetricSources {
	database: DatabaseSync;
	/** The data directory. */
	directory: string;
	counts(): { sockets: number; rooms: number; documents: number };
	/** Connections of every kind. */
	connections(): Promise<number>;
	mailboxes(): { id: string; status: MailboxStatus }[];
	tally: Tally;
	loop: LoopDelay;
	now(): number;
	startedAt: number;
	era: number;
	storageTrouble(): StorageTrouble | undefined;
}

/** What a machine that watches the relay wants to know: numbers, states and reasons. No name, address, subject or document. */
export async function readMetrics(sources: MetricSources): Promise<Metric[]> {
	const { database, directory, tally, loop, now } = sources;
	const { sockets, rooms, documents } = sources.counts();
	const gauge = (name: string, help: string, value: number | undefined): Metric => ({
		name,
		help,
		kind: 'gauge',
		samples: value === undefined ? [] : [{ value }],
	});
	const memory = process.memoryUsage();
	const delay = loop.read();
	const cpu = process.cpuUsage();
	const mailboxes = sources.mailboxes();
	const files = database.prepare('SELECT count(*) AS count, coalesce(sum(size), 0) AS bytes FROM blobs').get();
	return [
		gauge('up_seconds', 'Since the relay started.', (now() - sources.startedAt) / 1000),
		{
			name: 'cannot_store',
			help: '1 while nothing can be stored, and why.',
			kind: 'gauge',
			samples: storageTroubles.map((trouble) => ({
				labels: { trouble },
				value: sources.storageTrouble() === trouble ? 1 : 0,
			})),
		},
		gauge('era', 'Rises when a backup is restored.', sources.era),
		gauge('connections', 'Open connections of every kind.', await sources.connections()),
		gauge('device_sockets', 'Open sockets of devices.', sockets),
		gauge('live_rooms', 'Records that somebody has on screen.', rooms),
		gauge('documents_in_memory', 'Documents that the relay holds open.', documents),
		{
			name: 'documents',
			help: 'Documents by kind, without those that were erased.',
			kind: 'gauge',
			samples: counted(
				database,
				'SELECT kind AS label, count(*) AS value FROM docs WHERE gone_at IS NULL GROUP BY kind',
				'kind',
			),
		},
		{ name: 'requests_total', help: 'Requests answered.', kind: 'counter', samples: [{ value: tally.requests }] },
		{
			name: 'pushed_edits_total',
			help: 'Edits that devices pushed, by how they were answered.',
			kind: 'counter',
			samples: Object.entries(tally.edits).map(([answer, value]) => ({ labels: { answer }, value })),
		},
		{
			name: 'refused_total',
			help: 'Requests, pushed edits and sockets that were refused, by reason.',
			kind: 'counter',
			samples: tally.refusals().map(({ door, reason, count }) => ({ labels: { door, reason }, value: count })),
		},
		{
			name: 'outbox_mails',
			help: 'Mails to customers by state.',
			kind: 'gauge',
			samples: counted(database, 'SELECT state AS label, count(*) AS value FROM outbound_mail GROUP BY state', 'state'),
		},
		{
			name: 'outbox_oldest_seconds',
			help: 'Age of the oldest mail that has not left, by state.',
			kind: 'gauge',
			samples: counted(
				database,
				`SELECT state AS label, min(accepted_at) AS value FROM outbound_mail
				WHERE state IN ('queued', 'sending', 'failed', 'uncertain') GROUP BY state`,
				'state',
			).map(({ labels, value }) => ({ labels, value: Math.max(0, now() - value) / 1000 })),
		},
		{
			name: 'mailbox_lag_seconds',
			help: 'Since a mailbox was last looked at to the end.',
			kind: 'gauge',
			samples: mailboxes.flatMap(({ id, status: { lastFetchAt } }) =>
				lastFetchAt === undefined ? [] : [{ labels: { mailbox: id }, value: Math.max(0, now() - lastFetchAt) / 1000 }],
			),
		},
		{
			name: 'mailbox_waits',
			help: '1 while a mailbox cannot be read and is tried again later.',
			kind: 'gauge',
			samples: mailboxes.map(({ id, status }) => ({
				labels: { mailbox: id, problem: status.problem ?? '' },
				value: status.state === 'waiting' ? 1 : 0,
			})),
		},
		{
			name: 'event_loop_delay_seconds',
			help: 'How late the event loop was since it was last asked.',
			kind: 'gauge',
			samples: Object.entries(delay).map(([quantile, value]) => ({ labels: { quantile }, value })),
		},
		gauge('memory_resident_bytes', 'Memory of the process.', memory.rss),
		gauge('memory_heap_bytes', 'Memory of JavaScript.', memory.heapUsed),
		{
			name: 'cpu_seconds_total',
			help: 'Processor time of the process.',
			kind: 'counter',
			samples: [{ value: (cpu.user + cpu.system) / 1e6 }],
		},
		gauge('database_bytes', 'The database without what is still in its log.', await sizeOf(directory, databaseFile)),
		gauge('database_log_bytes', 'The write-ahead log of the database.', await sizeOf(directory, `${databaseFile}-wal`)),
		gauge('files', 'Attachments and mails.', files?.count as number),
		gauge('files_bytes', 'What they take.', files?.bytes as number),
		gauge('disk_free_share', 'Of the disk with the data directory, 0 to 1.', await freeShare(directory)),
	];
}

function counted(database: DatabaseSync, select: string, label: string) {
	return database
		.prepare(select)
		.all()
		.map((row) => ({ labels: { [label]: row.label as string }, value: row.value as number }));
}

async function sizeOf(directory: string, file: string): Promise<number> {
	const found = await stat(join(directory, file)).catch(() => undefined);
	return found?.size ?? 0;
}
