import type { MailProblem } from '../../src/lib/protocol/mail-problem.ts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

/** First and longest wait after a problem. */
interface Patience {
	firstMs: number;
	longestMs: number;
}

/** The network comes back by itself, and soon. */
const soon: Patience = { firstMs: 2 * second, longestMs: 5 * minute };
/** Somebody has to make room or set something up. */
const room: Patience = { firstMs: 20 * second, longestMs: 10 * minute };
/** Somebody has to change the server or the account; asking again and again changes nothing. */
const change: Patience = { firstMs: 5 * minute, longestMs: hour };
/** A folder that somebody renamed may have its name back in a moment, and asking costs little. */
const folder: Patience = { firstMs: minute, longestMs: 15 * minute };
/** A server that is asked too often with a wrong password locks the account. */
const locked: Patience = { firstMs: 15 * minute, longestMs: 6 * hour };

const patienceByProblem: Readonly<Record<MailProblem, Patience>> = {
	dns: soon,
	unreachable: soon,
	timeout: soon,
	'connection-lost': soon,
	'server-error': room,
	'storage-full': room,
	'try-later': soon,
	'no-line': room,
	'not-this-protocol': change,
	'tls-failed': change,
	'no-starttls': change,
	'certificate-unknown': change,
	'certificate-expired': change,
	'certificate-other-host': change,
	'no-password': change,
	'key-missing': change,
	'key-other': change,
	'plain-not-allowed': change,
	'folder-missing': folder,
	'target-folder-missing': folder,
	'login-refused': locked,
};

/**
 * How long to wait after the same mailbox failed `failures` times in a row, 1 or more: it doubles each time up to the longest, and a
 * fifth of it is chance, so that many mailboxes of one server do not come back in the same second. `chance` is from 0 to 1.
 */
export function retryDelay(problem: MailProblem, failures: number, chance: number): number {
	const { firstMs, longestMs } = patienceByProblem[problem];
	const full = Math.min(longestMs, firstMs * 2 ** Math.min(failures - 1, 20));
	return Math.round(full * (0.8 + 0.2 * chance));
}
