import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { layerOf, layers, mayUsePackage, pureLayers } from './architecture/layers.ts';
import {
	type Finding,
	findIdleTests,
	findImports,
	findRunes,
	findStarExports,
	findWorldlyUses,
} from './architecture/source-code.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

// What git would take: files that are ignored are nobody's architecture.
const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], { cwd: root })
	.toString()
	.split('\0')
	.filter((file) => file !== '' && existsSync(join(root, file)));
const code = files.filter((file) => /^(src|sync-server|tests)\/.*\.(ts|js|svelte)$/.test(file));
const read = (file: string) => readFileSync(join(root, file), 'utf8');

/** One line per finding, so that a red test says where to go and why. */
function report(of: readonly string[], find: (file: string, text: string) => Finding[], why: string): string[] {
	return of.flatMap((file) => find(file, read(file)).map(({ what, line }) => `${file}:${line} ${what}: ${why}`));
}

describe('layers import downward only', () => {
	for (const [name, layer] of Object.entries(layers)) {
		test(`${name} knows only what it may, because ${layer.because}`, () => {
			const breaches = report(
				code.filter((file) => layerOf(file) === name),
				(file, text) =>
					findImports(file, text).filter(({ what }) => {
						if (what.endsWith('.css')) return false;
						const path = pathOf(file, what);
						if (path === undefined) return !mayUsePackage(layer, what);
						const to = layerOf(path);
						return to !== name && !(to !== undefined && layer.layers.includes(to));
					}),
				layer.because,
			);
			expect(breaches).toEqual([]);
		});
	}

	test('every source belongs to a layer', () => {
		const strays = code.filter((file) => !file.startsWith('tests/') && layerOf(file) === undefined);
		expect(strays).toEqual([]);
	});

	test('temporal-polyfill stays in domain/time, so that one place answers what a time is', () => {
		const elsewhere = code.filter((file) => !file.startsWith('src/lib/domain/time'));
		const breaches = report(
			elsewhere.filter((file) => !file.startsWith('tests/')),
			(file, text) => findImports(file, text).filter(({ what }) => what.startsWith('temporal-polyfill')),
			'use src/lib/domain/time',
		);
		expect(breaches).toEqual([]);
	});
});

describe('pure layers', () => {
	for (const name of pureLayers) {
		test(`${name} takes clock, ids, chance and the machine as arguments`, () => {
			const breaches = report(
				code.filter((file) => layerOf(file) === name),
				findWorldlyUses,
				'pass it in; what every device must decide alike cannot depend on where it runs',
			);
			expect(breaches).toEqual([]);
		});
	}
});

describe("strangers' HTML", () => {
	const app = code.filter((file) => file.startsWith('src/'));
	const door = /\{@html|\.(innerHTML|outerHTML)\s*=[^=]|insertAdjacentHTML|document\.write|setHTMLUnsafe|srcdoc/;
	const mailBody = 'src/lib/ui/MailBody.svelte';

	test('is put into a page by one component only, because one place can be watched', () => {
		const doors = app.filter((file) => file !== mailBody && door.test(read(file)));
		expect(doors, `show foreign HTML with ${mailBody}`).toEqual([]);
	});

	test('is sanitised by that component or by what it imports', () => {
		if (!app.includes(mailBody)) return;
		const own = findImports(mailBody, read(mailBody)).flatMap(({ what }) => pathOf(mailBody, what) ?? []);
		const sanitising = [mailBody, ...own].filter(
			(file) => app.includes(file) && findImports(file, read(file)).some(({ what }) => what === 'dompurify'),
		);
		expect(sanitising).not.toEqual([]);
	});
});

describe('files', () => {
	test('are imported themselves: no barrels, no export *', () => {
		const barrels = code.filter((file) => /^index\.(ts|js)$/.test(basename(file)));
		expect(barrels).toEqual([]);
		const breaches = report(
			code.filter((file) => !file.endsWith('.svelte')),
			findStarExports,
			'name what is given away, or import the file itself',
		);
		expect(breaches).toEqual([]);
	});

	test('are named for their one idea: kebab-case, components in PascalCase', () => {
		const misnamed = code.filter((file) => {
			const name = basename(file);
			if (name.startsWith('+')) return !file.startsWith('src/routes/');
			return name.endsWith('.svelte')
				? !/^[A-Z][A-Za-z0-9]*\.svelte$/.test(name)
				: !/^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z]+)*\.(ts|js)$/.test(name);
		});
		expect(misnamed).toEqual([]);
	});

	test('are no dumping ground: no utils, helpers, common, misc, manager or service in a path', () => {
		const vague = /(^|[-./])(utils?|helpers?|common|misc|managers?|services?)([-./]|$)/i;
		const dumps = code.filter((file) => file !== 'src/service-worker.ts' && vague.test(file));
		expect(dumps).toEqual([]);
	});

	test('with runes end in .svelte.ts, or they would not be compiled', () => {
		const breaches = report(
			code.filter((file) => file.endsWith('.ts') && !/\.svelte\.(test\.)?ts$/.test(file)),
			findRunes,
			'rename the file to end in .svelte.ts',
		);
		expect(breaches).toEqual([]);
	});

	test('at the top are those the README shows', () => {
		const top = new Set(files.map((file) => file.split('/')[0] ?? '').filter((name) => !name.startsWith('.')));
		const known = [
			...['package.json', 'package-lock.json', 'tsconfig.json', 'svelte.config.js', 'vite.config.ts'],
			...['src', 'static', 'sync-server', 'tests', 'README.md', 'CHANGELOG.md', 'LICENSE'],
		];
		expect([...top].filter((name) => !known.includes(name))).toEqual([]);
	});

	test("name no folder of a developer's machine", () => {
		const machine = new RegExp(String.raw`(?<![\w.~-])/(work|home|root|Users)/[\w.-]+`);
		const text = files.filter((file) => /\.(ts|js|svelte|json|md|html|css|sh|yml)$|^\.\w+rc$|\.ci\/run$/.test(file));
		const named = text.flatMap((file) =>
			read(file)
				.split('\n')
				.flatMap((line, index) => (machine.test(line) ? [`${file}:${index + 1} ${machine.exec(line)?.[0]}`] : [])),
		);
		expect(named).toEqual([]);
	});
});

describe('tests', () => {
	test('all run, and wait for a condition instead of guessing a time', () => {
		const breaches = report(
			code.filter((file) => file.startsWith('tests/') && !file.startsWith('tests/architecture')),
			findIdleTests,
			'fix or delete the test; wait for what it needs',
		);
		expect(breaches).toEqual([]);
	});
});

describe('the rules themselves', () => {
	test('see static, type-only, dynamic and re-exporting imports, in components too, and none in comments', () => {
		const text = [
			"import a from 'a';",
			"import type { B } from 'b';",
			"import 'c';",
			"export { d } from 'd';",
			"const e = await import('e');",
			"type F = import('f').F;",
			"// import g from 'g';",
			'const h = "import h from \'h\'";',
		].join('\n');
		const seen = ['a', 'b', 'c', 'd', 'e', 'f'];
		expect(findImports('x.ts', text).map(({ what }) => what)).toEqual(seen);
		const component = `<p>import x from 'x'</p>\n<script module lang="ts">\n${text}\n</script>\n<script lang="ts">\nimport z from 'z';\n</script>`;
		expect(findImports('X.svelte', component).map(({ what }) => what)).toEqual([...seen, 'z']);
		expect(findImports('X.svelte', component).at(-1)?.line).toBe(13);
	});

	test('see the clock, chance and the machine, and leave alone what a file calls by the same name', () => {
		const uses = (text: string) => findWorldlyUses('x.ts', text).map(({ what }) => what);
		expect(
			uses('const a = [Date.now(), new Date(), Math.random(), process.env.X, document.body, crypto.randomUUID()]'),
		).toEqual(['Date.now', 'new Date()', 'Math.random', 'process', 'document', 'crypto']);
		expect(
			uses('const f = (document: Y.Doc, at: number) => [document.getMap("x"), new Date(at), row.document]'),
		).toEqual([]);
		expect(uses('interface A { document: string; location?: string } type B = { fetch(): void }')).toEqual([]);
	});

	test('see tests that would not run', () => {
		const idle = (text: string) => findIdleTests('x.test.ts', text).map(({ what }) => what);
		expect(idle("test.skip('a'); describe.only('b'); page.waitForTimeout(5); xit('c');")).toEqual([
			...['test.skip', 'describe.only', 'waitForTimeout', 'xit'],
		]);
		expect(idle('list.skip(3); parser.only;')).toEqual([]);
	});

	test('find the files they are about', () => {
		const known = new Set(code.map(layerOf));
		for (const layer of ['src/lib/domain', 'src/lib/document', 'src/lib/protocol', 'src/routes', 'sync-server'])
			expect(known).toContain(layer);
	});
});

/** The file a specifier means, seen from the top folder; undefined for a package or a module of the framework. */
function pathOf(file: string, target: string): string | undefined {
	if (target.startsWith('$lib/')) return target.replace('$lib/', 'src/lib/');
	if (target.startsWith('./$types')) return 'src/routes/$types';
	if (target.startsWith('.')) return posix.join(dirname(file), target);
	return undefined;
}
