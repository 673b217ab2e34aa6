import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import * as Y from 'yjs';
import { appendEntries, readRecord, writeMeta } from '../../../src/lib/document/record-document.ts';
import { encodePush, type PushAnswer } from '../../../src/lib/protocol/replica.ts';
import { newTicketId, opening, startRelay } from '../../support/start-relay.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
	for (const cleanup of cleanups.reverse()) await cleanup();
	cleanups.length = 0;
});

async function startProcess(dataDir: string): Promise<{ child: ChildProcess; url: string }> {
	const program = fileURLToPath(new URL('relay-process.ts', import.meta.url));
	const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program, dataDir], {
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	cleanups.push(() => child.kill('SIGKILL'));
	const url = await new Promise<string>((resolve, reject) => {
		child.stdout?.once('data', (data: Buffer) => resolve(data.toString().trim()));
		child.once('exit', (code) => reject(new Error(`the relay ended with ${code}`)));
	});
	return { child, url };
}

test('[F98][I7] a relay killed again and again between pushes and answers loses nothing that it acknowledged, and doubles nothing', async () => {
	const dataDir = mkdtempSync(path.join(tmpdir(), 'kill-'));
	cleanups.push(() => rmSync(dataDir, { recursive: true, force: true }));
	// Only for its device and names; the pushes go to the process.
	const here = await startRelay();
	cleanups.push(() => here.close());
	const maria = here.device('maria');

	const doc = new Y.Doc();
	const id = newTicketId();
	let sent: Uint8Array | undefined;
	const news = () => {
		const update = Y.encodeStateAsUpdate(doc, sent);
		sent = Y.encodeStateVector(doc);
		return update;
	};
	doc.transact(() => {
		writeMeta(doc, 'ticket');
		appendEntries(doc, maria.author, [opening(maria, 1)]);
	});
	let n = 1;
	const outbox = new Map([[n, news()]]);
	const acknowledged = new Map<number, number>();
	let cut = 0;

	for (let round = 0; round < 6; round++) {
		const { child, url } = await startProcess(dataDir);
		const died = new Promise((resolve) => child.once('exit', resolve));
		for (let i = 0; i < 40; i++) {
			const [entry] = appendEntries(doc, maria.author, [{ kind: 'note', text: `note ${n}`, attachments: [] }]);
			expect(entry).toBeDefined();
			outbox.set(++n, news());
			const edits = [...outbox].map(([number, update]) => ({ n: number, document: id, generation: 0, update }));
			const push = fetch(`${url}/replica/push`, {
				method: 'POST',
				headers: { cookie: maria.cookie },
				body: encodePush(edits) as Uint8Array<ArrayBuffer>,
			}).then(async (response) => (await response.json()) as PushAnswer);
			// Somewhere in the middle of a push, a different place in every round.
			if (i === 5 + round * 3) {
				for (let turn = 0; turn < round * 40; turn++) await Promise.resolve();
				child.kill('SIGKILL');
			}
			const answer = await push.catch(() => undefined);
			if (answer === undefined) {
				cut++;
				break;
			}
			for (const one of answer.answers) {
				if (one.kind === 'rejected') throw new Error(one.code);
				const before = acknowledged.get(one.n);
				if (before !== undefined) expect(one.seq).toBe(before);
				acknowledged.set(one.n, one.seq);
				// Now and then the device loses the answer and sends again.
				if (one.n % 7 !== 0) outbox.delete(one.n);
			}
		}
		child.kill('SIGKILL');
		await died;
	}
	expect(cut).toBeGreaterThan(0);

	const after = await startRelay({ dataDir });
	cleanups.push(() => after.close());
	after.device('maria');
	const edits = [...outbox].map(([number, update]) => ({ n: number, document: id, generation: 0, update }));
	const last = await after.push(maria, edits);
	for (const one of last.answers) {
		if (one.kind !== 'rejected' && acknowledged.has(one.n))
			expect(one).toMatchObject({ kind: 'duplicate', seq: acknowledged.get(one.n) });
		expect(one.kind).not.toBe('rejected');
	}
	const reading = readRecord(after.relay.read(id) as Y.Doc);
	expect(reading.kind === 'record' && reading.facts.entries.size).toBe(n);
	expect(Y.encodeStateVector(after.relay.read(id) as Y.Doc)).toEqual(Y.encodeStateVector(doc));
	const { ok } = after.database.db.prepare('PRAGMA integrity_check').get() as { ok?: string; integrity_check?: string };
	expect(ok ?? 'ok').toBe('ok');
}, 120_000);
