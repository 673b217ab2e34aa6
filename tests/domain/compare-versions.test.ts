import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareLine, compareVersions, compareWords, notReadBy } from '../../src/lib/domain/compare-versions.ts';
import type { ArticleContent } from '../../src/lib/domain/article-entry.ts';
import type { Agent } from '../../src/lib/domain/desk-config.ts';
import type { AgentId, LineId } from '../../src/lib/domain/ids.ts';
import type { Role } from '../../src/lib/domain/role.ts';
import { anyText } from '../support/rich-blocks.ts';

const de = {
	title: 'Drucker',
	pattern: ['druckt nicht'],
	body: '<p>Eins</p><p>Zwei ist hier</p>',
	steps: ['<p>a</p>'],
	answer: '',
};
const words: ArticleContent = { de };

test('[CV1] two equal versions differ in nothing', () => {
	const same = { words, values: { level: 1, tags: ['a'] } };
	expect(compareVersions(same, structuredClone(same))).toEqual({ parts: [], values: [] });
});

test('[CV1, CV2] names parts, lines, words and values that differ', () => {
	const to = { de: { ...de, body: '<p>Eins</p><p>Zwei ist dort</p>', steps: ['<p>a</p>', '<p>b</p>'] } };
	expect(
		compareVersions({ words, values: { level: 1 } }, { words: to, values: { level: 2, visibility: 'public' } }),
	).toEqual({
		parts: [
			{
				language: 'de',
				part: 'body',
				lines: [
					{ kind: 'same', text: 'Eins' },
					{
						kind: 'changed',
						words: [
							{ kind: 'same', text: 'Zwei ist ' },
							{ kind: 'removed', text: 'hier' },
							{ kind: 'added', text: 'dort' },
						],
					},
				],
			},
			{
				language: 'de',
				part: 'steps',
				lines: [
					{ kind: 'same', text: 'a' },
					{ kind: 'added', text: 'b' },
				],
			},
		],
		values: [
			{ field: 'level', from: 1, to: 2 },
			{ field: 'visibility', from: undefined, to: 'public' },
		],
	});
});

test('[CV2] a language that came or went is added or removed line by line', () => {
	const [added] = compareWords({}, { en: { ...de, pattern: [], body: '', steps: [] } });
	expect(added).toEqual({ language: 'en', part: 'title', lines: [{ kind: 'added', text: 'Drucker' }] });
	expect(compareWords(words, {}).every(({ lines }) => lines.every(({ kind }) => kind === 'removed'))).toBe(true);
});

test('[CV2] the words of a changed line, joined, are the two lines', () => {
	fc.assert(
		fc.property(anyText, anyText, (from, to) => {
			const pieces = compareLine(from, to);
			const without = (kind: string) =>
				pieces
					.filter((piece) => piece.kind !== kind)
					.map(({ text }) => text)
					.join('');
			expect([without('added'), without('removed')]).toEqual([from, to]);
		}),
	);
});

test('[K18, CV3] names those who have not read it', () => {
	const agent = (id: string, role: Role, lines: string[], active = true): Agent => ({
		...{ id: id as AgentId, name: id, mail: '', role, active },
		lines: lines as LineId[],
	});
	const agents = [
		agent('ada', 'admin', []),
		agent('ben', 'agent', ['seller']),
		agent('cem', 'agent', ['shop']),
		agent('dora', 'observer', ['seller']),
		agent('emil', 'agent', ['seller'], false),
	];
	const read = { readBy: new Set(['ada' as AgentId]) };
	expect(notReadBy(read, ['seller'], agents).map(({ id }) => id)).toEqual(['ben']);
	expect(notReadBy(read, [], agents).map(({ id }) => id)).toEqual(['ben', 'cem']);
});
