import type { Desk } from '../desk.ts';
import type { AgentId, DocumentId } from '../domain/ids.ts';
import { formatTicketNumber } from '../domain/ticket-number.ts';
import type { AuditAct, AuditPage, AuditQuery, AuditRecord } from '../protocol/audit.ts';
import { dayToMoment } from './day-field.ts';
import { relayTrouble, type ErrorKey } from './error-text.ts';
import { SourceValue } from './source-value.ts';

const acts: Record<string, readonly AuditAct[]> = {
	mailboxes: ['mailbox-changed', 'mailbox-removed'],
	people: ['desk-set-up', 'agent-invited', 'agent-changed', 'agent-left'],
	devices: ['device-enrolled', 'device-revoked', 'device-wiped', 'passkey-added', 'signed-in'],
	data: ['data-exported', 'raw-mail-read', 'device-held', 'person-erased', 'entry-redacted'],
	configuration: ['configuration-changed'],
};
export const auditKinds = [
	...(['all', 'configuration', 'desk', 'line', 'queue', 'category', 'system', 'manual', 'module', 'rule'] as const),
	...(['mailboxes', 'people', 'devices', 'data'] as const),
];
export type AuditKind = (typeof auditKinds)[number];

/** More than anybody reads, and than a spreadsheet opens with ease. */
const mostExported = 50_000;

/** The audit log of the relay, a choice of it at a time. */
export class AuditView {
	readonly #desk: Desk;
	readonly #config: SourceValue<Desk['config']['current']>;
	/** An agent's id, `command`, or empty for everybody. */
	by = $state('');
	kind = $state<AuditKind>('all');
	/** Days as date fields have them; both inclusive. */
	from = $state('');
	to = $state('');
	records = $state.raw<readonly AuditRecord[]>([]);
	hasMore = $state(false);
	wasRead = $state(false);
	isBusy = $state(false);
	trouble = $state.raw<{ key: ErrorKey; code: string } | undefined>(undefined);

	constructor(desk: Desk) {
		this.#desk = desk;
		this.#config = new SourceValue(desk.config);
	}

	readonly agents = $derived.by(() => this.#config.current.agents);

	nameOf(id: string): string {
		return this.agents.find((agent) => agent.id === id)?.name ?? id;
	}

	/** What it was done to, in words where there are some here. */
	subjectOf({ subject = '', before, after, act }: AuditRecord): string {
		const name = nameIn(after) ?? nameIn(before);
		if (act === 'configuration-changed') {
			const [kind = ''] = subject.split(':');
			return name === undefined ? subject : `${kind}: ${name}`;
		}
		const ticket = subject.startsWith('ticket/') ? this.#desk.tickets.get(subject as DocumentId) : undefined;
		if (ticket !== undefined) return `${formatTicketNumber(ticket.number)} ${ticket.subject}`;
		return name ?? this.nameOf(subject);
	}

	async look(): Promise<void> {
		const page = await this.#ask(this.#query());
		if (page === undefined) return;
		this.records = page.records;
		this.hasMore = page.hasMore;
		this.wasRead = true;
	}

	async more(): Promise<void> {
		const last = this.records.at(-1);
		const page = last && (await this.#ask({ ...this.#query(), before: last.id }));
		if (page === undefined) return;
		this.records = [...this.records, ...page.records];
		this.hasMore = page.hasMore;
	}

	/** All of the choice, for a file; undefined where it could not be read whole. */
	async readAll(): Promise<readonly AuditRecord[] | undefined> {
		const all: AuditRecord[] = [];
		for (;;) {
			const last = all.at(-1);
			const page = await this.#ask({
				...this.#query(),
				...(last === undefined ? { isExport: true } : { before: last.id }),
			});
			if (page === undefined) return undefined;
			all.push(...page.records);
			if (!page.hasMore || all.length >= mostExported) return all;
		}
	}

	#query(): AuditQuery {
		const [from, to] = [dayToMoment(this.from), dayToMoment(this.to)];
		const isConfiguration = acts[this.kind] === undefined && this.kind !== 'all';
		const wanted = isConfiguration ? acts['configuration'] : acts[this.kind];
		return {
			...(this.by === '' ? {} : { by: this.by as AgentId | 'command' }),
			...(wanted === undefined ? {} : { acts: [...wanted] }),
			...(isConfiguration ? { subject: this.kind === 'desk' ? 'desk' : `${this.kind}:` } : {}),
			...(from === null ? {} : { from }),
			...(to === null ? {} : { to: dayAfter(to) }),
		};
	}

	async #ask(query: AuditQuery): Promise<AuditPage | undefined> {
		this.isBusy = true;
		this.trouble = undefined;
		const result = await this.#desk.relay.audit(query);
		this.isBusy = false;
		if (result.kind === 'ok') return result.value;
		this.trouble = relayTrouble(result);
		return undefined;
	}
}

/** The beginning of the next day in this device's zone, also where the clocks change. */
function dayAfter(moment: number): number {
	const day = new Date(moment);
	return new Date(day.getFullYear(), day.getMonth(), day.getDate() + 1).getTime();
}

function nameIn(value: unknown): string | undefined {
	const name = typeof value === 'object' && value !== null ? (value as { name?: unknown }).name : undefined;
	return typeof name === 'string' ? name : undefined;
}
