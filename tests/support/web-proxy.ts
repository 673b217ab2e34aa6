import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { makeCertificate } from './certificate.ts';
import { accepts, freePort } from './ports.ts';

export type ProxyName = 'nginx' | 'caddy';
const programs: Record<ProxyName, string> = { nginx: '/usr/sbin/nginx', caddy: '/usr/bin/caddy' };

/** Debian's nginx or Caddy with the configuration that hosts are given, on ports that were free. */
export interface WebProxy {
	/** Where the desk is for the world. */
	url: string;
	/** The same without TLS. */
	plainUrl: string;
	certificate: string;
	close(): Promise<void>;
}

interface Place {
	directory: string;
	tlsPort: number;
	plainPort: number;
	/** host:port of the relay. */
	relay: string;
}

const betweenTriesMs = 20;
const mostTries = 500;

/** Starts one in front of the relay that `startRelay` starts, which is told the address that the world uses. */
export async function openProxy(
	name: ProxyName,
	startRelay: (publicUrl: string) => Promise<{ url: string }>,
): Promise<WebProxy> {
	const program = programs[name];
	if (!existsSync(program))
		throw new Error(`There is no ${program}. Run \`npm test\` as root, or install it: sudo apt-get install ${name}`);
	const directory = mkdtempSync(join(tmpdir(), `tresen-${name}-`));
	const { certificate } = makeCertificate(directory);
	const [tlsPort, plainPort] = await Promise.all([freePort(), freePort()]);
	const url = `https://localhost:${tlsPort}`;
	const place = { directory, tlsPort, plainPort, relay: new URL((await startRelay(url)).url).host };
	const file = join(directory, 'config');
	writeFileSync(file, name === 'nginx' ? forNginx(place) : forCaddy(place));
	const args =
		name === 'nginx'
			? ['-p', directory, '-e', 'stderr', '-c', file]
			: ['run', '--adapter', 'caddyfile', '--config', file];
	const child = spawn(program, args, {
		stdio: ['ignore', 'ignore', 'pipe'],
		env: { ...process.env, HOME: directory, XDG_DATA_HOME: directory, XDG_CONFIG_HOME: directory },
	});
	let said = '';
	child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
	const ended = new Promise((resolve) => child.once('exit', resolve));
	for (let tries = 0; ; tries++) {
		if (child.exitCode !== null || tries === mostTries) {
			child.kill();
			throw new Error(`${name} did not start: ${said}`);
		}
		try {
			await Promise.all([accepts(tlsPort), accepts(plainPort)]);
			break;
		} catch {
			await after(betweenTriesMs);
		}
	}
	return {
		url,
		plainUrl: `http://localhost:${plainPort}`,
		certificate,
		async close() {
			child.kill('SIGTERM');
			await ended;
			rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
		},
	};
}

/** The configuration as it is shipped, with this machine's names and ports in place of a host's; each of them must stand in it. */
function shipped(file: string, own: Record<string, string>): string {
	let text = readFileSync(fileURLToPath(new URL(`../../sync-server/hosting/${file}`, import.meta.url)), 'utf8');
	for (const [theirs, ours] of Object.entries(own)) {
		if (!text.includes(theirs)) throw new Error(`${file} says nothing of ${theirs}`);
		text = text.replaceAll(theirs, ours);
	}
	return text;
}

function forNginx({ directory, tlsPort, plainPort, relay }: Place): string {
	const site = shipped('nginx.conf', {
		'127.0.0.1:8484': relay,
		'listen 80;': `listen 127.0.0.1:${plainPort};`,
		'listen 443 ': `listen 127.0.0.1:${tlsPort} `,
		'desk.example.org;': 'localhost;',
		'/etc/letsencrypt/live/desk.example.org/fullchain.pem': join(directory, 'certificate.pem'),
		'/etc/letsencrypt/live/desk.example.org/privkey.pem': join(directory, 'key.pem'),
	});
	const kept = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
	for (const name of kept) mkdirSync(join(directory, name));
	return `
daemon off;
${userInfo().uid === 0 ? 'user root;' : ''}
pid ${join(directory, 'nginx.pid')};
events {}
http {
	access_log off;
	${kept.map((name) => `${name}_temp_path ${join(directory, name)};`).join('\n\t')}
${site}
}
`;
}

function forCaddy({ directory, tlsPort, plainPort, relay }: Place): string {
	const certificate = `tls ${join(directory, 'certificate.pem')} ${join(directory, 'key.pem')}`;
	const site = shipped('Caddyfile', { '127.0.0.1:8484': relay, 'desk.example.org {': `localhost {\n\t${certificate}` });
	return `{
	admin off
	http_port ${plainPort}
	https_port ${tlsPort}
}
${site}`;
}
