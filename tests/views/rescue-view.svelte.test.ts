import { describe, expect, test } from 'vitest';
import type { Rescue } from '../../src/lib/desk.ts';
import { Door } from '../../src/lib/views/door.svelte.ts';
import { RescueView } from '../../src/lib/views/rescue-view.svelte.ts';
import { StoreFailure } from '../../src/lib/store/store-failure.ts';

function fakeRescue(more: Partial<Rescue> & { unsent?: number } = {}): Rescue {
	const { unsent = 0, ...rest } = more;
	return {
		look: () => Promise.resolve('damaged'),
		salvage: () =>
			Promise.resolve({
				file: new Uint8Array(),
				edits: unsent,
				blobs: 0,
				lost: 0,
				settings: new Map<string, unknown>(),
			}),
		repair: () => Promise.resolve({ kind: 'ok', session: {} as never, restored: 0, newDevice: false }),
		giveUp: () => Promise.resolve('gone'),
		...rest,
	};
}

describe('the rescue screen', () => {
	test('repairs only after unsent work was saved as a file', async () => {
		const view = new RescueView(fakeRescue({ unsent: 2 }), undefined);
		expect(await view.repair()).toBe(false);
		await view.look();
		expect(view.unsent).toBe(2);
		expect(await view.repair()).toBe(false);
		expect(await view.giveUp()).toBe(false);
		view.isSaved = true;
		expect(await view.repair()).toBe(true);
	});

	test.each(['newer', 'blocked', 'quota', 'connection-lost', 'nobody'] as const)(
		'offers no repair for %s, and deletes nothing',
		async (found) => {
			let touched = 0;
			const touch = () => {
				touched++;
				return Promise.reject(new Error('touched'));
			};
			const rescue = fakeRescue({ look: () => Promise.resolve(found), salvage: touch, repair: touch, giveUp: touch });
			const view = new RescueView(rescue, undefined);
			await view.look();
			expect([view.found, view.mayRepair, view.isReady]).toEqual([found, false, false]);
			expect(await view.repair()).toBe(false);
			expect(await view.giveUp()).toBe(false);
			expect(touched).toBe(0);
		},
	);

	test('believes a desk that could not read its data, though the start works', async () => {
		const rescue = fakeRescue({ look: () => Promise.resolve('fine') });
		const view = new RescueView(rescue, 'damaged');
		await view.look();
		expect(view.found).toBe('damaged');
		const other = new RescueView(rescue, 'nonsense');
		await other.look();
		expect(other.found).toBe('fine');
	});

	test('says why a repair failed, and asks for an invitation where it needs one', async () => {
		const offline = new RescueView(
			fakeRescue({ repair: () => Promise.resolve({ kind: 'failed', why: 'offline' }) }),
			'',
		);
		await offline.look();
		expect(await offline.repair()).toBe(false);
		expect(offline.trouble?.key).toBe('relay-unreachable');
		const alone = new RescueView(fakeRescue({ repair: () => Promise.resolve({ kind: 'needs-invitation' }) }), '');
		await alone.look();
		expect(await alone.repair()).toBe(false);
		expect(alone.needsInvitation).toBe(true);
		const tab = new RescueView(fakeRescue({ giveUp: () => Promise.resolve('other-tab') }), '');
		await tab.look();
		expect(await tab.giveUp()).toBe(false);
		expect(tab.trouble?.key).toBe('other-tab');
	});
});

describe('the way in', () => {
	const entrance = { leftBehind: () => Promise.resolve({ agent: 'Maria', unsent: 2 }) };

	test('tells of unsent work that an enrolment would delete', async () => {
		const door = new Door(entrance as never);
		expect(await door.try(() => Promise.resolve({ kind: 'failed', why: 'unsent-left' }))).toBeUndefined();
		expect(door.trouble?.key).toBe('unsent-left');
		expect(door.left).toEqual({ agent: 'Maria', unsent: 2 });
	});

	test('[F100] says that the data is damaged and can be used again', async () => {
		const door = new Door(entrance as never);
		await door.try(() => Promise.reject(new StoreFailure('damaged')));
		expect(door.trouble?.key).toBe('damaged-database');
		expect(door.isBusy).toBe(false);
	});
});
