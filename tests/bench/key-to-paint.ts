/** Runs in the page: from now on each key is timed to the frame after it. */
export function watchKeys(): void {
	const found: number[] = [];
	Object.assign(globalThis, { keyToPaint: found });
	const { afterPaint } = globalThis as unknown as { afterPaint(): Promise<number> };
	addEventListener('keydown', (event) => void afterPaint().then((now) => found.push(now - event.timeStamp)), true);
}

/** Runs in the page. */
export const readKeys = () => [...(globalThis as unknown as { keyToPaint: number[] }).keyToPaint];
/** Runs in the page. */
export const forgetKeys = () => void ((globalThis as unknown as { keyToPaint: number[] }).keyToPaint.length = 0);
