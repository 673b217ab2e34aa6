import { describe, expect, it } from 'vitest';
import { Toasts, toastMs } from '../../src/lib/views/toasts.svelte.ts';

/** Time that moves only when told to. */
function fakeTimer() {
	let now = 0;
	const waiting = new Set<{ at: number; run: () => void }>();
	return {
		now: () => now,
		after(ms: number, run: () => void) {
			const entry = { at: now + ms, run };
			waiting.add(entry);
			return () => void waiting.delete(entry);
		},
		pass(ms: number) {
			now += ms;
			for (const entry of [...waiting].filter(({ at }) => at <= now)) {
				waiting.delete(entry);
				entry.run();
			}
		},
	};
}

describe('toasts', () => {
	const made = () => {
		const timer = fakeTimer();
		return { timer, toasts: new Toasts<string>(timer) };
	};

	it('leave after eight seconds, urgent ones only when dismissed', () => {
		const { timer, toasts } = made();
		toasts.show('saved');
		const urgent = toasts.show('disk full', { isUrgent: true });
		timer.pass(toastMs - 1);
		expect(toasts.shown.map(({ what }) => what)).toEqual(['saved', 'disk full']);
		timer.pass(1);
		expect(toasts.shown.map(({ what }) => what)).toEqual(['disk full']);
		toasts.dismiss(urgent);
		expect(toasts.shown).toEqual([]);
		expect(toasts.history.map(({ what }) => what)).toEqual(['disk full', 'saved']);
	});

	it('stay while somebody reads them', () => {
		const { timer, toasts } = made();
		toasts.show('saved');
		toasts.hold();
		timer.pass(toastMs * 10);
		toasts.show('another');
		timer.pass(toastMs);
		expect(toasts.shown).toHaveLength(2);
		toasts.letGo();
		timer.pass(toastMs);
		expect(toasts.shown).toEqual([]);
	});

	it('are at most three at once', () => {
		const { toasts } = made();
		for (const what of ['a', 'b', 'c', 'd']) toasts.show(what);
		expect(toasts.shown.map(({ what }) => what)).toEqual(['b', 'c', 'd']);
	});

	it('can be taken back after they left, newest first, each once', async () => {
		const { timer, toasts } = made();
		const undone: string[] = [];
		for (const what of ['a', 'b']) toasts.show(what, { undo: async () => void undone.push(what) });
		toasts.show('no way back');
		timer.pass(toastMs);
		expect(await toasts.undoLast()).toBe(true);
		expect(await toasts.undoLast()).toBe(true);
		expect(await toasts.undoLast()).toBe(false);
		expect(undone).toEqual(['b', 'a']);
	});
});
