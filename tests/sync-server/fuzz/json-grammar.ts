import type { Chance } from './fuzzing.ts';
import { damaged } from './update-grammar.ts';

/** Values that somebody might have forgotten. */
const odd: readonly unknown[] = [
	...[
		null,
		true,
		false,
		'',
		'x',
		' ',
		'\0',
		'\ud800',
		'\u202e',
		'../../etc/passwd',
		"' OR 1=1 --",
		'<script>alert(1)</script>',
	],
	...[0, -1, 1, 0.5, 1e308, -1e308, 2 ** 31, 2 ** 53 - 1, 2 ** 53, 2 ** 64],
	...[[], {}, [[]], [null], { length: 1e9 }, { toString: 1 }, { constructor: { prototype: { role: 'admin' } } }],
	...[
		'line:legal',
		'desk',
		'agent:sue',
		'me:sue',
		'changed.0.0',
		'0.0.0.0',
		'-1.1.1.1',
		'9'.repeat(80),
		'AA==',
		'AQEB',
		'////',
	],
];

/** A body that is right or nearly so: parts are left out, added, repeated, of another type, or far too many. */
export function grownJson(chance: Chance, right: unknown): Uint8Array {
	const grown = chance.oneIn(4) ? right : changed(chance, right, 0);
	const text = chance.oneIn(12) ? deep(chance) : spelled(chance, JSON.stringify(grown) ?? 'undefined');
	const bytes = Buffer.from(text, chance.oneIn(15) ? 'latin1' : 'utf8');
	return chance.oneIn(6) ? damaged(chance, bytes) : bytes;
}

function changed(chance: Chance, value: unknown, depth: number): unknown {
	if (chance.oneIn(5)) return chance.of(odd);
	if (Array.isArray(value)) {
		const items: unknown[] = value.map((item) => (chance.oneIn(3) ? changed(chance, item, depth + 1) : item));
		if (chance.oneIn(6)) return Array.from({ length: chance.upTo(300) }, () => items[0] ?? chance.of(odd));
		return chance.oneIn(5) ? [...items, chance.of(odd)] : items;
	}
	if (typeof value === 'object' && value !== null) {
		const entries = Object.entries(value).flatMap(([key, inner]): [string, unknown][] => {
			if (chance.oneIn(8)) return [];
			return [[key, chance.oneIn(2) ? changed(chance, inner, depth + 1) : inner]];
		});
		if (chance.oneIn(5))
			entries.push([chance.of(['__proto__', 'constructor', 'toString', 'role', 'extra', '', '\0']), chance.of(odd)]);
		return Object.fromEntries(entries);
	}
	if (typeof value === 'string' && value.length > 0 && chance.oneIn(2))
		return chance.oneIn(3) ? value.repeat(1 + chance.upTo(2_000)) : value.slice(0, chance.upTo(value.length));
	return chance.oneIn(2) ? chance.of(odd) : value;
}

function deep(chance: Chance): string {
	const depth = 1 + chance.upTo(20_000);
	return chance.of(['[', '{"a":']).repeat(depth) + '1' + ']'.repeat(chance.oneIn(2) ? depth : 0);
}

/** What JSON.stringify would not write. */
function spelled(chance: Chance, text: string): string {
	if (!chance.oneIn(10)) return text;
	return chance.of([
		`\ufeff${text}`,
		`${text}${text}`,
		` \n${text}\n `,
		text.replaceAll('"', "'"),
		text.replace(/\d+/, '1e999'),
		text.replace('{', '{"__proto__":{"role":"admin"},'),
	]);
}
