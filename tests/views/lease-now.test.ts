import { expect, test } from 'vitest';
import type { DeskConfig } from '../../src/lib/domain/desk-config.ts';
import { leaseNow } from '../../src/lib/views/lease-now.ts';
import { noon, row } from './ticket-rows.ts';

const minute = 60_000;
const config: DeskConfig = {
	desk: { name: 'Desk', language: 'en', timeZone: 'UTC', hours: [{ day: 1, from: '08:00', to: '18:00' }] },
	...{ lines: [], agents: [], systems: [], manuals: [], categories: [], textModules: [], mailRules: [] },
	queues: [{ id: 'first' as never, name: 'First', line: 'main' as never, unlockAfter: 60 }],
};
const held = (minutesAgo: number) => row(1, { holder: 'ada', holding: 'held', activeAt: noon - minutesAgo * minute });

test('[F29] the rest of a lease is told from ten working minutes on, then that it is over', () => {
	expect(leaseNow(held(20), config, noon)).toEqual({ isIdle: false, minutesLeft: undefined });
	expect(leaseNow(held(53), config, noon)).toEqual({ isIdle: false, minutesLeft: 7 });
	expect(leaseNow(held(60), config, noon)).toEqual({ isIdle: true, minutesLeft: 0 });
});

test('[F29] outside working hours nothing runs out, nor where there is no lease', () => {
	const evening = noon + 6 * 60 * minute;
	const atFive = row(1, { activeAt: evening - 55 * minute });
	expect(leaseNow(atFive, config, evening + 10 * 60 * minute)).toEqual({ isIdle: false, minutesLeft: 5 });
	expect(leaseNow(row(1), config, noon)).toEqual({ isIdle: false, minutesLeft: undefined });
	expect(leaseNow(undefined, config, noon)).toEqual({ isIdle: false, minutesLeft: undefined });
});
