import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { normaliseSubject, ticketNumberCandidates } from '../../../sync-server/mail/subject.ts';

describe('[F93] subjects', () => {
	test.each<[string, string, number, number, string[]]>([
		['Drucker', 'Drucker', 0, 0, []],
		['Re: Drucker', 'Drucker', 1, 0, []],
		['AW: Drucker', 'Drucker', 1, 0, []],
		['Antw: Drucker', 'Drucker', 1, 0, []],
		['SV:Drucker', 'Drucker', 1, 0, []],
		['WG: Drucker', 'Drucker', 0, 1, []],
		['Fwd: Fw: Drucker', 'Drucker', 0, 2, []],
		['Re[2]: Drucker', 'Drucker', 2, 0, []],
		['RE (3) : Drucker', 'Drucker', 3, 0, []],
		['AW: WG: Re: Drucker', 'Drucker', 2, 1, []],
		['Re：Drucker', 'Drucker', 1, 0, []],
		['[werkstatt] AW: [intern] Drucker', 'Drucker', 1, 0, ['werkstatt', 'intern']],
		['AW: [Ticket#104-2173] Re: Drucker', 'Drucker', 2, 0, []],
		['Rechnung: 3', 'Rechnung: 3', 0, 0, []],
		['Regal: neu', 'Regal: neu', 0, 0, []],
		['[dringend]', '[dringend]', 0, 0, []],
		['Re:', '', 1, 0, []],
		['', '', 0, 0, []],
	])('%s', (subject, base, replies, forwards, tags) => {
		expect(normaliseSubject(subject)).toEqual({ base, replies, forwards, tags });
	});

	test.each<[string, string[]]>([
		['AW: [#1042173] Drucker', ['1042173']],
		['[Ticket#104-2173] Drucker', ['1042173']],
		['Zu #1042173 und # 1042180', ['1042173', '1042180']],
		['#1042173 #1042173', ['1042173']],
		['Rechnung 1042173', []],
		['#12 im Regal', []],
		['#1234567890123456', []],
		['#104-21-73-', []],
		['', []],
	])('digits that may be a ticket number: %s', (subject, digits) => {
		expect(ticketNumberCandidates(subject)).toEqual(digits);
	});

	test('any subject ends, and its base has no prefix left unless there were a hundred', () => {
		const piece = fc.constantFrom('Re: ', 'AW:', 'Re[2]:', '[x]', '[', ']', '#', '1042173', 'Fwd: ', ' ', ':', 'ä');
		fc.assert(
			fc.property(fc.array(piece, { size: 'max', maxLength: 60 }), (pieces) => {
				const { base } = normaliseSubject(pieces.join(''));
				expect(normaliseSubject(base).base).toBe(base);
				expect(ticketNumberCandidates(pieces.join('')).length).toBeLessThanOrEqual(5);
			}),
		);
	});
});
