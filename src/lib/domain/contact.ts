import type { Channel } from './entry-parts.ts';
import type { AgentId, CategoryId, DocumentId, LineId } from './ids.ts';
import type { Outcome } from './interaction-entry.ts';

/** What lists and figures need to know of a contact; its row has all of it. */
export interface Contact {
	id: DocumentId;
	line: LineId;
	channel: Channel;
	direction: 'in' | 'out';
	phone: string;
	persons: readonly DocumentId[];
	request: string;
	category: CategoryId | null;
	/** Undefined while it goes on. */
	outcome: Outcome | undefined;
	seconds: number;
	ticket: DocumentId | undefined;
	callBack: { until: number; phone: string; agent: AgentId | null } | undefined;
	callsBack: DocumentId | undefined;
	by: AgentId;
	/** ms since 1970 */
	began: number;
}
