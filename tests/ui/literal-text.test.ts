import { existsSync, globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { findLiteralText } from './literal-text.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const components = ['src/routes', 'src/lib/ui']
	.filter((folder) => existsSync(root + folder))
	.flatMap((folder) => globSync(`${folder}/**/*.svelte`, { cwd: root }));

describe('[F111] no component speaks by itself: every text comes from src/lib/ui/words', () => {
	it.each(components)('%s', (file) => {
		expect(findLiteralText(readFileSync(root + file, 'utf8'))).toEqual([]);
	});
});

describe('finding literal text', () => {
	const textsIn = (source: string) => findLiteralText(source).map(({ where, text }) => `${where}: ${text}`);

	it.each([
		['<p>Hello</p>', ['text: Hello']],
		['<p>{open ? "Yes" : t.no}</p>', ['text: Yes']],
		['<p>{`${n} tickets`}</p>', ['text: tickets']],
		['<input placeholder="Name" />', ['placeholder: Name']],
		['<button aria-label={busy ? "Wait" : t.go}>{t.go}</button>', ['aria-label: Wait']],
		['{#if x}<b>Wer?</b>{:else}{t.a}{/if}', ['text: Wer?']],
		['{#snippet row()}<i title="Tip"></i>{/snippet}', ['title: Tip']],
	])('sees it in %s', (source, texts) => {
		expect(textsIn(source)).toEqual(texts);
	});

	it.each([
		'<p class="big">{t.hello} · {n}</p>',
		'<p>{state === "open" ? t.open : t.closed}</p>',
		'<p>{name("open")}</p>',
		'<style>p { color: red; }</style><p>·</p>',
		'<script>const text = "code";</script>',
	])('lets pass %s', (source) => {
		expect(textsIn(source)).toEqual([]);
	});
});
