import type { Messages } from './words/en.ts';

/** The keys of one binding as they are printed on this person's keyboard: `Mod+K` is ["Strg", "K"]. */
export function keyLabel(keys: string, names: Messages['keySheet']['names'], isMac: boolean): string[][] {
	return keys.split(' ').map((press) =>
		press.split('+').map((key) => {
			if (isMac && key === 'Mod') return '⌘';
			if (isMac && key === 'Shift') return '⇧';
			return key in names ? names[key as keyof typeof names] : key;
		}),
	);
}

/** For `aria-keyshortcuts`, which has its own names. */
export function ariaKeys(keys: readonly string[], isMac: boolean): string | undefined {
	const single = keys.filter((key) => !key.includes(' ')).map((key) => key.replace('Mod', isMac ? 'Meta' : 'Control'));
	return single.length === 0 ? undefined : single.join(' ');
}

export function isMacPlatform(): boolean {
	return typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.platform);
}
