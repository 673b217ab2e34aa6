import { afterEach, describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { Awareness } from 'y-protocols/awareness';
import type { DocumentId } from '../../src/lib/domain/ids.ts';
import { createCell } from '../../src/lib/sync/cell.ts';
import type { Live, LiveParts } from '../../src/lib/sync/live.ts';
import { createRelaySideLater } from '../../src/lib/sync/relay-side-later.ts';
import type { RelaySide } from '../../src/lib/sync/relay-side.ts';
import { quietReplica, type ReplicaState } from '../../src/lib/sync/replica-state.ts';
import type { ReplicaParts } from '../../src/lib/sync/replica.ts';
import { createVirtualTime } from './virtual-time.ts';

/** A relay side that writes down what is asked of it. */
function fakeSide() {
	const told: string[] = [];
	const state = createCell<ReplicaState>(quietReplica);
	const tell = (what: string) => () => void told.push(what);
	const asked = (what: string) => async () => void told.push(what);
	const side = {
		createReplica: () => ({
			...{ state, start: tell('start'), close: tell('close') },
			...{ syncNow: asked('sync'), walkAgain: asked('again') },
		}),
		createLive: (): Live => ({
			join(document) {
				told.push(`join ${document}`);
				return tell(`leave ${document}`);
			},
			wake: tell('wake'),
			close: tell('close live'),
		}),
		createIndexeddbPersist: () => () => ({ close: tell('close copy') }),
		fetchDocuments: asked('fetch'),
	} as unknown as RelaySide;
	return { side, told, state };
}

const parts = {} as ReplicaParts;

describe('what speaks with the relay comes after the first rows, and', () => {
	const ends: (() => void)[] = [];
	afterEach(() => ends.splice(0).forEach((end) => end()));

	function later(load: () => Promise<RelaySide>) {
		const time = createVirtualTime();
		const made = createRelaySideLater(load, time);
		ends.push(() => made.close());
		return { made, time };
	}

	test('[F97] what was begun before it was there begins then, and what it says is passed on', async () => {
		const { side, told, state } = fakeSide();
		let arrive = (_side: RelaySide) => {};
		const { made } = later(() => new Promise((resolve) => (arrive = resolve)));
		const replica = made.createReplica(parts);
		replica.start();
		const synced = replica.syncNow();
		expect(replica.state.current).toEqual(quietReplica);
		expect(told).toEqual([]);

		arrive(side);
		await synced;
		expect(told).toEqual(['start', 'sync']);
		state.set({ ...quietReplica, contact: 'heard' });
		expect(replica.state.current.contact).toBe('heard');
		replica.close();
		expect(told.at(-1)).toBe('close');
	});

	test('[F97] what was ended before it was there never begins', async () => {
		const { side, told } = fakeSide();
		let arrive = (_side: RelaySide) => {};
		const { made, time } = later(() => new Promise((resolve) => (arrive = resolve)));
		const replica = made.createReplica(parts);
		replica.start();
		replica.close();
		const live = made.createLive({} as LiveParts);
		const doc = new Y.Doc();
		const leave = live.join('ticket/one' as DocumentId, 0, doc, new Awareness(doc));
		leave();
		made
			.createIndexeddbPersist(time)('desk' as DocumentId, doc)
			.close();
		arrive(side);
		await time.settle();
		expect(told).toEqual([]);
		live.close();
		expect(told).toEqual(['close live']);
		doc.destroy();
	});

	test('[F97] is asked for again after a failure, until it is there or the desk is closed', async () => {
		const { side, told } = fakeSide();
		let tries = 0;
		const { made, time } = later(() => (++tries < 3 ? Promise.reject(new Error('no network')) : Promise.resolve(side)));
		const replica = made.createReplica(parts);
		replica.start();
		await time.advance(10 * 60_000);
		expect(tries).toBe(3);
		expect(told).toEqual(['start']);

		let more = 0;
		const other = later(() => (more++, Promise.reject(new Error('no network'))));
		await other.time.settle();
		other.made.close();
		const before = more;
		await other.time.advance(10 * 60_000);
		expect(more).toBe(before);
	});
});
