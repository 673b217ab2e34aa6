import type { DatabaseSync } from 'node:sqlite';
import * as Y from 'yjs';
import { readRecord } from '../../src/lib/document/record-document.ts';
import type { DocumentId } from '../../src/lib/domain/ids.ts';
import { compareEpochs, type ClaimVerdict, type Epoch } from '../../src/lib/domain/verdict.ts';
import type { World } from './world.ts';

function claimVerdictsIn(doc: Y.Doc): ClaimVerdict[] {
	const reading = readRecord(doc);
	if (reading.kind !== 'record') return [];
	return [...reading.facts.verdicts.values()].filter((verdict) => verdict.kind === 'claim');
}

/** The epochs that a relay has given, read from its disk. */
export function epochsAt(db: DatabaseSync): Map<DocumentId, Epoch[]> {
	const epochs = new Map<DocumentId, Epoch[]>();
	for (const { key, id } of db.prepare("SELECT key, id FROM docs WHERE kind = 'ticket' AND gone_at IS NULL").all()) {
		const doc = new Y.Doc();
		for (const table of ['snapshots', 'updates'])
			for (const { bytes } of db.prepare(`SELECT bytes FROM ${table} WHERE doc = ? ORDER BY seq`).all(key as number))
				Y.applyUpdate(doc, bytes as Uint8Array);
		epochs.set(
			id as DocumentId,
			claimVerdictsIn(doc).map(({ epoch }) => epoch),
		);
		doc.destroy();
	}
	return epochs;
}

/**
 * [I10] In a run with a copy that was put back: what is said after it outranks all that was said before, also what no device handed over; each
 * fact has one verdict, and no two verdicts have one epoch. Whether a verdict was right is told where nothing was lost (`check-claims.ts`).
 */
export function checkEpochs({ violations, lost }: World, id: DocumentId, doc: Y.Doc): void {
	const reading = readRecord(doc);
	if (reading.kind !== 'record' || reading.record !== 'ticket') return;
	const before = lost.get(id) ?? [];
	const highest = before.toSorted(compareEpochs).at(-1);
	const wasSaid = (epoch: Epoch) => before.some((other) => compareEpochs(other, epoch) === 0);
	const said: Epoch[] = [];
	for (const { epoch } of claimVerdictsIn(doc)) {
		if (said.some((other) => compareEpochs(other, epoch) === 0)) violations.add(`two verdicts of ${id} have one epoch`);
		said.push(epoch);
		if (highest !== undefined && !wasSaid(epoch) && compareEpochs(epoch, highest) <= 0)
			violations.add(`a verdict of ${id} came after the copy and stands below one from before`);
	}
	const claimKinds = ['claimed', 'released', 'handed-over', 'taken-over'];
	for (const [entry, { kind }] of reading.facts.entries)
		if (claimKinds.includes(kind) && reading.facts.verdicts.get(entry)?.kind !== 'claim')
			violations.add(`${kind} ${entry} of ${id} has no verdict`);
}
