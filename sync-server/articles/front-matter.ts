/**
 * The head of a Markdown file: a value a line between two lines of `---`. What is written is JSON, which YAML takes too; read are
 * JSON, plain and quoted words, numbers, [lists, like, this] and lists with a dash a line.
 */
export type FrontMatterReading =
	| { kind: 'ok'; values: Map<string, unknown>; body: string; bodyLine: number }
	| { kind: 'refused'; line: number; message: string };

const mostLines = 500;

export function writeFrontMatter(values: Readonly<Record<string, unknown>>): string {
	const lines = Object.entries(values).flatMap(([key, value]) =>
		value === undefined ? [] : [`${key}: ${JSON.stringify(value)}`],
	);
	return `---\n${lines.join('\n')}\n---\n`;
}

export function readFrontMatter(file: string): FrontMatterReading {
	const text = file.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
	const values = new Map<string, unknown>();
	if (!text.startsWith('---\n')) return { kind: 'ok', values, body: text, bodyLine: 1 };
	const lines = text.split('\n');
	let list: unknown[] | undefined;
	for (let i = 1; i < Math.min(lines.length, mostLines); i++) {
		const line = lines[i] as string;
		if (line.trimEnd() === '---') return { kind: 'ok', values, body: lines.slice(i + 1).join('\n'), bodyLine: i + 2 };
		if (line.trim() === '' || line.trimStart().startsWith('#')) continue;
		const [, item] = /^\s*-\s+(.*)$/.exec(line) ?? [];
		if (item !== undefined && list !== undefined) {
			list.push(readValue(item.trim()));
			continue;
		}
		const [, key, rest = ''] = /^([A-Za-z_][\w-]{0,40})\s*:(?:\s+(.*))?$/.exec(line) ?? [];
		if (key === undefined) return { kind: 'refused', line: i + 1, message: 'expected "name: value"' };
		const value = readValue(rest.trim());
		if (value === broken) return { kind: 'refused', line: i + 1, message: `the value of ${key} cannot be read` };
		list = rest.trim() === '' ? [] : undefined;
		values.set(key, list ?? value);
	}
	return { kind: 'refused', line: 1, message: 'the head has no end: a line of --- is missing' };
}

const broken = Symbol('broken');

function readValue(text: string): unknown {
	if (text === '' || text === '~' || text === 'null') return null;
	if (text === 'true' || text === 'false') return text === 'true';
	if (/^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text)) return Number(text);
	if (/^'.*'$/.test(text)) return text.slice(1, -1).replaceAll("''", "'");
	if (!/^[[{"]/.test(text)) return text;
	try {
		return JSON.parse(text) as unknown;
	} catch {
		const [, plain] = /^\[([^[\]{}"]*)\]$/.exec(text) ?? [];
		return plain === undefined ? broken : plain.split(',').map((part) => readValue(part.trim()));
	}
}
