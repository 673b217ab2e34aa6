import type { Facts } from '../domain/facts.ts';
import { foldRecord, linesOf } from '../domain/fold-record.ts';
import type { LineId, RecordKind } from '../domain/ids.ts';

/** The lines a record stands in. Empty while nothing opened or created it, and for an article that is for every line. */
export function recordLines(kind: RecordKind, facts: Facts): LineId[] {
	const record = foldRecord(kind, facts);
	return record === undefined ? [] : linesOf(record);
}
