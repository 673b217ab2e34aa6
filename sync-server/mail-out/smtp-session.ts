import { Readable } from 'node:stream';
import type { SMTPError } from 'nodemailer/lib/smtp-connection';
import { cleanLine } from '../mail/clean-text.ts';
import { thrownToFailure, type MailFailure } from '../mailboxes/mail-problem.ts';

/** A server that takes our mails. */
export interface SmtpServer {
	host: string;
	port: number;
	security: 'tls' | 'starttls' | 'none';
	user?: string | undefined;
	password?: string | undefined;
}

/**
 * What became of one mail.
 *
 *   sent      the server took it over
 *   refused   it will not take it, now or later
 *   later     it did not take it this time: certain, because our last dot was not sent or was answered with 4xx
 *   unknown   our last dot was sent, and nobody answered
 */
export type SendResult =
	| { kind: 'sent'; refusedFor: string[] }
	| { kind: 'refused'; reason: string }
	| { kind: 'later'; reason: string }
	| { kind: 'unknown'; reason: string };

export interface LeavingMail {
	/** Asked when the server is ready for the mail, before it gets a byte of it. False keeps it here. */
	mayLeave(): boolean;
	/** The bytes; what is reported as broken is not handed over. */
	open(onBroken: (error: unknown) => void): Promise<Readable>;
}

export interface SmtpSession {
	/** One mail at a time. */
	send(envelope: { from: string; to: string[] }, mail: LeavingMail): Promise<SendResult>;
	/** False once the connection is gone. */
	isOpen(): boolean;
	close(): void;
}

export type SessionOpening =
	{ kind: 'open'; session: SmtpSession } | { kind: 'failed'; reason: string; failure: MailFailure };

export interface SmtpTimeouts {
	connectMs: number;
	/** How long the other side may be silent. */
	silenceMs: number;
}

const usualTimeouts: SmtpTimeouts = { connectMs: 30_000, silenceMs: 120_000 };

/** Connects, encrypts and signs in. */
export async function openSmtpSession(
	server: SmtpServer,
	timeouts: SmtpTimeouts = usualTimeouts,
	tls: { ca?: string } = {},
): Promise<SessionOpening> {
	const { default: SMTPConnection } = await import('nodemailer/lib/smtp-connection');
	const connection = new SMTPConnection({
		host: server.host,
		port: server.port,
		secure: server.security === 'tls',
		requireTLS: server.security === 'starttls',
		ignoreTLS: server.security === 'none',
		connectionTimeout: timeouts.connectMs,
		greetingTimeout: timeouts.connectMs,
		dnsTimeout: timeouts.connectMs,
		socketTimeout: timeouts.silenceMs,
		socketCloseTimeout: 1_000,
		tls: { minVersion: 'TLSv1.2', ...tls },
	});
	let lost: SMTPError | undefined;
	let isEnded = false;
	let onLost: ((error: SMTPError) => void) | undefined;
	connection.on('error', (error: SMTPError) => {
		lost ??= error;
		isEnded = true;
		onLost?.(error);
	});
	connection.on('end', () => {
		isEnded = true;
		onLost?.(lost ?? (new Error('Connection closed') as SMTPError));
	});
	/** A step that ends when its callback does, or the connection. */
	const step = (run: (done: (error?: Error | null) => void) => void) =>
		new Promise<SMTPError | undefined>((resolve) => {
			onLost = resolve;
			run((error) => resolve((error ?? undefined) as SMTPError | undefined));
		});
	const failed = (error: SMTPError): SessionOpening => {
		connection.close();
		return { kind: 'failed', reason: connectionSentence(error, server), failure: thrownToFailure(error) };
	};

	const unconnected = await step((done) => connection.connect(done));
	if (unconnected !== undefined) return failed(unconnected);
	if (server.user !== undefined && server.user !== '') {
		const { user, password = '' } = server;
		const refused = await step((done) => connection.login({ user, pass: password }, done));
		if (refused !== undefined) return failed(refused);
	}
	onLost = undefined;

	return {
		kind: 'open',
		session: {
			isOpen: () => !isEnded,
			close() {
				if (isEnded) return;
				isEnded = true;
				connection.quit();
			},
			async send(envelope, mail) {
				if (isEnded) return { kind: 'later', reason: 'The connection to the mail server ended.' };
				let isHandedOver = false;
				let keptBack: string | undefined;
				/** Before the end of the bytes, and so before the last dot: the server has no mail. */
				const keepBack = (reason: string) => {
					keptBack ??= reason;
					isEnded = true;
					connection.close();
				};
				const bytes = async function* () {
					if (!mail.mayLeave()) return keepBack('It was kept back.');
					const whole = await mail.open(() => keepBack('A file that belongs to the mail could not be read.'));
					for await (const chunk of whole) yield chunk as Buffer;
				};
				// Nothing of it runs before the server asks for the mail.
				const message = Readable.from(bytes(), { objectMode: false });
				message.once('end', () => (isHandedOver = true));
				type Info = { rejected?: unknown[]; rejectedErrors?: SMTPError[] };
				const [error, info] = await new Promise<[SMTPError | undefined, Info | undefined]>((resolve) => {
					onLost = (lostBy) => resolve([lostBy, undefined]);
					connection.send(envelope, message, (error: Error | null, info?: Info) =>
						resolve([(error ?? undefined) as SMTPError | undefined, info]),
					);
				});
				onLost = undefined;
				if (keptBack !== undefined) return { kind: 'later', reason: keptBack };
				if (error === undefined) return { kind: 'sent', refusedFor: (info?.rejectedErrors ?? []).map(wordsOf) };
				const result = resultOf(error, isHandedOver);
				// After a refused envelope the session goes on; after anything else nobody knows where it stands.
				if (error.code === 'EENVELOPE' || (error.code === 'EMESSAGE' && error.responseCode)) {
					if (!isEnded) await step((done) => connection.reset(done));
					onLost = undefined;
				} else {
					isEnded = true;
					connection.close();
				}
				return result;
			},
		},
	};
}

function resultOf(error: SMTPError, isHandedOver: boolean): Exclude<SendResult, { kind: 'sent' }> {
	// One recipient for whom it may work later makes it a passing fault; it is tried again for all, none has got it.
	const refusals = (error as { rejectedErrors?: SMTPError[] }).rejectedErrors ?? [];
	const codes = refusals.length > 0 ? refusals.map((one) => one.responseCode) : [error.responseCode];
	if (codes.some((code) => code !== undefined && code >= 400 && code < 500))
		return { kind: 'later', reason: `The mail server does not take it for now: ${wordsOf(error)}` };
	if (codes.some((code) => code !== undefined && code >= 500))
		return { kind: 'refused', reason: `The mail server refused it: ${wordsOf(refusals[0] ?? error)}` };
	if (isHandedOver)
		return { kind: 'unknown', reason: 'The connection ended before the mail server said whether it has the mail.' };
	if (error.code === 'EENVELOPE' || error.code === 'EMESSAGE')
		return { kind: 'refused', reason: `It cannot be sent like this: ${wordsOf(error)}` };
	return { kind: 'later', reason: `The connection ended while it was sent: ${wordsOf(error)}` };
}

function wordsOf(error: SMTPError & { recipient?: string }): string {
	const words = error.response || error.message;
	const who = error.recipient === undefined ? '' : `${error.recipient}: `;
	return cleanLine(who + words, 300);
}

/** Why there was no connection, and what to look at. */
function connectionSentence(error: SMTPError & { originalCode?: string }, { host, port }: SmtpServer): string {
	const place = `${host}:${port}`;
	const detail = wordsOf(error);
	if (error.code === 'EDNS') return `The name ${host} is not known. Is it spelled right?`;
	if (error.code === 'EAUTH') return `The mail server at ${place} does not accept user name and password: ${detail}`;
	if (error.code === 'ETIMEDOUT') return `The mail server at ${place} does not answer.`;
	if (error.code === 'ETLS' || /certificate|self.signed|altname|\bTLS\b|SSL/i.test(detail))
		return `There is no secure connection to the mail server at ${place}: ${detail}`;
	if (error.originalCode === 'ECONNREFUSED' || /ECONNREFUSED/.test(detail))
		return `Nothing takes mails at ${place}: the connection was refused.`;
	return `No connection to the mail server at ${place}: ${detail}`;
}
