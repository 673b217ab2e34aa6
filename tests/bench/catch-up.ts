import * as Y from 'yjs';
import { createClock } from '../../src/lib/domain/hlc.ts';
import type { AgentId, EntryId } from '../../src/lib/domain/ids.ts';
import { createUlid } from '../../src/lib/domain/ulid.ts';
import { appendEntries } from '../../src/lib/document/record-document.ts';
import { encodePush, type Edit, type PushAnswer } from '../../src/lib/protocol/replica.ts';
import { invite, openBrowser, readProgress, standAtDoor, untilSynced } from './browser-device.ts';
import { startOurs } from './child.ts';
import { createDemoFolder, type BenchDevice, type DemoFolder } from './demo-folder.ts';
import type { Bench } from './row.ts';
import { median } from './spread.ts';

/** A device that was away for a while: some documents of many have changed. */
export const catchUp: Bench = {
	name: 'catch-up',
	async run({ quick, rounds, say }) {
		const tickets = quick ? 1000 : 10_000;
		const changed = quick ? 100 : 500;
		const folder = await createDemoFolder({ tickets, devices: 1, read: 1 });
		const writer = createWriter(folder);
		const search = await invite(folder.path);
		const relay = await startOurs(folder.path);
		const device = await openBrowser(relay.url);
		try {
			await standAtDoor(device, search);
			await device.page.locator('button[type=submit]').click();
			await untilSynced(device.page, 600_000);
			say(`${tickets} tickets are on the device`);
			const ours: number[] = [];
			const raw: number[] = [];
			let bytes = 0;
			for (let round = 0; round < rounds; round++) {
				await device.context.setOffline(true);
				const before = await readProgress(device.page);
				const head = await writer.change(relay.url, changed, round);
				const firstPull = device.page.waitForRequest(/\/replica\/pull/);
				await device.context.setOffline(false);
				await firstPull;
				const beganAt = await device.page.evaluate(() => performance.timeOrigin + performance.now());
				const endedAt = await untilSynced(device.page, 60_000, head);
				ours.push((endedAt - beganAt) / 1000);
				const plain = await device.page.evaluate(fetchAll, before?.cursor ?? 0);
				raw.push(plain.ms / 1000);
				bytes = plain.bytes;
				say(`caught up in ${ours.at(-1)?.toFixed(2)} s; the bytes alone ${(plain.ms / 1000).toFixed(2)} s`);
			}
			return [
				{
					what: `catch-up of ${changed} of ${tickets} documents`,
					value: median(ours),
					unit: 's',
					budget: { kind: 'at-most', value: 2 },
					peers: [{ name: 'the same bytes over fetch', value: median(raw) }],
					runs: ours,
					notes: [
						`${Math.round(bytes / 1024)} KB, from the first pull to the cursor being stored with documents and rows`,
					],
				},
			];
		} finally {
			await device.close();
			await relay.stop();
		}
	},
};

/** A colleague who leaves a note on many tickets. */
function createWriter(folder: DemoFolder) {
	const device = folder.devices[0] as BenchDevice;
	const clock = createClock(Date.now);
	const author = {
		agent: device.agent as AgentId,
		device: device.id,
		tick: () => clock.tick(),
		newId: () => createUlid(Date.now(), (bytes) => crypto.getRandomValues(bytes as Uint8Array<ArrayBuffer>)) as EntryId,
	};
	let n = 0;
	return {
		/** Resolves with the newest sequence number. */
		async change(url: string, count: number, round: number): Promise<number> {
			const step = Math.max(1, Math.floor(folder.ticketIds.length / count));
			const edits = Array.from({ length: count }, (_, i): Edit => {
				const document = folder.ticketIds[(i * step + round) % folder.ticketIds.length];
				if (document === undefined) throw new Error('no ticket');
				const doc = new Y.Doc();
				const text = `Nachtrag ${round}-${i}: Die Filiale meldet, dass es wieder geht.`;
				appendEntries(doc, author, [{ kind: 'note', text, attachments: [] }]);
				return { n: ++n, document, generation: 0, update: Y.encodeStateAsUpdate(doc) };
			});
			const response = await fetch(`${url}/replica/push`, {
				method: 'POST',
				headers: { cookie: device.cookie, 'content-type': 'application/octet-stream' },
				body: encodePush(edits) as Uint8Array<ArrayBuffer>,
			});
			if (!response.ok) throw new Error(`push was answered ${response.status}: ${await response.text()}`);
			const { answers } = (await response.json()) as PushAnswer;
			return Math.max(
				...answers.map((answer) => {
					if (answer.kind === 'rejected') throw new Error(`an edit was refused: ${answer.code}`);
					return answer.seq;
				}),
			);
		},
	};
}

/** Runs in the page. */
async function fetchAll(from: number): Promise<{ ms: number; bytes: number }> {
	const began = performance.now();
	const response = await fetch('/replica/pull', {
		method: 'POST',
		headers: { 'content-type': 'application/json' },
		body: JSON.stringify({ cursor: from, scopeRevision: 1 }),
	});
	if (!response.ok) throw new Error(`pull was answered ${response.status}`);
	const bytes = (await response.arrayBuffer()).byteLength;
	return { ms: performance.now() - began, bytes };
}
