import * as v from 'valibot';

/** Everything that can be wrong with a mail server, in one word each; the app and the commands have the sentences. */
export const mailProblems = [
	'dns',
	'unreachable',
	'timeout',
	'not-this-protocol',
	'tls-failed',
	'no-starttls',
	'certificate-unknown',
	'certificate-expired',
	'certificate-other-host',
	'login-refused',
	'no-password',
	'key-missing',
	'key-other',
	'plain-not-allowed',
	'folder-missing',
	'target-folder-missing',
	'connection-lost',
	'server-error',
	'storage-full',
	'try-later',
	'no-line',
] as const;
export const mailProblemSchema = v.picklist(mailProblems);
export type MailProblem = v.InferOutput<typeof mailProblemSchema>;
