/** Time that passes only when the simulation says so. What is due at the same moment runs in the order in which it was planned. */
export interface VirtualTime {
	readonly now: number;
	/** Runs once after `ms`; returns what calls it off. */
	after(ms: number, run: () => void): () => void;
	/** Goes to the next thing planned, runs it and waits until nothing is under way any more. False if nothing was planned. */
	step(): Promise<boolean>;
	/** Lets that much time pass, with all that happens in it. */
	pass(ms: number): Promise<void>;
	/** Steps until the promise is settled. */
	wait<T>(promise: Promise<T>): Promise<T>;
	/** Work on a device's disk, which takes turns of the real event loop. */
	track<T>(work: Promise<T>): Promise<T>;
	readonly steps: number;
}

interface Planned {
	at: number;
	order: number;
	run: () => void;
}

export function createVirtualTime(start: number, afterStep: () => void): VirtualTime {
	const planned: Planned[] = [];
	let now = start;
	let order = 0;
	let steps = 0;
	let underWay = 0;

	function insert(item: Planned): void {
		let low = 0;
		let high = planned.length;
		while (low < high) {
			const middle = (low + high) >> 1;
			const other = planned[middle]!;
			if (other.at < item.at || (other.at === item.at && other.order < item.order)) low = middle + 1;
			else high = middle;
		}
		planned.splice(low, 0, item);
	}

	/** All microtasks are over when an immediate runs; work on a disk takes as many as it needs. */
	async function settle(): Promise<void> {
		do await new Promise((resolve) => setImmediate(resolve));
		while (underWay > 0);
	}

	const time: VirtualTime = {
		get now() {
			return now;
		},
		get steps() {
			return steps;
		},
		after(ms, run) {
			const item = { at: now + Math.max(0, ms), order: order++, run };
			insert(item);
			return () => {
				const place = planned.indexOf(item);
				if (place >= 0) planned.splice(place, 1);
			};
		},
		async step() {
			const next = planned.shift();
			if (next === undefined) return false;
			now = next.at;
			steps++;
			next.run();
			await settle();
			afterStep();
			return true;
		},
		async pass(ms) {
			const end = now + ms;
			while (planned.length > 0 && planned[0]!.at <= end) await time.step();
			now = end;
		},
		async wait(promise) {
			let over = false;
			const done = () => void (over = true);
			promise.then(done, done);
			await settle();
			while (!over) if (!(await time.step())) throw new Error('nothing is planned, and the promise is not settled');
			return promise;
		},
		async track(work) {
			underWay++;
			try {
				return await work;
			} finally {
				underWay--;
			}
		},
	};
	return time;
}
