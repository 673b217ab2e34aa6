import { parentPort } from 'node:worker_threads';
import * as Y from 'yjs';
import { scanUpdate } from './scan-update.ts';

const port = parentPort;
port?.on('message', (update: Uint8Array) => {
	let isPlausible = false;
	if (scanUpdate(update) !== undefined) {
		const doc = new Y.Doc();
		try {
			Y.applyUpdate(doc, update);
			isPlausible = true;
		} catch {
			isPlausible = false;
		}
		doc.destroy();
	}
	port.postMessage(isPlausible);
});
port?.postMessage('ready');
