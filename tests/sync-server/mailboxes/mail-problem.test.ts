import { expect, test } from 'vitest';
import { mailProblems } from '../../../src/lib/protocol/mail-problem.ts';
import { problemSentences, thrownToFailure } from '../../../sync-server/mailboxes/mail-problem.ts';

test('every problem has a sentence that says more than its name', () => {
	for (const problem of mailProblems) expect(problemSentences[problem]).toMatch(/^[A-Z].{20,}\.$/);
});

test('what the system, TLS, IMAP and SMTP call it is one word of ours', () => {
	const cases: [object, string][] = [
		[{ code: 'ENOTFOUND' }, 'dns'],
		[{ code: 'EDNS', message: 'getaddrinfo ENOTFOUND x' }, 'dns'],
		[{ code: 'ECONNREFUSED' }, 'unreachable'],
		[{ code: 'ESOCKET', message: 'connect ECONNREFUSED 127.0.0.1:1' }, 'unreachable'],
		[{ code: 'CONNECT_TIMEOUT' }, 'timeout'],
		[{ code: 'ETIMEDOUT', message: 'Connection timeout' }, 'timeout'],
		[{ code: 'GREETING_TIMEOUT' }, 'not-this-protocol'],
		[{ code: 'EPROTOCOL', message: 'Invalid greeting' }, 'not-this-protocol'],
		[{ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }, 'certificate-unknown'],
		[{ code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' }, 'certificate-unknown'],
		[{ code: 'ESOCKET', message: 'self-signed certificate' }, 'certificate-unknown'],
		[{ code: 'CERT_HAS_EXPIRED' }, 'certificate-expired'],
		[{ code: 'ERR_TLS_CERT_ALTNAME_INVALID' }, 'certificate-other-host'],
		[{ code: 'ESOCKET', message: "Hostname/IP does not match certificate's altnames" }, 'certificate-other-host'],
		[{ message: 'Server does not support STARTTLS', tlsFailed: true }, 'no-starttls'],
		[{ code: 'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE' }, 'tls-failed'],
		[{ authenticationFailed: true, responseStatus: 'NO', serverResponseCode: 'AUTHENTICATIONFAILED' }, 'login-refused'],
		[{ authenticationFailed: true, responseStatus: 'NO', serverResponseCode: 'UNAVAILABLE' }, 'server-error'],
		[{ authenticationFailed: true, code: 'NoConnection' }, 'connection-lost'],
		[{ code: 'EAUTH', responseCode: 535 }, 'login-refused'],
		[{ code: 'EAUTH', responseCode: 454 }, 'server-error'],
		[{ mailboxMissing: true, responseStatus: 'NO' }, 'folder-missing'],
		[{ responseStatus: 'NO', message: 'Command failed' }, 'server-error'],
		[{ code: 'EConnectionClosed' }, 'connection-lost'],
		[{ message: 'something nobody thought of' }, 'connection-lost'],
	];
	for (const [thrown, problem] of cases) expect([thrown, thrownToFailure(thrown).problem]).toEqual([thrown, problem]);
	for (const odd of [undefined, null, 'text', 7]) expect(thrownToFailure(odd).problem).toBe('connection-lost');
});

test('what a server says is one short line that no terminal takes for a command', () => {
	const { detail = '' } = thrownToFailure({ responseText: `no\r\n\u001b[2J${'x'.repeat(10_000)}\u0000` });
	expect(detail).toMatch(/^no \[2Jx+$/);
	expect(detail.length).toBeLessThanOrEqual(300);
});
