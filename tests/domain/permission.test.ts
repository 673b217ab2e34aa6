import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Permission } from '../../src/lib/domain/article-entry.ts';
import type { Agent, Category } from '../../src/lib/domain/desk-config.ts';
import type { AgentId, CategoryId, LineId } from '../../src/lib/domain/ids.ts';
import { isAboveLevel, acts, isAllowed, permissionMatrix, ruleOn, whoMay } from '../../src/lib/domain/permission.ts';
import { roles, type Role } from '../../src/lib/domain/role.ts';

const line = (name: string) => name as LineId;
const category = (name: string) => name as CategoryId;
const may = (verb: Permission['may'], on: { line?: string; category?: string; role?: Role } = {}): Permission => ({
	line: line(on.line ?? '') || null,
	category: category(on.category ?? '') || null,
	role: on.role ?? null,
	may: verb,
});

const cash = { line: line('seller'), category: category('cash'), group: category('payment') };

test.each([
	['[PM4] nothing is said', [], 'answer'],
	['[PM1] it is said for everybody', [may('change')], 'change'],
	['[PM1] it is said for another line', [may('change', { line: 'shop' })], 'answer'],
	['[PM1] it is said for another role', [may('change', { role: 'admin' })], 'answer'],
	['[PM1] it is said for the group', [may('forward', { category: 'payment' })], 'forward'],
	['[PM2] the line is more exact than all', [may('forward'), may('change', { line: 'seller' })], 'change'],
	[
		'[PM2] the category is more exact than its group',
		[may('forward', { category: 'payment' }), may('change', { category: 'cash' })],
		'change',
	],
	[
		'[PM2] two names are more exact than one',
		[may('forward', { category: 'cash' }), may('change', { line: 'seller', category: 'payment' })],
		'change',
	],
	[
		'[PM3] equally exact: the stricter',
		[may('change', { line: 'seller' }), may('forward', { role: 'agent' })],
		'forward',
	],
	['[PM3] the same twice: the stricter', [may('change'), may('answer')], 'answer'],
] as const)('[F62] %s', (_, permissions, expected) => {
	expect(ruleOn(permissions, cash, 'agent').may).toBe(expected);
	expect(ruleOn(permissions.toReversed(), cash, 'agent').may).toBe(expected);
});

test('[PM5] who may change may answer, who may answer may pass it on', () => {
	expect(acts.map((act) => isAllowed([may('change')], cash, 'agent', act))).toEqual([true, true, true]);
	expect(acts.map((act) => isAllowed([may('answer')], cash, 'agent', act))).toEqual([true, true, false]);
	expect(acts.map((act) => isAllowed([may('forward')], cash, 'agent', act))).toEqual([true, false, false]);
});

test('[F62] names those who may, of the line, without observers and those who left', () => {
	const agent = (id: string, role: Role, lines: string[], active = true): Agent => ({
		...{ id: id as AgentId, name: id, mail: `${id}@desk.example`, role, active },
		lines: lines.map(line),
	});
	const agents = [
		agent('ada', 'admin', []),
		agent('ben', 'agent', ['seller']),
		agent('cem', 'agent', ['shop']),
		agent('dora', 'observer', ['seller']),
		agent('emil', 'admin', [], false),
	];
	const permissions = [may('answer'), may('change', { role: 'admin' })];
	expect(whoMay(permissions, cash, 'change', agents).map(({ id }) => id)).toEqual(['ada']);
	expect(whoMay(permissions, cash, 'answer', agents).map(({ id }) => id)).toEqual(['ada', 'ben']);
});

test.each([
	[1, undefined, false],
	[3, undefined, false],
	[1, 1, false],
	[2, 1, true],
	[2, 2, false],
	[3, 2, true],
	[3, 3, false],
] as const)('[PM6] [F58] a case of level %s is above an agent of level %s: %s', (level, own, isAbove) => {
	expect(isAboveLevel(level, { level: own })).toBe(isAbove);
	const agents: Agent[] = [
		{
			...{ id: 'ben' as AgentId, name: 'ben', mail: 'ben@desk.example', role: 'agent', active: true },
			...{ lines: [line('seller')], level: own },
		},
	];
	expect(whoMay([], cash, 'answer', agents, level)).toHaveLength(isAbove ? 0 : 1);
	expect(whoMay([may('change')], cash, 'change', agents, level)).toHaveLength(isAbove ? 0 : 1);
	expect(whoMay([], cash, 'forward', agents, level)).toHaveLength(1);
});

test('[F62] the matrix says for each line, category and role what the rule says, whatever the entries and their order', () => {
	const lines = ['seller', 'shop'].map(line);
	const categories: Category[] = [
		{ id: category('payment'), name: 'Zahlung', group: null },
		{ id: category('cash'), name: 'Barzahlung', group: category('payment') },
	];
	const entry = fc.record({
		line: fc.constantFrom(null, ...lines),
		category: fc.constantFrom(null, ...categories.map(({ id }) => id)),
		role: fc.constantFrom(null, ...roles),
		may: fc.constantFrom(...acts),
	});
	fc.assert(
		fc.property(fc.array(entry, { maxLength: 6 }), (permissions) => {
			const matrix = permissionMatrix(permissions, lines, categories);
			expect(matrix).toHaveLength(6);
			for (const row of matrix) {
				for (const role of roles) {
					const again = ruleOn(permissions.toReversed(), row, role);
					expect(row.rulings[role].may).toBe(again.may);
					// Naming exactly this line, category and role with the stricter verb decides it, unless a stricter one is as exact.
					const exact: Permission = { line: row.line, category: row.category, role, may: 'forward' };
					if (row.category !== null) expect(ruleOn([...permissions, exact], row, role).may).toBe('forward');
				}
			}
		}),
	);
});
