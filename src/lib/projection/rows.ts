import type { ArticleState } from '../domain/article-entry.ts';
import type { Language } from '../domain/desk-config.ts';
import type { Outcome } from '../domain/interaction-entry.ts';
import type { AgentId, CategoryId, DocumentId, EntryId, LineId, QueueId, SystemId } from '../domain/ids.ts';
import type { Priority } from '../domain/entry.ts';
import type { Channel } from '../domain/entry-parts.ts';
import type { Reply } from '../domain/reply.ts';
import type { Status, WaitingReason } from '../domain/status.ts';
import type { UndocumentedClose } from '../domain/undocumented-close.ts';
import type { TicketNumber } from '../domain/ticket-number.ts';

/** Raised when rows look different; the device then makes them again. */
export const projectionVersion = 8;

/** What a list shows of a ticket. Times in ms since 1970. */
export interface TicketRow {
	id: DocumentId;
	kind: 'ticket';
	number: TicketNumber;
	subject: string;
	line: LineId;
	queue: QueueId;
	channel: Channel;
	status: Status;
	reason: WaitingReason | undefined;
	until: number | undefined;
	priority: Priority;
	tags: string[];
	/** The first of its systems, and all of them. */
	system: SystemId | null;
	systems: SystemId[];
	category: CategoryId | null;
	/** The standard cases that were applied. */
	cases: DocumentId[];
	/** Colleagues who were mentioned and have not written since. */
	mentions: AgentId[];
	assignee: AgentId | null;
	/** Who holds it, confirmed or provisional. */
	holder: AgentId | null;
	holding: 'free' | 'provisional' | 'held';
	/** Since when, and from when the lease runs; that is undefined where nothing runs out (`domain/lease.ts`). */
	heldSince: number | undefined;
	activeAt: number | undefined;
	/** How often it went from one holder to the next. */
	handOvers: number;
	/** It went to another queue or line than the one it was opened in. */
	leftQueue: boolean;
	/** Who wrote down the last hand-over. */
	handedOverBy: AgentId | undefined;
	/** Replies that are not done with: they wait, are held, failed, came back, or nobody knows. */
	replies: OpenReply[];
	/** Colleagues who were asked for advice and have not given it yet. */
	consults: OpenConsult[];
	/** The ticket in which it goes on. */
	mergedInto: TicketNumber | undefined;
	fromName: string;
	fromAddress: string;
	persons: DocumentId[];
	/** The beginning of the newest message or note, one line. */
	preview: string;
	/** The customer's message that waits for an answer, and since when. */
	slot: EntryId | undefined;
	waitingSince: number | undefined;
	messages: number;
	attachments: number;
	conflicts: number;
	/** It was closed without what its standard cases ask to be written down. */
	undocumented?: UndocumentedClose | undefined;
	openedAt: number;
	changedAt: number;
	/** Set when a newer app wrote it: shown, not edited. */
	newer: boolean;
}

export interface OpenReply {
	request: EntryId;
	by: AgentId;
	/** When it was written. */
	at: number;
	state: Exclude<Reply['state']['kind'], 'sent' | 'withdrawn' | 'settled'>;
}

export interface OpenConsult {
	consult: EntryId;
	agent: AgentId;
	by: AgentId;
	until: number | undefined;
}

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
