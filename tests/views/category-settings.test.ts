import { describe, expect, it } from 'vitest';
import type { Category, DeskConfig } from '../../src/lib/domain/desk-config.ts';
import type { CategoryId, SystemId } from '../../src/lib/domain/ids.ts';
import { SettingsView } from '../../src/lib/views/settings-view.svelte.ts';
import { createFakeDesk } from '../support/fake-desk.ts';

function settingsOf(categories: Category[]): {
	settings: () => SettingsView;
	written: [string, unknown][];
	now: () => DeskConfig;
} {
	const desk = createFakeDesk({ role: 'admin' });
	const written: [string, unknown][] = [];
	desk.set.config({ ...desk.config.current, categories });
	desk.configure = (key: string, value: unknown) => {
		written.push([key, value]);
		const { categories: known, systems } = desk.config.current;
		const without = <T extends { id: string }>(all: T[]) => all.filter(({ id }) => id !== (value as T).id);
		const next = key.startsWith('category:') ? [...without(known), value as Category] : known;
		next.sort((a, b) => (a.order ?? 0) - (b.order ?? 0));
		desk.set.config({
			...desk.config.current,
			categories: next,
			systems: key.startsWith('system:') ? [...without(systems), value as never] : systems,
		});
	};
	return { settings: () => new SettingsView(desk), written, now: () => desk.config.current };
}
const category = (id: string, order: number, group: string | null = null): Category => ({
	...{ id: id as CategoryId, name: id, group: group as CategoryId | null, order },
});

describe('[F116] categories', () => {
	it('keep their ids when they are renamed or moved, so that old reports stay', () => {
		const { settings, now } = settingsOf([category('till', 1), category('web', 2), category('start', 1, 'till')]);
		settings().putCategory({ ...category('start', 1, 'web'), name: ' Anmeldung ' });
		expect(now().categories.find(({ id }) => id === 'start')).toEqual({
			...category('start', 1, 'web'),
			name: 'Anmeldung',
		});
		settings().putCategory({ name: 'Kassen-Störung', group: 'till' as CategoryId });
		expect(now().categories.map(({ id }) => id)).toContain('kassen-stoerung');
		settings().putCategory({ name: '   ', group: null });
		expect(now().categories).toHaveLength(4);
	});

	it('with others in them stay groups: there are two levels', () => {
		const { settings, now } = settingsOf([category('till', 1), category('web', 2), category('start', 1, 'till')]);
		settings().putCategory({ ...category('till', 1), group: 'web' as CategoryId });
		expect(now().categories.find(({ id }) => id === 'till')?.group).toBeNull();
	});

	it('move one place among their neighbours, and not beyond the first and the last', () => {
		const { settings, now, written } = settingsOf([category('a', 1), category('b', 1), category('c', 3)]);
		const names = () => now().categories.map(({ id }) => id);
		settings().moveCategory(
			now().categories.find(({ id }) => id === 'c')!,
			-1,
		);
		expect(names()).toEqual(['a', 'c', 'b']);
		const before = written.length;
		settings().moveCategory(
			now().categories.find(({ id }) => id === 'a')!,
			-1,
		);
		settings().moveCategory(
			now().categories.find(({ id }) => id === 'b')!,
			1,
		);
		expect(written).toHaveLength(before);
	});
});

it('[F65] a system keeps its id when it is renamed or retired', () => {
	const { settings, now } = settingsOf([]);
	settings().putSystem({ name: 'Kassensystem', lines: [] });
	const [made] = now().systems;
	settings().putSystem({ ...made!, name: 'Kasse 2', retired: true });
	expect(now().systems).toEqual([{ id: 'kassensystem' as SystemId, name: 'Kasse 2', lines: [], retired: true }]);
});
