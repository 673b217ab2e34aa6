import type { Permission } from '../domain/article-entry.ts';
import type { Agent, DeskConfig, Level } from '../domain/desk-config.ts';
import type { AgentId, CategoryId, LineId } from '../domain/ids.ts';
import { isAboveLevel, isAllowed, ruleOn, whoMay, type May } from '../domain/permission.ts';
import type { Role } from '../domain/role.ts';

/** What the one who reads a case may do about this request (F62). */
export interface CaseRuling {
	may: May;
	mayAnswer: boolean;
	/** The case is for a higher level than this agent's (PM6). */
	isAbove: boolean;
	/** Somebody may change something in the system, only not this agent. */
	othersChange: boolean;
	/** The colleagues who may do it. */
	who(act: May): Agent[];
}

export function rulingHere(
	{ categories, agents }: Pick<DeskConfig, 'categories' | 'agents'>,
	{ permissions, level }: { permissions: readonly Permission[]; level: Level },
	about: { line: LineId; category: CategoryId | null },
	me: { id: AgentId; role: Role } | undefined,
): CaseRuling {
	const group = categories.find(({ id }) => id === about.category)?.group ?? null;
	const where = { ...about, group };
	const role = me?.role ?? 'observer';
	const isAbove = isAboveLevel(
		level,
		agents.find(({ id }) => id === me?.id),
	);
	const may = isAbove ? 'forward' : ruleOn(permissions, where, role).may;
	const mayAnswer = !isAbove && isAllowed(permissions, where, role, 'answer');
	return {
		...{ may, mayAnswer, isAbove },
		othersChange: mayAnswer && may !== 'change' && permissions.some((entry) => entry.may === 'change'),
		who: (act) => whoMay(permissions, where, act, agents, level),
	};
}
