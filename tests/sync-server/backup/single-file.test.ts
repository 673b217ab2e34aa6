import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { backupCommand } from '../../../sync-server/commands/backup.ts';
import { demoCommand } from '../../../sync-server/commands/demo.ts';
import { restoreCommand } from '../../../sync-server/commands/restore.ts';
import { verifyCommand } from '../../../sync-server/commands/verify.ts';
import { OperationRefused } from '../../../sync-server/commands/operation.ts';
import { runCommand } from '../commands/run-command.ts';
import { hashesOf, pack, unpack } from '../export/portable-desk.ts';
import { emptyFolder, runRelay } from '../running-relay.ts';

async function backedUp() {
	const data = emptyFolder();
	await runCommand(demoCommand, data, ['--tickets', '6', '--people', '4']);
	const relay = await runRelay({ data });
	const stored = await relay.installation.blobs.store(Buffer.from('a file'));
	if (stored.kind !== 'stored') throw new Error(stored.kind);
	const file = join(emptyFolder(), 'desk.zip');
	const { code } = await runCommand(backupCommand, data, ['--file', file]);
	expect(code).toBe(0);
	return { data, file, blob: stored.id, relay };
}

describe('a backup as one file', { timeout: 60_000 }, () => {
	test('[F100] is made while the relay runs, verified, and put back with the same records and files', async () => {
		const { data, file, blob } = await backedUp();
		expect(readdirSync(dirname(file))).toEqual(['desk.zip']);
		expect(statSync(file).mode & 0o077).toBe(0);
		const verified = await runCommand(verifyCommand, data, [file]);
		expect(verified.complaints).toEqual([]);
		expect(verified.printed.join()).toMatch(/^Whole: .*desk\.zip, made/);
		const restored = join(emptyFolder(), 'restored');
		expect(await runCommand(restoreCommand, restored, [file, restored])).toMatchObject({ code: 0, complaints: [] });
		expect(readdirSync(dirname(restored))).toEqual(['restored']);
		expect(hashesOf(restored)).toEqual(hashesOf(data));
		expect(readFileSync(join(restored, 'blobs', blob.slice(0, 2), blob), 'utf8')).toBe('a file');
		// Nothing is overwritten.
		expect((await runCommand(backupCommand, data, ['--file', file])).complaints.join()).toContain('there already');
	});

	test('[F100] that was damaged or is another archive is refused, and nothing is left behind', async () => {
		const { data, file, blob } = await backedUp();
		const files = await unpack(file);
		const changed = join(dirname(file), 'changed.zip');
		const name = `blobs/${blob.slice(0, 2)}/${blob}`;
		await pack(changed, new Map(files).set(name, Buffer.from('b file')));
		const verified = await runCommand(verifyCommand, data, [changed]);
		expect(verified.code).toBe(1);
		expect(verified.complaints.join()).toContain(blob);
		const restored = join(emptyFolder(), 'restored');
		expect((await runCommand(restoreCommand, restored, [changed, restored])).code).toBe(1);
		expect(existsSync(restored) ? readdirSync(restored) : []).toEqual([]);

		await pack(changed, new Map(files).set('../escape', Buffer.from('x')));
		await expect(runCommand(verifyCommand, data, [changed])).rejects.toThrow(OperationRefused);
		writeFileSync(changed, readFileSync(file).subarray(0, 5000));
		await expect(runCommand(restoreCommand, restored, [changed, restored])).rejects.toThrow('no whole ZIP archive');
		expect(readdirSync(dirname(file)).sort()).toEqual(['changed.zip', 'desk.zip']);
	});
});
