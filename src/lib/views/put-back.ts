import type * as Y from 'yjs';
import type { Desk } from '../desk.ts';
import { isDraftEmpty } from '../document/record-document.ts';
import type { PutBack, Wording } from './ticket-acts.ts';

/** What writes rich text; loaded when it is first needed. */
export type LoadWriter = () => Promise<{ writeDraft(fragment: Y.XmlFragment, wording: Wording): void }>;

/** Writes what a reply said into its ticket's draft, with its files, if nothing stands there. */
export function putBackInto(desk: Desk, loadWriter: LoadWriter): PutBack {
	return async (document, wording) => {
		const [record, writer] = await Promise.all([desk.open(document), loadWriter()]);
		if (record === undefined) return false;
		try {
			if (!isDraftEmpty(record.doc, 'reply')) return false;
			writer.writeDraft(record.draft('reply'), wording);
			await desk.changeDraftFiles(document, 'reply', (files) => [...files, ...wording.attachments]);
			await desk.flush();
			return true;
		} finally {
			record.close();
		}
	};
}
