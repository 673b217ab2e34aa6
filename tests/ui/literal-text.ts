import { parse } from 'svelte/compiler';

/** Literal text that a person would read, found in a Svelte component's markup. */
export interface LiteralText {
	where: string;
	text: string;
	line: number;
}

interface Node {
	type: string;
	start: number;
	[key: string]: unknown;
}

const spokenAttributes = new Set([
	'aria-label',
	'aria-description',
	'aria-roledescription',
	'aria-valuetext',
	'title',
	'placeholder',
	'alt',
	'label',
	'hint',
	'text',
]);
const passThrough = new Set(['ConditionalExpression', 'LogicalExpression', 'TemplateLiteral', 'BinaryExpression']);

export function findLiteralText(source: string): LiteralText[] {
	const found: LiteralText[] = [];
	const lineAt = (offset: number) => source.slice(0, offset).split('\n').length;
	const report = (where: string, node: Node, text: string) => {
		if (/\p{L}/u.test(text)) found.push({ where, text: text.trim(), line: lineAt(node.start) });
	};

	/** Strings that an expression can become; not those it merely compares or passes on. */
	const expression = (where: string, node: Node | null | undefined): void => {
		if (node == null) return;
		if (node.type === 'Literal' && typeof node.value === 'string') report(where, node, node.value);
		if (node.type === 'TemplateElement') report(where, node, (node.value as { cooked: string }).cooked);
		if (!passThrough.has(node.type)) return;
		if (node.type === 'BinaryExpression' && node.operator !== '+') return;
		for (const key of ['left', 'right', 'consequent', 'alternate']) expression(where, node[key] as Node | undefined);
		for (const key of ['quasis', 'expressions'])
			for (const part of (node[key] as Node[] | undefined) ?? []) expression(where, part);
	};

	const attribute = (node: Node): void => {
		if (!spokenAttributes.has(node.name as string) || node.value === true) return;
		for (const part of Array.isArray(node.value) ? (node.value as Node[]) : [node.value as Node]) {
			if (part.type === 'Text') report(node.name as string, part, part.data as string);
			else expression(node.name as string, part.expression as Node);
		}
	};

	const visit = (node: unknown): void => {
		if (Array.isArray(node)) return node.forEach(visit);
		if (typeof node !== 'object' || node === null) return;
		const typed = node as Node;
		if (typed.type === 'Text') return report('text', typed, typed.data as string);
		if (typed.type === 'Attribute') return attribute(typed);
		if (typed.type === 'ExpressionTag') return expression('text', typed.expression as Node);
		if (typed.type === 'StyleSheet' || typed.type === 'Script' || String(typed.type).endsWith('Directive')) return;
		for (const [key, value] of Object.entries(typed)) if (key !== 'expression' && key !== 'metadata') visit(value);
	};

	visit(parse(source, { modern: true }).fragment);
	return found;
}
