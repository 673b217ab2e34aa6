/**
 * A clock that is never set back while the relay runs.
 *
 * What has expired stays expired, what waits for a moment does not wait a day longer, and the relay's own entries stay in order, although
 * somebody, or a time server, turns the machine's clock back. Set forward it follows at once; it is right again after the next start.
 */
export function createSteadyClock(now: () => number, onSetBack: (ms: number) => void): () => number {
	let ahead = 0;
	let last = -Infinity;
	return () => {
		const reading = now() + ahead;
		if (reading >= last) return (last = reading);
		const back = last - reading;
		ahead += back;
		// Time servers correct by moments; that is nobody's business.
		if (back >= worthSayingMs) onSetBack(back);
		return last;
	};
}

const worthSayingMs = 60_000;
