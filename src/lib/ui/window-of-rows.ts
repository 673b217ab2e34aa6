/** Which rows of a fixed-height list are on screen, and where the list must scroll. Pure, in pixels and indexes. */
export interface RowWindow {
	/** First row to render. */
	start: number;
	/** One past the last row to render. */
	end: number;
}

export interface Viewport {
	scrollTop: number;
	height: number;
	rowHeight: number;
	count: number;
}

export function rowWindow({ scrollTop, height, rowHeight, count }: Viewport, overscan: number): RowWindow {
	if (count === 0 || rowHeight <= 0) return { start: 0, end: 0 };
	const top = Math.min(Math.max(0, scrollTop), Math.max(0, count * rowHeight - height));
	const start = Math.max(0, Math.floor(top / rowHeight) - overscan);
	const end = Math.min(count, Math.ceil((top + height) / rowHeight) + overscan);
	return { start, end };
}

/** The scroll position that shows row `index` whole with the least movement. */
export function scrollToShow({ scrollTop, height, rowHeight }: Viewport, index: number): number {
	const top = index * rowHeight;
	if (top < scrollTop) return top;
	if (top + rowHeight > scrollTop + height) return Math.max(0, top + rowHeight - height);
	return scrollTop;
}

/** How many rows a page is: one stays visible, so that the eye can follow. */
export function rowsPerPage(height: number, rowHeight: number): number {
	return rowHeight <= 0 ? 1 : Math.max(1, Math.floor(height / rowHeight) - 1);
}

/** Where a row has gone: looks at `guess` first, then ever farther around it; -1 if it is gone. */
export function indexOfKey(
	key: string,
	guess: number,
	count: number,
	keyAt: (index: number) => string | undefined,
): number {
	const middle = Math.min(Math.max(0, guess), count - 1);
	for (let distance = 0; distance < count; distance++) {
		const below = middle + distance;
		const above = middle - distance;
		if (below < count && keyAt(below) === key) return below;
		if (above >= 0 && keyAt(above) === key) return above;
	}
	return -1;
}
