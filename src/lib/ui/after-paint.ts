/** Resolves when the next frame is on the screen; a hidden page has no frames and waits a tenth of a second instead. */
export function afterPaint(): Promise<void> {
	return new Promise((resolve) => {
		const late = setTimeout(resolve, 100);
		requestAnimationFrame(() => {
			clearTimeout(late);
			setTimeout(resolve);
		});
	});
}
