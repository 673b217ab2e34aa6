import { isTicketNumber, readTicketNumber } from '../domain/ticket-number.ts';
import type { AgentId, CategoryId, LineId, QueueId, SystemId } from '../domain/ids.ts';
import { statuses, type Status } from '../domain/status.ts';
import type { TicketRow } from '../projection/rows.ts';

/**
 * What a person typed into the filter: words, "phrases", and `key:value` in German or English, whatever language the app speaks.
 *
 *   status:offen   prio:1   tag:drucker   queue:technik   line:kasse   von:weiß   an:@me   system:kasse   kategorie:start
 *   erwähnt:@me
 *
 * Everything must match. A key nobody knows is an ordinary word.
 */
export interface TicketFilter {
	words: string[];
	statuses: Set<Status>;
	priorities: Set<number>;
	tags: string[];
	queues: string[];
	lines: string[];
	from: string[];
	assignees: string[];
	systems: string[];
	categories: string[];
	mentions: string[];
}

/** Names that rows only know by id. */
export interface FilterNames {
	me: AgentId | undefined;
	agent(id: AgentId): string;
	queue(id: QueueId): string;
	line(id: LineId): string;
	system(id: SystemId): string;
	/** With its question group. */
	category(id: CategoryId): string;
}

const keys: Record<string, keyof TicketFilter> = {
	...{ status: 'statuses', is: 'statuses', ist: 'statuses' },
	...{ prio: 'priorities', priority: 'priorities', priorität: 'priorities' },
	...{ tag: 'tags', schlagwort: 'tags' },
	...{ queue: 'queues', warteschlange: 'queues' },
	...{ line: 'lines', linie: 'lines' },
	...{ from: 'from', von: 'from', kunde: 'from', customer: 'from' },
	...{ system: 'systems' },
	...{ category: 'categories', kategorie: 'categories' },
	...{ mentions: 'mentions', mentioned: 'mentions', erwähnt: 'mentions' },
	...{ assignee: 'assignees', an: 'assignees', owner: 'assignees', zuständig: 'assignees' },
};

const statusNames: Record<string, Status> = {
	...{ neu: 'new', new: 'new' },
	...{ offen: 'open', open: 'open' },
	...{ wartet: 'waiting', wartend: 'waiting', waiting: 'waiting' },
	...{ geschlossen: 'closed', erledigt: 'closed', zu: 'closed', closed: 'closed', done: 'closed' },
};

export function readFilter(text: string): TicketFilter | undefined {
	const filter: TicketFilter = {
		words: [],
		statuses: new Set(),
		priorities: new Set(),
		tags: [],
		queues: [],
		lines: [],
		from: [],
		assignees: [],
		systems: [],
		categories: [],
		mentions: [],
	};
	let isEmpty = true;
	for (const match of text.matchAll(/(?:([\p{L}]+):)?(?:"([^"]*)"?|(\S+))/gu)) {
		const [whole, key, phrase, bare] = match;
		const value = (phrase ?? bare ?? '').trim();
		if (value === '' || value === '"') continue;
		isEmpty = false;
		const field = key === undefined ? undefined : keys[key.toLowerCase()];
		if (field === undefined || !put(filter, field, value)) filter.words.push(wordOf(key === undefined ? value : whole));
	}
	return isEmpty ? undefined : filter;
}

/** A number as people write it matches as the number is kept. */
function wordOf(text: string): string {
	const reading = readTicketNumber(text);
	return foldText(reading.kind === 'number' && isTicketNumber(reading.number) ? reading.number : text);
}

function put(filter: TicketFilter, field: keyof TicketFilter, value: string): boolean {
	if (field === 'statuses') {
		const status = statusNames[value.toLowerCase()] ?? statuses.find((known) => known === value);
		if (status !== undefined) filter.statuses.add(status);
		return status !== undefined;
	}
	if (field === 'priorities') {
		const priority = Number(value);
		if (![1, 2, 3, 4].includes(priority)) return false;
		filter.priorities.add(priority);
		return true;
	}
	filter[field].push(foldText(value));
	return true;
}

export function matchesFilter(row: TicketRow, filter: TicketFilter, names: FilterNames): boolean {
	if (filter.statuses.size > 0 && !filter.statuses.has(row.status)) return false;
	if (filter.priorities.size > 0 && !filter.priorities.has(row.priority)) return false;
	if (!filter.tags.every((tag) => row.tags.some((own) => foldText(own).startsWith(tag)))) return false;
	if (!filter.queues.every((queue) => foldText(names.queue(row.queue)).includes(queue))) return false;
	if (!filter.lines.every((line) => foldText(names.line(row.line)).includes(line))) return false;
	if (!filter.from.every((from) => foldText(`${row.fromName} ${row.fromAddress}`).includes(from))) return false;
	if (!filter.assignees.every((wanted) => isAssignedTo(row, wanted, names))) return false;
	if (!filter.systems.every((system) => isOneNamed(row.systems, system, names.system))) return false;
	if (!filter.categories.every((category) => isNamed(row.category, category, names.category))) return false;
	if (!filter.mentions.every((wanted) => row.mentions.some((agent) => isAgent(agent, wanted, names)))) return false;
	if (filter.words.length === 0) return true;
	const text = searchText(row);
	return filter.words.every((word) => text.includes(word));
}

function isAssignedTo(row: TicketRow, wanted: string, names: FilterNames): boolean {
	const owners = [row.assignee, row.holder].filter((agent) => agent !== null);
	if (wanted === '-' || wanted === 'none' || wanted === 'niemand') return owners.length === 0;
	return owners.some((agent) => isAgent(agent, wanted, names));
}

function isAgent(agent: AgentId, wanted: string, names: FilterNames): boolean {
	if (['@me', 'me', 'mich', '@ich'].includes(wanted)) return agent === names.me;
	return foldText(names.agent(agent)).includes(wanted.replace(/^@/, ''));
}

/** `-` finds what has none. */
function isNamed<Id extends string>(id: Id | null, wanted: string, name: (id: Id) => string): boolean {
	return id === null ? wanted === '-' : foldText(name(id)).includes(wanted);
}

function isOneNamed<Id extends string>(ids: readonly Id[], wanted: string, name: (id: Id) => string): boolean {
	return ids.length === 0 ? wanted === '-' : ids.some((id) => isNamed(id, wanted, name));
}

const searchTexts = new WeakMap<TicketRow, string>();

/** Everything of a row that words are looked for in; rows are replaced when they change, so it is kept with the row. */
export function searchText(row: TicketRow): string {
	let text = searchTexts.get(row);
	if (text === undefined) {
		const parts = [row.number, row.subject, row.fromName, row.fromAddress, row.tags.join(' '), row.preview];
		text = foldText(parts.join(' \n'));
		searchTexts.set(row, text);
	}
	return text;
}

/** Small letters without accents; ß as ss. */
export function foldText(text: string): string {
	// eslint-disable-next-line no-control-regex -- ASCII needs no folding, and most text is ASCII
	return text.toLowerCase().replace(/[^\x00-\x7f]/gu, foldSign);
}

const foldedSigns = new Map<string, string>();

/** A text has few signs of a kind that must be folded, and always the same ones. */
function foldSign(sign: string): string {
	let folded = foldedSigns.get(sign);
	if (folded === undefined) {
		folded = sign === 'ß' ? 'ss' : sign.normalize('NFD').replace(/\p{M}/gu, '');
		if (foldedSigns.size < mostFoldedSigns) foldedSigns.set(sign, folded);
	}
	return folded;
}

const mostFoldedSigns = 2_000;
