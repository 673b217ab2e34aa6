import { webcrypto } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { sessionProof, type NewDevice, type Session } from '../../src/lib/protocol/session.ts';
import { startRelay, type RunningRelay } from '../../sync-server/commands/serve.ts';
import { readConfig, type Config } from '../../sync-server/config.ts';
import type { Patience } from '../../sync-server/http.ts';
import { openInstallation, type InstallationOptions } from '../../sync-server/installation.ts';

const endings: (() => Promise<void> | void)[] = [];
afterEach(async () => {
	for (const end of endings.splice(0).reverse()) await end();
});

/** Called after the test, last registered first. */
export function afterTest(end: () => Promise<void> | void): void {
	endings.push(end);
}

export function emptyFolder(): string {
	const folder = mkdtempSync(join(tmpdir(), 'tresen-'));
	afterTest(() => rmSync(folder, { recursive: true, force: true }));
	return folder;
}

export function configOf(values: Partial<Record<keyof Config, string>>): Config {
	const reading = readConfig({ listen: '127.0.0.1:0', logLevel: 'silent', ...values }, {});
	if (reading.kind === 'refused') throw new Error(JSON.stringify(reading.problems));
	return reading.config;
}

export interface TestRelay extends RunningRelay {
	/** Moves the relay's clock. */
	pass(ms: number): void;
	/** A request without a cookie; objects become JSON. */
	ask(
		path: string,
		body?: object,
		headers?: Record<string, string>,
	): Promise<{ status: number; body: Json; headers: Headers }>;
}
export type Json = Record<string, unknown> & { error?: string; detail?: string };

/** A real relay on a free port and a directory of its own, with a clock that the test moves. */
export async function runRelay(
	values: Partial<Record<keyof Config, string>> = {},
	options: Omit<InstallationOptions, 'now'> & { patience?: Patience } = {},
): Promise<TestRelay> {
	let ahead = 0;
	const config = configOf({ data: values.data ?? emptyFolder(), ...values });
	const opened = await openInstallation(config, { ...options, now: () => Date.now() + ahead });
	if (opened.kind === 'refused') throw new Error(opened.message);
	const running = await startRelay(opened.installation, options.patience);
	afterTest(() => running.close());
	return {
		...running,
		pass(ms) {
			ahead += ms;
		},
		async ask(path, body, headers = {}) {
			const response = await fetch(running.url + path, {
				method: body === undefined ? 'GET' : 'POST',
				headers,
				...(body === undefined ? {} : { body: JSON.stringify(body) }),
			});
			const text = await response.text();
			return {
				status: response.status,
				body: (text === '' ? {} : JSON.parse(text)) as Json,
				headers: response.headers,
			};
		},
	};
}

export interface TestDevice {
	session: Session;
	cookie: string;
	/** Like `relay.ask`, as this device. */
	ask: TestRelay['ask'];
	/** Proves its key and gets a new session. */
	signIn(): Promise<{ status: number; body: Json }>;
	/** Signs a text with its key. */
	signs(text: string): Promise<string>;
}

export interface DeviceKey {
	device: NewDevice;
	sign(device: string, nonce: string): Promise<string>;
	signs(text: string): Promise<string>;
}

export async function createDeviceKey(name = 'Laptop'): Promise<DeviceKey> {
	const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
	const pair = await webcrypto.subtle.generateKey(algorithm, false, ['sign', 'verify']);
	const { x = '', y = '' } = await webcrypto.subtle.exportKey('jwk', pair.publicKey);
	async function signs(text: string): Promise<string> {
		const bytes = new TextEncoder().encode(text);
		const signature = await webcrypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, pair.privateKey, bytes);
		return Buffer.from(signature).toString('base64url');
	}
	return {
		device: { name, publicKey: { kty: 'EC', crv: 'P-256', x, y } },
		sign: (device, nonce) => signs(sessionProof(device, nonce)),
		signs,
	};
}

export function tokenOf(url: string | undefined): string {
	return new URL(url ?? '').searchParams.get('token') ?? '';
}

/** Uses the set-up link: a desk with one admin on one device. */
export async function setUp(relay: TestRelay): Promise<TestDevice> {
	const key = await createDeviceKey();
	const response = await relay.ask('/auth/setup', {
		token: tokenOf(relay.installation.auth.setupUrl()),
		desk: { name: 'Test desk', language: 'en' },
		agent: { name: 'Maria', mail: 'maria@desk.example' },
		device: key.device,
	});
	return deviceOf(relay, key, response);
}

/** Invites an agent and enrols a device with the invitation. */
export async function enrol(
	relay: TestRelay,
	admin: TestDevice,
	agent: { mail: string; role?: 'admin' | 'agent' | 'observer'; lines?: string[] },
): Promise<TestDevice> {
	const invited = await admin.ask('/auth/invitations', {
		agent: { name: agent.mail, mail: agent.mail, role: agent.role ?? 'agent', lines: agent.lines ?? ['support'] },
	});
	return enrolWith(relay, String(invited.body.url));
}

export async function enrolWith(relay: TestRelay, url: string): Promise<TestDevice> {
	const key = await createDeviceKey();
	return deviceOf(relay, key, await relay.ask('/auth/enrol', { token: tokenOf(url), device: key.device }));
}

function deviceOf(
	relay: TestRelay,
	key: DeviceKey,
	response: { status: number; body: Json; headers: Headers },
): TestDevice {
	if (response.status !== 200) throw new Error(`not enrolled: ${JSON.stringify(response.body)}`);
	const session = response.body as unknown as Session;
	const cookie = cookieOf(response.headers);
	const ask: TestRelay['ask'] = (path, body, headers) => relay.ask(path, body, { cookie, ...headers });
	return {
		session,
		cookie,
		ask,
		signs: key.signs,
		async signIn() {
			const asked = await relay.ask('/auth/challenge', { device: session.device.id });
			if (asked.status !== 200) return asked;
			const nonce = String(asked.body.nonce);
			const signature = await key.sign(session.device.id, nonce);
			return relay.ask('/auth/session', { device: session.device.id, nonce, signature });
		},
	};
}

export function cookieOf(headers: Headers): string {
	return headers.get('set-cookie')?.split(';')[0] ?? '';
}
