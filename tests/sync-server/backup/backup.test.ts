import {
	chmodSync,
	cpSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readFileSync,
	readdirSync,
	rmSync,
	statSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, describe, expect, test } from 'vitest';
import { makeBackup } from '../../../sync-server/backup/make-backup.ts';
import { restoreBackup } from '../../../sync-server/backup/restore-backup.ts';
import { verifyBackup } from '../../../sync-server/backup/verify-backup.ts';
import { backupCommand } from '../../../sync-server/commands/backup.ts';
import { demoCommand } from '../../../sync-server/commands/demo.ts';
import { verifyCommand } from '../../../sync-server/commands/verify.ts';
import { openInstallation } from '../../../sync-server/installation.ts';
import { runCommand } from '../commands/run-command.ts';
import { afterTest, configOf, emptyFolder, runRelay, setUp, type TestRelay } from '../running-relay.ts';

let template: string | undefined;
afterAll(() => {
	if (template !== undefined) rmSync(template, { recursive: true, force: true });
});

/** A desk with a few tickets and two files, as a relay holds it. */
async function filledDesk(): Promise<{ relay: TestRelay; data: string; blob: string }> {
	if (template === undefined) {
		template = mkdtempSync(join(tmpdir(), 'tresen-'));
		await runCommand(demoCommand, template, ['--tickets', '12', '--people', '6']);
	}
	const data = emptyFolder();
	cpSync(template, data, { recursive: true });
	const relay = await runRelay({ data });
	const { blobs } = relay.installation;
	await blobs.store(Buffer.from('first'));
	const stored = await blobs.store(Buffer.from('second'));
	if (stored.kind !== 'stored') throw new Error(stored.kind);
	return { relay, data, blob: stored.id };
}

async function backUp(data: string, into = emptyFolder(), now = Date.now(), withMailKey = false) {
	const result = await makeBackup({ data, into, withMailKey, now });
	if (result.kind === 'refused') throw new Error(result.message);
	return { into, ...result };
}

const blobIn = (folder: string, id: string) => join(folder, 'blobs', id.slice(0, 2), id);
const modeOf = (path: string) => statSync(path).mode & 0o777;
const filesIn = (folder: string) =>
	readdirSync(folder, { recursive: true, withFileTypes: true }).map((entry) => join(entry.parentPath, entry.name));

describe('a backup', { timeout: 60_000 }, () => {
	test('[F99] is taken while the relay runs, is whole, and only its owner can read it', async () => {
		const { data, relay, blob } = await filledDesk();
		writeFileSync(join(data, 'secrets', 'mail.key'), 'k'.repeat(32), { mode: 0o600 });
		const { folder, into, manifest } = await backUp(data);
		expect(manifest).toMatchObject({ era: 1, sequence: relay.installation.relay.head(), missing: [] });
		expect(manifest.documents.ticket).toBe(12);
		const held = filesIn(join(data, 'blobs')).filter((path) => statSync(path).isFile()).length;
		expect(manifest.blobs.count).toBe(held);
		expect(readFileSync(blobIn(folder, blob), 'utf8')).toBe('second');
		expect(existsSync(join(folder, 'secrets', 'mail.key'))).toBe(false);
		for (const path of filesIn(into)) expect(modeOf(path) & 0o077).toBe(0);
		expect(await verifyBackup(folder)).toMatchObject({ problems: [], blobs: held });
		expect(await verifyBackup(data)).toMatchObject({ problems: [], blobs: held });
		const withKey = await backUp(data, into, Date.now() + 1000, true);
		expect(readFileSync(join(withKey.folder, 'secrets', 'mail.key'), 'utf8')).toBe('k'.repeat(32));
	});

	test('[F99] links the files that the backup before has, and each stays whole when the other goes', async () => {
		const { data, blob } = await filledDesk();
		const first = await backUp(data);
		const second = await backUp(data, first.into, Date.now() + 1000);
		expect(statSync(blobIn(second.folder, blob)).ino).toBe(statSync(blobIn(first.folder, blob)).ino);
		expect(statSync(blobIn(data, blob)).ino).not.toBe(statSync(blobIn(first.folder, blob)).ino);
		rmSync(first.folder, { recursive: true });
		expect((await verifyBackup(second.folder)).problems).toEqual([]);
	});

	test('[F99] is as of one moment, whatever is written meanwhile', async () => {
		const { data, relay } = await filledDesk();
		const { installation } = relay;
		let isOver = false;
		const writing = (async () => {
			while (!isOver) {
				await installation.relay.write('desk' as never, (doc) => doc.getMap('config').set('module:busy', null));
				await new Promise((resolve) => setImmediate(resolve));
			}
		})();
		const { folder, manifest } = await backUp(data);
		isOver = true;
		await writing;
		expect((await verifyBackup(folder)).problems).toEqual([]);
		expect(manifest.sequence).toBeLessThanOrEqual(installation.relay.head());
		const db = new DatabaseSync(join(folder, 'tresen.sqlite'), { readOnly: true });
		expect(db.prepare('SELECT max(seq) AS seq FROM updates').get()?.seq).toBe(manifest.sequence);
		db.close();
	});

	test('[F99] is refused in sentences where there is no desk, no room inside it, or no right to write', async () => {
		const data = emptyFolder();
		const missing = await runCommand(backupCommand, data, [emptyFolder()]);
		expect(missing).toMatchObject({ code: 1, complaints: [expect.stringContaining('There is no desk in')] });
		expect((await runCommand(backupCommand, data, [])).code).toBe(2);
		await setUp(await runRelay({ data }));
		const inside = await runCommand(backupCommand, data, [join(data, 'backups')]);
		expect(inside.complaints).toEqual([expect.stringContaining('lies in the data directory')]);
		const into = emptyFolder();
		writeFileSync(join(into, 'file'), '');
		const refused = await runCommand(backupCommand, data, [join(into, 'file')]);
		expect(refused).toMatchObject({ code: 1, complaints: [expect.stringContaining('cannot be written')] });
	});

	test('[F99] a process that died leaves nothing that looks like a backup', async () => {
		const { data } = await filledDesk();
		const into = emptyFolder();
		mkdirSync(join(into, '.tresen-2026-03-01T02-00-00-000Z.partial'));
		await backUp(data, into);
		expect(readdirSync(into).filter((name) => name.startsWith('.'))).toEqual([]);
	});
});

describe('verify', { timeout: 60_000 }, () => {
	test('[F99] names each kind of damage, and says so by its exit code', async () => {
		const { data, blob } = await filledDesk();
		const { folder } = await backUp(data);
		const damaged = (name: string, damage: (copy: string) => void) => {
			const copy = join(emptyFolder(), name);
			cpSync(folder, copy, { recursive: true });
			damage(copy);
			return runCommand(verifyCommand, data, [copy]);
		};
		const flip = (path: string, at: number) => {
			const bytes = readFileSync(path);
			bytes.fill(0xa5, at, Math.min(bytes.length, at + 64));
			chmodSync(path, 0o600);
			writeFileSync(path, bytes);
		};
		const size = statSync(join(folder, 'tresen.sqlite')).size;
		for (const [name, damage, said] of [
			['page', (copy: string) => flip(join(copy, 'tresen.sqlite'), Math.floor(size / 2)), /bytes have changed/],
			['header', (copy: string) => flip(join(copy, 'tresen.sqlite'), 0), /cannot be read|bytes have changed/],
			['blob', (copy: string) => flip(blobIn(copy, blob), 0), /is not what its name says/],
			['lost blob', (copy: string) => rmSync(blobIn(copy, blob)), /is missing/],
			[
				'manifest',
				(copy: string) => writeFileSync(join(copy, 'manifest.json'), '{"format":1}'),
				/manifest.json cannot be read/,
			],
			['no database', (copy: string) => rmSync(join(copy, 'tresen.sqlite')), /tresen.sqlite is missing/],
		] as const) {
			const { code, complaints } = await damaged(name, damage);
			expect([name, code]).toEqual([name, 1]);
			expect(complaints.join('\n')).toMatch(said);
			expect(complaints.at(-1)).toContain('Not whole');
		}
		expect(await runCommand(verifyCommand, data, [folder])).toMatchObject({ code: 0, complaints: [] });
		expect((await runCommand(verifyCommand, data, [])).printed[0]).toContain('Whole');
	});

	test('a manifest cannot name files outside of its backup', async () => {
		const { data } = await filledDesk();
		const { folder, manifest } = await backUp(data);
		const files = [...manifest.files, { path: '../../etc/passwd', size: 1, sha256: '0'.repeat(64) }];
		writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ ...manifest, files }));
		expect((await verifyBackup(folder)).problems[0]).toContain('manifest.json cannot be read');
	});
});

describe('restore', { timeout: 60_000 }, () => {
	test('[F99][I10] into an empty directory: the same documents, a higher era, higher numbers, and no number twice', async () => {
		const { data, relay, blob } = await filledDesk();
		const { folder, manifest } = await backUp(data);
		const given = relay.installation.auth.numbers.nextNumber();
		const target = join(emptyFolder(), 'desk');
		const restored = await restoreBackup({ backup: folder, data: target, acceptLosses: false, now: Date.now() });
		expect(restored).toMatchObject({ kind: 'restored', lost: [], hasMailKey: false });
		for (const path of filesIn(target)) expect(modeOf(path) & 0o077).toBe(0);
		const after = await runRelay({ data: target });
		const { database, auth, relay: core } = after.installation;
		expect(database.era).toBeGreaterThan(manifest.era);
		expect(database.restored).toMatchObject({ backupAt: manifest.madeAt });
		expect(core.head()).toBeGreaterThan(relay.installation.relay.head() + 2 ** 20);
		expect(auth.numbers.nextNumber().slice(0, 3)).not.toBe(given.slice(0, 3));
		expect(readFileSync(blobIn(target, blob), 'utf8')).toBe('second');
		expect(core.documentsOfKind('ticket')).toEqual(relay.installation.relay.documentsOfKind('ticket'));
		for (const id of core.documentsOfKind('ticket'))
			expect(core.read(id)?.toJSON()).toEqual(relay.installation.relay.read(id)?.toJSON());
	});

	test('[I10] the same backup put back twice has two eras, and so has one that a clock of yesterday puts back', async () => {
		const { data } = await filledDesk();
		const { folder, manifest } = await backUp(data);
		const eras: number[] = [];
		for (const now of [0, Date.now(), Date.now() + 1000]) {
			const result = await restoreBackup({ backup: folder, data: emptyFolder(), acceptLosses: false, now });
			if (result.kind === 'refused') throw new Error(result.message);
			eras.push(result.era);
		}
		expect(eras[0]).toBe(manifest.era + 1);
		expect(new Set(eras).size).toBe(3);
	});

	test('[F99] overwrites nothing, and takes nothing that is damaged unless somebody says so', async () => {
		const { data, blob } = await filledDesk();
		const { folder } = await backUp(data);
		const full = emptyFolder();
		writeFileSync(join(full, 'mine'), 'x');
		const order = { backup: folder, data: full, acceptLosses: false, now: Date.now() };
		expect(await restoreBackup(order)).toMatchObject({
			kind: 'refused',
			message: expect.stringContaining('not empty'),
		});
		expect(readdirSync(full)).toEqual(['mine']);
		rmSync(blobIn(folder, blob));
		const target = emptyFolder();
		expect(await restoreBackup({ ...order, data: target })).toMatchObject({ kind: 'refused' });
		expect(readdirSync(target)).toEqual([]);
		const accepted = await restoreBackup({ ...order, data: target, acceptLosses: true });
		expect(accepted).toMatchObject({ kind: 'restored', lost: [blob] });
	});

	test('no relay starts on half a restore, nor on a damaged page; both say the way out', async () => {
		const { data } = await filledDesk();
		const { folder } = await backUp(data);
		const half = emptyFolder();
		writeFileSync(join(half, 'RESTORING'), '');
		expect(await openInstallation(configOf({ data: half }))).toMatchObject({
			kind: 'refused',
			message: expect.stringMatching(/Restore it into an empty directory/),
		});
		expect(readdirSync(half).sort()).toEqual(['RESTORING', 'secrets']);

		const target = emptyFolder();
		await restoreBackup({ backup: folder, data: target, acceptLosses: false, now: Date.now() });
		const file = join(target, 'tresen.sqlite');
		const bytes = readFileSync(file);
		for (let page = 8; page * 4096 < bytes.length; page += 3) bytes.fill(0xff, page * 4096, page * 4096 + 512);
		writeFileSync(file, bytes);
		const opened = await openInstallation(configOf({ data: target }));
		if (opened.kind === 'open') afterTest(() => opened.installation.close());
		expect(opened).toMatchObject({
			kind: 'refused',
			message: expect.stringMatching(/damaged[\s\S]*tresen verify[\s\S]*tresen restore/),
		});
		expect(readFileSync(file).equals(bytes)).toBe(true);
	});
});
