/**
 * The one registry of commands: what the palette lists, what keys do, what menus and the help sheet show.
 *
 * KEY1 Keys are matched by `event.key`, never by `event.code`: Y and Z change places on German keyboards.
 * KEY2 No Alt and no AltGr: Option+L is "@" on a German Mac.
 * KEY3 Nothing the browser keeps for itself: Mod+N, Mod+T, Mod+W and the same with Shift.
 * KEY4 While an input method composes, no key is a command.
 * KEY5 In text fields only keys with Mod (and Escape) are commands.
 * KEY6 No two commands that can be active together share a key.
 * KEY7 Letters, digits and signs can be switched off as a whole (WCAG 2.1.4); named keys stay.
 *
 * Notation: `J`, `Shift+J`, `Mod+K` (Ctrl, on a Mac Cmd), `G E` (one after the other), `Escape`, `ArrowDown`, `?`.
 */
export type Scope = 'global' | 'list' | 'ticket' | 'article' | 'call' | 'composer' | 'priority';

interface CommandShape {
	id: string;
	keys: readonly string[];
	scope: Scope;
	/** In a text field the key keeps its own meaning there. */
	notInText?: true;
}

export const commands = [
	{ id: 'palette.open', keys: ['Mod+K'], scope: 'global' },
	{ id: 'search.focus', keys: ['/', 'F'], scope: 'global' },
	{ id: 'ticket.new', keys: ['N'], scope: 'global' },
	{ id: 'mail.new', keys: ['Shift+N'], scope: 'global' },
	{ id: 'call.new', keys: ['L'], scope: 'global' },
	{ id: 'undo', keys: ['Z', 'Mod+Z'], scope: 'global', notInText: true },
	{ id: 'back', keys: ['Escape'], scope: 'global' },
	{ id: 'help.keys', keys: ['?'], scope: 'global' },
	{ id: 'pane.next', keys: ['F6'], scope: 'global' },
	{ id: 'pane.previous', keys: ['Shift+F6'], scope: 'global' },
	{ id: 'pane.context', keys: ['Mod+.'], scope: 'global' },
	{ id: 'toast.focus', keys: ['F8'], scope: 'global' },
	{ id: 'go.unclaimed', keys: ['G E'], scope: 'global' },
	{ id: 'go.mine', keys: ['G M'], scope: 'global' },
	{ id: 'go.open', keys: ['G V'], scope: 'global' },
	{ id: 'go.waiting', keys: ['G W'], scope: 'global' },
	{ id: 'go.closed', keys: ['G A'], scope: 'global' },
	{ id: 'go.asked', keys: ['G R'], scope: 'global' },
	{ id: 'go.board', keys: ['G B'], scope: 'global' },
	{ id: 'go.knowledge', keys: ['G K'], scope: 'global' },
	{ id: 'go.people', keys: ['G L'], scope: 'global' },
	{ id: 'go.contacts', keys: ['G C'], scope: 'global' },
	{ id: 'go.callBacks', keys: ['G N'], scope: 'global' },
	{ id: 'go.search', keys: ['G F'], scope: 'global' },
	{ id: 'go.outbox', keys: ['G P'], scope: 'global' },
	{ id: 'go.device', keys: ['G I'], scope: 'global' },
	{ id: 'go.profile', keys: ['G O'], scope: 'global' },
	{ id: 'go.members', keys: ['G T'], scope: 'global' },
	{ id: 'sync.now', keys: [], scope: 'global' },
	{ id: 'app.install', keys: [], scope: 'global' },
	{ id: 'app.reload', keys: [], scope: 'global' },
	{ id: 'theme.next', keys: [], scope: 'global' },
	{ id: 'language.next', keys: [], scope: 'global' },
	{ id: 'list.next', keys: ['J', 'ArrowDown'], scope: 'list' },
	{ id: 'list.previous', keys: ['K', 'ArrowUp'], scope: 'list' },
	{ id: 'list.first', keys: ['Home'], scope: 'list' },
	{ id: 'list.last', keys: ['End'], scope: 'list' },
	{ id: 'list.pageDown', keys: ['PageDown'], scope: 'list' },
	{ id: 'list.pageUp', keys: ['PageUp'], scope: 'list' },
	{ id: 'list.open', keys: ['Enter', 'O'], scope: 'list' },
	{ id: 'list.peek', keys: ['Space'], scope: 'list' },
	{ id: 'list.select', keys: ['X'], scope: 'list' },
	{ id: 'list.extendDown', keys: ['Shift+J', 'Shift+ArrowDown'], scope: 'list' },
	{ id: 'list.extendUp', keys: ['Shift+K', 'Shift+ArrowUp'], scope: 'list' },
	{ id: 'list.selectAll', keys: ['Mod+A'], scope: 'list', notInText: true },
	{ id: 'list.unread', keys: ['U'], scope: 'list' },
	{ id: 'ticket.claim', keys: ['C'], scope: 'ticket' },
	{ id: 'ticket.assign', keys: ['A'], scope: 'ticket' },
	{ id: 'ticket.reply', keys: ['R'], scope: 'ticket' },
	{ id: 'ticket.note', keys: ['M'], scope: 'ticket' },
	{ id: 'ticket.priority', keys: ['P'], scope: 'ticket' },
	{ id: 'ticket.status', keys: ['S'], scope: 'ticket' },
	{ id: 'ticket.snooze', keys: ['H'], scope: 'ticket' },
	{ id: 'ticket.done', keys: ['E'], scope: 'ticket' },
	{ id: 'ticket.tags', keys: ['T'], scope: 'ticket' },
	{ id: 'ticket.queue', keys: ['Q'], scope: 'ticket' },
	{ id: 'ticket.person', keys: ['I'], scope: 'ticket' },
	{ id: 'ticket.handOver', keys: ['Shift+C'], scope: 'ticket' },
	{ id: 'ticket.takeOver', keys: ['Shift+A'], scope: 'ticket' },
	{ id: 'ticket.setFree', keys: [], scope: 'ticket' },
	{ id: 'ticket.consult', keys: ['Shift+R'], scope: 'ticket' },
	{ id: 'ticket.merge', keys: ['B'], scope: 'ticket' },
	{ id: 'ticket.toCase', keys: [], scope: 'ticket' },
	{ id: 'ticket.textModule', keys: ['Mod+J'], scope: 'ticket' },
	{ id: 'article.edit', keys: ['E'], scope: 'article' },
	{ id: 'article.read', keys: ['R'], scope: 'article' },
	{ id: 'article.copyAnswer', keys: ['C'], scope: 'article' },
	{ id: 'article.saveVersion', keys: ['S'], scope: 'article' },
	{ id: 'article.versions', keys: ['H'], scope: 'article' },
	{ id: 'article.language', keys: ['V'], scope: 'article' },
	{ id: 'call.case1', keys: ['1'], scope: 'call' },
	{ id: 'call.case2', keys: ['2'], scope: 'call' },
	{ id: 'call.case3', keys: ['3'], scope: 'call' },
	{ id: 'call.end', keys: ['Mod+Enter'], scope: 'call' },
	{ id: 'call.endAsTicket', keys: ['Mod+Shift+Enter'], scope: 'call' },
	{ id: 'call.solved', keys: ['Mod+S', 'S'], scope: 'call' },
	{ id: 'call.ticket', keys: ['Mod+E', 'T'], scope: 'call' },
	{ id: 'call.later', keys: ['Mod+B', 'R'], scope: 'call' },
	{ id: 'call.elsewhere', keys: ['Mod+D', 'W'], scope: 'call' },
	{ id: 'composer.send', keys: ['Mod+Enter'], scope: 'composer' },
	{ id: 'composer.sendAndDone', keys: ['Mod+Shift+Enter'], scope: 'composer' },
	{ id: 'priority.1', keys: ['1'], scope: 'priority' },
	{ id: 'priority.2', keys: ['2'], scope: 'priority' },
	{ id: 'priority.3', keys: ['3'], scope: 'priority' },
	{ id: 'priority.4', keys: ['4'], scope: 'priority' },
] as const satisfies readonly CommandShape[];

export type CommandId = (typeof commands)[number]['id'];
export type Command = CommandShape & { id: CommandId };

/** Scopes that can be active at the same time, innermost first. */
export const scopesTogether: readonly (readonly Scope[])[] = [
	['list', 'ticket', 'global'],
	['list', 'article', 'global'],
	['composer', 'ticket', 'global'],
	['call', 'global'],
	['priority', 'global'],
];

export interface KeySettings {
	/** Single letters, digits and signs work as keys. */
	letters: boolean;
	/** Keys that replace those of the registry. */
	remap?: Partial<Record<CommandId, readonly string[]>>;
}

export const defaultKeySettings: KeySettings = { letters: true };

/** What a key event must offer to be read. */
export interface KeyPress {
	key: string;
	ctrlKey: boolean;
	metaKey: boolean;
	altKey: boolean;
	shiftKey: boolean;
	isComposing: boolean;
	timeStamp: number;
}

export function keysOf(id: CommandId, settings: KeySettings = defaultKeySettings): readonly string[] {
	const keys = settings.remap?.[id] ?? commands.find((command) => command.id === id)?.keys ?? [];
	return settings.letters ? keys : keys.filter((key) => !isCharacterKey(key));
}

/** A press in the registry's notation, or undefined where rules KEY2 and KEY4 forbid one. */
export function pressToKey(press: KeyPress): string | undefined {
	if (press.isComposing || press.altKey || press.key === 'Dead' || press.key === 'Process') return undefined;
	const mod = press.ctrlKey || press.metaKey;
	const name = press.key === ' ' ? 'Space' : press.key;
	if (name.length > 1) return `${mod ? 'Mod+' : ''}${press.shiftKey ? 'Shift+' : ''}${name}`;
	const isLetter = name.toLowerCase() !== name.toUpperCase();
	// Signs sit behind Shift on one layout and not on the next, so Shift counts for letters only.
	const shift = isLetter && press.shiftKey;
	return `${mod ? 'Mod+' : ''}${shift ? 'Shift+' : ''}${name.toUpperCase()}`;
}

export type KeyReading = { kind: 'command'; id: CommandId } | { kind: 'pending'; prefix: string } | { kind: 'none' };

export const sequenceTimeoutMs = 1500;

export interface KeyReader {
	/** `scopes` innermost first; `inText` is true while a text field has the focus. */
	read(press: KeyPress, scopes: readonly Scope[], inText?: boolean): KeyReading;
}

/** Reads presses one after the other, so that sequences like `G E` work. */
export function createKeyReader(settings: () => KeySettings = () => defaultKeySettings): KeyReader {
	let pending: { prefix: string; at: number } | undefined;
	return {
		read(press, scopes, inText = false) {
			const key = pressToKey(press);
			if (key === undefined || ['Shift', 'Control', 'Meta', 'Mod+Control', 'Mod+Meta', 'Shift+Shift'].includes(key)) {
				return { kind: 'none' };
			}
			const before =
				pending !== undefined && press.timeStamp - pending.at <= sequenceTimeoutMs ? pending.prefix : undefined;
			pending = undefined;
			if (inText && !key.startsWith('Mod+') && key !== 'Escape') return { kind: 'none' };
			const whole = before === undefined ? key : `${before} ${key}`;
			const active = scopes.flatMap((scope) => commands.filter((command) => command.scope === scope)) as Command[];
			const open = inText ? active.filter((command) => !command.notInText) : active;
			const found = open.find((command) => keysOf(command.id, settings()).includes(whole));
			if (found !== undefined) return { kind: 'command', id: found.id };
			const begins = open.some((command) => keysOf(command.id, settings()).some((keys) => keys.startsWith(`${key} `)));
			if (!begins || before !== undefined) return { kind: 'none' };
			pending = { prefix: key, at: press.timeStamp };
			return { kind: 'pending', prefix: key };
		},
	};
}

export type BindingRefusal = 'empty' | 'alt' | 'alt-graph-character' | 'kept-by-browser' | 'taken';

const keptByBrowser = /^Mod\+(Shift\+)?[NTWQ]$/;
const altGraphCharacters = /[[\]{}@\\|€~²³µ]/;

/** Why `keys` may not be bound to `id`; undefined if they may. */
export function refuseBinding(id: CommandId, keys: string, settings: KeySettings): BindingRefusal | undefined {
	if (keys.trim() === '') return 'empty';
	for (const key of keys.split(' ')) {
		if (/(^|\+)Alt/.test(key)) return 'alt';
		if (altGraphCharacters.test(key)) return 'alt-graph-character';
		if (keptByBrowser.test(key)) return 'kept-by-browser';
	}
	const scope = commands.find((command) => command.id === id)?.scope ?? 'global';
	const neighbours = scopesTogether.filter((together) => together.includes(scope)).flat();
	const taken = commands.some(
		(command) =>
			command.id !== id &&
			neighbours.includes(command.scope) &&
			keysOf(command.id, { ...settings, letters: true }).some((other) => keysCollide(other, keys)),
	);
	return taken ? 'taken' : undefined;
}

/** The same keys, or one is the beginning of the other's sequence. */
export function keysCollide(one: string, other: string): boolean {
	return one === other || one.startsWith(`${other} `) || other.startsWith(`${one} `);
}

/** A letter, digit or sign without Mod, alone or in a sequence. */
export function isCharacterKey(keys: string): boolean {
	return keys.split(' ').some((key) => !key.startsWith('Mod+') && key.replace(/^Shift\+/, '').length === 1);
}

/** Whether typing there is writing, so that letters must not be commands. */
export function isTextTarget(target: EventTarget | null): boolean {
	if (!(target instanceof HTMLElement)) return false;
	if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement)
		return true;
	const buttons = ['button', 'checkbox', 'radio', 'range', 'color', 'file', 'submit', 'reset', 'image'];
	return target instanceof HTMLInputElement && !buttons.includes(target.type);
}
