import type { Desk } from '../desk.ts';
import type { EntryId } from '../domain/ids.ts';
import type { WaitingMail, WaitingReply } from '../protocol/waiting-mail.ts';
import { SourceValue } from './source-value.ts';
import type { Timer } from './wall-clock.svelte.ts';

/** So often it is asked again while the screen is open and something waits. */
const askAgainMs = 15_000;

/** Why replies wait at the relay. Only the relay knows; its last answer is shown, with its time, while it is away. */
export class WaitingView {
	readonly #desk: Desk;
	readonly #timer: Timer;
	readonly #said: SourceValue<WaitingMail | undefined>;
	#cancel: (() => void) | undefined;
	/** The relay did not answer when it was asked last. */
	isAway = $state(false);

	constructor(desk: Desk, timer: Timer) {
		this.#desk = desk;
		this.#timer = timer;
		this.#said = new SourceValue(desk.waitingMail);
	}

	readonly #byRequest = $derived.by(
		() => new Map(this.#said.current?.replies.map((reply) => [reply.request, reply] as const)),
	);
	readonly saidAt = $derived.by(() => this.#said.current?.at);

	of(request: EntryId): WaitingReply | undefined {
		return this.#byRequest.get(request);
	}

	/** Asks now and from time to time; returns the way to end that. */
	watch(): () => void {
		let isOver = false;
		const ask = async () => {
			const answer = await this.#desk.askWaitingMail();
			if (isOver) return;
			this.isAway = answer.kind !== 'ok';
			this.#cancel = this.#timer.after(askAgainMs, () => void ask());
		};
		void ask();
		return () => {
			isOver = true;
			this.#cancel?.();
		};
	}
}
