import { expect, test } from 'vitest';
import { documentationHeads, missingDocumentation } from '../../src/lib/domain/applied-case.ts';
import {
	applyCaseToTicket,
	categorise,
	changeSystems,
	documentCase,
	tickStep,
} from '../../src/lib/domain/case-command.ts';
import type { Draft } from '../../src/lib/domain/entry.ts';
import type { Facts } from '../../src/lib/domain/facts.ts';
import { foldTicket, type Ticket } from '../../src/lib/domain/fold-ticket.ts';
import type { CategoryId, DocumentId, SystemId } from '../../src/lib/domain/ids.ts';
import { addNote, changeTags, linkPerson, undo, type CommandResult } from '../../src/lib/domain/ticket-command.ts';
import { axel, facts, id, maria, message, note, opened } from '../support/facts.ts';

const article = 'article/0000000000000000000000CASE' as DocumentId;
const kim = 'person/00000000000000000000000KIM' as DocumentId;
const lea = 'person/00000000000000000000000LEA' as DocumentId;
const field = (name: string, required = true) => ({ id: name, label: `${name}?`, required, choices: [] });
const applied: Draft<'case-applied'> = {
	...{ kind: 'case-applied', article, version: null, title: 'Kasse startet nicht' },
	steps: ['Strom prüfen', 'Neu starten'],
	documentation: [field('number'), field('remark', false)],
	handOver: [],
};
const system = (name: string | null, category: string | null = null, replaces: ReturnType<typeof id>[] = []) => ({
	...{ kind: 'categorised' as const, system: name as SystemId | null, category: category as CategoryId | null },
	replaces,
});
const tick = (step: number, done = true): Draft<'step-ticked'> => ({
	...{ kind: 'step-ticked', applied: id('case'), step, done },
});
const documented = (name: string, value: string, replaces: ReturnType<typeof id>[] = []): Draft<'documented'> => ({
	...{ kind: 'documented', applied: id('case'), fields: [{ id: name, label: name, value }], replaces },
});

function ticketOf(told: Parameters<typeof facts>[0]): Ticket {
	return foldTicket(facts({ open: { ...opened, at: 1 }, hello: { ...message('in'), at: 2 }, ...told }))!;
}
function drafts(result: CommandResult): Draft[] {
	return result.kind === 'ok' ? result.drafts : [];
}
const kinds = (result: CommandResult) => (result.kind === 'ok' ? result.drafts.map(({ kind }) => kind) : result.reason);

test('[AC1] [F58] of two ticks of one step the later counts, and a step that is not there changes nothing', () => {
	const ticket = ticketOf({
		case: { ...applied, at: 3 },
		one: { ...tick(0), at: 4, by: axel },
		two: { ...tick(1), at: 5 },
		three: { ...tick(1, false), at: 6 },
		wild: { ...tick(9), at: 7 },
	});
	expect(ticket.applied[0]!.steps.map(({ done }) => done?.by)).toEqual([axel, undefined]);
	expect(ticket.status).toBe('open');
	expect(kinds(tickStep(ticket, id('case'), 0, true))).toBe('nothing-to-change');
	expect(kinds(tickStep(ticket, id('case'), 1, true))).toEqual(['step-ticked']);
	expect(kinds(tickStep(ticket, id('case'), 9, true))).toBe('nothing-to-change');
});

test('[AC2] [F63] two devices that document different fields keep both, and the missing field is named', () => {
	const both = ticketOf({
		case: { ...applied, at: 3 },
		mine: { ...documented('number', ' 4711 '), at: 4 },
		theirs: { ...documented('remark', 'laut'), at: 4, by: axel },
	});
	expect([...both.applied[0]!.values]).toEqual([
		['number', '4711'],
		['remark', 'laut'],
	]);
	expect(missingDocumentation(both.applied)).toEqual([]);

	const blank = ticketOf({
		case: { ...applied, at: 3 },
		first: { ...documented('number', '4711'), at: 4 },
		emptied: { ...documented('number', '  ', [id('first')]), at: 5 },
	});
	expect(missingDocumentation(blank.applied).map(({ title, field: { label } }) => [title, label])).toEqual([
		['Kasse startet nicht', 'number?'],
	]);
	expect(documentationHeads(blank.timeline, id('case'), ['number'])).toEqual([id('emptied')]);
});

test('[AC2] documenting writes only what differs, names what it replaces, and knows no other fields', () => {
	const ticket = ticketOf({ case: { ...applied, at: 3 }, first: { ...documented('number', '4711'), at: 4 } });
	const write = (...fields: [string, string][]) =>
		documentCase(
			ticket,
			id('case'),
			fields.map(([name, value]) => ({ id: name, label: name, value })),
		);
	expect(kinds(write(['number', '4711 ']))).toBe('nothing-to-change');
	expect(kinds(write(['other', 'x']))).toBe('nothing-to-change');
	expect(drafts(write(['number', '4712'], ['remark', 'neu']))).toEqual([
		{
			...{ kind: 'documented', applied: id('case'), replaces: [id('first')] },
			fields: [
				{ id: 'number', label: 'number', value: '4712' },
				{ id: 'remark', label: 'remark', value: 'neu' },
			],
		},
	]);
});

test('[AC3] a case that its author took back is gone with its ticks and its documentation', () => {
	const told = { case: { ...applied, at: 3 }, one: { ...tick(0), at: 4 } };
	const ticket = ticketOf(told);
	expect(kinds(undo(ticket, maria, id('case')))).toEqual(['undone']);
	expect(kinds(undo(ticket, axel, id('case')))).toBe('not-yours');
	const back = ticketOf({ ...told, back: { kind: 'undone', entry: id('case'), at: 5 } });
	expect(back.applied).toEqual([]);
	expect(kinds(tickStep(back, id('case'), 1, true))).toBe('nothing-to-change');
});

test('[F58] applying a case says what the ticket is about, unless somebody said so before; the same case is applied once', () => {
	const about = { system: 'till' as SystemId, category: 'start' as CategoryId };
	const { kind, ...content } = applied;
	expect(kind).toBe('case-applied');
	expect(drafts(applyCaseToTicket(ticketOf({}), content, about))).toEqual([applied, system('till', 'start')]);
	const told = ticketOf({ about: { ...system('web'), at: 3 } });
	expect(drafts(applyCaseToTicket(told, content, about))[1]).toEqual(system('web', 'start', [id('about')]));
	expect(kinds(applyCaseToTicket(ticketOf({ case: { ...applied, at: 3 } }), content, about))).toBe('nothing-to-change');
});

test('[FT3] [F116] two categories given without knowledge of one another are a conflict, and choosing ends it', () => {
	const told = { mine: { ...system('till', 'start'), at: 3 }, theirs: { ...system('web'), at: 4, by: axel } };
	const ticket = ticketOf(told);
	expect([ticket.system, ticket.category]).toEqual(['web', null]);
	expect(ticket.conflicts.map(({ field: which }) => which)).toEqual(['category']);
	expect(kinds(categorise(ticket, { system: 'web' as SystemId }))).toEqual(['categorised']);
	const calm = ticketOf({ one: told.mine });
	expect(kinds(categorise(calm, { system: 'till' as SystemId }))).toBe('nothing-to-change');
	expect(drafts(categorise(calm, { category: null }))).toEqual([system('till', null, [id('one')])]);
});

const undo4 = (entry: string) => ({ kind: 'undone' as const, entry: id(entry), at: 5 });
const changed = (add: string[], remove: string[] = []) => ({
	...{ kind: 'systems-changed' as const, add: add as SystemId[], remove: remove as SystemId[] },
});

test('[FT13] [F65] two systems that are added without knowledge of one another both stay', () => {
	const told = { mine: { ...changed(['till']), at: 3 }, theirs: { ...changed(['web']), at: 3, by: axel } };
	const ticket = ticketOf(told);
	expect([...ticket.systems].sort()).toEqual(['till', 'web']);
	expect(ticket.conflicts).toEqual([]);
	const less = ticketOf({ ...told, less: { ...changed([], ['till']), at: 4 } });
	expect([less.system, less.systems]).toEqual(['web', ['web']]);
	const back = ticketOf({ ...told, less: { ...changed([], ['till']), at: 4 }, back: undo4('less') });
	expect([...back.systems].sort()).toEqual(['till', 'web']);
});

test('[FT13] what a ticket is categorised with comes first; another category of the same system leaves the others alone', () => {
	const first = { one: { ...system('till', 'start'), at: 3 }, more: { ...changed(['web', 'mail']), at: 4 } };
	expect(ticketOf(first).systems).toEqual(['till', 'web', 'mail']);
	const recategorised = { ...first, two: { ...system('till', 'print', [id('one')]), at: 5 } };
	expect(ticketOf(recategorised)).toMatchObject({
		system: 'till',
		category: 'print',
		systems: ['till', 'web', 'mail'],
	});
	const moved = { ...first, two: { ...system('web', 'print', [id('one')]), at: 5 } };
	expect(ticketOf(moved)).toMatchObject({ system: 'web', systems: ['web', 'mail'] });
	const without = { ...first, less: { ...changed([], ['till']), at: 5 } };
	expect(ticketOf(without)).toMatchObject({ system: 'web', category: 'start', systems: ['web', 'mail'] });
	const none = { ...first, two: { ...system(null, null, [id('one')]), at: 5 } };
	expect(ticketOf(none).systems).toEqual(['web', 'mail']);
	const open = { ...first, theirs: { ...system('mail', 'start'), at: 6, by: axel } };
	expect(ticketOf(open).systems).toEqual(['mail', 'till', 'web']);
});

test('[FT13] adding what is there and taking out what is not changes nothing', () => {
	const ticket = ticketOf({ one: { ...system('till'), at: 3 } });
	const [till, web] = ['till', 'web'] as SystemId[];
	expect(kinds(changeSystems(ticket, { add: [till!], remove: [web!] }))).toBe('nothing-to-change');
	expect(drafts(changeSystems(ticket, { add: [web!, web!, till!] }))).toEqual([changed(['web'])]);
	expect(drafts(changeSystems(ticket, { remove: [till!] }))).toEqual([changed([], ['till'])]);
});

test('[FT12] a colleague who was mentioned is waited for until they write anything in the ticket', () => {
	const mention = { ...note, mentions: [axel, maria], at: 3 };
	expect(ticketOf({ mention }).mentions).toEqual([axel]);
	expect(ticketOf({ mention, answer: { ...note, at: 4, by: axel } }).mentions).toEqual([]);
	expect(ticketOf({ mention, again: { ...note, at: 4 } }).mentions).toEqual([axel]);
	expect(drafts(addNote('Bitte ansehen', undefined, [], [axel, axel]))).toEqual([
		{ kind: 'note', text: 'Bitte ansehen', html: undefined, attachments: [], mentions: [axel] },
	]);
	expect(drafts(addNote('Nur so', undefined, []))[0]).not.toHaveProperty('mentions');
});

test('[F22] several people take part in one ticket, each once, and leave again', () => {
	const told = {
		kim: { kind: 'person-linked' as const, person: kim, at: 3 },
		lea: { kind: 'person-linked' as const, person: lea, at: 4, by: axel },
	};
	expect(ticketOf(told).persons).toEqual([kim, lea]);
	expect(kinds(linkPerson(ticketOf(told), kim))).toBe('nothing-to-change');
	expect(ticketOf({ ...told, out: { kind: 'person-unlinked', person: kim, at: 5 } }).persons).toEqual([lea]);
});

test('[F92] tags of two devices that did not know of one another merge as a set', () => {
	const base = { first: { kind: 'tagged' as const, add: ['kasse', 'alt'], remove: [], at: 3 } };
	const here = { kind: 'tagged' as const, add: ['drucker'], remove: ['alt'], at: 4 };
	const there = { kind: 'tagged' as const, add: ['filiale'], remove: [], at: 4, by: axel };
	const tagsOf = (told: Facts) => foldTicket(told)!.tags;
	const all = { open: { ...opened, at: 1 }, ...base, here, there };
	expect(tagsOf(facts(all))).toEqual(['drucker', 'filiale', 'kasse']);
	expect(tagsOf(facts({ there, here, ...base, open: { ...opened, at: 1 } }))).toEqual(['drucker', 'filiale', 'kasse']);
	expect(kinds(changeTags(foldTicket(facts(all))!, { add: ['kasse'] }))).toBe('nothing-to-change');
});
