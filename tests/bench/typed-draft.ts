import * as Y from 'yjs';
import { draftFragment } from '../../src/lib/document/record-document.ts';

/** What one person types into the reply of a ticket: the paragraph first, then a letter an update. */
export interface TypedDraft {
	client: number;
	/** The first one makes the paragraph; each of the others adds one letter. */
	updates: Uint8Array[];
	/** The client's clock after each update. */
	ends: number[];
}

const prose =
	'Guten Tag, vielen Dank für die Nachricht. Wir haben den Fall geprüft und melden uns, sobald die Lieferung unterwegs ist. ';

export function typeDraft(base: Uint8Array, client: number, letters: number): TypedDraft {
	const doc = new Y.Doc();
	doc.clientID = client;
	Y.applyUpdate(doc, base);
	const updates: Uint8Array[] = [];
	const ends: number[] = [];
	doc.on('update', (update) => {
		updates.push(update);
		ends.push(Y.getState(doc.store, client));
	});
	const text = new Y.XmlText();
	doc.transact(() => {
		const paragraph = new Y.XmlElement('paragraph');
		paragraph.insert(0, [text]);
		const fragment = draftFragment(doc, 'reply');
		fragment.insert(fragment.length, [paragraph]);
	});
	const ascii = prose.replace(/[^ -~]/g, 'x');
	for (let i = 0; i < letters; i++) text.insert(text.length, ascii.charAt(i % ascii.length));
	doc.destroy();
	return { client, updates, ends };
}
