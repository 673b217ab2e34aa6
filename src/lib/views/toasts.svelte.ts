import type { Timer } from './wall-clock.svelte.ts';

/** How long a toast stays where a person neither points at it nor has the focus in it. */
export const toastMs = 8000;
const visibleAtOnce = 3;
const remembered = 50;

export interface Toast<What> {
	id: number;
	what: What;
	/** Takes back what the toast tells of. */
	undo: (() => Promise<void>) | undefined;
	isUrgent: boolean;
	/** ms since 1970 */
	at: number;
}

/**
 * What happened, with the way back. A toast leaves after eight seconds, an urgent one when it is dismissed; the way back stays for
 * `Z`, newest first. `What` is data, so that words are found where they are shown.
 */
export class Toasts<What> {
	readonly #timer: Timer;
	readonly #timers = new Map<number, () => void>();
	#lastId = 0;
	#isHeld = false;
	/** Newest last. */
	shown = $state.raw<readonly Toast<What>[]>([]);
	/** Shown or not, newest first. */
	history = $state.raw<readonly Toast<What>[]>([]);

	constructor(timer: Timer) {
		this.#timer = timer;
	}

	show(what: What, { undo, isUrgent = false }: { undo?: () => Promise<void>; isUrgent?: boolean } = {}): number {
		const toast: Toast<What> = { id: ++this.#lastId, what, undo, isUrgent, at: this.#timer.now() };
		this.shown = [...this.shown, toast];
		this.history = [toast, ...this.history].slice(0, remembered);
		while (this.shown.length > visibleAtOnce) this.dismiss(this.shown[0]!.id);
		this.#leaveLater(toast);
		return toast.id;
	}

	dismiss(id: number): void {
		this.#timers.get(id)?.();
		this.#timers.delete(id);
		this.shown = this.shown.filter((toast) => toast.id !== id);
	}

	/** Keeps all toasts while somebody points at them or has the focus in them. */
	hold(): void {
		this.#isHeld = true;
		this.#stopTimers();
	}

	letGo(): void {
		if (!this.#isHeld) return;
		this.#isHeld = false;
		for (const toast of this.shown) this.#leaveLater(toast);
	}

	/** Takes back what one toast tells of, once; false if there is nothing to take back. */
	async undo(id: number): Promise<boolean> {
		const undo = this.history.find((toast) => toast.id === id)?.undo;
		if (undo === undefined) return false;
		this.history = this.history.map((toast) => (toast.id === id ? { ...toast, undo: undefined } : toast));
		this.dismiss(id);
		await undo();
		return true;
	}

	/** Takes back the newest thing that can be. */
	async undoLast(): Promise<boolean> {
		const last = this.history.find((toast) => toast.undo !== undefined);
		return last !== undefined && this.undo(last.id);
	}

	close(): void {
		this.#stopTimers();
	}

	#leaveLater(toast: Toast<What>): void {
		if (this.#isHeld || toast.isUrgent) return;
		this.#timers.set(
			toast.id,
			this.#timer.after(toastMs, () => this.dismiss(toast.id)),
		);
	}

	#stopTimers(): void {
		for (const cancel of this.#timers.values()) cancel();
		this.#timers.clear();
	}
}
