import type { TicketRow } from '../projection/rows.ts';
import { isReminderDue } from '../domain/status.ts';
import { nextReminder } from './saved-view.ts';

/** Time and timers, so that tests need not wait. */
export interface Timer {
	now(): number;
	/** Runs once after `ms`; returns the way to cancel. */
	after(ms: number, run: () => void): () => void;
}

export const browserTimer: Timer = {
	now: () => Date.now(),
	after: (ms, run) => {
		const handle = setTimeout(run, ms);
		return () => clearTimeout(handle);
	},
};

/** Timers stop while a device sleeps, and none may be longer than 24.8 days: look again at least once a minute. */
const longestSleepMs = 60_000;

/**
 * The minute that screens show, and the reminders that come due in it, with or without a network.
 * Runs from `start` to `close`.
 */
export class WallClock {
	readonly #timer: Timer;
	readonly #rows: () => readonly TicketRow[];
	readonly #due: (rows: TicketRow[]) => void;
	#cancel: () => void = () => {};
	/** Moves at least once a minute, and at the moment a reminder comes due. */
	now = $state(0);

	constructor(timer: Timer, rows: () => readonly TicketRow[], due: (rows: TicketRow[]) => void) {
		this.#timer = timer;
		this.#rows = rows;
		this.#due = due;
		this.now = timer.now();
	}

	start(): void {
		this.#sleep();
	}

	/** Looks at the clock now: after rows changed, or when the device wakes. */
	look(): void {
		const before = this.now;
		this.now = this.#timer.now();
		const due = this.#rows().filter(
			(row) => isReminderDue(row.status, row.until, this.now) && !isReminderDue(row.status, row.until, before),
		);
		if (due.length > 0) this.#due(due);
		this.#sleep();
	}

	close(): void {
		this.#cancel();
	}

	#sleep(): void {
		this.#cancel();
		const now = this.#timer.now();
		const next = nextReminder(this.#rows(), this.now);
		const untilNext = next === undefined ? longestSleepMs : Math.max(0, next - now);
		this.#cancel = this.#timer.after(Math.min(untilNext, longestSleepMs), () => this.look());
	}
}
