import { readdirSync, readFileSync } from 'node:fs';
import { compile } from 'svelte/compiler';
import { describe, expect, it } from 'vitest';
import { flatIcon, flatIcons } from '../../.config/flat-icons.js';

const folder = 'node_modules/@lucide/svelte/dist/icons';
const read = (name: string) => readFileSync(`${folder}/${name}.svelte`, 'utf8');

describe('icons as fixed shapes', () => {
	it('keep every shape of the icon and take size, stroke and class', () => {
		const flat = flatIcon({
			size: 24,
			node: [
				['path', { d: 'm9 18 6-6-6-6' }],
				['circle', { cx: '5', r: '2' }],
			],
		});
		expect(flat).toContain('<path d="m9 18 6-6-6-6" /><circle cx="5" r="2" /></svg>');
		expect(flat).toContain('viewBox="0 0 24 24"');
		for (const prop of ['width={size}', 'stroke-width={strokeWidth}', 'class={classes}']) expect(flat).toContain(prop);
	});

	it('are made of every icon of the package, and Svelte takes them', () => {
		const { transform } = flatIcons();
		const names = readdirSync(folder).filter((file) => file.endsWith('.svelte'));
		expect(names.length).toBeGreaterThan(1000);
		for (const file of names) {
			const made = transform(readFileSync(`${folder}/${file}`, 'utf8'), `/x/@lucide/svelte/dist/icons/${file}`);
			expect(made?.code, file).toMatch(/<svg .*><(path|circle|rect|line|poly|ellipse).*<\/svg>$/s);
		}
		const made = transform(read('triangle-alert'), '/x/@lucide/svelte/dist/icons/triangle-alert.svelte');
		expect(compile(made?.code ?? '', {}).js.code).not.toContain('lucide');
	});

	it('leave other files alone, and say so when the package writes its icons in another way', () => {
		const { transform } = flatIcons();
		expect(transform(read('x'), '/x/src/lib/ui/Avatar.svelte')).toBeUndefined();
		expect(() => transform('<svg />', '/x/@lucide/svelte/dist/icons/x.svelte')).toThrow('does not hold its shapes');
	});
});
