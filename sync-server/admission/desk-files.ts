import type * as Y from 'yjs';
import { deskRoot, parseDeskValue } from '../../src/lib/document/desk-document.ts';
import type { Manual } from '../../src/lib/domain/desk-config.ts';
import type { BlobId } from '../../src/lib/domain/ids.ts';

/** The files that the configuration names, and whose hand wrote each of the names. */
export function filesOfDesk(doc: Y.Doc, deviceOf: ReadonlyMap<number, string>): { file: BlobId; device: string }[] {
	const map = doc.getMap(deskRoot);
	return [...map.keys()]
		.filter((key) => key.startsWith('manual:'))
		.flatMap((key) => {
			const manual = parseDeskValue(key, map.get(key)) as Manual | null | undefined;
			const device = deviceOf.get(map._map.get(key)?.id.client ?? -1);
			return manual == null || device === undefined ? [] : [{ file: manual.file.blob, device }];
		});
}
