import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect as connectTo } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { ImapFlow } from 'imapflow';
import { makeCertificate } from './certificate.ts';
import { accepts, freePort } from './ports.ts';

/**
 * A real IMAP server: Dovecot 2.3 (Debian's) or 2.4 with a configuration, mails and certificate of its own in a temporary
 * directory, on ports that were free. Works as root and as anybody else.
 */
export interface Dovecot {
	host: string;
	/** IMAP in the clear and with STARTTLS. */
	port: number;
	/** IMAP within TLS. */
	tlsPort: number;
	/** The certificate that it shows, in PEM; made out to `localhost` and 127.0.0.1, and signed by itself. */
	certificate: string;
	password: string;
	/** Where the mails of a user lie. */
	maildir(user: string): string;
	/** Puts mails into a folder, oldest first. */
	append(user: string, raws: readonly (string | Uint8Array)[], options?: AppendOptions): Promise<void>;
	/** Puts mails into the INBOX by the thousand, as a mail server delivers them. */
	deliver(user: string, raws: Iterable<string>): void;
	/** Runs something with a client that is signed in. */
	as<T>(user: string, run: (client: ImapFlow) => Promise<T>): Promise<T>;
	/** Ends it at once, with everything that it started, as a power cut would. */
	kill(): Promise<void>;
	/** Starts it again, on the same ports and mails. */
	start(): Promise<void>;
	log(): string;
	/** Ends it and removes its mails. */
	close(): Promise<void>;
}

interface AppendOptions {
	folder?: string;
	flags?: string[];
	date?: Date;
}

interface DovecotOptions {
	/** False for a server that does not know IDLE. */
	pushes?: boolean;
}

const program = '/usr/sbin/dovecot';
const password = 'let me in';
const betweenTriesMs = 20;
const mostTries = 500;

/** Starts one. Each of the users has the same password. */
export async function openDovecot(
	users: readonly string[] = ['support'],
	{ pushes = true }: DovecotOptions = {},
): Promise<Dovecot> {
	if (!existsSync(program)) {
		throw new Error(
			`There is no ${program}. Run \`npm test\` as root, or install it: sudo apt-get install dovecot-imapd`,
		);
	}
	const directory = mkdtempSync(join(tmpdir(), 'tresen-dovecot-'));
	// Dovecot's processes run as other users, and look for their files through this folder.
	chmodSync(directory, 0o755);
	const { certificate } = makeCertificate(directory);
	const [port, tlsPort] = await Promise.all([freePort(), freePort()]);
	const mails = join(directory, 'mail');
	mkdirSync(mails);
	const owner = mailOwner();
	chownSync(mails, owner.uid, owner.gid);
	writeFileSync(join(directory, 'users'), users.map((user) => `${user}:{PLAIN}${password}::::::\n`).join(''));
	writeFileSync(join(directory, 'dovecot.conf'), configuration({ directory, port, tlsPort, owner, pushes }));

	let running: ChildProcess | undefined;
	const start = async () => {
		const child = spawn(program, ['-F', '-c', join(directory, 'dovecot.conf')], { detached: true, stdio: 'pipe' });
		running = child;
		let said = '';
		child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
		child.stdout?.resume();
		child.on('exit', (code) => (said += `dovecot ended with code ${code}\n`));
		// Until it greets; it says nothing when it is ready.
		for (let tries = 0; ; tries++) {
			if (child.exitCode !== null || tries === mostTries) throw new Error(said + log());
			try {
				await Promise.all([greeting(port), accepts(tlsPort)]);
				return;
			} catch {
				await after(betweenTriesMs);
			}
		}
	};
	const end = async (signal: NodeJS.Signals) => {
		const child = running;
		running = undefined;
		if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
		const ended = new Promise((resolve) => child.once('exit', resolve));
		if (signal === 'SIGKILL') process.kill(-child.pid, signal);
		else child.kill(signal);
		await ended;
	};
	const log = () => {
		const file = join(directory, 'dovecot.log');
		return existsSync(file) ? readFileSync(file, 'utf8') : '';
	};
	await start();

	const as: Dovecot['as'] = async (user, run) => {
		const client = new ImapFlow({
			host: '127.0.0.1',
			port,
			secure: false,
			doSTARTTLS: false,
			auth: { user, pass: password },
			logger: false,
			disableAutoIdle: true,
		});
		client.on('error', () => undefined);
		await client.connect();
		try {
			return await run(client);
		} finally {
			await client.logout().catch(() => undefined);
		}
	};
	let delivered = 0;
	return {
		host: 'localhost',
		port,
		tlsPort,
		certificate,
		password,
		maildir: (user) => join(mails, user),
		as,
		append: (user, raws, { folder = 'INBOX', flags = [], date } = {}) =>
			as(user, async (client) => {
				for (const raw of raws) {
					const stored = await client.append(folder, Buffer.from(raw), flags, date);
					if (stored === false) throw new Error(`${folder} took no mail\n${log()}`);
				}
			}),
		deliver(user, raws) {
			const folder = join(mails, user, 'new');
			for (const name of ['new', 'cur', 'tmp']) mkdirSync(join(mails, user, name), { recursive: true });
			for (const raw of raws) writeFileSync(join(folder, `${1_700_000_000 + delivered}.M${delivered++}.test`), raw);
			if (userInfo().uid === 0) execFileSync('chown', ['-R', `${owner.uid}:${owner.gid}`, join(mails, user)]);
		},
		kill: () => end('SIGKILL'),
		start,
		log,
		async close() {
			await end('SIGTERM');
			rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
		},
	};
}

interface Owner {
	uid: number;
	gid: number;
}

/** Whose files the mails are: Dovecot hands none to root. */
function mailOwner(): Owner {
	const { uid, gid } = userInfo();
	return uid === 0 ? { uid: 65_534, gid: 65_534 } : { uid, gid };
}

function configuration({ directory, port, tlsPort, owner, pushes }: Place): string {
	const { uid, username } = userInfo();
	const version = execFileSync(program, ['--version'], { encoding: 'utf8' });
	const isNewer = !version.startsWith('2.3');
	const login = uid === 0 ? '' : `default_internal_user = ${username}\ndefault_login_user = ${username}\n`;
	const group = uid === 0 ? '' : `default_internal_group = ${execFileSync('id', ['-gn'], { encoding: 'utf8' })}`;
	// Only root may change the root directory.
	const chroot = uid === 0 ? '' : 'chroot =';
	const file = (name: string) => join(directory, name);
	const capability = pushes ? '' : 'imap_capability = IMAP4rev1 SASL-IR LITERAL+ ENABLE UIDPLUS MOVE';
	const common = `
base_dir = ${file('run')}
log_path = ${file('dovecot.log')}
listen = 127.0.0.1
first_valid_uid = 1
auth_failure_delay = 0
login_greeting = ready
mail_fsync = never
protocols = imap
ssl = yes
${login}${group}${capability}
service imap-login {
  ${chroot}
  process_min_avail = 1
  inet_listener imap {
    port = ${port}
  }
  inet_listener imaps {
    port = ${tlsPort}
    ssl = yes
  }
}
service stats {
  ${chroot}
}
# Nobody has to wait because somebody tried a wrong password before.
service anvil {
  ${chroot}
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
`;
	return isNewer
		? `dovecot_config_version = 2.4.0
dovecot_storage_version = 2.4.0
${common}
auth_allow_cleartext = yes
ssl_server_cert_file = ${file('certificate.pem')}
ssl_server_key_file = ${file('key.pem')}
mail_driver = maildir
mail_path = ${file('mail')}/%{user}
passdb passwd-file {
  passwd_file_path = ${file('users')}
}
userdb static {
  fields {
    uid = ${owner.uid}
    gid = ${owner.gid}
    home = ${file('mail')}/%{user}
  }
}
`
		: `${common}
disable_plaintext_auth = no
ssl_cert = <${file('certificate.pem')}
ssl_key = <${file('key.pem')}
mail_location = maildir:${file('mail')}/%u
passdb {
  driver = passwd-file
  args = ${file('users')}
}
userdb {
  driver = static
  args = uid=${owner.uid} gid=${owner.gid} home=${file('mail')}/%u
}
namespace inbox {
  inbox = yes
}
`;
}

interface Place {
	directory: string;
	port: number;
	tlsPort: number;
	owner: Owner;
	pushes: boolean;
}

function greeting(port: number): Promise<void> {
	return new Promise((resolve, reject) => {
		const socket = connectTo(port, '127.0.0.1');
		socket.once('data', () => {
			socket.destroy();
			resolve();
		});
		socket.once('error', reject);
		socket.once('close', () => reject(new Error('no greeting')));
	});
}
