import { describe, expect, it } from 'vitest';
import type { Manual, System } from '../../src/lib/domain/desk-config.ts';
import type { SystemId } from '../../src/lib/domain/ids.ts';
import { CatalogueView } from '../../src/lib/views/catalogue-view.svelte.ts';
import { createFakeDesk, type FakeDesk } from '../support/fake-desk.ts';
import { row as ticketRow } from './ticket-rows.ts';

const till: System = { id: 'till' as SystemId, name: 'Kassensystem', lines: [], description: 'Bar und mit Karte' };
const web: System = { id: 'web' as SystemId, name: 'Webshop', lines: ['main' as never], agents: ['ben' as never] };
const old: System = { id: 'old' as SystemId, name: 'Altkasse', lines: [], retired: true };
const file = (letter: string): Manual['file'] => ({
	...{ blob: letter.repeat(64) as never, name: 'a.pdf', mime: 'application/pdf', size: 3 },
});
const manual = (changes: Partial<Manual> = {}) => ({
	...{ system: till.id, name: ' Handbuch ', language: 'de' as const, version: ' 4.2 ', day: null, file: file('a') },
	...changes,
});

function catalogueOf(systems: System[] = [old, till, web]): { desk: FakeDesk; view: CatalogueView } {
	const desk = createFakeDesk({ role: 'admin' });
	desk.set.config({ ...desk.config.current, systems });
	desk.configure = (key: string, value: unknown) => {
		const others = desk.config.current.manuals.filter(({ id }) => `manual:${id}` !== key);
		desk.set.config({ ...desk.config.current, manuals: value === null ? others : [...others, value as Manual] });
	};
	return { desk, view: new CatalogueView(desk) };
}

describe('[F65] the catalogue of systems', () => {
	it('lists those in use before those that are not, and finds by name and description', () => {
		const { view } = catalogueOf();
		expect(view.systems.map(({ id }) => id)).toEqual(['till', 'web', 'old']);
		view.text = 'bar kart';
		expect(view.systems.map(({ id }) => id)).toEqual(['till']);
		view.text = 'asse';
		expect(view.systems).toEqual([]);
	});

	it('counts open tickets, not closed and not merged ones', () => {
		const { desk, view } = catalogueOf();
		desk.put(ticketRow(1, { system: till.id }));
		desk.put(ticketRow(2, { system: till.id, status: 'waiting' }));
		desk.put(ticketRow(3, { system: till.id, status: 'closed' }));
		desk.put(ticketRow(4, { system: till.id, mergedInto: 'x' as never }));
		desk.put(ticketRow(5, { systems: [web.id, till.id] }));
		expect([view.openTickets(till.id), view.openTickets(web.id), view.openTickets(old.id)]).toEqual([3, 1, 0]);
	});

	it('[F67] says who answers for a system here, and whom one asks about it at customers', () => {
		const { desk, view } = catalogueOf();
		const person = (name: string, tags: string[]) =>
			desk.putParty({
				...{ id: `person/${name}` as never, kind: 'person', name, addresses: [], phones: [], organisation: null },
				...{ division: '', role: '', tags, lines: [], changedAt: 0 },
			});
		person('Weiß', ['KASSENSYSTEM']);
		person('Adam', ['Drucken']);
		expect(view.responsibleFor(web).map(({ name }) => name)).toEqual(['Ben']);
		expect(view.responsibleFor(till)).toEqual([]);
		expect(view.contactsFor(till).map(({ name }) => name)).toEqual(['Weiß']);
	});

	it('keeps two manuals of one name apart, and one that is changed is the same', () => {
		const { desk } = catalogueOf();
		const view = () => new CatalogueView(desk);
		view().putManual(manual());
		view().putManual(manual({ file: file('b') }));
		const [first, second] = view().manualsOf(till.id);
		expect([first?.id, second?.id]).toEqual(['handbuch-aaaaaaaa', 'handbuch-bbbbbbbb']);
		expect(first).toMatchObject({ name: 'Handbuch', version: '4.2' });
		view().putManual({ ...first!, name: 'Handbuch Kasse' });
		expect(view().manualsOf(till.id)).toHaveLength(2);
		view().putManual(manual({ name: '  ' }));
		view().removeManual(second!);
		expect(
			view()
				.manualsOf(till.id)
				.map(({ name }) => name),
		).toEqual(['Handbuch Kasse']);
	});

	it('puts all manuals of a system on this device, and says how many could not be fetched', async () => {
		const { desk } = catalogueOf();
		const view = () => new CatalogueView(desk);
		const stored = await desk.addFile(new File(['abc'], 'a.pdf', { type: 'application/pdf' }));
		if (stored.kind !== 'ok') throw new Error('not stored');
		view().putManual(manual({ file: stored.attachment }));
		expect(await view().keepManuals(till.id)).toBe(0);
		view().putManual(manual({ name: 'Zweites', file: file('c') }));
		expect(await view().keepManuals(till.id)).toBe(1);
	});
});
