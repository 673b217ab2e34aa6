import { callCleanedKey, callDraftKey, readCall } from '../domain/call-draft.ts';
import { cleanCall } from '../store/clean-begun.ts';
import type { GoneWords } from '../store/gone-words.ts';

/**
 * The call that is being written down, without what was erased or blacked out since. Every tab that shows it hears of it by an event of the
 * storage, this one too.
 */
export function cleanKeptCall(
	storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>,
	gone: readonly GoneWords[],
	tell: (key: string) => void,
): void {
	try {
		const kept = storage.getItem(callDraftKey);
		const draft = kept === null ? undefined : readCall(JSON.parse(kept));
		if (draft === undefined) return;
		const next = cleanCall(draft, gone);
		if (next === draft) return;
		storage.setItem(callDraftKey, JSON.stringify(next));
		storage.setItem(callCleanedKey, 'yes');
		storage.removeItem(callCleanedKey);
		tell(callCleanedKey);
	} catch {
		// No storage, or no such draft in it.
	}
}
