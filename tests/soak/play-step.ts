import type { Desk, OpenRecord } from '../../src/lib/desk.ts';
import { readContent } from '../../src/lib/document/article-content.ts';
import { articleText } from '../../src/lib/document/article-text.ts';
import type { DraftKind } from '../../src/lib/document/record-document.ts';
import { saveVersion } from '../../src/lib/domain/article-command.ts';
import type { Queue } from '../../src/lib/domain/desk-config.ts';
import type { DocumentId, LineId } from '../../src/lib/domain/ids.ts';
import { openContact } from '../../src/lib/domain/interaction-command.ts';
import * as commands from '../../src/lib/domain/ticket-command.ts';
import type { TicketRow } from '../../src/lib/projection/rows.ts';
import { convertContact, endContact } from '../../src/lib/views/contact-acts.ts';
import { replyTargetOf } from '../../src/lib/views/reply-target.ts';
import { createRandom, type Random } from '../../sync-server/demo/random.ts';
import { typeInto } from '../convergence/type-into.ts';
import type { Customers } from './customers.ts';
import type { SoakDevice } from './soak-device.ts';
import { words, type Step } from './week-plan.ts';

export interface Office {
	devices: readonly SoakDevice[];
	customers: Customers;
	/** How long a person takes between two strokes of writing, ms. */
	strokeMs: number;
	pause(ms: number): Promise<void>;
	killRelay(): Promise<void>;
	/** What was done: how often, and how often it was refused. */
	did(what: string, isDone: boolean): void;
}

/** Does what the plan says, with whatever the device has on its lists at that moment. */
export async function playStep(office: Office, step: Step): Promise<void> {
	const random = createRandom(Math.floor(step.chance * 2 ** 32));
	switch (step.do) {
		case 'mail': {
			const lines = deskOf(office.devices[0])?.config.current.lines ?? [];
			const line = lines[step.line % Math.max(1, lines.length)];
			if (line !== undefined) office.customers.write({ line, customer: step.customer, words: step.words });
			return office.did('mail', line !== undefined);
		}
		case 'kill-relay':
			return office.killRelay();
		case 'clash':
			await Promise.all(step.devices.map((device) => claimTogether(office, office.devices[device], step.chance)));
			return;
		case 'write-together':
			await Promise.all(step.devices.map((device, i) => writeTogether(office, office.devices[device], step.chance, i)));
			return;
		default: {
			const device = office.devices[step.device];
			const desk = deskOf(device);
			if (device === undefined || desk === undefined) return office.did(step.do, false);
			return office.did(step.do, await onDesk(office, step, device, desk, random));
		}
	}
}

function deskOf(device: SoakDevice | undefined): Desk | undefined {
	return device?.desk;
}

async function onDesk(
	office: Office,
	step: Extract<Step, { device: number }>,
	device: SoakDevice,
	desk: Desk,
	random: Random,
): Promise<boolean> {
	const { agent } = device.session;
	switch (step.do) {
		case 'work':
			return work(office, device, random);
		case 'call':
			return call(office, desk, random);
		case 'phone-ticket': {
			const place = somewhere(desk, random);
			if (place === undefined) return false;
			const made = await desk.createTicket({
				...{ subject: words(random, 4), ...place, channel: 'phone', text: words(random, 20), attachments: [] },
				from: { name: 'Kim', address: `kunde-${random.below(200)}@customer.example` },
			});
			return made.kind === 'ok';
		}
		case 'note': {
			const ticket = pickTicket(desk, random);
			if (ticket === undefined) return false;
			return isOk(await desk.act(ticket.id, 'note', () => commands.addNote(words(random, 15), undefined, [])));
		}
		case 'sort': {
			const ticket = pickTicket(desk, random);
			if (ticket === undefined) return false;
			return isOk(
				await desk.act(ticket.id, 'sorted', (it) => {
					if (random.chance(0.3)) return commands.changeTags(it, { add: [random.pick(['eilig', 'vip', 'drucker'])] });
					if (random.chance(0.3)) return commands.setPriority(it, random.pick([1, 2, 3, 4] as const));
					if (random.chance(0.3)) return commands.assign(it, agent.id);
					const queues = desk.config.current.queues.filter(({ line }) => line === it.line);
					return commands.setQueue(it, (queues[random.below(queues.length)] as Queue).id);
				}),
			);
		}
		case 'release': {
			const own = pickTicket(desk, random, ({ holder }) => holder === agent.id);
			return own !== undefined && isOk(await desk.act(own.id, 'released', (it) => commands.release(it, agent.id)));
		}
		case 'hand-over': {
			const own = pickTicket(desk, random, ({ holder }) => holder === agent.id);
			const to = office.devices[step.to]?.session.agent.id;
			if (own === undefined || to === undefined) return false;
			return isOk(await desk.act(own.id, 'handed-over', (it) => commands.handOver(it, agent.id, to, 'Bitte weiter.')));
		}
		case 'take-over': {
			const held = pickTicket(desk, random, ({ holder }) => holder !== undefined && holder !== agent.id);
			if (held === undefined || agent.role !== 'admin') return false;
			return isOk(await desk.act(held.id, 'taken-over', (it) => commands.takeOver(it, agent.id, agent.role, 'krank')));
		}
		case 'article':
			return writeArticle(office, desk, random);
		case 'settings':
			desk.setMe({ signature: words(random, 6) });
			return true;
		case 'configure': {
			const [queue] = desk.config.current.queues;
			if (queue === undefined || agent.role !== 'admin') return false;
			desk.configure(`queue:${queue.id}`, { ...queue, name: words(random, 2) });
			return true;
		}
		case 'reload':
			await device.reload();
			return true;
	}
}

/** An open ticket is answered: claimed, a reply written stroke by stroke and asked to be sent, and the ticket closed. */
async function work(office: Office, device: SoakDevice, random: Random): Promise<boolean> {
	const { desk, session } = device;
	if (desk === undefined) return false;
	const me = session.agent.id;
	const ticket = pickTicket(desk, random, ({ status, holder }) => status !== 'closed' && (holder ?? me) === me);
	if (ticket === undefined) return false;
	await desk.act(ticket.id, 'claimed', (it) => commands.claim(it, me));
	const record = await desk.open(ticket.id);
	if (record === undefined) return false;
	try {
		record.setPresence('replying');
		const text = words(random, 6 + random.below(20));
		await type(office, record, 'reply', text, random);
		if (device.desk !== desk) return false;
		const own = new Set(desk.config.current.lines.flatMap(({ addresses }) => addresses));
		const asked = await desk.act(ticket.id, 'reply', (it) =>
			commands.requestReply(it, me, { ...replyTargetOf(it, own), text, attachments: [] }),
		);
		if (asked.kind === 'ok')
			await desk.act(ticket.id, 'status-set', (it) =>
				commands.setStatus(it, random.chance(0.6) ? { status: 'closed' } : { status: 'waiting', reason: 'customer' }),
			);
		return asked.kind === 'ok';
	} finally {
		record.close();
	}
}

async function call(office: Office, desk: Desk, random: Random): Promise<boolean> {
	const place = somewhere(desk, random);
	if (place === undefined) return false;
	const { contacted, drafts } = openContact({
		...{ line: place.line, channel: 'phone', direction: 'in', began: Date.now() },
		from: { name: 'Kim', address: '', phone: `+49 30 ${5_550_000 + random.below(200)}` },
		...{ request: words(random, 10), system: null, category: null },
	});
	const made = await desk.createInteraction(contacted, drafts);
	if (made.kind !== 'ok') return false;
	await office.pause(office.strokeMs * 4);
	const ended = random.chance(0.2)
		? await convertContact(desk, made.document, { queue: place.queue })
		: await endContact(desk, made.document, { outcome: 'solved', seconds: 120 });
	return ended.kind === 'ok';
}

async function claimTogether(office: Office, device: SoakDevice | undefined, chance: number): Promise<void> {
	const desk = deskOf(device);
	if (device === undefined || desk === undefined) return office.did('clash', false);
	const ticket = pickTicket(desk, createRandom(Math.floor(chance * 2 ** 32)), ({ holder }) => holder === undefined);
	const me = device.session.agent.id;
	const done = ticket === undefined ? undefined : await desk.act(ticket.id, 'claimed', (it) => commands.claim(it, me));
	office.did('clash', done?.kind === 'ok');
}

/** Both write into the note of the same ticket. */
async function writeTogether(
	office: Office,
	device: SoakDevice | undefined,
	chance: number,
	place: number,
): Promise<void> {
	const desk = deskOf(device);
	if (desk === undefined) return office.did('write-together', false);
	const ticket = pickTicket(desk, createRandom(Math.floor(chance * 2 ** 32)));
	const record = ticket === undefined ? undefined : await desk.open(ticket.id);
	if (record === undefined) return office.did('write-together', false);
	try {
		const random = createRandom(Math.floor(chance * 2 ** 31) + place);
		record.setPresence('noting');
		await type(office, record, 'note', words(random, 8), random);
		office.did('write-together', true);
	} finally {
		record.close();
	}
}

async function writeArticle(office: Office, desk: Desk, random: Random): Promise<boolean> {
	const known = desk.articles.current.toSorted(byId);
	if (known.length < 3 || random.chance(0.2)) {
		const name = words(random, 4);
		const lines = desk.session.current?.agent.lines ?? ([] as LineId[]);
		const made = await desk.createArticle({ name, lines }, [], (doc) =>
			typeInto(doc, articleText(doc, 'title', 'de'), 1, name),
		);
		return made.kind === 'ok';
	}
	const { id } = random.pick(known);
	const record = await desk.open(id);
	if (record === undefined) return false;
	try {
		for (let stroke = 0; stroke < 8; stroke++) {
			typeInto(record.doc, articleText(record.doc, 'steps', 'de'), random.next(), `${words(random, 2)} `);
			await office.pause(office.strokeMs);
		}
		await desk.flush();
		const content = readContent(record.doc);
		return isOk(
			await desk.amend(id, 'saved', (it) =>
				it.kind === 'article'
					? saveVersion(it.article, content, 'saved')
					: { kind: 'refused', reason: 'nothing-to-change' },
			),
		);
	} finally {
		record.close();
	}
}

async function type(office: Office, record: OpenRecord, kind: DraftKind, text: string, random: Random): Promise<void> {
	for (const word of text.split(' ')) {
		typeInto(record.doc, record.draft(kind), 0.3 + random.next() * 0.5, `${word} `);
		await office.pause(office.strokeMs);
	}
}

function somewhere(desk: Desk, random: Random) {
	const mine = desk.session.current?.agent.lines ?? [];
	const queues = desk.config.current.queues.filter(({ line }) => mine.includes(line));
	const queue = queues[random.below(queues.length)];
	return queue === undefined ? undefined : { line: queue.line, queue: queue.id };
}

/** One of the newest that fit: that is where people meet. */
function pickTicket(desk: Desk, random: Random, fits: (row: TicketRow) => boolean = () => true): TicketRow | undefined {
	const found = desk.tickets.current.filter(fits).toSorted(byId).slice(-25);
	return found[random.below(found.length)];
}

function byId(a: { id: DocumentId }, b: { id: DocumentId }): number {
	return a.id < b.id ? -1 : 1;
}

function isOk(result: { kind: string }): boolean {
	return result.kind === 'ok';
}
