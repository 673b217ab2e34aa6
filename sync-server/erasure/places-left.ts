import type { Facts } from '../../src/lib/domain/facts.ts';
import type { DocumentId } from '../../src/lib/domain/ids.ts';
import { redactableText } from '../../src/lib/domain/redact-entry.ts';
import type { PlacesAnswer } from '../../src/lib/protocol/erasure.ts';

/** So many records are named at once. */
const mostPlaces = 100;

/** Records with entries that somebody can black out and in which one of the words stands. */
export async function placesLeft(
	documents: readonly DocumentId[],
	factsOf: (document: DocumentId) => Facts | undefined,
	isNamedIn: (text: string) => boolean,
	pause: () => Promise<void>,
): Promise<PlacesAnswer> {
	const places: { document: DocumentId; entries: number }[] = [];
	for (const [i, document] of documents.entries()) {
		const texts = [...(factsOf(document)?.entries.values() ?? [])].map((entry) => redactableText(entry) ?? '');
		const entries = texts.filter(isNamedIn).length;
		if (entries > 0) {
			if (places.length === mostPlaces) return { kind: 'places', places, more: true };
			places.push({ document, entries });
		}
		if (i % 20 === 19) await pause();
	}
	return { kind: 'places', places, more: false };
}
