import type * as Y from 'yjs';
import type { Draft, Entry } from '../../src/lib/domain/entry.ts';
import { encodeHlc } from '../../src/lib/domain/hlc.ts';
import {
	recordId,
	relayAgent,
	relayDevice,
	type AgentId,
	type DeviceId,
	type DocumentId,
	type EntryId,
	type LineId,
	type QueueId,
	type RecordKind,
} from '../../src/lib/domain/ids.ts';
import type { Agent, Line, Queue } from '../../src/lib/domain/desk-config.ts';
import { ticketNumber } from '../../src/lib/domain/ticket-number.ts';
import { createUlid } from '../../src/lib/domain/ulid.ts';
import type { Verdict } from '../../src/lib/domain/verdict.ts';
import { demoArticles, demoContacts } from './demo-knowledge.ts';
import { createRandom, type Random } from './random.ts';
import { branches, firstNames, lastNames, organisationNames, systems, topics, type Topic } from './topics.ts';

/** A record as the relay writes it: its entries and verdicts, ready for the document. */
export interface DemoRecord {
	document: DocumentId;
	kind: RecordKind;
	entries: [EntryId, Entry][];
	verdicts: [string, Verdict][];
	/** Of an article: puts its text into the document. */
	write?: (doc: Y.Doc) => void;
}

/** A ticket that was made: what a contact can belong to. */
export interface DemoTicket {
	document: DocumentId;
	number: ReturnType<typeof ticketNumber>;
	line: LineId;
	at: number;
}

export interface DemoOptions {
	seed: number;
	/** Ends here; ms since 1970. */
	now: number;
	people: number;
	tickets: number;
	/** The next free block of ticket numbers; called once for each thousand tickets. */
	takeBlock(): number;
}

const minute = 60_000;
const day = 24 * 60 * minute;

export const demoLines: readonly Line[] = [
	{ id: 'shop' as LineId, name: 'Shop-Support', addresses: ['support@shop.example'], colour: 210 },
	{ id: 'seller' as LineId, name: 'Verkäufer-Line', addresses: ['verkaeufer@line.example'], colour: 150 },
	{
		id: 'service' as LineId,
		name: 'Kundenservice',
		addresses: ['hello@service.example', 'hallo@service.example'],
		colour: 30,
	},
	{ id: 'specialist' as LineId, name: 'Fachsupport', addresses: ['meldung@fachsupport.example'], colour: 290 },
];

export const demoQueues: readonly Queue[] = demoLines.flatMap((line) => [
	{ id: `${line.id}-front` as QueueId, name: 'Frontoffice', line: line.id },
	{ id: `${line.id}-back` as QueueId, name: 'Backoffice', line: line.id },
	{ id: `${line.id}-system` as QueueId, name: 'System', line: line.id },
]);

const all = demoLines.map((line) => line.id);
const colleague = (name: string, role: Agent['role'], lines: LineId[]): Agent => ({
	id: name.toLowerCase().replace('ö', 'oe') as AgentId,
	name,
	mail: `${name.toLowerCase().replace('ö', 'oe')}@desk.example`,
	role,
	lines,
	active: true,
});
const [shop, seller, service, specialist] = all as [LineId, LineId, LineId, LineId];
export const demoAgents: readonly Agent[] = [
	colleague('Philipp', 'admin', all),
	colleague('Christiane', 'agent', [shop, seller]),
	colleague('Andreas', 'agent', [shop, seller]),
	colleague('Axel', 'agent', [shop, specialist]),
	colleague('Martin', 'agent', [shop, service]),
	colleague('Florian', 'agent', [seller, service]),
	colleague('Jörg', 'agent', [specialist]),
	colleague('Marcus', 'agent', [shop, specialist]),
	colleague('Marcel', 'agent', all),
	colleague('Kerstin', 'observer', all),
];

export interface Customer {
	document: DocumentId;
	name: string;
	address: string;
	line: LineId;
}

/** Organisations, people and tickets of a desk with four lines, oldest ticket first. The same seed gives the same desk. */
export function* demoRecords(options: DemoOptions): Generator<DemoRecord> {
	const random = createRandom(options.seed);
	const weekly = options.tickets > 5_000 ? 300 : 80;
	const begin = options.now - Math.ceil((options.tickets / weekly) * 7) * day;
	const organisations: { document: DocumentId; name: string; line: LineId; host: string }[] = [];
	for (const [i, line] of Array.from({ length: 40 }, (_, i) => [i, all[i % all.length]] as [number, LineId])) {
		const name = `${organisationNames[i % organisationNames.length]} ${branches[(i * 7) % branches.length]}${i >= 20 ? ' 2' : ''}`;
		const host = `${asciiName(name)}.example`;
		const book = createBook('organisation', begin, random);
		book.add(begin, relayAgent, { kind: 'created', name, lines: [line] });
		organisations.push({ document: book.record.document, name, line, host });
		yield book.record;
	}
	const customers: Customer[] = [];
	for (let i = 0; i < options.people; i++) {
		const organisation = random.pick(organisations);
		const name = `${firstNames[i % firstNames.length]} ${lastNames[Math.floor(i / firstNames.length + i) % lastNames.length]}`;
		const address = `${asciiName(name)}.${i}@${organisation.host}`;
		const book = createBook('person', begin + i, random);
		book.add(begin + i, relayAgent, { kind: 'created', name, lines: [organisation.line] });
		book.add(begin + i, relayAgent, { kind: 'address-added', address });
		book.add(begin + i, relayAgent, { kind: 'phone-added', phone: `+49 30 ${5550000 + i}` });
		book.add(begin + i, relayAgent, { kind: 'organisation-set', organisation: organisation.document, replaces: [] });
		customers.push({ document: book.record.document, name, address, line: organisation.line });
		yield book.record;
	}
	// A source of its own: the tickets of a seed stay what they are.
	const own = createRandom(options.seed + 1);
	const cases = yield* demoArticles(begin, own);
	const tickets: DemoTicket[] = [];
	let block = 0;
	for (let i = 0; i < options.tickets; i++) {
		if (i % 1000 === 0) block = options.takeBlock();
		const from = begin + ((options.now - begin) * (i + 0.5)) / options.tickets;
		const number = ticketNumber(block, i % 1000);
		const at = Math.min(officeTime(from, random), options.now - minute);
		const made = ticket(at, options.now, number, customers, random);
		const [, opening] = made.entries[0] as [EntryId, Entry];
		if (opening.kind === 'opened') tickets.push({ document: made.document, number, line: opening.line, at });
		yield made;
	}
	yield* demoContacts({ now: options.now, most: options.tickets, customers, tickets, cases, random: own });
}

function ticket(
	at: number,
	now: number,
	number: ReturnType<typeof ticketNumber>,
	customers: readonly Customer[],
	random: Random,
): DemoRecord {
	const topic = random.pick(topics);
	const line = topic.line as LineId;
	const ofLine = customers.filter((customer) => customer.line === line);
	const customer = random.pick(ofLine.length > 0 ? ofLine : customers);
	const place: Record<string, string> = {
		system: random.pick(systems),
		branch: random.pick(branches),
		number: String(100 + random.below(900)),
	};
	const fill = (text: string) => text.replace(/\{(\w+)\}/g, (_, key: string) => place[key] ?? '');
	const subject = fill(topic.subject);
	const agent = random.pick(
		demoAgents.filter((candidate) => candidate.role !== 'observer' && candidate.lines.includes(line)),
	);
	const book = createBook('ticket', at, random);
	const channel = random.chance(0.3) ? 'phone' : 'mail';
	const desk = demoLines.find((candidate) => candidate.id === line);
	const deskAddress = { name: desk?.name ?? '', address: desk?.addresses[0] ?? '' };
	const customerAddress = { name: customer.name, address: customer.address };
	const writer = channel === 'phone' ? agent.id : relayAgent;

	const mail = (direction: 'in' | 'out', when: number, by: AgentId, text: string) =>
		book.add(when, by, {
			kind: 'message',
			direction,
			channel: direction === 'in' ? channel : 'mail',
			visibility: 'public',
			from: direction === 'in' ? customerAddress : deskAddress,
			to: [direction === 'in' ? deskAddress : customerAddress],
			cc: [],
			subject: direction === 'in' ? subject : `AW: ${subject}`,
			text,
			attachments: [],
			messageId: `<${createUlid(when, (bytes) => random.fill(bytes)).toLowerCase()}@${direction === 'in' ? 'mail.example' : 'desk.example'}>`,
		});

	book.add(at, writer, {
		kind: 'opened',
		number,
		subject,
		line,
		queue: `${line}-front` as QueueId,
		channel,
		from: customerAddress,
		person: customer.document,
	});
	let seen = mail('in', at, writer, `${fill(topic.asked)}\n\n${greeting(topic)}\n${customer.name}`);
	const age = (now - at) / day;
	const touched = age > 1 || random.chance(0.6);
	if (!touched) return book.record;

	let time = Math.min(now - 1, at + (10 + random.below(200)) * minute);
	const later = (minutes: number) => (time = Math.min(now - 1, time + (1 + random.below(minutes)) * minute));
	book.add(time, agent.id, { kind: 'tagged', add: topic.tags, remove: [] });
	if (random.chance(0.25))
		book.add(time, agent.id, { kind: 'priority-set', priority: random.pick([1, 2, 4] as const), replaces: [] });
	if (random.chance(0.4))
		book.add(time, agent.id, { kind: 'queue-set', queue: `${line}-back` as QueueId, replaces: [] });
	const claim = book.add(later(5), agent.id, { kind: 'claimed' });
	book.judge(claim, { kind: 'claim', outcome: 'granted', epoch: { era: 0, n: 1 }, holder: agent.id, at: time });
	if (random.chance(0.5)) book.add(later(60), agent.id, { kind: 'note', text: fill(topic.note), attachments: [] });
	const closes = age > 21 ? random.chance(0.98) : age > 5 ? random.chance(0.8) : random.chance(0.35);
	const replies = closes ? 1 + random.below(2) : random.below(2);
	for (let i = 0; i < replies; i++) {
		mail(
			'out',
			later(240),
			agent.id,
			`${salutation(topic, customer.name)}\n\n${fill(topic.answered)}\n\n${greeting(topic)}\n${agent.name}`,
		);
		if (i + 1 < replies)
			seen = mail(
				'in',
				later(2000),
				relayAgent,
				topic.language === 'de'
					? `Vielen Dank, das hat geholfen. Eine Frage noch: Gilt das auch für ${place.branch}?`
					: 'Thank you, that helped. Does this apply to my next order as well?',
			);
	}
	if (closes) {
		book.add(later(60), agent.id, { kind: 'status-set', status: 'closed', seen, replaces: [] });
		const given = book.add(time, agent.id, { kind: 'released', claim });
		book.judge(given, { kind: 'claim', outcome: 'released', epoch: { era: 0, n: 2 }, holder: null, at: time });
	} else if (random.chance(0.35)) {
		const waits = random.chance(0.3)
			? ({ reason: 'reminder', until: now + (1 + random.below(5)) * day } as const)
			: { reason: random.pick(['customer', 'next-level', 'system-access', 'release'] as const) };
		book.add(later(60), agent.id, { kind: 'status-set', status: 'waiting', ...waits, seen, replaces: [] });
	} else if (random.chance(0.3)) {
		const given = book.add(later(60), agent.id, { kind: 'released', claim });
		book.judge(given, { kind: 'claim', outcome: 'released', epoch: { era: 0, n: 2 }, holder: null, at: time });
	}
	return book.record;
}

export function createBook(kind: RecordKind, at: number, random: Random) {
	const record: DemoRecord = {
		document: recordId(
			kind,
			createUlid(at, (bytes) => random.fill(bytes)),
		),
		kind,
		entries: [],
		verdicts: [],
	};
	let tick = 0;
	return {
		record,
		add(when: number, by: AgentId, draft: Draft): EntryId {
			const id = createUlid(when, (bytes) => random.fill(bytes)) as EntryId;
			const device = by === relayAgent ? relayDevice : (`${by}-demo` as DeviceId);
			record.entries.push([id, { ...draft, at: encodeHlc(when, tick++), by, device } as Entry]);
			return id;
		},
		judge(entry: EntryId, verdict: Verdict): void {
			record.verdicts.push([entry, verdict]);
		},
	};
}

/** Moves a moment to a weekday, with a peak in the morning. */
export function officeTime(at: number, random: Random): number {
	const weekday = new Date(at).getUTCDay();
	const monday = weekday === 0 ? day : weekday === 6 ? 2 * day : 0;
	const midnight = Math.floor((at + monday) / day) * day;
	const hour = random.chance(0.45) ? 6 + random.next() * 3 : 9 + random.next() * 8;
	return midnight + hour * 60 * minute;
}

function salutation(topic: Topic, name: string): string {
	return topic.language === 'de' ? `Guten Tag ${name},` : `Hello ${name},`;
}

function greeting(topic: Topic): string {
	return topic.language === 'de' ? 'Viele Grüße' : 'Kind regards';
}

function asciiName(name: string): string {
	return name
		.toLowerCase()
		.replace(/ä/g, 'ae')
		.replace(/ö/g, 'oe')
		.replace(/ü/g, 'ue')
		.replace(/ß/g, 'ss')
		.replace(/ı/g, 'i')
		.normalize('NFD')
		.replace(/[^a-z0-9]+/g, '');
}
