import ts from 'typescript';

/** Something found in a source, with the line it stands on. */
export interface Finding {
	readonly what: string;
	readonly line: number;
}

/** The TypeScript of a file: itself, or the scripts of a component with everything else blanked, so that lines stay right. */
export function scriptOf(path: string, text: string): string {
	if (!path.endsWith('.svelte')) return text;
	let script = '';
	let end = 0;
	for (const match of text.matchAll(/(<script[^>]*>)([\s\S]*?)<\/script>/g)) {
		const start = match.index + (match[1] ?? '').length;
		script += blank(text.slice(end, start)) + (match[2] ?? '') + ';';
		end = start + (match[2] ?? '').length;
	}
	return script + blank(text.slice(end));
}

const blank = (text: string) => text.replace(/[^\n]/g, ' ');

/** Every module a source names: imports and re-exports, of values or types, static or dynamic. Comments do not count. */
export function findImports(path: string, text: string): Finding[] {
	const source = parse(path, text);
	const found: Finding[] = [];
	walk(source, (node) => {
		const name =
			ts.isImportDeclaration(node) || ts.isExportDeclaration(node)
				? node.moduleSpecifier
				: ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword
					? node.arguments[0]
					: ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)
						? node.argument.literal
						: undefined;
		if (name && ts.isStringLiteralLike(name)) found.push({ what: name.text, line: lineOf(source, node) });
	});
	return found;
}

/** `export * from`, which hides what a file gives away. */
export function findStarExports(path: string, text: string): Finding[] {
	const source = parse(path, text);
	return source.statements
		.filter((node) => ts.isExportDeclaration(node) && !node.exportClause)
		.map((node) => ({ what: node.getText(source), line: lineOf(source, node) }));
}

const worldly = new Set([
	...[
		'process',
		'window',
		'document',
		'navigator',
		'location',
		'localStorage',
		'sessionStorage',
		'indexedDB',
		'crypto',
	],
	...[
		'performance',
		'globalThis',
		'self',
		'fetch',
		'setTimeout',
		'setInterval',
		'queueMicrotask',
		'requestAnimationFrame',
	],
	...['WebSocket', 'XMLHttpRequest', 'Worker', 'BroadcastChannel', 'Buffer', '__dirname', 'require', 'console'],
]);

/** Uses of the clock, of chance and of the machine, which pure code gets passed in. A name the file declares itself is its own. */
export function findWorldlyUses(path: string, text: string): Finding[] {
	const source = parse(path, text);
	const own = new Set<string>();
	walk(source, (node) => {
		const name = isDeclaration(node) ? node.name : undefined;
		if (name && ts.isIdentifier(name)) own.add(name.text);
	});
	const found: Finding[] = [];
	walk(source, (node) => {
		const add = (what: string) => found.push({ what, line: lineOf(source, node) });
		if (ts.isNewExpression(node) && isNamed(node.expression, 'Date') && !node.arguments?.length) add('new Date()');
		if (ts.isCallExpression(node) && isNamed(node.expression, 'Date')) add('Date()');
		if (ts.isPropertyAccessExpression(node)) {
			if (isNamed(node.expression, 'Date') && node.name.text === 'now') add('Date.now');
			if (isNamed(node.expression, 'Math') && node.name.text === 'random') add('Math.random');
		}
		if (ts.isIdentifier(node) && worldly.has(node.text) && !own.has(node.text) && isRead(node)) add(node.text);
	});
	return found;
}

const runes = new Set(['$state', '$derived', '$effect', '$props', '$bindable', '$inspect']);

/** Runes in a source; only files that end in .svelte.ts are compiled for them. */
export function findRunes(path: string, text: string): Finding[] {
	const source = parse(path, text);
	const found: Finding[] = [];
	walk(source, (node) => {
		if (!ts.isCallExpression(node)) return;
		const called = ts.isPropertyAccessExpression(node.expression) ? node.expression.expression : node.expression;
		if (ts.isIdentifier(called) && runes.has(called.text))
			found.push({ what: called.text, line: lineOf(source, node) });
	});
	return found;
}

/** Tests that would not run, or keep others from running, and waits that guess. */
export function findIdleTests(path: string, text: string): Finding[] {
	const source = parse(path, text);
	const found: Finding[] = [];
	walk(source, (node) => {
		if (ts.isIdentifier(node) && ['xit', 'xtest', 'xdescribe', 'waitForTimeout'].includes(node.text))
			found.push({ what: node.text, line: lineOf(source, node) });
		if (!ts.isPropertyAccessExpression(node) || !['skip', 'only', 'todo', 'fixme', 'fails'].includes(node.name.text))
			return;
		const runner = node.getText(source).split('.')[0] ?? '';
		if (['test', 'it', 'describe', 'suite'].includes(runner))
			found.push({ what: node.getText(source), line: lineOf(source, node) });
	});
	return found;
}

function parse(path: string, text: string) {
	return ts.createSourceFile(path, scriptOf(path, text), ts.ScriptTarget.Latest, true, ts.ScriptKind.TS);
}

function walk(node: ts.Node, visit: (node: ts.Node) => void) {
	visit(node);
	ts.forEachChild(node, (child) => walk(child, visit));
}

function lineOf(source: ts.SourceFile, node: ts.Node) {
	return source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
}

function isNamed(node: ts.Node, name: string) {
	return ts.isIdentifier(node) && node.text === name;
}

function isDeclaration(
	node: ts.Node,
): node is
	ts.VariableDeclaration | ts.ParameterDeclaration | ts.BindingElement | ts.FunctionDeclaration | ts.ImportSpecifier {
	return (
		ts.isVariableDeclaration(node) ||
		ts.isParameter(node) ||
		ts.isBindingElement(node) ||
		ts.isFunctionDeclaration(node) ||
		ts.isImportSpecifier(node)
	);
}

/** Read as a value: not the name of a property, of a type, or of a declaration. */
function isRead(node: ts.Identifier): boolean {
	const { parent } = node;
	if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
	if (ts.isPropertyAssignment(parent)) return parent.initializer === node;
	if (ts.isTypeNode(parent) || ts.isTypeElement(parent) || ts.isClassElement(parent) || ts.isQualifiedName(parent))
		return false;
	if (ts.isImportSpecifier(parent) || ts.isExportSpecifier(parent) || ts.isNamedTupleMember(parent)) return false;
	if (ts.isTypeAliasDeclaration(parent) || ts.isInterfaceDeclaration(parent)) return false;
	return true;
}
