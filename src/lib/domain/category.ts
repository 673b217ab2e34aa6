import type { Category, System } from './desk-config.ts';
import type { CategoryId, LineId } from './ids.ts';

/** Question group and category in one line: `Kasse › Startet nicht`. Undefined if nobody knows it. */
export function categoryPath(categories: readonly Category[], id: CategoryId | null): string | undefined {
	const found = categories.find((category) => category.id === id);
	const group = categories.find((category) => category.id === found?.group);
	return group === undefined || found === undefined ? found?.name : `${group.name} › ${found.name}`;
}

/** What may be chosen, groups before what is in them. What was retired stays where it stands and is offered no more. */
export function offeredCategories(
	categories: readonly Category[],
	chosen: CategoryId | null = null,
): { category: Category; path: string }[] {
	const isOffered = (category: Category) => category.retired !== true || category.id === chosen;
	const groups = categories.filter(({ group }) => group === null || !categories.some(({ id }) => id === group));
	return groups
		.flatMap((group) => [group, ...categories.filter((category) => category.group === group.id && category !== group)])
		.filter((category) => {
			const group = categories.find(({ id }) => id === category.group);
			return isOffered(category) && (group === undefined || isOffered(group) || category.id === chosen);
		})
		.map((category) => ({ category, path: categoryPath(categories, category.id) ?? category.name }));
}

/** The systems of a line; those without lines are everybody's. */
export function offeredSystems(
	systems: readonly System[],
	line: LineId | undefined,
	chosen: readonly string[] = [],
): System[] {
	return systems.filter(
		({ id, lines, retired }) =>
			chosen.includes(id) || (retired !== true && (line === undefined || lines.length === 0 || lines.includes(line))),
	);
}
