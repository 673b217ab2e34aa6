import type { Permission } from '../domain/article-entry.ts';
import type { Agent, DeskConfig } from '../domain/desk-config.ts';
import type { CategoryId, LineId } from '../domain/ids.ts';
import { isAllowed, ruleOn, whoMay, type May } from '../domain/permission.ts';
import type { Role } from '../domain/role.ts';

/** What the one who reads a case may do about this request (F62). */
export interface CaseRuling {
	may: May;
	mayAnswer: boolean;
	/** Somebody may change something in the system, only not this agent. */
	othersChange: boolean;
	/** The colleagues who may do it. */
	who(act: May): Agent[];
}

export function rulingHere(
	{ categories, agents }: Pick<DeskConfig, 'categories' | 'agents'>,
	permissions: readonly Permission[],
	about: { line: LineId; category: CategoryId | null },
	role: Role,
): CaseRuling {
	const group = categories.find(({ id }) => id === about.category)?.group ?? null;
	const where = { ...about, group };
	const { may } = ruleOn(permissions, where, role);
	const mayAnswer = isAllowed(permissions, where, role, 'answer');
	return {
		...{ may, mayAnswer },
		othersChange: mayAnswer && may !== 'change' && permissions.some((entry) => entry.may === 'change'),
		who: (act) => whoMay(permissions, where, act, agents),
	};
}
