import type { RelayResult } from '$lib/desk.ts';
import type { ErasureRefusal } from '$lib/protocol/erasure.ts';
import { eraseWords } from '$lib/ui/words/erase-words.ts';
import { relayTrouble } from '$lib/views/error-text.ts';

type Answered = { kind: 'refused'; code: ErasureRefusal } | { kind: string };

/** Why nothing was erased, in words; undefined if nothing stood in the way. */
export function eraseTrouble(result: RelayResult<Answered>): string | undefined {
	const { t } = eraseWords;
	if (result.kind === 'failed') {
		const { key, code } = relayTrouble(result);
		return key === 'relay-unreachable' ? t.needsRelay : t.failed(code);
	}
	return 'code' in result.value ? t.refused[result.value.code] : undefined;
}
