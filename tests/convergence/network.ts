import type { Random } from '../../sync-server/demo/random.ts';
import type { Answer } from '../../src/lib/sync/transport.ts';
import type { VirtualTime } from './virtual-time.ts';

/** How bad the lines are; shares between 0 and 1. */
export interface NetworkMood {
	lostRequests: number;
	lostAnswers: number;
	/** A request arrives again, up to half a minute later, from nobody who waits for its answer. */
	repeated: number;
	/** The longest way of one message, ms. Messages overtake one another. */
	slowest: number;
}

export interface Line {
	readonly isOpen: boolean;
	close(): void;
	open(): void;
	onClose(listener: () => void): void;
}

export interface Network {
	mood: NetworkMood;
	line(): Line;
	/** `deliver` runs when the request reaches the relay, and again for each repetition. */
	request<T>(line: Line, deliver: () => Promise<Answer<T>>): Promise<Answer<T>>;
	/** One way, without an answer; may be lost. */
	tell(line: Line, deliver: () => void): void;
	delay(): number;
}

/** After that a request counts as unanswered, ms. */
const deadline = 15_000;
export const calm: NetworkMood = { lostRequests: 0, lostAnswers: 0, repeated: 0, slowest: 20 };

export function createNetwork(time: VirtualTime, random: Random, mood: NetworkMood): Network {
	const network: Network = {
		mood,
		delay: () => 1 + random.below(network.mood.slowest),
		line() {
			let isOpen = true;
			const listeners: (() => void)[] = [];
			return {
				get isOpen() {
					return isOpen;
				},
				close() {
					isOpen = false;
					for (const listener of listeners) listener();
				},
				open: () => void (isOpen = true),
				onClose: (listener) => void listeners.push(listener),
			};
		},
		request<T>(line: Line, deliver: () => Promise<Answer<T>>) {
			return new Promise<Answer<T>>((resolve) => {
				const offline: Answer<T> = { kind: 'offline' };
				if (!line.isOpen) {
					time.after(network.delay(), () => resolve(offline));
					return;
				}
				const callOff = time.after(deadline, () => resolve(offline));
				const arrive = () => {
					if (!line.isOpen) return;
					void deliver().then((answer) => {
						if (random.chance(network.mood.lostAnswers)) return;
						time.after(network.delay(), () => {
							if (!line.isOpen) return;
							callOff();
							resolve(answer);
						});
					});
				};
				if (!random.chance(network.mood.lostRequests)) time.after(network.delay(), arrive);
				if (random.chance(network.mood.repeated)) time.after(random.below(30_000), () => void deliver());
			});
		},
		tell(line, deliver) {
			if (random.chance(network.mood.lostRequests)) return;
			time.after(network.delay(), () => {
				if (line.isOpen) deliver();
			});
		},
	};
	return network;
}
