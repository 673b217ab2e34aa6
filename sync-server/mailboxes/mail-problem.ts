import type { MailProblem } from '../../src/lib/protocol/mail-problem.ts';

/** What is wrong with a mail server, in our word, and what the server or the system said. */
export interface MailFailure {
	problem: MailProblem;
	detail?: string;
}

/** What the libraries for IMAP and SMTP attach to their errors. */
interface ThrownByMail {
	code?: string;
	message?: string;
	authenticationFailed?: boolean;
	mailboxMissing?: boolean;
	responseStatus?: string;
	responseText?: string;
	serverResponseCode?: string;
	response?: unknown;
	responseCode?: number;
	command?: string;
}

/** The server sent what cannot be read, or too much of it. */
export const unreadableAnswer =
	/^(LiteralTooLarge|ResponseTooLarge|LineTooLarge|ParserError\w*|MAX_IMAP_NESTING_REACHED)$/;

/** One row for each way to fail; what the system, TLS and the two libraries call it. */
const problemByCode: readonly [RegExp, MailProblem][] = [
	[/^(ENOTFOUND|EAI_[A-Z]+|EDNS)$/, 'dns'],
	[/^(ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|EACCES)$/, 'unreachable'],
	[/^(CONNECT_TIMEOUT|ETIMEDOUT|UPGRADE_TIMEOUT)$/, 'timeout'],
	[/^(GREETING_TIMEOUT|EPROTOCOL|ERR_SSL_WRONG_VERSION_NUMBER|ERR_SSL_PACKET_LENGTH_TOO_LONG)$/, 'not-this-protocol'],
	[/^(CERT_HAS_EXPIRED|CERT_NOT_YET_VALID)$/, 'certificate-expired'],
	[/^ERR_TLS_CERT_ALTNAME_INVALID$/, 'certificate-other-host'],
	[/^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_[A-Z_]+|CERT_[A-Z_]+)$/, 'certificate-unknown'],
	[/^(INVALID_PURPOSE|PATH_LENGTH_EXCEEDED|ERR_SSL_CERT[A-Z_]*)$/, 'certificate-unknown'],
	[/^(ERR_SSL_[A-Z0-9_]+|ERR_TLS_[A-Z0-9_]+|EPROTO|ETLS|STARTTLS_INJECTION|ClosedAfterConnectTLS)$/, 'tls-failed'],
	[/^(NoConnection|EConnectionClosed|ECONNECTION|ECONNRESET|EPIPE|ETIMEOUT|StateLogout)$/, 'connection-lost'],
	[/^(ClosedAfterConnectText|DownloadIncomplete)$/, 'connection-lost'],
	[unreadableAnswer, 'server-error'],
];

/** The errors of nodemailer keep the system's words and lose its code. */
const problemByMessage: readonly [RegExp, MailProblem][] = [
	[/self[- ]signed certificate|unable to (get|verify)|unknown ca|certificate is not trusted/i, 'certificate-unknown'],
	[/certificate has expired|certificate is not yet valid/i, 'certificate-expired'],
	[/does not match certificate's altnames/i, 'certificate-other-host'],
	[/wrong version number|packet length too long|Invalid greeting|Greeting never received/i, 'not-this-protocol'],
	[/does not support STARTTLS|STARTTLS (command )?failed|upgrading connection with STARTTLS/i, 'no-starttls'],
	[/ECONNREFUSED|EHOSTUNREACH|ENETUNREACH/, 'unreachable'],
	[/ENOTFOUND|EAI_AGAIN/, 'dns'],
	[/Connection timeout|ETIMEDOUT/i, 'timeout'],
	[/SSL routines|TLS/, 'tls-failed'],
	[/ECONNRESET|EPIPE|closed unexpectedly|Connection closed|socket hang up/i, 'connection-lost'],
];

/** Codes with which an IMAP server says that it is not the password (RFC 5530). */
const temporaryCodes = new Set(['UNAVAILABLE', 'INUSE', 'LIMIT', 'SERVERBUG', 'CONTACTADMIN', 'OVERQUOTA']);

export function thrownToFailure(thrown: unknown): MailFailure {
	const error = (typeof thrown === 'object' && thrown !== null ? thrown : { message: String(thrown) }) as ThrownByMail;
	return { problem: problemOf(error), ...detailOf(error) };
}

function problemOf(error: ThrownByMail): MailProblem {
	if (error.mailboxMissing === true || error.code === 'NotFound') return 'folder-missing';
	const hasAnswered = error.responseStatus === 'NO' || error.responseStatus === 'BAD';
	if (error.authenticationFailed === true && hasAnswered) {
		return temporaryCodes.has(error.serverResponseCode ?? '') ? 'server-error' : 'login-refused';
	}
	if (error.code === 'EAUTH') return (error.responseCode ?? 535) >= 500 ? 'login-refused' : 'server-error';
	const message = error.message ?? '';
	if (/STARTTLS/.test(message) && error.code !== 'STARTTLS_INJECTION') return 'no-starttls';
	// nodemailer says ESOCKET for everything that happens below it.
	const isVague = error.code === undefined || error.code === 'ESOCKET' || error.code === 'ETLS';
	const byCode = isVague ? undefined : problemByCode.find(([pattern]) => pattern.test(error.code ?? ''));
	const found = byCode ?? problemByMessage.find(([pattern]) => pattern.test(message));
	if (found !== undefined) return found[1];
	return hasAnswered || error.responseCode !== undefined ? 'server-error' : 'connection-lost';
}

const mostDetail = 300;

/** Never more than a line, and nothing that a terminal or a page could take for something else. */
function detailOf({ responseText, response, message }: ThrownByMail): { detail?: string } {
	const said = responseText ?? (typeof response === 'string' ? response : message);
	// eslint-disable-next-line no-control-regex -- these are what is taken out
	const text = (said ?? '').replace(/[\x00-\x1f\x7f-\x9f]+/g, ' ').trim();
	return text === '' ? {} : { detail: text.slice(0, mostDetail) };
}

/** What each problem means and what to do, for the command line. The app has its own words. */
export const problemSentences: Readonly<Record<MailProblem, string>> = {
	dns: 'There is no server of that name. Check the host for typing errors.',
	unreachable: 'The server does not take connections there. Check host and port, and the firewall between.',
	timeout: 'The server does not answer. Check host and port, and the firewall between.',
	'not-this-protocol':
		'Something else answers there, or the security is not the right one: 993 and 465 are TLS, 143 and 587 are STARTTLS.',
	'tls-failed': 'No encrypted connection came about. The server may only know encryption that is too old.',
	'no-starttls': 'The server does not offer STARTTLS. Try TLS, on port 993 (IMAP) or 465 (SMTP).',
	'certificate-unknown':
		'The certificate of the server is not signed by anybody this machine trusts, so the password was not sent. Trust it for this mailbox, or give the server one that is signed.',
	'certificate-expired': 'The certificate of the server is not valid at this time. Renew it, or set the clock.',
	'certificate-other-host': 'The certificate belongs to another host. Use the name that stands in it.',
	'login-refused':
		'The server does not accept user and password. Some providers want an app password, or have IMAP switched off.',
	'no-password': 'No password is set. Enter it.',
	'key-missing':
		'The key of the mail passwords (secrets/mail.key) is missing or damaged. Put it back, or enter the password again.',
	'key-other':
		'The password was stored with another key than secrets/mail.key. Put the right one back, or enter it again.',
	'plain-not-allowed':
		'Without encryption everybody between could read the password. Use TLS, or allow it for this server.',
	'folder-missing':
		'There is no such folder on the server. Was it renamed? Names are case-sensitive, the first is INBOX.',
	'target-folder-missing': 'The folder to which taken mails are moved is not there. Make it, or choose another.',
	'connection-lost': 'The server ended the connection. It is tried again.',
	'server-error': 'The server answered that it cannot do this now. It is tried again.',
	'storage-full':
		'The disk of the relay is full. The mails stay unread on the server and are taken when there is room.',
	'try-later': 'The relay could not store the mail now. It is tried again.',
	'no-line': 'There is no line with a queue for this mailbox. Set one up.',
};
