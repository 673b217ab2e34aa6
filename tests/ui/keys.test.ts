import { describe, expect, it } from 'vitest';
import {
	commands,
	createKeyReader,
	isCharacterKey,
	keysCollide,
	keysOf,
	pressToKey,
	refuseBinding,
	scopesTogether,
	sequenceTimeoutMs,
	type KeyPress,
} from '../../src/lib/ui/keys.ts';
import { keyLabel } from '../../src/lib/ui/key-label.ts';
import { de } from '../../src/lib/ui/words/de.ts';
import { en } from '../../src/lib/ui/words/en.ts';

function press(key: string, more: Partial<KeyPress> = {}): KeyPress {
	return {
		key,
		ctrlKey: false,
		metaKey: false,
		altKey: false,
		shiftKey: false,
		isComposing: false,
		timeStamp: 0,
		...more,
	};
}
const settings = { letters: true };

describe('the registry', () => {
	it.each(scopesTogether)('[KEY6] no two commands share a key in %s, %s, %s', (...scopes) => {
		const together = commands.filter((command) => (scopes as string[]).includes(command.scope));
		const bindings = together.flatMap((command) => command.keys.map((keys) => [command.id, keys as string] as const));
		const clashes = bindings.flatMap(([id, keys], index) =>
			bindings.slice(index + 1).filter(([other, otherKeys]) => other !== id && keysCollide(keys, otherKeys)),
		);
		expect(clashes).toEqual([]);
	});

	it('[F111] names every command in German and English', () => {
		for (const { id } of commands) {
			expect(en.commands[id], id).toMatch(/\p{L}/u);
			expect(de.commands[id], id).toMatch(/\p{L}/u);
		}
	});

	it('[KEY2] [KEY3] binds nothing that needs Alt or AltGr or that the browser keeps', () => {
		for (const { id, keys } of commands) {
			for (const key of keys) expect(['taken', undefined], `${id} ${key}`).toContain(refuseBinding(id, key, settings));
		}
	});

	it('has each id once', () => {
		expect(new Set(commands.map((command) => command.id)).size).toBe(commands.length);
	});
});

describe('reading a press', () => {
	it('[KEY1] follows the character, so that Z is Z on a German keyboard', () => {
		expect(pressToKey({ ...press('z'), code: 'KeyY' } as KeyPress)).toBe('Z');
	});

	it('[KEY2] never reads a press with Alt', () => {
		expect(pressToKey(press('@', { altKey: true, ctrlKey: true }))).toBeUndefined();
	});

	it('[KEY4] never reads a press while composing, nor a dead key', () => {
		expect(pressToKey(press('k', { isComposing: true }))).toBeUndefined();
		expect(pressToKey(press('Dead'))).toBeUndefined();
	});

	it('reads / as / although German keyboards need Shift for it', () => {
		expect(pressToKey(press('/', { shiftKey: true }))).toBe('/');
		expect(pressToKey(press('?', { shiftKey: true }))).toBe('?');
	});

	it('tells J from Shift+J, also with caps lock', () => {
		expect(pressToKey(press('J'))).toBe('J');
		expect(pressToKey(press('J', { shiftKey: true }))).toBe('Shift+J');
		expect(pressToKey(press('ArrowDown', { shiftKey: true }))).toBe('Shift+ArrowDown');
	});
});

describe('reading commands', () => {
	const scopes = ['list', 'ticket', 'global'] as const;

	it('finds a command of an inner scope', () => {
		expect(createKeyReader().read(press('j'), scopes)).toEqual({ kind: 'command', id: 'list.next' });
		expect(createKeyReader().read(press('j'), ['global'])).toEqual({ kind: 'none' });
	});

	it('reads Ctrl+K and Cmd+K alike', () => {
		for (const mod of [{ ctrlKey: true }, { metaKey: true }]) {
			expect(createKeyReader().read(press('k', mod), scopes)).toEqual({ kind: 'command', id: 'palette.open' });
		}
	});

	it('reads G then E, and not E alone as that', () => {
		const reader = createKeyReader();
		expect(reader.read(press('g'), scopes)).toEqual({ kind: 'pending', prefix: 'G' });
		expect(reader.read(press('e', { timeStamp: 200 }), scopes)).toEqual({ kind: 'command', id: 'go.unclaimed' });
		expect(reader.read(press('e', { timeStamp: 300 }), scopes)).toEqual({ kind: 'command', id: 'ticket.done' });
	});

	it('forgets a sequence that takes too long', () => {
		const reader = createKeyReader();
		reader.read(press('g'), scopes);
		expect(reader.read(press('e', { timeStamp: sequenceTimeoutMs + 1 }), scopes)).toEqual({
			kind: 'command',
			id: 'ticket.done',
		});
	});

	it('does nothing on a sequence that leads nowhere', () => {
		const reader = createKeyReader();
		reader.read(press('g'), scopes);
		expect(reader.read(press('x', { timeStamp: 5 }), scopes)).toEqual({ kind: 'none' });
	});

	it('survives the release of Shift inside a sequence', () => {
		const reader = createKeyReader();
		reader.read(press('g'), scopes);
		reader.read(press('Shift', { timeStamp: 5, shiftKey: true }), scopes);
		expect(reader.read(press('e', { timeStamp: 9 }), scopes)).toEqual({ kind: 'command', id: 'go.unclaimed' });
	});

	it('[KEY5] leaves letters to text fields, but not Ctrl+Enter and Escape', () => {
		const reader = createKeyReader();
		expect(reader.read(press('r'), scopes, true)).toEqual({ kind: 'none' });
		expect(reader.read(press('?', { shiftKey: true }), scopes, true)).toEqual({ kind: 'none' });
		expect(reader.read(press('Escape'), scopes, true)).toEqual({ kind: 'command', id: 'back' });
		expect(reader.read(press('Enter', { ctrlKey: true }), ['composer', 'global'], true)).toEqual({
			kind: 'command',
			id: 'composer.send',
		});
	});

	it('[KEY5] leaves Ctrl+Z and Ctrl+A to text fields', () => {
		const reader = createKeyReader();
		expect(reader.read(press('z', { ctrlKey: true }), scopes, true)).toEqual({ kind: 'none' });
		expect(reader.read(press('a', { ctrlKey: true }), scopes, true)).toEqual({ kind: 'none' });
	});

	it('[KEY7] keeps named keys and Ctrl when letters are off', () => {
		const reader = createKeyReader(() => ({ letters: false }));
		expect(reader.read(press('j'), scopes)).toEqual({ kind: 'none' });
		expect(reader.read(press('?'), scopes)).toEqual({ kind: 'none' });
		expect(reader.read(press('ArrowDown'), scopes)).toEqual({ kind: 'command', id: 'list.next' });
		expect(reader.read(press('k', { ctrlKey: true }), scopes)).toEqual({ kind: 'command', id: 'palette.open' });
	});

	it('follows a remapped key and forgets the old one', () => {
		const reader = createKeyReader(() => ({ letters: true, remap: { 'ticket.claim': ['D'] } }));
		expect(reader.read(press('d'), scopes)).toEqual({ kind: 'command', id: 'ticket.claim' });
		expect(reader.read(press('c'), scopes)).toEqual({ kind: 'none' });
	});
});

describe('remapping', () => {
	it.each([
		['', 'empty'],
		['Alt+L', 'alt'],
		['@', 'alt-graph-character'],
		['Mod+Shift+N', 'kept-by-browser'],
		['Mod+T', 'kept-by-browser'],
		['R', 'taken'],
		['G', 'taken'],
	])('refuses %j: %s', (keys, reason) => {
		expect(refuseBinding('ticket.claim', keys, settings)).toBe(reason);
	});

	it('allows a free key, and one used only where this command is never active', () => {
		expect(refuseBinding('ticket.claim', 'D', settings)).toBeUndefined();
		expect(refuseBinding('ticket.claim', '1', settings)).toBeUndefined();
	});

	it('knows which bindings are characters', () => {
		expect(keysOf('list.open', { letters: false })).toEqual(['Enter']);
		expect(isCharacterKey('G E')).toBe(true);
		expect(isCharacterKey('Mod+K')).toBe(false);
	});
});

describe('labels', () => {
	it('prints the keys of the person’s keyboard', () => {
		expect(keyLabel('Mod+K', de.keySheet.names, false)).toEqual([['Strg', 'K']]);
		expect(keyLabel('Mod+K', en.keySheet.names, false)).toEqual([['Ctrl', 'K']]);
		expect(keyLabel('Mod+Shift+Enter', de.keySheet.names, true)).toEqual([['⌘', '⇧', 'Eingabe']]);
		expect(keyLabel('G E', de.keySheet.names, false)).toEqual([['G'], ['E']]);
	});
});
