import fc from 'fast-check';
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { Epoch } from '../../../src/lib/domain/verdict.ts';
import { mustOpenDatabase, readEra, writeEra } from '../../../sync-server/store/database.ts';
import { createClaimWorld, createHome, steps, type ClaimWorld, type Step } from './claim-world.ts';

const directories: string[] = [];
afterEach(() => {
	for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true });
});

const epochsOf = (world: ClaimWorld) => [...world.outcome().verdicts.values()].map(({ epoch }) => epoch);
const isAbove = (a: Epoch, b: Epoch) => a.era > b.era || (a.era === b.era && a.n > b.n);

async function play(world: ClaimWorld, program: readonly Step[]): Promise<void> {
	for (const step of program) await world.play(step);
	await world.pushAll();
}

/** Works, is copied, works on, is put back to the copy, works again: [what was said before, what is said after]. */
async function restore(programs: readonly Step[][], raise: (era: number) => number): Promise<[Epoch[], Epoch[]]> {
	const directory = mkdtempSync(path.join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'restore-'));
	directories.push(directory);
	const data = path.join(directory, 'data');
	const backup = path.join(directory, 'backup.sqlite');
	const first = await createHome(mustOpenDatabase(data));
	const before = await createClaimWorld(first);
	await play(before, programs[0]!);
	await first.close();
	cpSync(path.join(data, 'tresen.sqlite'), backup);

	const second = await createHome(mustOpenDatabase(data), first.played);
	const lost = await createClaimWorld(second, [], { ticket: before.ticket, made: 10_000 });
	await play(lost, programs[1]!);
	const said = epochsOf(lost);
	await second.close();

	for (const rest of ['', '-wal', '-shm']) rmSync(path.join(data, `tresen.sqlite${rest}`), { force: true });
	cpSync(backup, path.join(data, 'tresen.sqlite'));
	writeEra(data, raise(readEra(data)));
	const third = await createHome(mustOpenDatabase(data), second.played);
	const after = await createClaimWorld(third, [], { ticket: before.ticket, made: 20_000 });
	const kept = new Set(epochsOf(after).map(({ era, n }) => `${era}.${n}`));
	await play(after, programs[2]!);
	const fresh = epochsOf(after).filter(({ era, n }) => !kept.has(`${era}.${n}`));
	expect(after.outcome().broken).toEqual([]);
	await third.close();
	return [said, fresh];
}

/** Something is said in each part. */
const lives = fc
	.tuple(steps(10), steps(14), steps(10))
	.map((parts) => parts.map((part): Step[] => [...part, { who: 0, do: 'claim', n: 0 }, { who: 1, do: 'claim', n: 0 }]));
const neverBelow = (raise: (era: number) => number) =>
	fc.asyncProperty(lives, async (programs) => {
		const [before, after] = await restore(programs, raise);
		expect(after.length).toBeGreaterThan(0);
		for (const epoch of after) for (const earlier of before) expect(isAbove(epoch, earlier)).toBe(true);
	});

test('[I10] whatever backup is put back, what is said then stands above everything that was ever said', async () => {
	await fc.assert(
		neverBelow((era) => era + 1),
		{ numRuns: 20, endOnFailure: true },
	);
}, 60_000);

test('[I10] a restore that forgets to raise the era is caught', async () => {
	const result = await fc.check(
		neverBelow((era) => era),
		{ numRuns: 20, endOnFailure: true },
	);
	expect(result.failed).toBe(true);
}, 60_000);
