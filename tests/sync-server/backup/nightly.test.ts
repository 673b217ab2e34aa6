import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeNightlyBackup } from '../../../sync-server/backup/backup-thread.ts';
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

test.each([-1, 1])('[F99] NB5 a clock that is wrong by %s days and put right again stops no backups', async (days) => {
	const into = emptyFolder();
	const day = 24 * hour;
	let now = at('2026-03-02T10:00') + days * day;
	const begin = () =>
		createNightlyBackups({
			...{ data: 'x', into, hour: 2, now: () => now, log: quiet },
			run: async (order) => {
				mkdirSync(join(into, backupName(order.now)));
				return { kind: 'made', deleted: 0, missing: 0 };
			},
		});
	const wrong = begin();
	afterTest(() => wrong.close());
	await wrong.look();
	expect(readdirSync(into)).toHaveLength(1);

	now = at('2026-03-02T10:10');
	const right = begin();
	afterTest(() => right.close());
	await right.look();
	expect(readdirSync(into)).toContain(backupName(now));
	expect(right.notices()).toEqual([]);
	for (let night = 1; night <= 3; night++) {
		now += day;
		await right.look();
		expect(right.notices()).toEqual([]);
	}
	expect(readdirSync(into)).toContain(backupName(now));
	now += 27 * hour;
	expect(right.notices()).toEqual(['backup-overdue']);
});

test(
	'[F99] NB5 a week of nights that are dated a year ahead takes no place from those of now',
	{ timeout: 60_000 },
	async () => {
		const into = emptyFolder();
		const data = emptyFolder();
		await setUp(await runRelay({ data }));
		const ahead = Array.from({ length: 7 }, (_, night) => backupName(at('2027-03-02T02:00') + night * 24 * hour));
		const ours = Array.from({ length: 3 }, (_, night) => backupName(at('2026-02-25T02:00') + night * 24 * hour));
		for (const name of [...ahead, ...ours]) mkdirSync(join(into, name));
		const now = at('2026-03-01T02:00');
		expect(await makeNightlyBackup({ data, into, withMailKey: false, now })).toMatchObject({
			kind: 'made',
			deleted: 0,
		});
		expect(readdirSync(into).sort()).toEqual([...ours, backupName(now), ...ahead]);
	},
);
