import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import * as Y from 'yjs';
import { foldTicket } from '../../../src/lib/domain/fold-ticket.ts';
import type { DocumentId, EntryId } from '../../../src/lib/domain/ids.ts';
import { deskDocument } from '../../../src/lib/domain/ids.ts';
import { writeDeskValue } from '../../../src/lib/document/desk-document.ts';
import { appendEntries, readRecord, writeMeta } from '../../../src/lib/document/record-document.ts';
import { createOutbound } from '../../../sync-server/mail-out/outbound.ts';
import { newTicketId, opening, startRelay } from '../../support/start-relay.ts';
import { startSmtpSink, type SinkMoment } from '../../support/smtp-sink.ts';
import type { Orders } from './sending-process.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
	for (const cleanup of cleanups.reverse()) await cleanup();
	cleanups.length = 0;
});

const kills = Number(process.env.RUNS ?? 200);
const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
const mailsPerLife = 3;
const program = fileURLToPath(new URL('sending-process.ts', import.meta.url));

/** Evenly from 0 to 1 (mulberry32). */
function randomFrom(start: number): () => number {
	let state = start;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
}

/** A process that has loaded everything and waits for its orders: starting one takes longer than its life. */
function prepare(compiled: string): ChildProcess {
	const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program], {
		stdio: ['pipe', 'pipe', 'inherit'],
		// What the first one compiled: the processes that are killed keep nothing.
		env: { ...process.env, NODE_COMPILE_CACHE: compiled },
	});
	cleanups.push(() => child.kill('SIGKILL'));
	child.stdin?.on('error', () => {});
	return child;
}

test(`[F96][I3][I7] killed ${kills} times while it sends: no mail twice, none missing, or marked uncertain`, async () => {
	console.info(`kill test: ${kills} kills, seed ${seed} (RUNS and SEED change them)`);
	const dataDir = mkdtempSync(path.join(tmpdir(), 'kill-mail-'));
	cleanups.push(() => rmSync(dataDir, { recursive: true, force: true }));
	const sink = await startSmtpSink();
	cleanups.push(() => sink.close());
	const draw = randomFrom(seed);

	// The device's outbox: a ticket with a customer's message and a reply, again and again.
	const setUp = await startRelay({ dataDir });
	const maria = setUp.device('maria');
	await setUp.relay.write(deskDocument, (doc) => {
		writeDeskValue(doc, 'desk', { name: 'Desk', language: 'en' });
		const line = { id: 'support', name: 'Support', addresses: ['help@desk.example'], colour: 1 };
		writeDeskValue(doc, 'line:support' as never, line);
	});
	await setUp.close();
	const requests = new Map<EntryId, DocumentId>();
	const outbox: Orders['edits'] = [];
	for (let n = 0; n < Math.min(1900, (kills + 1) * mailsPerLife); n++) {
		const doc = new Y.Doc();
		const id = newTicketId();
		doc.transact(() => {
			writeMeta(doc, 'ticket');
			const customer = { name: 'Kim', address: `kim${n}@customer.example` };
			const mail = { channel: 'mail', visibility: 'public', subject: 'Printer' } as const;
			const opened = { ...opening({ ...maria, block: 100 + (n >= 1000 ? 1 : 0) }, n % 1000), from: customer };
			const [, slot = null] = appendEntries(doc, maria.author, [
				opened,
				{
					kind: 'message',
					direction: 'in',
					from: customer,
					to: [],
					text: 'It does not print.',
					cc: [],
					attachments: [],
					...mail,
				},
			]);
			const reply = { text: `Answer ${n}`, cc: [], attachments: [], subject: mail.subject };
			const [request] = appendEntries(doc, maria.author, [
				{ kind: 'reply-requested', slot, claim: null, seen: slot, to: [customer], ...reply },
			]);
			requests.set(request as EntryId, id);
		});
		outbox.push({ n, document: id, update: Buffer.from(Y.encodeStateAsUpdate(doc)).toString('base64') });
	}

	const moments: SinkMoment[] = ['connect', 'mail', 'rcpt', 'data', 'taken', 'answered'];
	const killedAt = new Map<string, number>();
	const compiled = path.join(dataDir, 'compiled');
	const first = prepare(compiled);
	first.stdin?.end();
	await new Promise((resolve) => first.once('exit', resolve));
	let standby = prepare(compiled);
	for (let life = 0; life < kills; life++) {
		const child = standby;
		const died = new Promise<number | null>((resolve) => child.once('exit', resolve));
		let isKilled = false;
		const kill = (at: string) => {
			if (isKilled) return;
			isKilled = true;
			sink.onMoment = () => {};
			child.kill('SIGKILL');
			killedAt.set(at, (killedAt.get(at) ?? 0) + 1);
		};
		// At a moment of the conversation, some turns of the event loop after it, or at any time.
		const how = draw();
		const moment = moments[Math.floor(draw() * moments.length)] as SinkMoment;
		let skip = Math.floor(draw() * mailsPerLife);
		const later = draw();
		sink.onMoment = (now) => {
			if (how >= 0.7 || now !== moment || (moment !== 'connect' && skip-- > 0)) return;
			if (how < 0.35) kill(now);
			else setTimeout(() => kill(`after ${now}`), later * 8);
		};
		const orders: Orders = {
			...{ dataDir, port: sink.port, untilDone: false },
			// Some of what was sent before comes again, as from a device that did not hear the answer.
			edits: outbox.slice(Math.max(0, life * mailsPerLife - 1), (life + 1) * mailsPerLife),
		};
		child.stdin?.write(`${JSON.stringify(orders)}\n`);
		standby = prepare(compiled);
		const timer = setTimeout(() => kill('any time'), how >= 0.7 ? later * 250 : 1500);
		const code = await died;
		clearTimeout(timer);
		expect(isKilled, `it ended by itself with ${code}`).toBe(true);
	}

	// Everything that was not pushed before, and one life in peace.
	const last = standby;
	const ended = new Promise<number | null>((resolve) => last.once('exit', resolve));
	last.stdin?.write(`${JSON.stringify({ dataDir, port: sink.port, edits: outbox, untilDone: true })}\n`);
	expect(await ended).toBe(0);

	const after = await startRelay({ dataDir });
	cleanups.push(() => after.close());
	const outbound = createOutbound(after.database.db, after.database.era);
	const taken = new Map<string, number>();
	for (const { messageId } of sink.mails) taken.set(messageId, (taken.get(messageId) ?? 0) + 1);
	const count = { sent: 0, 'uncertain, arrived': 0, 'uncertain, not arrived': 0 };
	for (const [request, ticket] of requests) {
		const row = outbound.of(request);
		const reading = readRecord(after.relay.read(ticket) as Y.Doc);
		const state = reading.kind === 'record' ? foldTicket(reading.facts)?.replies[0]?.state : undefined;
		expect(state?.kind).toBe(row?.state);
		const times = taken.get(row?.messageId ?? '') ?? 0;
		if (state?.kind === 'sent') {
			expect(times, `a mail that is called sent arrived ${times} times`).toBe(1);
			count.sent++;
		} else {
			expect(state?.kind).toBe('uncertain');
			expect(times).toBeLessThanOrEqual(1);
			count[times === 1 ? 'uncertain, arrived' : 'uncertain, not arrived']++;
		}
	}
	expect(sink.mails.length).toBe(count.sent + count['uncertain, arrived']);
	console.info(`kill test: ${requests.size} mails`, count, Object.fromEntries([...killedAt].sort()));
	expect(count['uncertain, arrived'] + count['uncertain, not arrived']).toBeLessThanOrEqual(kills);
	expect(count.sent).toBeGreaterThan(0);
}, 600_000);
