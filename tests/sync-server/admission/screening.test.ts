import * as encoding from 'lib0/encoding';
import { expect, onTestFinished, test } from 'vitest';
import * as Y from 'yjs';
import { scanUpdate } from '../../../sync-server/admission/scan-update.ts';
import { createScreening } from '../../../sync-server/admission/screening.ts';

function screeningForTest() {
	const screening = createScreening();
	onTestFinished(() => screening.close());
	return screening;
}

function largeUpdate(): Uint8Array {
	const doc = new Y.Doc();
	doc.getText('t').insert(0, 'x'.repeat(60_000));
	return Y.encodeStateAsUpdate(doc);
}

/** Every item sits before another one of a long run, so that each has to be compared with all before it. */
function slowUpdate(items: number): Uint8Array {
	const encoder = encoding.createEncoder();
	encoding.writeVarUint(encoder, 1);
	encoding.writeVarUint(encoder, items + 1);
	encoding.writeVarUint(encoder, 1);
	encoding.writeVarUint(encoder, 0);
	encoding.writeUint8(encoder, 1);
	encoding.writeVarUint(encoder, 1);
	encoding.writeVarString(encoder, 'draft:reply');
	encoding.writeVarUint(encoder, items);
	for (let i = 0; i < items; i++) {
		encoding.writeUint8(encoder, 0x40 | 8);
		encoding.writeVarUint(encoder, 1);
		encoding.writeVarUint(encoder, i);
		encoding.writeVarUint(encoder, 1);
		encoding.writeUint8(encoder, 126);
	}
	encoding.writeVarUint(encoder, 0);
	return encoding.toUint8Array(encoder);
}

test('what is small and plain is not tried', () => {
	const doc = new Y.Doc();
	doc.getText('t').insert(0, 'hello');
	expect(screeningForTest().tryOut(Y.encodeStateAsUpdate(doc))).toBe('plausible');
});

test('[F110] a large honest update passes its trial', async () => {
	expect(await screeningForTest().tryOut(largeUpdate())).toBe('plausible');
});

test('[F110] an update that takes too long to put together is refused, and the next one is looked at', async () => {
	const screening = screeningForTest();
	const slow = slowUpdate(17_000);
	expect(slow.length).toBeLessThan(128 * 1024);
	expect(scanUpdate(slow)).toBeDefined();
	expect(await screening.tryOut(slow)).toBe('implausible');
	expect(await screening.tryOut(largeUpdate())).toBe('plausible');
});

test('[F110] a trial that did not take place decides nothing: the device keeps its edit', async () => {
	const screening = screeningForTest();
	screening.close();
	expect(await screening.tryOut(largeUpdate())).toBe('undecided');
});
