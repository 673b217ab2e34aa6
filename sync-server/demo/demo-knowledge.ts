import { writeContent } from '../../src/lib/document/article-content.ts';
import type { ArticleField } from '../../src/lib/domain/article-entry.ts';
import type { Draft } from '../../src/lib/domain/entry.ts';
import type { AgentId, DocumentId, EntryId, LineId } from '../../src/lib/domain/ids.ts';
import type { Outcome } from '../../src/lib/domain/interaction-entry.ts';
import { demoCases, type DemoCase } from './demo-cases.ts';
import {
	createBook,
	demoAgents,
	demoLines,
	officeTime,
	type Customer,
	type DemoRecord,
	type DemoTicket,
} from './demo-desk.ts';
import type { Random } from './random.ts';

const minute = 60_000;
const day = 24 * 60 * minute;
const author = 'marcel' as AgentId;

/** A case that contacts can be answered from. */
export interface MadeCase extends DemoCase {
	document: DocumentId;
	version: EntryId;
}

/** The standard cases, most of them the standard, some agreed, in review or drafts; variants know their base. */
export function* demoArticles(begin: number, random: Random): Generator<DemoRecord, MadeCase[]> {
	const made: MadeCase[] = [];
	for (const [i, some] of demoCases().entries()) {
		const at = begin + i * 10 * minute;
		const book = createBook('article', at, random);
		const base = made.find(({ title, language }) => title === some.base && language === some.language);
		const values = {
			...some.values,
			...(base === undefined ? {} : { base: { article: base.document, version: base.version as EntryId | null } }),
			...(i % 5 === 0 ? { reviewAt: begin + (200 + (i % 300)) * day } : {}),
		};
		book.add(at, author, { kind: 'created', name: some.title, lines: some.lines });
		if (some.tags.length > 0) book.add(at, author, { kind: 'tagged', add: some.tags, remove: [] });
		for (const [field, value] of Object.entries(values)) {
			const isUsual = Array.isArray(value) && value.length === 0;
			if (!isUsual) book.add(at, author, { kind: 'article-set', field: field as ArticleField, value, replaces: [] });
		}
		book.record.write = (doc) => writeContent(doc, some.words);
		const version = book.add(at + minute, author, {
			kind: 'version-saved',
			// Which version of its base it was compared with is no part of what a version says.
			content: {
				words: some.words,
				values: values.base === undefined ? values : { ...values, base: { ...values.base, version: null } },
			},
			note: '',
		});
		const standing = standingOf(i);
		const state: Draft<'article-state-set'> = {
			kind: 'article-state-set',
			state: standing,
			version: null,
			replaces: [],
		};
		if (standing === 'standard' || standing === 'agreed') {
			state.version = version;
			made.push({ ...some, document: book.record.document, version });
		}
		if (standing === 'agreed') Object.assign(state, { agreedBy: 'Herr Sommer', agreedAt: at + day });
		if (standing !== 'draft') book.add(at + 2 * minute, 'philipp' as AgentId, state);
		const readers = demoAgents.filter(({ role, id }) => role !== 'observer' && id !== author && random.chance(0.8));
		for (const { id } of readers) if (state.version !== null) book.add(at + day, id, { kind: 'version-read', version });
		yield book.record;
	}
	return made;
}

function standingOf(i: number): Draft<'article-state-set'>['state'] {
	if (i % 23 === 22) return 'draft';
	if (i % 29 === 28) return 'in-review';
	return i % 9 === 8 ? 'agreed' : 'standard';
}

const perDay = 60;
const mostDays = 10;

/** Sixty contacts a working day, half of them solved at once (DOMAIN.md: C1), most of those from a standard case. */
export function* demoContacts(parts: {
	now: number;
	/** No more contacts than that. */
	most: number;
	customers: readonly Customer[];
	tickets: readonly DemoTicket[];
	cases: readonly MadeCase[];
	random: Random;
}): Generator<DemoRecord> {
	const { now, customers, tickets, cases, random } = parts;
	if (customers.length === 0) return;
	const count = Math.min(parts.most, perDay * mostDays);
	const span = (Math.ceil(count / perDay) * 7 * day) / 5;
	for (let i = 0; i < count; i++) {
		const began = Math.min(officeTime(now - span + (span * i) / count, random), now - 15 * minute);
		const customer = random.pick(customers);
		yield contact(began, customer, { tickets, cases, random, now });
	}
}

function contact(
	began: number,
	customer: Customer,
	parts: { tickets: readonly DemoTicket[]; cases: readonly MadeCase[]; random: Random; now: number },
): DemoRecord {
	const { random } = parts;
	const { line } = customer;
	const agents = demoAgents.filter(({ role, lines }) => role === 'agent' && lines.includes(line));
	const agent = random.pick(agents.length > 0 ? agents : demoAgents).id;
	const outcome = outcomeOf(random.next());
	const some = random.pick(parts.cases.filter(({ lines }) => lines.length === 0 || lines.includes(line)));
	const words = some.words[some.language];
	const phone = `+49 30 ${5_550_000 + random.below(900)}`;
	const book = createBook('interaction', began, random);
	book.add(began, agent, {
		...{ kind: 'contacted', line, channel: random.chance(0.8) ? 'phone' : 'mail', direction: 'in', began },
		...{ from: { name: customer.name, address: customer.address, phone }, person: customer.document },
	});
	const seconds = outcome === 'missed' ? 0 : 40 + random.below(outcome === 'solved' ? 240 : 420);
	const ended = began + seconds * 1000;
	if (outcome !== 'missed') {
		const text = random.pick(words?.pattern ?? [some.title]);
		book.add(ended, agent, { kind: 'request-set', text, replaces: [] });
		if (outcome !== 'wrong-place') {
			const { system = null, category = null } = some.values;
			book.add(ended, agent, {
				kind: 'categorised',
				system,
				category: random.chance(0.95) ? category : null,
				replaces: [],
			});
		}
		if (outcome === 'solved' && random.chance(0.85)) {
			const steps = (words?.steps ?? []).map((step) => step.replace(/<[^>]+>/g, ''));
			book.add(ended, agent, {
				...{ kind: 'case-applied', article: some.document, version: some.version, title: some.title },
				steps,
			});
		}
	}
	const ticket = outcome === 'ticket' ? nearest(parts.tickets, line, began) : undefined;
	book.add(ended, agent, {
		...{
			kind: 'outcome-set',
			outcome: outcome === 'ticket' && ticket === undefined ? 'solved' : outcome,
			seconds,
			replaces: [],
		},
		...(ticket === undefined ? {} : { ticket: ticket.document, number: ticket.number }),
		...(outcome === 'call-back'
			? {
					callBack: {
						until: ended + (1 + random.below(8)) * 60 * minute,
						phone,
						agent: random.chance(0.5) ? agent : null,
					},
				}
			: {}),
		...(outcome === 'wrong-place' ? { passedTo: random.pick(demoLines).name } : {}),
	});
	return book.record;
}

/** Half at once; tickets are new ones and follow-ups of those that are open. */
function outcomeOf(chance: number): Outcome {
	if (chance < 0.5) return 'solved';
	if (chance < 0.86) return 'ticket';
	if (chance < 0.92) return 'call-back';
	return chance < 0.97 ? 'wrong-place' : 'missed';
}

function nearest(tickets: readonly DemoTicket[], line: LineId, at: number): DemoTicket | undefined {
	let low = 0;
	let high = tickets.length;
	while (low < high) {
		const middle = (low + high) >> 1;
		if ((tickets[middle] as DemoTicket).at < at) low = middle + 1;
		else high = middle;
	}
	return [...tickets.slice(Math.max(0, low - 20), low + 20)].reverse().find((ticket) => ticket.line === line);
}
