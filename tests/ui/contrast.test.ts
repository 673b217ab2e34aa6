import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { contrast, tokensOf, type Shade, type Tokens } from './colour-contrast.ts';

const css = readFileSync(new URL('../../src/app.css', import.meta.url), 'utf8');
const base = tokensOf(css, ':root');
const themes: Record<string, Tokens> = {
	standard: base,
	contrast: new Map([...base, ...tokensOf(css, "[data-theme='contrast']")]),
	'prefers-contrast': new Map([...base, ...tokensOf(css, ':root:not([data-theme])')]),
};

const surfaces = ['bg', 'bg-raised', 'bg-sunken', 'bg-active', 'note-bg'];
const texts = ['fg', 'fg-muted', 'accent', 'danger', 'warning', 'success', 'info', 'prio-2', 'prio-3', 'prio-4'];
const presence = Array.from({ length: 8 }, (_, n) => `presence-${n + 1}`);

const textPairs = [
	...surfaces.flatMap((surface) => texts.map((text) => [text, surface] as const)),
	['accent-fg', 'accent'],
	['danger-fg', 'danger'],
	['prio-1-fg', 'prio-1'],
	...presence.map((name) => ['presence-fg', name] as const),
] as const;

const shapePairs = [
	...surfaces.flatMap((surface) => [['border-strong', surface] as const, ['focus', surface] as const]),
	['note-border', 'note-bg'],
	['note-border', 'bg-raised'],
	['prio-1', 'bg-raised'],
	...presence.map((name) => [name, 'bg-raised'] as const),
] as const;

describe.each(Object.entries(themes))('[F110] theme %s', (_theme, tokens) => {
	describe.each(['light', 'dark'] satisfies Shade[])('%s', (shade) => {
		const ratio = (one: string, other: string) => contrast(tokens.get(one)![shade], tokens.get(other)![shade]);

		it.each(textPairs)('text %s on %s reads at 4.5:1 or better', (text, surface) => {
			expect(ratio(text, surface)).toBeGreaterThanOrEqual(4.5);
		});

		it.each(shapePairs)('shape %s on %s shows at 3:1 or better', (shape, surface) => {
			expect(ratio(shape, surface)).toBeGreaterThanOrEqual(3);
		});
	});
});

describe('[F110] the token list', () => {
	it('is measured whole: a new colour token must be given a pair', () => {
		const measured = new Set<string>([...textPairs.flat(), ...shapePairs.flat()]);
		// A hairline separates what spacing and headings already separate, so it may be faint.
		const decorative = new Set(['border']);
		expect([...base.keys()].filter((name) => !measured.has(name) && !decorative.has(name))).toEqual([]);
	});

	it('knows that black on white is 21:1', () => {
		expect(contrast([0, 0, 0], [1, 0, 0])).toBeCloseTo(21, 1);
	});

	it('has no pure black in the dark theme', () => {
		expect(base.get('bg')!.dark[0]).toBeGreaterThan(0.15);
	});
});
