import { createContext } from 'svelte';
import { createKeyReader, isTextTarget, type CommandId, type KeySettings, type Scope } from './keys.ts';

/** Does a command; false if it has nothing to do with it here. */
export type RunCommand = (id: CommandId) => boolean;

/** Who listens to which scope now. The layer added last is asked first. */
export class KeyLayers {
	readonly #reader;
	readonly #layers: { scope: Scope; run: RunCommand }[] = [];
	/** The beginning of a sequence that waits for its next key. */
	pending = $state<string>();

	constructor(settings: () => KeySettings) {
		this.#reader = createKeyReader(settings);
	}

	add(scope: Scope, run: RunCommand): () => void {
		const layer = { scope, run };
		this.#layers.push(layer);
		return () => {
			const index = this.#layers.indexOf(layer);
			if (index >= 0) this.#layers.splice(index, 1);
		};
	}

	/** Runs a command as if its keys were pressed. */
	run(id: CommandId, scope?: Scope): boolean {
		return this.#layers.toReversed().some((layer) => (scope === undefined || layer.scope === scope) && layer.run(id));
	}

	handle(event: KeyboardEvent): void {
		const popup = popupOf(event.target);
		// One that closes keeps the focus until it has gone; a key that comes meanwhile is meant for the page.
		const isClosing = popup?.getAttribute('data-state') === 'closed';
		if (event.defaultPrevented || (popup !== null && !isClosing) || (!isClosing && isKeyOfControl(event))) return;
		const scopes = [...new Set(this.#layers.map((layer) => layer.scope).reverse())];
		const reading = this.#reader.read(event, scopes, !isClosing && isTextTarget(event.target));
		if (event.key !== 'Shift') this.pending = reading.kind === 'pending' ? reading.prefix : undefined;
		if (reading.kind === 'pending') event.preventDefault();
		if (reading.kind === 'command' && this.run(reading.id)) event.preventDefault();
	}
}

/** Dialogs and menus have keys of their own. */
function popupOf(target: EventTarget | null): Element | null {
	return target instanceof Element ? target.closest('[role="dialog"], [role="alertdialog"], [role="menu"]') : null;
}

/**
 * Enter, Space, arrows and the like belong to the control that has the focus, and scroll what has none of its own;
 * they are commands only while nothing has the focus.
 */
function isKeyOfControl(event: KeyboardEvent): boolean {
	const isOfControls = /^(Enter| |Tab|Home|End|Page.+|Arrow.+)$/.test(event.key) && !event.ctrlKey && !event.metaKey;
	return isOfControls && event.target instanceof Element && event.target !== document.body;
}

/** The layers of this page, set by Keyboard.svelte. */
export const [getKeyLayers, setKeyLayers] = createContext<KeyLayers>();

/** While the calling component stands, `run` is asked about the commands of `scope`. */
export function useKeys(scope: Scope, run: RunCommand): void {
	const layers = getKeyLayers();
	$effect(() => layers.add(scope, run));
}
