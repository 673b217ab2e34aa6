import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { backupName, timeOfBackup } from '../../../sync-server/backup/backup-name.ts';
import { createNightlyBackups, isBackupDue } from '../../../sync-server/backup/nightly.ts';
import { verifyBackup } from '../../../sync-server/backup/verify-backup.ts';
import { afterTest, emptyFolder, runRelay, setUp } from '../running-relay.ts';

const hour = 60 * 60_000;
const quiet = { info: () => {}, error: () => {} } as never;
const at = (text: string) => new Date(text).getTime();

test.each([
	['the first one', undefined, '2026-03-02T10:00', true],
	['before the hour, made last night', '2026-03-01T02:00', '2026-03-02T01:59', false],
	['the hour has struck', '2026-03-01T02:00', '2026-03-02T02:00', true],
	['made this night', '2026-03-02T02:00', '2026-03-02T23:00', false],
	['made by hand in the evening', '2026-03-01T20:00', '2026-03-02T02:01', true],
	['the machine was off for a week', '2026-02-20T02:00', '2026-03-02T01:00', true],
])('[F99] %s', (_title, newest, now, due) => {
	expect(isBackupDue(newest === undefined ? undefined : at(newest), at(now), 2)).toBe(due);
});

test('the name of a backup says when it was made, and nothing else is taken for one', () => {
	const now = at('2026-03-02T02:00:00.123Z');
	expect(timeOfBackup(backupName(now))).toBe(now);
	for (const name of [
		'tresen',
		'.tresen-2026-03-02T02-00-00-123Z.partial',
		'tresen-2026-13-02T02-00-00-123Z',
		'lost+found',
	])
		expect(timeOfBackup(name)).toBeUndefined();
});

test(
	'[F99] a relay makes one by itself, in a thread, and stops in order while it does',
	{ timeout: 60_000 },
	async () => {
		const into = emptyFolder();
		const data = emptyFolder();
		await setUp(await runRelay({ data }));
		const backups = createNightlyBackups({ data, into, hour: 2, now: Date.now, log: quiet });
		afterTest(() => backups.close());
		await backups.look();
		const [name] = readdirSync(into);
		expect(timeOfBackup(name!)).toBeDefined();
		expect((await verifyBackup(join(into, name!))).problems).toEqual([]);
		expect(backups.notices()).toEqual([]);
		await backups.look();
		expect(readdirSync(into)).toHaveLength(1);
	},
);

test('[F99] a failure is named until one succeeds, and tried again after an hour; so is a night without any', async () => {
	const into = emptyFolder();
	let now = at('2026-03-02T10:00');
	let works = false;
	let tries = 0;
	const backups = createNightlyBackups({
		...{ data: 'x', into, hour: 2, now: () => now, log: quiet },
		run: async (order) => {
			tries++;
			if (!works) return { kind: 'refused', message: 'no room' };
			mkdirSync(join(into, backupName(order.now)));
			return { kind: 'made', deleted: 0, missing: 0 };
		},
	});
	afterTest(() => backups.close());
	await backups.look();
	expect([tries, backups.notices()]).toEqual([1, ['backup-failed']]);
	now += hour / 2;
	await backups.look();
	expect(tries).toBe(1);
	now += hour;
	works = true;
	await backups.look();
	expect([tries, backups.notices()]).toEqual([2, []]);
	now += 27 * hour;
	expect(backups.notices()).toEqual(['backup-overdue']);
	writeFileSync(join(into, 'other'), '');
	await backups.look();
	expect([tries, backups.notices()]).toEqual([3, []]);
});
