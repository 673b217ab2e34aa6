import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

/** A mail as the sink has it. */
export interface SunkMail {
	from: string;
	to: string[];
	raw: string;
	messageId: string;
}

export type SinkMoment = 'connect' | 'mail' | 'rcpt' | 'data' | 'taken' | 'answered';

/** What the sink does instead of taking a mail; undefined takes it. */
export type SinkTrick =
	| { kind: 'refuse'; at: 'mail' | 'rcpt' | 'data'; code: number; words?: string }
	/** Ends the connection when the mail begins to come; nothing is kept. */
	| { kind: 'drop-before-data' }
	/** Ends the connection in the middle of the mail; nothing is kept. */
	| { kind: 'drop-in-data' }
	/** Keeps the mail and ends the connection without an answer. */
	| { kind: 'drop-before-answer' }
	/** Keeps the mail and says so when the test lets it. */
	| { kind: 'wait'; until: Promise<void> };

export interface SmtpSink {
	port: number;
	mails: SunkMail[];
	/** How many connections were opened. */
	connections: number;
	/** Asked for each mail that begins. */
	trick: (mail: { from: string; to: string[] }) => SinkTrick | undefined;
	/** Hears each step, before it is answered. */
	onMoment: (moment: SinkMoment) => void;
	close(): Promise<void>;
}

interface Options {
	user?: { name: string; password: string };
	tls?: { key: string; cert: string; implicit?: boolean };
}

/** A real SMTP server on a free port that keeps what it is given. */
export async function startSmtpSink({ user, tls }: Options = {}): Promise<SmtpSink> {
	const tricks = new Map<string, SinkTrick | undefined>();
	const refusal = (trick: Extract<SinkTrick, { kind: 'refuse' }>) =>
		Object.assign(new Error(trick.words ?? 'not today'), { responseCode: trick.code });
	const options: SMTPServerOptions = {
		authOptional: user === undefined,
		allowInsecureAuth: true,
		disableReverseLookup: true,
		logger: false,
		...(tls === undefined ? { disabledCommands: ['STARTTLS'] } : { key: tls.key, cert: tls.cert }),
		secure: tls?.implicit === true,
		onAuth(auth, _session, done) {
			if (auth.username === user?.name && auth.password === user?.password) done(null, { user: 'known' });
			else done(Object.assign(new Error('Invalid username or password'), { responseCode: 535 }));
		},
		onConnect(_session, done) {
			sink.connections++;
			sink.onMoment('connect');
			done();
		},
		onMailFrom({ address }, session, done) {
			sink.onMoment('mail');
			const trick = sink.trick({ from: address || '', to: [] });
			tricks.set(session.id, trick);
			done(trick?.kind === 'refuse' && trick.at === 'mail' ? refusal(trick) : null);
		},
		onRcptTo(_address, session, done) {
			sink.onMoment('rcpt');
			const trick = tricks.get(session.id);
			done(trick?.kind === 'refuse' && trick.at === 'rcpt' ? refusal(trick) : null);
		},
		onData(stream, session, done) {
			sink.onMoment('data');
			const trick = tricks.get(session.id);
			const chunks: Buffer[] = [];
			if (trick?.kind === 'drop-before-data') return hangUp(session.id);
			stream.on('data', (chunk: Buffer) => {
				chunks.push(chunk);
				if (trick?.kind === 'drop-in-data') hangUp(session.id);
			});
			stream.on('end', () => {
				if (trick?.kind === 'drop-in-data') return;
				if (trick?.kind === 'refuse' && trick.at === 'data') return done(refusal(trick));
				const raw = Buffer.concat(chunks).toString('latin1');
				const { mailFrom, rcptTo } = session.envelope;
				sink.mails.push({
					from: mailFrom === false ? '' : mailFrom.address || '',
					to: rcptTo.map(({ address }) => address),
					raw,
					messageId: /^message-id:\s*<([^>]*)>/im.exec(raw)?.[1] ?? '',
				});
				sink.onMoment('taken');
				if (trick?.kind === 'drop-before-answer') return hangUp(session.id);
				const answer = () => {
					done(null, 'queued');
					sink.onMoment('answered');
				};
				if (trick?.kind === 'wait') void trick.until.then(answer);
				else answer();
			});
		},
	};
	const server = new SMTPServer(options);
	server.on('error', () => {});
	const hangUp = (id: string) => {
		for (const connection of server.connections as unknown as Set<{ id: string; _socket?: { destroy(): void } }>)
			if (connection.id === id) connection._socket?.destroy();
	};
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const sink: SmtpSink = {
		port: (server.server.address() as AddressInfo).port,
		mails: [],
		connections: 0,
		trick: () => undefined,
		onMoment: () => {},
		close: () =>
			new Promise((resolve) => {
				for (const connection of server.connections as unknown as Set<{ _socket?: { destroy(): void } }>)
					connection._socket?.destroy();
				server.close(() => resolve());
			}),
	};
	return sink;
}
