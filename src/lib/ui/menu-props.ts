import type { Component } from 'svelte';
import type { CommandId } from './keys.ts';

export interface MenuItem<Id extends string> {
	id: Id;
	label: string;
	icon?: Component<{ size?: number | string; strokeWidth?: number | string }>;
	command?: CommandId;
	/** For a choice: whether this one stands. */
	checked?: boolean;
	disabled?: boolean;
	/** Why it is disabled, or what it does. */
	detail?: string;
}

export interface MenuProps<Id extends string> {
	/** What the button says. */
	label: string;
	/** Shown instead of `label`; the label stays as the button's name. */
	icon?: Component<{ size?: number | string; strokeWidth?: number | string }>;
	items: readonly MenuItem<Id>[];
	onselect: (id: Id) => void;
	open?: boolean;
	disabled?: boolean;
	/** Its list is made when it is pressed, not before: for one of many on the screen. */
	loadsWhenPressed?: boolean;
}
