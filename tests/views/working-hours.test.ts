import { describe, expect, it } from 'vitest';
import { fromEnd, hoursOf, hoursTrouble, isTimeZone, toEnd, usualHours } from '../../src/lib/views/working-hours.ts';

const on = (day: number, from: string, to: string) => ({ day, from, to });

describe('[F29] working hours', () => {
	it('may have a break, and end at midnight', () => {
		expect(hoursTrouble(usualHours)).toBeUndefined();
		expect(hoursTrouble([on(1, '08:00', '12:00'), on(1, '12:00', '24:00')])).toBeUndefined();
		expect(hoursOf([on(1, '13:00', '17:00'), on(2, '08:00', '09:00'), on(1, '08:00', '12:00')], 1)).toEqual([
			on(1, '08:00', '12:00'),
			on(1, '13:00', '17:00'),
		]);
	});

	it('neither end before they begin nor overlap, and the day is told', () => {
		expect(hoursTrouble([on(3, '18:00', '08:00')])).toEqual({ day: 3, why: 'backwards' });
		expect(hoursTrouble([on(5, '08:00', '08:00')])).toEqual({ day: 5, why: 'backwards' });
		expect(hoursTrouble([on(6, '10:00', '14:00'), on(6, '08:00', '10:01')])).toEqual({ day: 6, why: 'overlap' });
	});

	it('say midnight at the end of a day as a field for a time can', () => {
		expect([toEnd('00:00'), toEnd('18:00'), fromEnd('24:00'), fromEnd('18:00')]).toEqual([
			...['24:00', '18:00', '00:00', '18:00'],
		]);
	});

	it('count in a time zone that there is', () => {
		expect(['Europe/Berlin', 'UTC', 'America/New_York'].every(isTimeZone)).toBe(true);
		expect(['', 'Berlin', 'Europe/Atlantis', '../etc'].some(isTimeZone)).toBe(false);
	});
});
