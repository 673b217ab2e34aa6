/** Runs something as soon as the page has nothing better to do, at the latest after 200 ms. Returns what calls it off. */
export function whenIdle(run: () => void): () => void {
	// Safari has no idle callbacks.
	if (globalThis.requestIdleCallback === undefined) {
		const timer = setTimeout(run, 50);
		return () => clearTimeout(timer);
	}
	const id = requestIdleCallback(run, { timeout: 200 });
	return () => cancelIdleCallback(id);
}
