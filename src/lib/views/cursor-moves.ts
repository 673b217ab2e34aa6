import type { DocumentId } from '../domain/ids.ts';

/**
 * A row that leaves its view, because somebody claimed or closed it, hands the cursor on. Only a person's own move may open another
 * ticket in place of the one that is being read.
 */
export class CursorMoves {
	readonly #isShown: (document: DocumentId) => boolean;
	#before: DocumentId | undefined;

	constructor(isShown: (document: DocumentId) => boolean) {
		this.#isShown = isShown;
	}

	/** Call for each row the cursor comes to: whether a person moved it there. */
	isOwn(to: DocumentId): boolean {
		const before = this.#before;
		this.#before = to;
		return before === undefined || this.#isShown(before);
	}
}
