import type { ArticleState } from '../domain/article-entry.ts';
import type { Language } from '../domain/desk-config.ts';
import type { Channel } from '../domain/entry-parts.ts';
import type { AgentId, CategoryId, DocumentId, LineId, SystemId } from '../domain/ids.ts';
import type { Outcome } from '../domain/interaction-entry.ts';
import type { TicketRow } from '../domain/ticket-row.ts';

export type { OpenConsult, OpenReply, TicketRow } from '../domain/ticket-row.ts';

/** Raised when rows look different; the device then makes them again. With a ticket's row rises `headerVersion` of protocol/ticket-header.ts. */
export const projectionVersion = 8;

export interface PartyRow {
	id: DocumentId;
	kind: 'person' | 'organisation';
	name: string;
	addresses: string[];
	phones: string[];
	organisation: DocumentId | null;
	/** Of a person: the division they work in, and as what; empty where nobody knows. */
	division: string;
	role: string;
	/** The topics one asks them about. */
	tags: string[];
	lines: LineId[];
	/** Nothing says any more who it was. */
	erased?: boolean;
	changedAt: number;
}

/** What lists show of an article or standard case. */
export interface ArticleRow {
	id: DocumentId;
	kind: 'article';
	type: 'article' | 'case';
	/** By language; those that are not written are missing. */
	titles: Partial<Record<Language, string>>;
	/** The beginning of the question pattern or the body, one line. */
	preview: string;
	state: ArticleState;
	visibility: 'internal' | 'public';
	system: SystemId | null;
	category: CategoryId | null;
	level: 1 | 2 | 3;
	lines: LineId[];
	tags: string[];
	/** The case that it deviates from. */
	base: DocumentId | null;
	/** The number of the published version; 0 if there is none. */
	published: number;
	versions: number;
	/** Who has read the published version. */
	readBy: AgentId[];
	validUntil: number | null;
	reviewAt: number | null;
	conflicts: number;
	createdAt: number;
	changedAt: number;
	newer: boolean;
}

/** What lists show of a contact. */
export interface InteractionRow {
	id: DocumentId;
	kind: 'interaction';
	line: LineId;
	channel: Channel;
	direction: 'in' | 'out';
	fromName: string;
	fromAddress: string;
	phone: string;
	persons: DocumentId[];
	request: string;
	system: SystemId | null;
	category: CategoryId | null;
	/** The standard cases that were applied. */
	cases: DocumentId[];
	outcome: Outcome | undefined;
	seconds: number;
	ticket: DocumentId | undefined;
	number: string | undefined;
	callBack: { until: number; phone: string; agent: AgentId | null } | undefined;
	/** Where it was passed on to, or which place was the right one. */
	passedTo: string | undefined;
	/** The contact that it calls back. */
	callsBack: DocumentId | undefined;
	by: AgentId;
	began: number;
	changedAt: number;
	newer: boolean;
}

export type RecordRow = TicketRow | PartyRow | ArticleRow | InteractionRow;
