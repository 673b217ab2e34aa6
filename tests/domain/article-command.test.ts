import { describe, expect, test } from 'vitest';
import {
	isChangedSince,
	isSameValue,
	markRead,
	markTranslated,
	nextStates,
	restoreVersion,
	saveVersion,
	setField,
	setFields,
	setState,
	settleBaseChange,
	takeRival,
	translationState,
	undoInArticle,
	type Writer,
} from '../../src/lib/domain/article-command.ts';
import type { ArticleContent, ArticleState } from '../../src/lib/domain/article-entry.ts';
import type { Draft } from '../../src/lib/domain/entry.ts';
import { foldArticle, type Article } from '../../src/lib/domain/fold-article.ts';
import type { AgentId, DocumentId } from '../../src/lib/domain/ids.ts';
import type { CommandResult } from '../../src/lib/domain/ticket-command.ts';
import { axel, facts, id, maria, support } from '../support/facts.ts';

const agent: Writer = { agent: maria, role: 'agent' };
const admin: Writer = { agent: axel, role: 'admin' };
const words: ArticleContent = { de: { title: 'Barzahlung', pattern: [], body: '<p>a</p>', steps: [], answer: '' } };
const article = (document: string) => `article/${id(document)}` as DocumentId;

/** An article to which drafts are added one after another, as by that agent. */
function story() {
	const told: Record<string, Draft & { at: number; by?: AgentId }> = {
		created: { kind: 'created', name: 'Barzahlung', lines: [support], at: 1 },
	};
	let at = 1;
	const fold = () => foldArticle(facts(told)) as Article;
	return {
		fold,
		add(result: CommandResult, by: AgentId = maria) {
			if (result.kind === 'refused') throw new Error(result.reason);
			for (const draft of result.drafts) told[`e${++at}`] = { ...draft, at, by };
			return fold();
		},
	};
}

describe('[AM1] states', () => {
	const all: ArticleState[] = ['draft', 'in-review', 'agreed', 'standard', 'archived'];
	const at = (state: ArticleState) => {
		const { add, fold } = story();
		add(saveVersion(fold(), words));
		const version = fold().versions[0]?.id ?? null;
		return add({ kind: 'ok', drafts: [{ kind: 'article-state-set', state, version, replaces: [] }] });
	};

	test.each([
		['draft', ['in-review', 'archived'], ['in-review', 'agreed', 'archived']],
		['in-review', ['draft', 'archived'], ['draft', 'agreed', 'standard', 'archived']],
		['agreed', [], ['standard', 'in-review', 'draft', 'archived']],
		['standard', [], ['agreed', 'in-review', 'draft', 'archived']],
		['archived', ['draft'], ['draft']],
	] as const)('from %s an agent may go to %j, an admin to %j', (state, agents, admins) => {
		const standing = at(state);
		expect(nextStates(standing, agent)).toEqual(agents);
		expect(nextStates(standing, admin)).toEqual(admins);
		expect(nextStates(standing, { ...agent, publishing: 'agents' })).toEqual(admins);
		expect(nextStates(standing, { ...agent, role: 'observer', publishing: 'agents' })).toEqual([]);
		for (const to of all) {
			const allowed = setState(standing, admin, { to, agreedBy: 'Frau Vogt' });
			expect([to, allowed.kind]).toEqual([to, (admins as readonly string[]).includes(to) ? 'ok' : 'refused']);
		}
	});

	test('[AM2] publishing needs a saved version, and a newer one is published by the same act again', () => {
		const { add, fold } = story();
		add(setState(fold(), agent, { to: 'in-review' }));
		expect(setState(fold(), admin, { to: 'standard' })).toEqual({ kind: 'refused', reason: 'no-version' });
		add(saveVersion(fold(), words));
		add(setState(fold(), admin, { to: 'standard' }), axel);
		expect(fold().published?.number).toBe(1);
		expect(setState(fold(), admin, { to: 'standard' })).toEqual({ kind: 'refused', reason: 'nothing-to-change' });
		add(saveVersion(fold(), { ...words, en: { ...words.de!, title: 'Cash' } }));
		expect(fold().published?.number).toBe(1);
		expect(nextStates(fold(), admin)[0]).toBe('standard');
		expect(setState(fold(), agent, { to: 'standard' })).toEqual({ kind: 'refused', reason: 'no-permission' });
		expect(add(setState(fold(), admin, { to: 'standard' }), axel).published?.number).toBe(2);
	});

	test('[AM3] agreed says with whom and when', () => {
		const { add, fold } = story();
		add(saveVersion(fold(), words));
		expect(setState(fold(), admin, { to: 'agreed', agreedBy: ' ' })).toEqual({ kind: 'refused', reason: 'empty' });
		const agreed = add(setState(fold(), admin, { to: 'agreed', agreedBy: 'Frau Vogt', agreedAt: 77 }), axel);
		expect(agreed.agreed).toEqual({ by: 'Frau Vogt', at: 77 });
	});
});

describe('[F61] versions', () => {
	test('[AM4] an old version comes back as a new one, with its values', () => {
		const { add, fold } = story();
		add(setField(fold(), 'level', 2));
		const first = add(saveVersion(fold(), words, 'first')).versions[0]!;
		add(setField(fold(), 'level', 3));
		add(saveVersion(fold(), { de: { ...words.de!, body: '<p>b</p>' } }));
		const back = add(restoreVersion(fold(), first.id));
		expect(back.level).toBe(2);
		expect(back.versions.map(({ number }) => number)).toEqual([1, 2, 3]);
		expect(back.versions[2]?.content).toEqual(first.content);
		expect(restoreVersion(back, id('nowhere'))).toEqual({ kind: 'refused', reason: 'no-version' });
		expect(isChangedSince(back.versions[2], back, words)).toBe(false);
		expect(isChangedSince(back.versions[1], back, words)).toBe(true);
	});

	test('[AM5] what is saved already is not saved again, and an empty article not at all', () => {
		const { add, fold } = story();
		expect(saveVersion(fold(), {})).toEqual({ kind: 'refused', reason: 'empty' });
		add(saveVersion(fold(), words));
		expect(saveVersion(fold(), structuredClone(words))).toEqual({ kind: 'refused', reason: 'nothing-to-change' });
	});

	test('[K18] who saved a version has read it, the others say so once', () => {
		const { add, fold } = story();
		const { id: version } = add(saveVersion(fold(), words)).versions[0]!;
		expect(markRead(fold(), maria, version)).toEqual({ kind: 'refused', reason: 'nothing-to-change' });
		expect(markRead(fold(), axel)).toEqual({ kind: 'refused', reason: 'no-version' });
		const read = add(markRead(fold(), axel, version), axel);
		expect([...read.versions[0]!.readBy].sort()).toEqual([axel, maria].sort());
	});
});

describe('values', () => {
	test('[AM5] setting several writes only what is different, and names what it replaces', () => {
		const { add, fold } = story();
		const first = add(setFields(fold(), { type: 'case', level: 2 }));
		const again = setFields(first, { type: 'case', level: 3 });
		expect(again).toMatchObject({
			kind: 'ok',
			drafts: [{ field: 'level', value: 3, replaces: [first.heads.level[0]] }],
		});
		expect(setFields(first, { type: 'case' })).toEqual({ kind: 'refused', reason: 'nothing-to-change' });
	});

	test('only the author takes a value back', () => {
		const { add, fold } = story();
		const set = add(setField(fold(), 'level', 2));
		const entry = set.heads.level[0]!;
		expect(undoInArticle(set, axel, entry)).toEqual({ kind: 'refused', reason: 'not-yours' });
		expect(add(undoInArticle(set, maria, entry)).level).toBe(1);
	});

	test('values are the same whatever the order of their keys', () => {
		expect(isSameValue({ a: [1, { b: 2, c: undefined }] }, { a: [1, { b: 2 }] })).toBe(true);
		expect(isSameValue({ a: [1] }, { a: { 0: 1 } })).toBe(false);
		expect(isSameValue([1, 2], [1])).toBe(false);
	});
});

test('[F60] a variant says what it made of a change of its base, and is compared with that version from then on', () => {
	const { add, fold } = story();
	expect(settleBaseChange(fold(), id('v2'), 'taken')).toEqual({ kind: 'refused', reason: 'nothing-to-change' });
	add(setField(fold(), 'base', { article: article('bar'), version: id('v1') }));
	const settled = add(settleBaseChange(fold(), id('v2'), 'declined'));
	expect(settled.base).toEqual({ article: article('bar'), version: id('v2') });
	expect([...settled.settledBaseVersions]).toEqual([id('v2')]);
	expect(settleBaseChange(settled, id('v2'), 'taken')).toEqual({ kind: 'refused', reason: 'nothing-to-change' });
});

test('[F58] a translation is outdated when the other language has changed since the version it was made from', () => {
	const both: ArticleContent = { ...words, en: { ...words.de!, title: 'Cash payment' } };
	const { add, fold } = story();
	expect(translationState(fold(), 'en', words)).toEqual({ kind: 'missing' });
	expect(translationState(fold(), 'en', both)).toEqual({ kind: 'own' });
	const { id: version } = add(saveVersion(fold(), both)).versions[0]!;
	add(markTranslated(fold(), 'en', version));
	expect(translationState(fold(), 'en', both)).toEqual({ kind: 'current' });
	const changed = { ...both, de: { ...words.de!, body: '<p>neu</p>' } };
	expect(translationState(fold(), 'en', changed)).toMatchObject({ kind: 'outdated', version: { number: 1 } });
	expect(markTranslated(fold(), 'en', version)).toEqual({ kind: 'refused', reason: 'nothing-to-change' });
});

test('[F98] a value that another overtook stays visible with it, and can be put in its place', () => {
	const told = (state: ArticleState, at: number, by: AgentId) => ({
		...{ kind: 'article-state-set' as const, state, version: null, replaces: [] as never[], at, by },
	});
	const level = (value: 1 | 2 | 3, at: number, by: AgentId) => ({
		...{ kind: 'article-set' as const, field: 'level' as const, value, replaces: [] as never[], at, by },
	});
	const entries = {
		created: { kind: 'created' as const, name: 'Barzahlung', lines: [support], at: 1 },
		...{ one: level(2, 2, maria), two: level(3, 3, axel) },
		...{ review: told('in-review', 4, maria), archive: told('archived', 5, axel) },
	};
	const before = foldArticle(facts(entries))!;
	expect(before.rivals).toMatchObject([
		{ field: 'level', winner: { value: 3 }, rivals: [{ value: 2, by: maria }] },
		{ field: 'state', winner: { state: 'archived' }, rivals: [{ state: 'in-review', by: maria }] },
	]);
	const add = (more: Record<string, CommandResult>) => {
		const drafts = Object.entries(more).map(([name, result], i) => {
			if (result.kind === 'refused') throw new Error(result.reason);
			return [name, { ...result.drafts[0]!, at: 9 + i }];
		});
		return foldArticle(facts({ ...entries, ...(Object.fromEntries(drafts) as object) }))!;
	};
	const after = add({
		x: takeRival(before, agent, before.rivals[0]!.rivals[0]!),
		// Not reached from archived otherwise: it is a settlement, not a step.
		y: takeRival(before, agent, before.rivals[1]!.rivals[0]!),
	});
	expect([after.level, after.state, after.rivals]).toEqual([2, 'in-review', []]);
	expect(add({ x: takeRival(before, agent, before.rivals[0]!.winner) }).level).toBe(3);
});
