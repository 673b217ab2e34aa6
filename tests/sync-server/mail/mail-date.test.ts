import { expect, test } from 'vitest';
import { readMailDate } from '../../../sync-server/mail/mail-date.ts';

const AT = Date.UTC(2026, 2, 3, 8, 15, 30);

test.each<[string, number | undefined]>([
	['Tue, 3 Mar 2026 09:15:30 +0100', AT],
	['3 Mar 2026 08:15:30 GMT', AT],
	['Tue, 03 Mar 26 08:15:30 UT', AT],
	['Tue,  3 Mar 2026 03:15:30 -0500 (EST)', AT],
	['Tue, 3 Mar 2026 03:15:30 EST', AT],
	['Tue, 3 Mar 2026 08:15:30', AT],
	['Di, 3 Mär 2026 09:15:30 +0100', AT],
	['Di, 3. März 2026 09:15:30 MEZ', AT],
	['2026-03-03T09:15:30+01:00', AT],
	['2026-03-03 08:15:30Z', AT],
	['3 Mar 2026 8:15 +0000', AT - 30_000],
	['32 Mar 2026 08:15:30 +0000', undefined],
	['3 Foo 2026 08:15:30 +0000', undefined],
	['3 Mar 2026 25:15:30 +0000', undefined],
	['3 Mar 1903 08:15:30 +0000', undefined],
	['3 Mar 9999 08:15:30 +0000', undefined],
	['gestern', undefined],
	['', undefined],
])('[F1] the mail date "%s"', (written, expected) => {
	expect(readMailDate(written)).toBe(expected);
});
