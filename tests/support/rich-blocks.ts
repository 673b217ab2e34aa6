import * as fc from 'fast-check';
import { marks, tidyBlocks, type Block, type Run } from '../../src/lib/domain/rich-text.ts';

/** Text as people paste it: letters, punctuation that means something elsewhere, white space, other scripts. */
const sign = fc.oneof(
	fc.constantFrom(...'abcäößXYZ019 _*~`#->+.!|<>&[](){}\\"\'=:;,/?$%@^ '.split('')),
	fc.constantFrom(
		'\n',
		'  ',
		'1. ',
		'- ',
		'# ',
		'```',
		'---',
		'&amp;',
		'<b>',
		'<!--',
		'https://a.example',
		'😀',
		'漢',
		'=x',
	),
	fc.string({ unit: 'grapheme', maxLength: 3 }),
);
export const anyText = fc.array(sign, { maxLength: 12 }).map((parts) => parts.join(''));

const run: fc.Arbitrary<Run> = fc
	.record({
		text: anyText,
		marks: fc.subarray([...marks.filter((mark) => mark !== 'underline')]),
		href: fc.option(fc.constantFrom('https://a.example/x?y=(1)&z=[2]', 'mailto:a@b.example', 'tel:+49341'), {
			nil: undefined,
		}),
	})
	.map(({ text, marks, href }) => (href === undefined ? { text, marks } : { text, marks, href }));
const runs = fc.array(run, { maxLength: 4 });

const { blocks } = fc.letrec<{ block: Block; blocks: Block[] }>((tie) => ({
	block: fc.oneof(
		{ maxDepth: 3, depthIdentifier: 'block' },
		runs.map((own): Block => ({ kind: 'paragraph', runs: own })),
		fc.record({ kind: fc.constant('heading' as const), level: fc.integer({ min: 1, max: 6 }), runs }),
		anyText.map((text): Block => ({ kind: 'code', text })),
		fc.constant<Block>({ kind: 'rule' }),
		fc.record({
			kind: fc.constant('list' as const),
			ordered: fc.boolean(),
			items: fc.array(tie('blocks'), { maxLength: 3 }),
		}),
		fc.record({ kind: fc.constant('quote' as const), blocks: tie('blocks') }),
	),
	blocks: fc.array(tie('block'), { maxLength: 3, depthIdentifier: 'block' }),
}));

/** Tidy rich text of all kinds. */
export const richBlocks: fc.Arbitrary<Block[]> = blocks.map((some) => tidyBlocks(some));
