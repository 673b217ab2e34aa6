// A relay that sends, in a process of its own, to be killed. Waits for a word, then opens the directory, takes in what devices
// push, and sends. One line of JSON for each thing that the parent wants to know.
import { randomFillSync } from 'node:crypto';
import { createInterface } from 'node:readline';
import 'nodemailer/lib/mail-composer';
import 'nodemailer/lib/smtp-connection';
import { lineScope } from '../../../src/lib/domain/audience.ts';
import type { AgentId, DeviceId, DocumentId, LineId } from '../../../src/lib/domain/ids.ts';
import { encodePush } from '../../../src/lib/protocol/replica.ts';
import { createMailOut, type MailOut } from '../../../sync-server/mail-out/mail-out.ts';
import { createOutbound } from '../../../sync-server/mail-out/outbound.ts';
import { createReplyTokens } from '../../../sync-server/mail/reply-token.ts';
import { createRelay, type Relay } from '../../../sync-server/relay.ts';
import { realSchedule } from '../../../sync-server/schedule.ts';
import { mustOpenDatabase } from '../../../sync-server/store/database.ts';

export interface Orders {
	dataDir: string;
	port: number;
	/** What the device pushes in this life: base64, by its number. */
	edits: { n: number; document: string; update: string }[];
	/** Ends by itself when nothing waits any more. */
	untilDone: boolean;
}

const identity = {
	device: 'maria' as DeviceId,
	agent: 'maria' as AgentId,
	role: 'agent' as const,
	scopes: ['desk' as const, lineScope('support' as LineId)],
	scopeRevision: 1,
};

for await (const line of createInterface({ input: process.stdin })) {
	await live(JSON.parse(line) as Orders);
	break;
}
process.exit(0);

async function live({ dataDir, port, edits, untilDone }: Orders): Promise<void> {
	const database = mustOpenDatabase(dataDir);
	const tokens = createReplyTokens(new Uint8Array(32).fill(7));
	const fail = (error: unknown) => {
		process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
		process.exit(3);
	};
	const late: { relay?: Relay } = {};
	const mailOut: MailOut = createMailOut({
		database: database.db,
		era: database.era,
		relay: () => late.relay as Relay,
		accountFor: () => ({
			id: 'box',
			address: 'help@desk.example',
			smtp: { host: '127.0.0.1', port, security: 'none' },
		}),
		locateFile: () => undefined,
		messageId: (ticket, slot, domain) => tokens.messageId(ticket, slot, domain),
		schedule: realSchedule,
		now: Date.now,
		fillRandom: (bytes) => randomFillSync(bytes),
		onFailure: fail,
		undoMs: 0,
	});
	late.relay = createRelay({
		database,
		now: Date.now,
		random: (bytes) => randomFillSync(bytes),
		identify: () => ({ kind: 'refused', reason: 'sign-in' }),
		blocksOf: () => [100, 101],
		onFailure: fail,
		gate: mailOut.gate,
	});
	const { relay } = late;
	await mailOut.start();
	process.stdout.write('started\n');
	// One push after another, as from devices, while mails leave.
	for (const { n, document, update } of edits) {
		const body = encodePush([
			{ n, document: document as DocumentId, generation: 0, update: Buffer.from(update, 'base64') },
		]);
		const answer = await relay.push(identity, body);
		const kind = answer.kind === 'ok' ? answer.body.answers[0]?.kind : answer.reason;
		if (kind !== 'ok' && kind !== 'duplicate') fail(new Error(`push ${n}: ${JSON.stringify(answer)}`));
	}
	const outbound = createOutbound(database.db, database.era);
	const awaiting = database.db.prepare('SELECT count(*) AS n FROM awaiting_verdict');
	while (untilDone) {
		outbound.hurry(Date.now());
		await mailOut.pass();
		const isDone = outbound.inState('queued').length + outbound.inState('sending').length === 0;
		if (isDone && (awaiting.get() as { n: number }).n === 0) break;
		await new Promise((resolve) => setImmediate(resolve));
	}
	if (!untilDone) await new Promise(() => setInterval(() => {}, 1000));
	await mailOut.stop();
	await relay.close();
	database.close();
}
