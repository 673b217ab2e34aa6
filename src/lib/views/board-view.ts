import type { AgentId, LineId } from '../domain/ids.ts';
import type { Role } from '../domain/role.ts';
import type { UndocumentedClose } from '../domain/undocumented-close.ts';
import type { TicketRow } from '../projection/rows.ts';

/** Who works on what since when, what each line carries, and what nobody looks after. */
export interface Board {
	lines: LineLoad[];
	holders: Holder[];
	/** Not closed, held by nobody, and no date on which it comes back; the one that waits longest first. */
	orphans: TicketRow[];
	/** Closed without what a standard case asks for, the newest first: an admin sees all, others what they closed (UC2). */
	undocumented: UndocumentedRow[];
}

export type UndocumentedRow = TicketRow & { undocumented: UndocumentedClose };

export interface LineLoad {
	line: LineId;
	open: number;
	held: number;
	idle: number;
	unheld: number;
}

export interface Holder {
	agent: AgentId;
	tickets: HeldRow[];
}

export interface HeldRow {
	row: TicketRow;
	isIdle: boolean;
}

export interface BoardQuestion {
	now: number;
	/** Whether a colleague may take it, because nothing has happened for so long. */
	isIdle(row: TicketRow): boolean;
	/** Who looks; without it nobody is told of undocumented closes. */
	reader?: { agent: AgentId; role: Role } | undefined;
	/** One line only. */
	line?: LineId | undefined;
}

export function boardOf(rows: readonly TicketRow[], { now, isIdle, reader, line }: BoardQuestion): Board {
	const loads = new Map<LineId, LineLoad>();
	const holders = new Map<AgentId, HeldRow[]>();
	const orphans: TicketRow[] = [];
	const undocumented: UndocumentedRow[] = [];
	for (const row of rows) {
		if (isUndocumented(row) && (line === undefined || row.line === line)) {
			const isShown = reader?.role === 'admin' || row.undocumented.by === reader?.agent;
			if (isShown) undocumented.push(row);
		}
		if (row.status === 'closed' || row.mergedInto !== undefined) continue;
		const load = loads.get(row.line) ?? { line: row.line, open: 0, held: 0, idle: 0, unheld: 0 };
		loads.set(row.line, load);
		load.open++;
		const isShown = line === undefined || row.line === line;
		if (row.holder === null) {
			load.unheld++;
			if (isShown && !hasNextDate(row, now)) orphans.push(row);
			continue;
		}
		load.held++;
		const idle = isIdle(row);
		if (idle) load.idle++;
		if (!isShown) continue;
		const tickets = holders.get(row.holder) ?? [];
		tickets.push({ row, isIdle: idle });
		holders.set(row.holder, tickets);
	}
	return {
		lines: [...loads.values()].sort((a, b) => b.open - a.open || (a.line < b.line ? -1 : 1)),
		holders: [...holders]
			.map(([agent, tickets]) => ({ agent, tickets: tickets.sort(byTimeHeld) }))
			.sort((a, b) => b.tickets.length - a.tickets.length || (a.agent < b.agent ? -1 : 1)),
		orphans: orphans.sort((a, b) => waitingSince(a) - waitingSince(b) || (a.id < b.id ? -1 : 1)),
		undocumented: undocumented.sort((a, b) => b.undocumented.at - a.undocumented.at || (a.id < b.id ? -1 : 1)),
	};
}

function isUndocumented(row: TicketRow): row is UndocumentedRow {
	return row.undocumented !== undefined && row.mergedInto === undefined;
}

/** What one agent holds, the oldest first: what is to be given back before an absence. */
export function heldBy(rows: readonly TicketRow[], agent: AgentId | undefined): TicketRow[] {
	return rows
		.filter((row) => agent !== undefined && row.holder === agent && row.status !== 'closed')
		.sort((a, b) => (a.heldSince ?? 0) - (b.heldSince ?? 0));
}

function hasNextDate({ status, until }: TicketRow, now: number): boolean {
	return status === 'waiting' && until !== undefined && until > now;
}

export function waitingSince(row: TicketRow): number {
	return row.waitingSince ?? row.changedAt;
}

function byTimeHeld(a: HeldRow, b: HeldRow): number {
	return (a.row.heldSince ?? 0) - (b.row.heldSince ?? 0);
}
