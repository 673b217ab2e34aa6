/** Lets `most` work at a time, the others in the order in which they came. Resolves with what gives the place away again. */
export function createTurns(most: number): () => Promise<() => void> {
	const waiting: (() => void)[] = [];
	let free = most;
	return async () => {
		if (free > 0) free--;
		else await new Promise<void>((resolve) => waiting.push(resolve));
		let hasLeft = false;
		return () => {
			if (hasLeft) return;
			hasLeft = true;
			const next = waiting.shift();
			if (next === undefined) free++;
			else next();
		};
	};
}
