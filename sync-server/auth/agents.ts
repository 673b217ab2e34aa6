import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import type { Agent, Level } from '../../src/lib/domain/desk-config.ts';
import type { AgentId, LineId } from '../../src/lib/domain/ids.ts';
import type { Role } from '../../src/lib/domain/role.ts';

/** An agent as the relay knows it: the truth of which the desk document holds a copy. */
export interface KnownAgent extends Agent {
	/** Rises with every change of what the agent may see. */
	scopeRevision: number;
}

export interface Agents {
	all(): KnownAgent[];
	byId(id: string): KnownAgent | undefined;
	byMail(mail: string): KnownAgent | undefined;
	add(agent: Agent): void;
	/** Changes role, lines and activity, and raises the scope revision if that changes what the agent may see. */
	change(
		id: AgentId,
		change: { role: Role; lines: readonly LineId[]; active: boolean; level?: Level | null | undefined },
	): void;
	raiseScopeRevision(id: AgentId): void;
}

/** `onChanged` hears when an agent is not what it was. */
export function createAgents(
	database: DatabaseSync,
	now: () => number,
	onChanged: () => void = () => undefined,
): Agents {
	const columns = 'id, name, mail, role, lines, active, scope_revision, level';
	const all = database.prepare(`SELECT ${columns} FROM agents ORDER BY id`);
	const byId = database.prepare(`SELECT ${columns} FROM agents WHERE id = ?`);
	const byMail = database.prepare(`SELECT ${columns} FROM agents WHERE mail = ?`);
	const insert = database.prepare(
		'INSERT INTO agents (id, name, mail, role, lines, active, scope_revision, created_at, level) VALUES (?, ?, ?, ?, ?, ?, 1, ?, ?)',
	);
	const update = database.prepare(
		`UPDATE agents SET
			scope_revision = scope_revision + (role IS NOT ?1 OR lines IS NOT ?2),
			role = ?1, lines = ?2, active = ?3, level = CASE WHEN ?5 THEN ?6 ELSE level END
		WHERE id = ?4`,
	);
	const raise = database.prepare('UPDATE agents SET scope_revision = scope_revision + 1 WHERE id = ?');
	return {
		all: () => all.all().map(toAgent),
		byId: (id) => optional(byId.get(id)),
		byMail: (mail) => optional(byMail.get(mail)),
		add(agent) {
			const { id, name, mail, role, lines, active, level = null } = agent;
			insert.run(id, name, mail, role, JSON.stringify([...lines].sort()), Number(active), now(), level);
		},
		change(id, { role, lines, active, level }) {
			const isLevelSaid = Number(level !== undefined);
			update.run(role, JSON.stringify([...lines].sort()), Number(active), id, isLevelSaid, level ?? null);
			onChanged();
		},
		raiseScopeRevision(id) {
			raise.run(id);
			onChanged();
		},
	};
}

function optional(row: Record<string, SQLOutputValue> | undefined): KnownAgent | undefined {
	return row === undefined ? undefined : toAgent(row);
}

function toAgent(row: Record<string, SQLOutputValue>): KnownAgent {
	return {
		id: row.id as AgentId,
		name: row.name as string,
		mail: row.mail as string,
		role: row.role as Role,
		lines: JSON.parse(row.lines as string) as LineId[],
		active: row.active === 1,
		...(row.level === null ? {} : { level: row.level as Level }),
		scopeRevision: row.scope_revision as number,
	};
}
