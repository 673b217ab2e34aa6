import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DocumentId } from '../../src/lib/domain/ids.ts';
import type { OutboxEdit } from '../../src/lib/store/record-store.ts';
import { backoffDelay } from '../../src/lib/sync/backoff.ts';
import { chooseEdits } from '../../src/lib/sync/choose-edits.ts';
import { offsetOf, steadyOffset } from '../../src/lib/sync/clock-offset.ts';
import { pollDelay } from '../../src/lib/sync/polling.ts';
import { afterPullPage, afterScopeChange, afterWalkPage, firstProgress } from '../../src/lib/sync/progress.ts';
import type { Page } from '../../src/lib/protocol/replica.ts';

const chance = fc.double({ min: 0, max: 0.999, noNaN: true });

describe('backoff', () => {
	it('stays between half a second and a minute, whatever happened', () => {
		fc.assert(
			fc.property(fc.nat(), chance, (failures, random) => {
				const delay = backoffDelay(failures, random);
				expect(delay).toBeGreaterThanOrEqual(500);
				expect(delay).toBeLessThanOrEqual(30_000);
			}),
		);
	});
	it('never waits less after more failures with the same chance', () => {
		fc.assert(
			fc.property(fc.integer({ min: 1, max: 40 }), chance, (failures, random) => {
				expect(backoffDelay(failures + 1, random)).toBeGreaterThanOrEqual(backoffDelay(failures, random));
			}),
		);
	});
});

describe('polling', () => {
	it('asks every five seconds or so while somebody looks and something happens', () => {
		expect(pollDelay({ visible: true, poked: false, quietRounds: 0 }, 0.5)).toBe(5000);
	});
	it('asks at most every five minutes, and never faster than five seconds less a tenth', () => {
		fc.assert(
			fc.property(fc.boolean(), fc.boolean(), fc.nat(), chance, (visible, poked, quietRounds, random) => {
				const delay = pollDelay({ visible, poked, quietRounds }, random);
				expect(delay).toBeGreaterThanOrEqual(4500);
				expect(delay).toBeLessThanOrEqual(300_000);
			}),
		);
	});
	it('is never faster with a poke channel, nor when nobody looks', () => {
		fc.assert(
			fc.property(fc.nat({ max: 50 }), chance, (quietRounds, random) => {
				const plain = pollDelay({ visible: true, poked: false, quietRounds }, random);
				expect(pollDelay({ visible: true, poked: true, quietRounds }, random)).toBeGreaterThanOrEqual(plain);
				expect(pollDelay({ visible: false, poked: false, quietRounds }, random)).toBeGreaterThanOrEqual(plain);
			}),
		);
	});
});

describe('choosing edits', () => {
	const edit = (n: number, bytes: number, rejected?: OutboxEdit['rejected']): OutboxEdit => ({
		...{ n, document: 'desk' as DocumentId, generation: 0, update: new Uint8Array(bytes), at: 0, what: 'note' },
		...{ attempts: 0, rejected },
	});
	it('[PU1] takes the oldest first, unchanged, and stops at the limits', () => {
		const edits = [edit(1, 100), edit(2, 100), edit(3, 100)];
		expect(chooseEdits(edits, { edits: 2, bytes: 10_000 })).toEqual(edits.slice(0, 2));
		expect(chooseEdits(edits, { edits: 10, bytes: 64 + 2 * 164 })).toEqual(edits.slice(0, 2));
	});
	it('takes one that is larger than the limit alone, so that it is answered and not stuck', () => {
		expect(chooseEdits([edit(1, 5000), edit(2, 1)], { edits: 10, bytes: 100 })).toHaveLength(1);
	});
	it('leaves out what was rejected', () => {
		expect(chooseEdits([edit(1, 1, 'forged-author'), edit(2, 1)], { edits: 10, bytes: 1000 })).toMatchObject([
			{ n: 2 },
		]);
	});
});

describe('clock offset', () => {
	it('is taken at the middle of the round trip', () => {
		expect(offsetOf(1000, 2000, 2400)).toBe(1200);
	});
	it('is not taken from an answer that took long, nor when the clock was set meanwhile', () => {
		expect(offsetOf(1000, 2000, 20_000)).toBeUndefined();
		expect(offsetOf(1000, 2000, 1000)).toBeUndefined();
	});
	it('does not follow what the network may have caused', () => {
		expect(steadyOffset(1000, 1300)).toBe(1000);
		expect(steadyOffset(1000, 1600)).toBe(1600);
		expect(steadyOffset(1000, undefined)).toBe(1000);
	});
});

describe('progress', () => {
	const session = { scopes: ['desk', 'line:a'], scopeRevision: 1, era: 1 };
	const page = (of: Partial<Page>): Page => ({
		...{
			documents: [],
			gone: [],
			dropped: [],
			cursor: 0,
			next: null,
			total: 0,
			relayTime: 0,
			era: 1,
			scopeRevision: 1,
		},
		...of,
	});
	it('pulls from where the walk began, not from where it ended', () => {
		const first = afterWalkPage(firstProgress(session), page({ cursor: 7, next: 'b', total: 3 }));
		const last = afterWalkPage(first, page({ cursor: 12, next: null }));
		expect(last).toMatchObject({ cursor: 7, walk: null });
	});
	it('never goes back with the cursor', () => {
		const far = { ...firstProgress(session), cursor: 9, walk: null };
		expect(afterPullPage(far, page({ cursor: 4 })).cursor).toBe(9);
	});
	it('walks what was gained only, and all when a walk was under way', () => {
		const done = { ...firstProgress(session), cursor: 9, walk: null };
		const wider = { scopes: ['desk', 'line:a', 'line:b'], scopeRevision: 2 };
		expect(afterScopeChange(done, wider)).toMatchObject({ cursor: 9, scopeRevision: 2, walk: { scopes: ['line:b'] } });
		expect(afterScopeChange(firstProgress(session), wider)).toMatchObject({ walk: { scopes: null, after: null } });
		expect(afterScopeChange(done, { scopes: ['desk'], scopeRevision: 2 })).toMatchObject({ walk: null });
	});
});
