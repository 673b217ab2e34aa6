import { expect, test } from 'vitest';
import { categoryPath, offeredCategories, offeredSystems } from '../../src/lib/domain/category.ts';
import type { Category, System } from '../../src/lib/domain/desk-config.ts';
import type { CategoryId, LineId, SystemId } from '../../src/lib/domain/ids.ts';

const category = (id: string, group: string | null = null, retired = false): Category => ({
	...{ id: id as CategoryId, name: id.toUpperCase(), group: group as CategoryId | null },
	...(retired ? { retired } : {}),
});
const categories = [category('till'), category('web'), category('start', 'till'), category('old', 'till', true)];
const system = (id: string, lines: string[], retired = false): System => ({
	...{ id: id as SystemId, name: id, lines: lines as LineId[], retired },
});

test('[F116] a category is named with its question group, and keeps its name for old tickets when it is retired', () => {
	expect(categoryPath(categories, 'start' as CategoryId)).toBe('TILL › START');
	expect(categoryPath(categories, 'old' as CategoryId)).toBe('TILL › OLD');
	expect(categoryPath(categories, 'web' as CategoryId)).toBe('WEB');
	expect(categoryPath(categories, 'gone' as CategoryId)).toBeUndefined();
	expect(categoryPath([category('lost', 'gone')], 'lost' as CategoryId)).toBe('LOST');
});

test('[F116] groups are offered before what is in them, retired ones only where they stand', () => {
	const offered = (chosen: string | null) =>
		offeredCategories(categories, chosen as CategoryId | null).map(({ category: { id } }) => id);
	expect(offered(null)).toEqual(['till', 'start', 'web']);
	expect(offered('old')).toEqual(['till', 'start', 'old', 'web']);
	const retiredGroup = [category('till', null, true), category('start', 'till'), category('lost', 'gone')];
	expect(offeredCategories(retiredGroup).map(({ path }) => path)).toEqual(['LOST']);
});

test('[F65] systems are offered by line; the one that stands is offered in any case', () => {
	const systems = [system('all', []), system('main', ['main']), system('other', ['other']), system('old', [], true)];
	const offered = (line: string | undefined, chosen: string | null) =>
		offeredSystems(systems, line as LineId | undefined, chosen === null ? [] : [chosen]).map(({ id }) => id);
	expect(offered('main', null)).toEqual(['all', 'main']);
	expect(offered('main', 'other')).toEqual(['all', 'main', 'other']);
	expect(offered(undefined, 'old')).toEqual(['all', 'main', 'other', 'old']);
});
