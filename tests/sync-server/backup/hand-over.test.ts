import { join } from 'node:path';
import * as Y from 'yjs';
import { expect, test } from 'vitest';
import { readRecord } from '../../../src/lib/document/record-document.ts';
import { stateOfDocument } from '../../../src/lib/document/document-state.ts';
import type { Draft } from '../../../src/lib/domain/entry.ts';
import { createClock } from '../../../src/lib/domain/hlc.ts';
import type { DocumentId, LineId } from '../../../src/lib/domain/ids.ts';
import type { Session } from '../../../src/lib/protocol/session.ts';
import { encodePush } from '../../../src/lib/protocol/replica.ts';
import { writeDeskValue } from '../../../src/lib/document/desk-document.ts';
import { sessionCookie } from '../../../sync-server/auth/sessions.ts';
import { makeBackup } from '../../../sync-server/backup/make-backup.ts';
import { restoreBackup } from '../../../sync-server/backup/restore-backup.ts';
import { appDevice, newUlid } from '../app-device.ts';
import { emptyFolder, enrol, runRelay, setUp, type TestDevice, type TestRelay } from '../running-relay.ts';

async function desk(): Promise<{ relay: TestRelay; maria: TestDevice; ben: TestDevice }> {
	const relay = await runRelay();
	const maria = await setUp(relay);
	await relay.installation.relay.write('desk' as DocumentId, (doc) => {
		writeDeskValue(doc, 'line:support' as never, { id: 'support', name: 'Support', addresses: [], colour: 1 });
		writeDeskValue(doc, 'queue:front' as never, { id: 'front', name: 'Front', line: 'support' });
	});
	relay.installation.auth.linesChanged();
	const ben = await enrol(relay, maria, { mail: 'ben@desk.example', lines: ['support'] });
	const me = await maria.ask('/auth/me');
	return { relay, maria: { ...maria, session: me.body as unknown as Session }, ben };
}

const note = (text: string): Draft => ({ kind: 'note', text, attachments: [] });
const contentOf = (doc: Y.Doc | undefined) =>
	doc && [...['meta', 'entries', 'verdicts'].map((root) => doc.getMap(root).toJSON() as object), stateOfDocument(doc)];

test(
	'[F99][I10] what a backup lacks comes back from the one device that has it, whoever wrote it',
	{ timeout: 60_000 },
	async () => {
		const { relay, maria, ben } = await desk();
		const laptop = appDevice(maria, relay.url);
		const phone = appDevice(ben, relay.url);
		await laptop.sync();
		await phone.sync();
		const first = await laptop.open('Before the backup');
		await laptop.sync();
		const backup = await makeBackup({
			...{ data: relay.installation.config.data, into: emptyFolder(), withMailKey: false, now: Date.now() },
		});
		if (backup.kind === 'refused') throw new Error(backup.message);

		// All of this was acknowledged, and is in no backup.
		await laptop.write(first, [note('written by Maria')]);
		const second = await laptop.open('After the backup');
		await laptop.write(second, [{ kind: 'claimed' }]);
		await laptop.sync();
		await laptop.sync();
		await phone.sync();
		await phone.write(second, [note('written by Ben')]);
		await phone.sync();
		const before = readRecord(await phone.doc(second));
		expect(before.kind === 'empty' ? 0 : before.facts.verdicts.size).toBe(1);
		await relay.close();

		// The laptop is lost with the relay. The phone works on without a network.
		await phone.write(second, [note('written offline')]);
		const data = join(emptyFolder(), 'desk');
		const restored = await restoreBackup({ backup: backup.folder, data, acceptLosses: false, now: Date.now() });
		if (restored.kind === 'refused') throw new Error(restored.message);
		const after = await runRelay({ data });
		const again = appDevice(ben, after.url, phone);
		await again.sync();
		await again.sync();
		expect(again.replica.state.current).toMatchObject({ contact: 'heard', problem: undefined });
		expect(await again.restored()).toMatchObject({
			...{ era: restored.era, backupAt: backup.manifest.madeAt, records: 2, refused: 0, isDone: true },
		});
		expect(await again.store.outbox()).toEqual([]);
		for (const document of [first, second])
			expect(contentOf(after.installation.relay.read(document))).toEqual(contentOf(await again.doc(document)));
		const whole = JSON.stringify(after.installation.relay.read(second)?.toJSON());
		for (const text of ['After the backup', 'written by Ben', 'written offline']) expect(whole).toContain(text);
		expect(JSON.stringify(after.installation.relay.read(first)?.toJSON())).toContain('written by Maria');

		// Everybody else gets it, and what is said now stands above what was said before.
		const fresh = appDevice(maria, after.url);
		await fresh.sync();
		expect(contentOf(await fresh.doc(second))).toEqual(contentOf(await again.doc(second)));
		const [claim] = await again.write(second, [{ kind: 'claimed' }]);
		await fresh.sync();
		await again.sync();
		await after.installation.relay.settled();
		const reading = readRecord(after.installation.relay.read(second)!);
		if (reading.kind === 'empty') throw new Error('empty');
		expect(reading.facts.verdicts.get(claim!)).toMatchObject({ epoch: { era: restored.era } });
		const number = await fresh.open('A number that nobody has');
		await fresh.sync();
		expect(await fresh.store.outbox()).toEqual([]);
		expect(after.installation.relay.read(number)).toBeDefined();
	},
);

test(
	'[I11][F45] offers are taken only after a restore, only of what was asked for, and never for this era',
	{ timeout: 60_000 },
	async () => {
		const { relay, maria, ben } = await desk();
		const laptop = appDevice(maria, relay.url);
		await laptop.sync();
		const document = await laptop.open('A ticket');
		await laptop.sync();
		const forged = async (change: (doc: Y.Doc) => void, target = document) => {
			const doc = new Y.Doc();
			for (const update of (await laptop.store.load(document))?.updates ?? []) Y.applyUpdate(doc, update);
			const before = Y.encodeStateVector(doc);
			doc.transact(() => change(doc));
			return {
				doc,
				edits: encodePush([{ n: 0, document: target, generation: 0, update: Y.encodeStateAsUpdate(doc, before) }]),
			};
		};
		const later = new Date(Date.now() + 3_600_000).getTime();
		const entry = (at: number) => ({
			...{ kind: 'note', text: 'forged', attachments: [], by: ben.session.agent.id, device: ben.session.device.id },
			at: createClock(() => at).tick(),
		});
		const plain = await forged((doc) => void doc.getMap('entries').set(newUlid(), entry(Date.now())));
		expect(await laptop.transport.offer(plain.edits)).toMatchObject({ value: { answers: [{ code: 'no-access' }] } });

		const backup = await makeBackup({
			...{ data: relay.installation.config.data, into: emptyFolder(), withMailKey: false, now: Date.now() },
		});
		if (backup.kind === 'refused') throw new Error(backup.message);
		const data = join(emptyFolder(), 'desk');
		const restored = await restoreBackup({ backup: backup.folder, data, acceptLosses: false, now: Date.now() });
		if (restored.kind === 'refused') throw new Error(restored.message);
		const after = await runRelay({ data });
		const again = appDevice(maria, after.url, laptop);
		const offer = async ({ doc, edits }: { doc: Y.Doc; edits: Uint8Array }, device = again) => {
			await device.transport.compare({ documents: [{ document, generation: 0, ...stateOfDocument(doc) }] });
			const answer = await device.transport.offer(edits);
			if (answer.kind !== 'ok') return answer;
			const [first] = answer.value.answers;
			return first?.kind === 'rejected' ? first.code : first?.kind;
		};
		// Not asked for.
		expect(await again.transport.offer(plain.edits)).toMatchObject({ value: { answers: [{ code: 'no-access' }] } });
		const verdictOf = (era: number) => ({
			...{ kind: 'claim', outcome: 'granted', holder: ben.session.agent.id, at: Date.now() },
			epoch: { era, n: 999 },
		});
		expect(await offer(await forged((doc) => void doc.getMap('entries').set(newUlid(), entry(later))))).toBe(
			'forged-author',
		);
		expect(
			await offer(await forged((doc) => void doc.getMap('verdicts').set(newUlid(), verdictOf(restored.era)))),
		).toBe('touches-verdicts');
		expect(await offer(await forged((doc) => void doc.getMap('entries').set(newUlid(), { kind: 'nonsense' })))).toBe(
			'invalid-entry',
		);
		expect(
			await offer(await forged((doc) => doc.getMap('entries').delete([...doc.getMap('entries').keys()][0]!))),
		).toBe('deletes-entry');
		expect(await offer(await forged((doc) => void doc.getMap('other').set('x', 1)))).toBe('malformed');
		expect(contentOf(after.installation.relay.read(document))).toEqual(contentOf(await again.doc(document)));

		// Somebody who does not see the record gets neither its vector nor a word in it.
		const { auth } = after.installation;
		const eve = await auth.ensureAgent({
			mail: 'eve@desk.example',
			name: 'Eve',
			role: 'agent',
			lines: ['other' as LineId],
		});
		const added = auth.addDevice(eve, { name: 'script', publicKey: undefined });
		if (added.kind === 'refused') throw new Error(added.reason);
		const stranger = appDevice({ session: added.session, cookie: `${sessionCookie}=${added.token}` }, after.url);
		const asked = await stranger.transport.compare({
			documents: [{ document, generation: 0, vector: 'AQEB', deleted: 0 }],
		});
		expect(asked).toMatchObject({ kind: 'ok', value: { lacking: [] } });

		// And after 30 days nobody does.
		const late = await forged((doc) => void doc.getMap('entries').set(newUlid(), entry(Date.now() - 1000)));
		after.pass(31 * 24 * 60 * 60_000);
		expect(
			await again.transport.compare({ documents: [{ document, generation: 0, ...stateOfDocument(late.doc) }] }),
		).not.toMatchObject({
			value: { lacking: [{ document }] },
		});
	},
);
