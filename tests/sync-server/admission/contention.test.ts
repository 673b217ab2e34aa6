import { expect, test } from 'vitest';
import * as Y from 'yjs';
import { couldContend, stepsOf } from '../../../sync-server/admission/contention.ts';

function transactionOf(doc: Y.Doc, run: () => void): Y.Transaction {
	let seen: Y.Transaction | undefined;
	doc.once('afterTransaction', (transaction: Y.Transaction) => (seen = transaction));
	run();
	if (seen === undefined) throw new Error('nothing was changed');
	return seen;
}

function written(client: number, count: number): Y.Doc {
	const doc = new Y.Doc();
	doc.clientID = client;
	// From the end to the beginning, so that no two become one item.
	for (let i = 0; i < count; i++) doc.getText('t').insert(0, 'x');
	return doc;
}

test('writing where nobody else writes passes nothing', () => {
	const doc = written(1, 500);
	const other = new Y.Doc();
	Y.applyUpdate(other, Y.encodeStateAsUpdate(doc));
	const before = Y.encodeStateVector(other);
	other.getText('t').insert(250, 'in the middle');
	other.getText('t').insert(0, 'in front');
	const update = Y.encodeStateAsUpdate(other, before);
	expect(stepsOf(transactionOf(doc, () => Y.applyUpdate(doc, update)))).toBe(0);
});

test('[F110] an item put where hundreds stand already counts all that it had to pass', () => {
	for (const client of [1, 3]) {
		const doc = written(2, 500);
		const update = Y.encodeStateAsUpdate(written(client, 1));
		const transaction = transactionOf(doc, () => Y.applyUpdate(doc, update));
		expect(stepsOf(transaction)).toBe(500);
	}
});

test('[F110] what could take seconds to put in order is known before it is applied', () => {
	const doc = written(1, 12_000);
	const update = (structs: number, client = 2) => ({ structs, clients: [{ client, from: 0, to: structs }] });
	expect(couldContend(doc, update(1000))).toBe(false);
	expect(couldContend(doc, update(2000))).toBe(true);
	expect(couldContend(written(1, 3), update(2000))).toBe(false);
	// The same once more costs nothing.
	expect(couldContend(doc, update(12_000, 1))).toBe(false);
});
