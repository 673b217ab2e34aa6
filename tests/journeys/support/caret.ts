import { expect, type Locator } from '@playwright/test';

interface Editor {
	state: { doc: unknown; selection: { eq(other: unknown): boolean; constructor: { atEnd(doc: unknown): unknown } } };
}

/**
 * Clicks into a text and puts the caret at its end. For 20 ms after a text got the focus the editor puts its own selection back,
 * and a key pressed that soon is lost; no hand is that quick, so the key is pressed until the editor says that it stands there.
 */
export async function caretToEnd(text: Locator): Promise<void> {
	await text.click();
	await expect(async () => {
		await text.press('Control+End');
		const isAtEnd = await text.evaluate((element) => {
			const { state } = (element as HTMLElement & { editor: Editor }).editor;
			return state.selection.eq(state.selection.constructor.atEnd(state.doc));
		});
		expect(isAtEnd).toBe(true);
	}).toPass();
}
