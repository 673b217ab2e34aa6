/**
 * Rich text as plain values: what an article may hold, whatever it comes from (the editor, a version, Markdown) and goes to.
 *
 *   RT1  A line break inside a block is '\n' in a run's text.
 *   RT2  Code excludes every other mark, as in the editor.
 *   RT3  Tidy text has no empty runs, no two neighbouring runs with the same marks, no empty blocks, and no white space where a
 *        block or a line of it begins or ends; one that is not code has no two blanks in a row, and a line break, which a
 *        heading has none of, has the
 *        marks of what stands before it.
 */
export type Mark = 'bold' | 'italic' | 'strike' | 'underline' | 'code';
export const marks: readonly Mark[] = ['bold', 'italic', 'strike', 'underline', 'code'];

export interface Run {
	text: string;
	marks: Mark[];
	/** https, http, mailto or tel. */
	href?: string;
}

export type Block =
	| { kind: 'paragraph'; runs: Run[] }
	| { kind: 'heading'; level: number; runs: Run[] }
	| { kind: 'list'; ordered: boolean; items: Block[][] }
	| { kind: 'quote'; blocks: Block[] }
	| { kind: 'code'; text: string }
	| { kind: 'rule' };

/** How deep lists and quotes may be nested; deeper ones are flattened. */
export const deepest = 8;

export function paragraph(text: string): Block {
	return { kind: 'paragraph', runs: text === '' ? [] : [{ text, marks: [] }] };
}

/** Whether an address may stand in a text that others click. */
export function isLinkTarget(href: string): boolean {
	return /^(https?:\/\/|mailto:|tel:)[^\s<>"]+$/i.test(href) && href.length <= 2000;
}

/** As plain text, a line a line; items of lists begin with a dash or their number. */
export function blocksToLines(blocks: readonly Block[]): string[] {
	return blocks.flatMap((block): string[] => {
		switch (block.kind) {
			case 'paragraph':
			case 'heading':
				return runsToText(block.runs).split('\n');
			case 'code':
				return block.text.split('\n');
			case 'quote':
				return blocksToLines(block.blocks).map((line) => `> ${line}`);
			case 'rule':
				return ['---'];
			case 'list':
				return block.items.flatMap((item, i) => {
					const sign = block.ordered ? `${i + 1}. ` : '- ';
					return blocksToLines(item).map((line, k) => (k === 0 ? sign : ' '.repeat(sign.length)) + line);
				});
		}
	});
}

/** With an empty line between blocks, as a mail has it. */
export function blocksToText(blocks: readonly Block[]): string {
	return blocks.map((block) => blocksToLines([block]).join('\n')).join('\n\n');
}

export function runsToText(runs: readonly Run[]): string {
	return runs.map(({ text }) => text).join('');
}

/** A block a line: the plain form of what was written as lines. */
export function linesToBlocks(lines: readonly string[]): Block[] {
	return lines.map((line) => paragraph(line));
}

export function tidyBlocks(blocks: readonly Block[], depth = 0): Block[] {
	return blocks.flatMap((block): Block[] => {
		switch (block.kind) {
			case 'paragraph':
			case 'heading': {
				const isHeading = block.kind === 'heading';
				const runs = tidyRuns(
					isHeading ? block.runs.map((run) => ({ ...run, text: run.text.replace(/\s/g, ' ') })) : block.runs,
				);
				return runs.length === 0 ? [] : [{ ...block, runs }];
			}
			case 'code': {
				const text = withoutControls(block.text).replace(/^\n+|\s+$/g, '');
				return text === '' ? [] : [{ kind: 'code', text }];
			}
			case 'quote': {
				const inner = tidyBlocks(block.blocks, depth + 1);
				if (depth >= deepest) return inner;
				return inner.length === 0 ? [] : [{ kind: 'quote', blocks: inner }];
			}
			case 'list': {
				const items = block.items.map((item) => tidyBlocks(item, depth + 1)).filter((item) => item.length > 0);
				if (depth >= deepest) return items.flat();
				return items.length === 0 ? [] : [{ kind: 'list', ordered: block.ordered, items }];
			}
			case 'rule':
				return [block];
		}
	});
}

/** Neighbours with the same marks become one; a line break belongs to what stands before it. */
export function tidyRuns(runs: readonly Run[]): Run[] {
	const signs: { sign: string; style: Run }[] = [];
	for (const { text, marks, href } of runs) {
		const style = withMarks('', marks, href);
		for (const raw of withoutControls(text)) {
			const last = signs.at(-1);
			const isBlank = raw !== '\n' && /\s/.test(raw);
			if (isBlank && (last === undefined || last.sign === ' ' || last.sign === '\n')) continue;
			if (raw === '\n' && last?.sign === ' ') signs.pop();
			const before = raw === '\n' ? signs.at(-1) : undefined;
			if (raw !== '\n' || before !== undefined)
				signs.push({ sign: isBlank ? ' ' : raw, style: before?.style ?? style });
		}
	}
	while (/^\s$/.test(signs.at(-1)?.sign ?? '')) signs.pop();
	const joined: Run[] = [];
	for (const { sign, style } of signs) {
		const last = joined.at(-1);
		if (last !== undefined && isSameStyle(last, style)) last.text += sign;
		else joined.push({ ...style, text: sign });
	}
	return joined;
}

function withMarks(text: string, given: readonly Mark[], href: string | undefined): Run {
	if (given.includes('code')) return { text, marks: ['code'] };
	const own = marks.filter((mark) => given.includes(mark));
	return href !== undefined && isLinkTarget(href) ? { text, marks: own, href } : { text, marks: own };
}

function isSameStyle(a: Run, b: Run): boolean {
	return a.href === b.href && a.marks.length === b.marks.length && a.marks.every((mark, i) => mark === b.marks[i]);
}

/** Nothing that steers a terminal or a text's direction, and no half characters. */
function withoutControls(text: string): string {
	return text
		.replace(/\r\n?/g, '\n')
		.replace(/\t/g, ' ')
		.replace(/[\p{Cc}\p{Cs}\u202A-\u202E\u2066-\u2069\uFEFF\uFFFE\uFFFF]/gu, (sign) => (sign === '\n' ? '\n' : ''));
}
