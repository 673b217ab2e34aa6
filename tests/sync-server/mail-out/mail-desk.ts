import { createHash, randomFillSync } from 'node:crypto';
import * as Y from 'yjs';
import type { Desk, Line } from '../../../src/lib/domain/desk-config.ts';
import type { Draft, EntryOf } from '../../../src/lib/domain/entry.ts';
import { foldTicket, type Ticket } from '../../../src/lib/domain/fold-ticket.ts';
import type { Hlc } from '../../../src/lib/domain/hlc.ts';
import { deskDocument, relayAgent, relayDevice, type DocumentId, type EntryId } from '../../../src/lib/domain/ids.ts';
import type { ReplyState } from '../../../src/lib/domain/reply.ts';
import type { Verdict } from '../../../src/lib/domain/verdict.ts';
import { writeDeskValue } from '../../../src/lib/document/desk-document.ts';
import { appendEntries, readRecord, writeMeta } from '../../../src/lib/document/record-document.ts';
import { encodePush } from '../../../src/lib/protocol/replica.ts';
import { createMailOut, type MailOut, type MailOutParts } from '../../../sync-server/mail-out/mail-out.ts';
import { createOutbound, type Outbound } from '../../../sync-server/mail-out/outbound.ts';
import type { SendGate } from '../../../sync-server/mail-out/send-gate.ts';
import { createReplyTokens } from '../../../sync-server/mail/reply-token.ts';
import { realSchedule } from '../../../sync-server/schedule.ts';
import {
	newTicketId,
	newUlid,
	opening,
	startRelay,
	type TestDevice,
	type TestRelay,
} from '../../support/start-relay.ts';
import type { SmtpSink } from '../../support/smtp-sink.ts';

/** A relay with gate and sender, a line and a clock that the test moves. Nothing is sent but by `pass`. */
export interface MailDesk {
	relay: TestRelay;
	readonly mailOut: MailOut;
	/** As after a crash: what was under way is forgotten. */
	restart(): Promise<void>;
	outbound: Outbound;
	/** Files that may be sent, by their hash. */
	files: Map<string, { size: number; path: string }>;
	now(): number;
	go(ms: number): void;
	ticket(opener?: TestDevice, from?: { name: string; address: string }): Promise<TicketOnDevice>;
	/** The same ticket on another device. */
	on(device: TestDevice, of: TicketOnDevice): Promise<TicketOnDevice>;
	/** The customer writes: the relay's own entry. */
	customerWrites(ticket: DocumentId, more?: Partial<EntryOf<'message'>>): Promise<EntryId>;
	fold(ticket: DocumentId): Ticket;
	verdicts(ticket: DocumentId): ReadonlyMap<string, Verdict>;
	stateOf(ticket: DocumentId, request: EntryId): ReplyState | undefined;
	/** Everything that came in is answered. */
	answered(): Promise<void>;
	/** Past the time to take back, and sent. */
	send(): Promise<void>;
	changeLine(line: Partial<Line>, desk?: Partial<Desk>): Promise<void>;
	close(): Promise<void>;
}

export interface MailDeskOptions extends Partial<Pick<MailOutParts, 'accountFor' | 'undoMs' | 'openSession'>> {
	sink?: SmtpSink;
	/** Whether the mailbox takes mail to its address with `+something`. */
	plusAddressing?: boolean;
	/** Spoils the queue or the gate, to see that the tests notice. */
	spoil?: { outbound?(outbound: Outbound): Outbound; gate?(gate: SendGate): SendGate };
	dataDir?: string;
	startAt?: number;
}

export const testKey = createHash('sha256').update('a key for tests').digest();

export async function startMailDesk(options: MailDeskOptions = {}): Promise<MailDesk> {
	let time = options.startAt ?? Date.UTC(2026, 10, 21, 9, 0);
	const now = () => time;
	const files = new Map<string, { size: number; path: string }>();
	const tokens = createReplyTokens(testKey);
	const late: { mailOut?: MailOut } = {};
	const relay = await startRelay({
		now,
		...(options.dataDir === undefined ? {} : { dataDir: options.dataDir }),
		gate: {
			begin(ticket) {
				const { gate } = late.mailOut as MailOut;
				return (options.spoil?.gate?.(gate) ?? gate).begin(ticket);
			},
		},
	});
	const { sink } = options;
	const { db } = relay.database;
	const failures = relay.failures;
	const { era } = relay.database;
	const outbound = createOutbound(db, era);
	const createOut = () =>
		createMailOut({
			database: db,
			era,
			relay: () => relay.relay,
			accountFor: () =>
				sink === undefined
					? undefined
					: {
							id: 'box',
							address: 'help@desk.example',
							...(options.plusAddressing === undefined ? {} : { plusAddressing: options.plusAddressing }),
							smtp: { host: '127.0.0.1', port: sink.port, security: 'none' },
						},
			locateFile: (blob) => files.get(blob),
			messageId: (ticket, slot, domain) => tokens.messageId(ticket, slot, domain),
			replyAddress: (ticket, address) => tokens.replyAddress(ticket, address),
			schedule: realSchedule,
			now,
			fillRandom: (bytes) => randomFillSync(bytes),
			onFailure: (error) => failures.push(error),
			outbound: options.spoil?.outbound?.(outbound) ?? outbound,
			...options,
		});
	late.mailOut = createOut();
	const { relay: core } = relay;
	const line: Line = {
		id: 'support' as Line['id'],
		name: 'Support',
		addresses: ['help@desk.example'],
		colour: 200,
		sender: { name: 'Printer Support', address: 'help@desk.example' },
	};
	await core.write(deskDocument, (doc) => {
		writeDeskValue(doc, 'desk', { name: 'Test desk', language: 'en' });
		writeDeskValue(doc, `line:${line.id}`, line);
	});
	const facts = (id: DocumentId) => {
		const reading = readRecord(core.read(id) as Y.Doc);
		if (reading.kind !== 'record') throw new Error(reading.kind);
		return reading.facts;
	};
	let opened = 0;
	let written = 0;
	const desk: MailDesk = {
		relay,
		get mailOut() {
			return late.mailOut as MailOut;
		},
		outbound,
		async restart() {
			late.mailOut = createOut();
			await late.mailOut.start();
			await late.mailOut.stop();
			late.mailOut = createOut();
		},
		files,
		now,
		go: (ms) => void (time += ms),
		async ticket(opener = relay.device('maria'), from = { name: 'Kim Weiß', address: 'kim@customer.example' }) {
			const ticket = new TicketOnDevice(desk, opener, newTicketId());
			ticket.doc.transact(() => {
				writeMeta(ticket.doc, 'ticket');
				ticket.write({ ...opening(opener, opened++ % 1000), channel: 'mail', from });
			});
			await ticket.push();
			return ticket;
		},
		async on(device, of) {
			const copy = new TicketOnDevice(desk, device, of.id);
			await copy.pull();
			return copy;
		},
		async customerWrites(ticket, more = {}) {
			time += 1000;
			const { from } = desk.fold(ticket);
			const message: Draft<'message'> = {
				...{ kind: 'message', direction: 'in', channel: 'mail', visibility: 'public', cc: [], attachments: [] },
				...{ from: { name: from?.name ?? '', address: from?.address ?? '' } },
				...{ to: [{ name: '', address: 'help@desk.example' }], subject: 'Printer', text: 'It does not print.' },
				messageId: `${++written}@customer.example`,
				...more,
			};
			const author = { agent: relayAgent, device: relayDevice, newId: () => newUlid(time) as EntryId };
			const { author: clocked } = relay.device('clock-of-the-relay');
			let id: EntryId | undefined;
			await core.write(ticket, (doc) => {
				[id] = appendEntries(doc, { ...author, tick: clocked.tick }, [message]);
			});
			// Devices hear of it later than it was.
			time += 1;
			return id as EntryId;
		},
		fold: (id) => foldTicket(facts(id)) as Ticket,
		verdicts: (id) => facts(id).verdicts,
		stateOf: (id, request) => desk.fold(id).replies.find((reply) => reply.request.id === request)?.state,
		async answered() {
			const waiting = db.prepare('SELECT count(*) AS n FROM awaiting_verdict');
			while ((waiting.get() as { n: number }).n > 0) {
				// What failed is not answered, however long one waits.
				if (failures.length > 0) throw failures[0];
				await new Promise((resolve) => setImmediate(resolve));
			}
		},
		async send() {
			await desk.answered();
			time += 10_001;
			await desk.mailOut.pass();
		},
		changeLine: async (more, deskMore) => {
			await core.write(deskDocument, (doc) => {
				writeDeskValue(doc, `line:${line.id}`, { ...line, ...more });
				if (deskMore) writeDeskValue(doc, 'desk', { name: 'Test desk', language: 'en', ...deskMore });
			});
		},
		async close() {
			await desk.mailOut.stop();
			await relay.close();
		},
	};
	return desk;
}

/** A device's own copy of a ticket: nobody else sees what it writes before it is pushed. */
export class TicketOnDevice {
	doc = new Y.Doc();
	desk: MailDesk;
	device: TestDevice;
	id: DocumentId;
	static #n = 0;

	constructor(desk: MailDesk, device: TestDevice, id: DocumentId) {
		this.desk = desk;
		this.device = device;
		this.id = id;
	}

	write(entry: Draft, at?: Hlc): EntryId {
		const author = at === undefined ? this.device.author : { ...this.device.author, tick: () => at };
		return appendEntries(this.doc, author, [entry])[0] as EntryId;
	}

	ticket(): Ticket {
		const reading = readRecord(this.doc);
		if (reading.kind !== 'record') throw new Error(reading.kind);
		return foldTicket(reading.facts) as Ticket;
	}

	/** A reply to what this device sees. */
	reply(more: Partial<Draft<'reply-requested'>> = {}, at?: Hlc): EntryId {
		const { slot, claim, newestCustomerMessage } = this.ticket();
		const own = claim.kind !== 'free' && claim.agent === this.device.identity.agent ? claim.claim : null;
		const reply: Draft<'reply-requested'> = {
			...{ kind: 'reply-requested', slot: slot ?? null, claim: own, seen: newestCustomerMessage ?? null },
			to: [{ name: 'Kim Weiß', address: 'kim@customer.example' }],
			...{ cc: [], subject: 'Re: Printer', text: 'Please start it again.', attachments: [] },
			...more,
		};
		return this.write(reply, at);
	}

	async push() {
		const update = Y.encodeStateAsUpdate(this.doc);
		const edit = { n: ++TicketOnDevice.#n, document: this.id, generation: 0, update };
		const answer = await this.desk.relay.relay.push(this.device.identity, encodePush([edit]));
		if (answer.kind === 'refused') throw new Error(answer.reason);
		const [first] = answer.body.answers;
		if (first?.kind === 'rejected') throw new Error(first.code);
		await this.desk.answered();
	}

	async pull() {
		await this.desk.answered();
		Y.applyUpdate(this.doc, Y.encodeStateAsUpdate(this.desk.relay.relay.read(this.id) as Y.Doc));
	}
}
