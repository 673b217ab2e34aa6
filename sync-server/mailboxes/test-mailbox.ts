import { lookup } from 'node:dns/promises';
import { connect } from 'node:net';
import { testStepNames, type MailboxTestStep } from '../../src/lib/protocol/mailbox.ts';
import type { MailProblem } from '../../src/lib/protocol/mail-problem.ts';
import { connectImap, imapLimits, whyNotTried } from './connect-imap.ts';
import { thrownToFailure, type MailFailure } from './mail-problem.ts';
import { mailTls } from './mail-tls.ts';
import { mayBePlain, type ImapAccount, type MailAccount, type MailServer, type SmtpAccount } from './mailboxes.ts';

type Step = MailboxTestStep['step'];
type ServerName = MailboxTestStep['server'];

const testConnectMs = 10_000;

/** Goes the way of a mail step by step, and says at which one it ends. Reads nothing and sends nothing. */
export async function testMailbox(account: MailAccount): Promise<MailboxTestStep[]> {
	const [imap, smtp] = await Promise.all([
		account.imap === undefined ? [] : testImap(account, account.imap),
		account.smtp === undefined ? [] : testSmtp(account, account.smtp),
	]);
	return [...imap, ...smtp];
}

async function testImap(account: MailAccount, imap: ImapAccount): Promise<MailboxTestStep[]> {
	const steps = createSteps('imap', testStepNames);
	const refusal = whyNotTried(account);
	if (refusal?.problem === 'plain-not-allowed') return steps.failed('tls', refusal);
	if (!(await reach(imap, steps))) return steps.done();
	if (refusal !== undefined) return steps.failed('login', refusal);
	const connection = await connectImap(imap, { ...imapLimits, connectMs: testConnectMs, silenceMs: testConnectMs });
	if (connection.kind === 'failed') return failedAt(connection, imap, steps);
	const { client } = connection;
	try {
		encrypted(imap, steps);
		steps.ok('login');
		const { exists } = await client.mailboxOpen(imap.folder, { readOnly: true });
		if (
			imap.after === 'move' &&
			(await client.status(imap.moveTo ?? '', { messages: true }).catch(missing)) === false
		) {
			return steps.failed('folder', { problem: 'target-folder-missing' });
		}
		return steps.ok('folder', String(exists));
	} catch (thrown) {
		return steps.failed('folder', thrownToFailure(thrown));
	} finally {
		await client.logout().catch(() => undefined);
		client.close();
	}
}

async function testSmtp(account: MailAccount, smtp: SmtpAccount): Promise<MailboxTestStep[]> {
	const steps = createSteps('smtp', ['dns', 'tcp', 'tls', 'login']);
	if (!mayBePlain(smtp)) return steps.failed('tls', { problem: 'plain-not-allowed' });
	if (!(await reach(smtp, steps))) return steps.done();
	if (smtp.user !== undefined && smtp.password === undefined) {
		return steps.failed('login', { problem: account.secrets === 'readable' ? 'no-password' : account.secrets });
	}
	const { createTransport } = await import('nodemailer');
	const transport = createTransport({
		host: smtp.host,
		port: smtp.port,
		secure: smtp.security === 'tls',
		requireTLS: smtp.security === 'starttls',
		ignoreTLS: smtp.security === 'none',
		tls: mailTls(smtp),
		connectionTimeout: testConnectMs,
		greetingTimeout: testConnectMs,
		socketTimeout: testConnectMs,
		...(smtp.user === undefined ? {} : { auth: { user: smtp.user, pass: smtp.password ?? '' } }),
	});
	try {
		await transport.verify();
		encrypted(smtp, steps);
		return steps.ok('login');
	} catch (thrown) {
		return failedAt(thrownToFailure(thrown), smtp, steps);
	} finally {
		transport.close();
	}
}

/** The first two steps are the same for both. */
async function reach(server: MailServer, steps: Steps): Promise<boolean> {
	try {
		const { address } = await lookup(server.host);
		steps.ok('dns', address);
	} catch (thrown) {
		steps.failed('dns', thrownToFailure(thrown));
		return false;
	}
	const failure = await new Promise<MailFailure | undefined>((resolve) => {
		const socket = connect({ host: server.host, port: server.port, timeout: testConnectMs });
		const finish = (result: MailFailure | undefined) => {
			socket.destroy();
			resolve(result);
		};
		socket.once('connect', () => finish(undefined));
		socket.once('timeout', () => finish({ problem: 'timeout' }));
		socket.once('error', (error) => finish(thrownToFailure(firstOf(error))));
	});
	if (failure === undefined) steps.ok('tcp', String(server.port));
	else steps.failed('tcp', failure);
	return failure === undefined;
}

function encrypted({ security }: MailServer, steps: Steps): void {
	steps.ok('tls', security === 'none' ? undefined : 'TLS');
}

function failedAt({ problem, detail }: MailFailure, server: MailServer, steps: Steps): MailboxTestStep[] {
	const step = stepOf(problem);
	// Who refuses the login has been spoken to before.
	if (step === 'login') encrypted(server, steps);
	return steps.failed(step, { problem, ...(detail === undefined ? {} : { detail }) });
}

/** A name with several addresses fails with all their errors at once. */
function firstOf(error: Error): unknown {
	return error instanceof AggregateError ? (error.errors[0] as unknown) : error;
}

function missing(thrown: unknown): false {
	if (thrownToFailure(thrown).problem === 'folder-missing') return false;
	throw thrown;
}

/** At which step a problem of connecting and signing in shows. */
function stepOf(problem: MailProblem): Step {
	switch (problem) {
		case 'dns':
			return 'dns';
		case 'unreachable':
		case 'timeout':
			return 'tcp';
		case 'login-refused':
		case 'server-error':
			return 'login';
		default:
			return 'tls';
	}
}

interface Steps {
	ok(step: Step, detail?: string): MailboxTestStep[];
	failed(step: Step, failure: MailFailure): MailboxTestStep[];
	done(): MailboxTestStep[];
}

function createSteps(server: ServerName, names: readonly Step[]): Steps {
	const found = new Map<Step, MailboxTestStep>();
	const done = () => names.map((step) => found.get(step) ?? { server, step, result: 'skipped' as const });
	return {
		ok(step, detail) {
			found.set(step, { server, step, result: 'ok', ...(detail === undefined ? {} : { detail }) });
			return done();
		},
		failed(step, failure) {
			found.set(step, { server, step, result: 'failed', ...failure });
			return done();
		},
		done,
	};
}
