import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { mustOpenDatabase } from '../../../sync-server/store/database.ts';
import { createClaimWorld, createHome, type ClaimWorld, type Step } from './claim-world.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
	for (const close of closing.splice(0).reverse()) await close();
});

const who = { maria: 0, axel: 1, boss: 2 };
/** Does it and sends it. */
async function act(world: ClaimWorld, name: keyof typeof who, doing: Step['do'], n = 1): Promise<void> {
	await world.play({ who: who[name], do: 'pull', n: 0 });
	await world.play({ who: who[name], do: doing, n });
	await world.pushAll();
}
const newest = (world: ClaimWorld) => [...world.outcome().verdicts].sort(([a], [b]) => (a < b ? -1 : 1)).at(-1)?.[1];
const idle = { outcome: 'granted', holder: 'axel', why: 'idle', from: 'maria' };
const busy = { outcome: 'refused', holder: 'maria', why: 'held-by-other' };

async function held(): Promise<ClaimWorld> {
	const home = await createHome();
	closing.push(() => home.close());
	const world = await createClaimWorld(home);
	await act(world, 'maria', 'claim');
	return world;
}

describe('[F29][WI6] a silent holder', () => {
	test('keeps the ticket for as long as nobody asks, and for an hour if somebody does', async () => {
		const world = await held();
		world.pass(59);
		await act(world, 'axel', 'claim');
		expect(newest(world)).toMatchObject(busy);
		world.pass(1);
		await act(world, 'axel', 'claim');
		expect(newest(world)).toMatchObject(idle);
	});

	test('is not silent who writes a note, or whose customer answers an answer', async () => {
		const world = await held();
		world.pass(50);
		await act(world, 'maria', 'reply');
		world.pass(50);
		await world.play({ who: 0, do: 'customer', n: 0 });
		world.pass(50);
		await world.play({ who: 0, do: 'customer', n: 0 });
		world.pass(9);
		await act(world, 'axel', 'claim');
		expect(newest(world)).toMatchObject(busy);
		world.pass(1);
		await act(world, 'axel', 'claim');
		expect(newest(world)).toMatchObject(idle);
	});

	test('keeps a ticket that waits, until the customer has written and an hour is over', async () => {
		const world = await held();
		await act(world, 'maria', 'wait');
		world.pass(10_000);
		await act(world, 'axel', 'claim');
		expect(newest(world)).toMatchObject(busy);
		await world.play({ who: 0, do: 'customer', n: 0 });
		world.pass(59);
		await act(world, 'axel', 'claim');
		expect(newest(world)).toMatchObject(busy);
		world.pass(1);
		await act(world, 'axel', 'claim');
		expect(newest(world)).toMatchObject(idle);
	});

	test('[WI5] is as silent after the relay was started anew', async () => {
		const directory = mkdtempSync(path.join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'signs-'));
		closing.push(() => rmSync(directory, { recursive: true, force: true }));
		const first = await createHome(mustOpenDatabase(directory));
		const before = await createClaimWorld(first);
		await act(before, 'maria', 'claim');
		before.pass(50);
		await act(before, 'maria', 'note');
		await first.close();

		const second = await createHome(mustOpenDatabase(directory), first.played);
		closing.push(() => second.close());
		// The clock goes on where it was; a world begins a day later.
		second.clock.now = first.clock.now - 86_400_000;
		const after = await createClaimWorld(second, [], { ticket: before.ticket, made: 1000 });
		after.pass(59);
		await act(after, 'axel', 'claim');
		expect(newest(after)).toMatchObject(busy);
		after.pass(1);
		await act(after, 'axel', 'claim');
		expect(newest(after)).toMatchObject(idle);
	});
});

describe('[F27] who gives and takes', () => {
	test('[WI7] the holder gives it to a colleague, who goes on and gives it on', async () => {
		const world = await held();
		await act(world, 'maria', 'hand', 1);
		expect(newest(world)).toMatchObject({ outcome: 'granted', holder: 'axel', why: 'handed-over', from: 'maria' });
		await act(world, 'axel', 'hand', 2);
		expect(newest(world)).toMatchObject({ outcome: 'granted', holder: 'boss', why: 'handed-over', from: 'axel' });
		await act(world, 'maria', 'hand', 2);
		expect(newest(world)).toMatchObject({ outcome: 'refused', holder: 'boss', why: 'not-current' });
	});

	test.each([
		['has left', 3],
		['only reads', 10],
		['does not see the line', 5],
	])('[CI4] nobody gives it to somebody who %s', async (_, place) => {
		const world = await held();
		await act(world, 'maria', 'hand', place);
		expect(newest(world)).toMatchObject({ outcome: 'refused', holder: 'maria', why: 'no-such-agent' });
	});

	test('[WI8] an admin takes it, for oneself, for a colleague, or sets it free; nobody else does', async () => {
		const world = await held();
		await act(world, 'axel', 'take', 1);
		expect(newest(world)).toMatchObject({ outcome: 'refused', holder: 'maria', why: 'no-permission' });
		await act(world, 'boss', 'take', 1);
		expect(newest(world)).toMatchObject({ outcome: 'granted', holder: 'axel', why: 'taken-over', from: 'maria' });
		await act(world, 'boss', 'free');
		expect(newest(world)).toMatchObject({ outcome: 'released', holder: null, why: 'taken-over', from: 'axel' });
	});
});
