import type { DocumentId } from '../domain/ids.ts';
import type { OutboxEdit } from '../store/record-store.ts';

/** What an edit costs in a push beside its update: number, document, generation, length. */
const envelopeBytes = 64;

/**
 * Which of the unsent edits go into the next request: oldest first, as many as fit, each as it was stored.
 *
 * Edits are **not** merged. The relay knows an edit by (device, n). Were n = 7 to go out as 7 alone, its answer lost, and 7 then merged
 * with 8 and sent as 7 again, the relay would answer `duplicate` and 8 would be gone; sent as 8 it would be stored twice. An edit
 * that is sent as it was stored, under the number it got there, needs no proof beyond that: any resend is the same bytes. Merging
 * happens before an edit gets its number (typing is gathered for 250 ms), and many edits share a request.
 *
 * After a document's edit was answered `rejected`, its later ones are still sent: most rejections (a foreign number, a missing right)
 * say nothing about them.
 */
export function chooseEdits(
	unsent: readonly OutboxEdit[],
	limit: { edits: number; bytes: number },
	heldBack: ReadonlySet<DocumentId> = new Set(),
): OutboxEdit[] {
	const chosen: OutboxEdit[] = [];
	let bytes = envelopeBytes;
	for (const edit of unsent) {
		if (edit.rejected !== undefined || heldBack.has(edit.document)) continue;
		const size = edit.update.byteLength + envelopeBytes;
		if (chosen.length > 0 && (chosen.length >= limit.edits || bytes + size > limit.bytes)) break;
		chosen.push(edit);
		bytes += size;
	}
	return chosen;
}
