import type { AgentId, DocumentId, LineId } from './ids.ts';
import type { Role } from './role.ts';

/** A set of documents that a device may hold: everything of one line, the desk's configuration, or an agent's own. */
export type Scope = `line:${string}` | 'desk' | `agent:${string}`;

export function lineScope(line: LineId): Scope {
	return `line:${line}`;
}

/** What an agent may see. An admin sees every line; the others see theirs. */
export function scopesOfAgent(
	agent: { id: AgentId; role: Role; lines: readonly LineId[] },
	allLines: readonly LineId[],
): Scope[] {
	const lines = agent.role === 'admin' ? allLines : agent.lines;
	return ['desk', `agent:${agent.id}`, ...lines.map(lineScope)];
}

/** The scopes that may see a document, from the lines its record stands in. An article without lines is for the whole desk. */
export function audienceOf(document: DocumentId, lines: readonly LineId[]): Scope[] {
	if (document === 'desk') return ['desk'];
	if (document.startsWith('me:')) return [`agent:${document.slice(3)}`];
	if (document.startsWith('article/') && lines.length === 0) return ['desk'];
	return [...new Set(lines)].map(lineScope);
}
