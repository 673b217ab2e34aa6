import * as Y from 'yjs';
import { unnamedDoc } from '../../document/unnamed-doc.ts';
import { readDesk } from '../../document/desk-document.ts';
import type { SystemId } from '../../domain/ids.ts';
import type { SearchNames } from './document-to-search.ts';

/** The names in the desk's configuration, from what is stored of it; none while it has not arrived or cannot be read. */
export function readSearchNames(updates: readonly Uint8Array[]): SearchNames & { text: string } {
	const names = new Map<SystemId, string>();
	try {
		const doc = unnamedDoc();
		for (const update of updates) Y.applyUpdate(doc, update);
		for (const { id, name } of readDesk(doc).systems) names.set(id, name);
		doc.destroy();
	} catch {
		// Records are found by their own words.
	}
	return { system: (id) => names.get(id), text: JSON.stringify([...names]) };
}
