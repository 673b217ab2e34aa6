import type { Permission } from './article-entry.ts';
import type { Agent, Category, Level } from './desk-config.ts';
import type { CategoryId, LineId } from './ids.ts';
import { roles, type Role } from './role.ts';

/**
 * The permission concept of a case (F62): who answers a request, who may also change something in the system, and who passes it on.
 *
 *   PM1 An entry counts where its line, category and role are those of the request, or where it leaves them open. An entry for a
 *       question group counts for the categories in it.
 *   PM2 The most exact entry counts: the one that names more; a category itself is more exact than its group.
 *   PM3 Of equally exact ones the stricter counts: forward before answer before change.
 *   PM4 Where no entry counts, everybody may answer; changing something must be said.
 *   PM5 Who may change may answer, who may answer may pass it on.
 *   PM6 A case above an agent's level is passed on by them, whatever the entries say. Who has no level answers on every level.
 */
export type May = Permission['may'];
export const acts: readonly May[] = ['forward', 'answer', 'change'];

export interface Where {
	line: LineId;
	category: CategoryId | null;
	/** The question group of that category. */
	group?: CategoryId | null;
}

export interface Ruling {
	may: May;
	/** The entry that decided; undefined where none counted (PM4). */
	by: Permission | undefined;
}

export function ruleOn(permissions: readonly Permission[], where: Where, role: Role): Ruling {
	let best: { by: Permission; exact: number } | undefined;
	for (const by of permissions) {
		const exact = exactnessOf(by, where, role);
		if (exact === undefined) continue;
		const isBetter =
			best === undefined ||
			exact > best.exact ||
			(exact === best.exact && acts.indexOf(by.may) < acts.indexOf(best.by.may));
		if (isBetter) best = { by, exact };
	}
	return best === undefined ? { may: 'answer', by: undefined } : { may: best.by.may, by: best.by };
}

export function isAllowed(permissions: readonly Permission[], where: Where, role: Role, act: May): boolean {
	return acts.indexOf(ruleOn(permissions, where, role).may) >= acts.indexOf(act);
}

/** Whether a case is for those of a higher level (PM6). */
export function isAboveLevel(level: Level, agent: { level?: Level | undefined } | undefined): boolean {
	return agent?.level !== undefined && level > agent.level;
}

/** Undefined where the entry does not count. */
function exactnessOf(entry: Permission, where: Where, role: Role): number | undefined {
	const isGroup = entry.category !== null && entry.category !== where.category && entry.category === where.group;
	if (entry.line !== null && entry.line !== where.line) return undefined;
	if (entry.role !== null && entry.role !== role) return undefined;
	if (entry.category !== null && entry.category !== where.category && !isGroup) return undefined;
	const ofCategory = entry.category === null ? 0 : isGroup ? 1 : 2;
	return (entry.line === null ? 0 : 2) + ofCategory + (entry.role === null ? 0 : 2);
}

/** The colleagues who may do it: what a button says that somebody else may not press. Observers never act. */
export function whoMay(
	permissions: readonly Permission[],
	where: Where,
	act: May,
	agents: readonly Agent[],
	level: Level = 1,
): Agent[] {
	return agents.filter(
		({ active, role, lines, level: own }) =>
			active &&
			role !== 'observer' &&
			(role === 'admin' || lines.includes(where.line)) &&
			(act === 'forward' || !isAboveLevel(level, { level: own })) &&
			isAllowed(permissions, where, role, act),
	);
}

export interface MatrixRow extends Where {
	rulings: Record<Role, Ruling>;
}

/** What counts for each line, category and role: the whole concept as a table. */
export function permissionMatrix(
	permissions: readonly Permission[],
	lines: readonly LineId[],
	categories: readonly Category[],
): MatrixRow[] {
	const about = [{ category: null, group: null }, ...categories.map(({ id, group }) => ({ category: id, group }))];
	return lines.flatMap((line) =>
		about.map(({ category, group }) => {
			const where: Where = { line, category, group };
			const rulings = Object.fromEntries(roles.map((role) => [role, ruleOn(permissions, where, role)]));
			return { ...where, rulings: rulings as Record<Role, Ruling> };
		}),
	);
}
