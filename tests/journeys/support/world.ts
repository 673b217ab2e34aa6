import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base, expect, type Browser, type BrowserContextOptions } from '@playwright/test';
import type { Role } from '../../../src/lib/domain/role.ts';
import type { Locale } from '../../../src/lib/ui/words/locale.ts';
import { createTcpProxy, type TcpProxy } from '../../support/tcp-proxy.ts';
import { Device, languages } from './device.ts';
import { createLastingProfile, type LastingProfile } from './lasting-profile.ts';
import { startRelayProcess, type RelayProcess } from './relay-process.ts';

/**
 * A desk as it stands in an office: one relay, and devices, each behind a network of its own that can be cut.
 *
 *   browser profile  ->  http://localhost:<its proxy>  ->  relay process on 127.0.0.1:<port>
 */
export interface World {
	readonly relay: RelayProcess;
	/** An address where the desk answers; every call makes another network to it. */
	network(): Promise<{ proxy: TcpProxy; url: string }>;
	/** Opens the set-up link in a fresh browser profile and fills the form in: Anna, an administrator. */
	newcomer(options?: ProfileOptions): Promise<Device>;
	/** An agent's further browser profile, enrolled by an invitation link. */
	enrolDevice(agent: AgentOnDevice): Promise<Device>;
	/** A browser profile that knows nothing yet. */
	profile(options?: ProfileOptions): Promise<Device>;
	/** A browser profile on disk, whose browser can be killed. */
	lastingProfile(): Promise<LastingProfile>;
	/** An invitation link, as the command prints it. */
	invite(agent: { name: string; mail: string; role?: Role }): Promise<string>;
}

export interface ProfileOptions {
	locale?: Locale;
	viewport?: { width: number; height: number };
	colorScheme?: 'light' | 'dark';
}

export interface AgentOnDevice extends ProfileOptions {
	name: string;
	mail: string;
	role?: Role;
}

export const anna = { name: 'Anna Berg', mail: 'anna@desk.example' } as const;
export const ben = { name: 'Ben Oduya', mail: 'ben@desk.example' } as const;

export const test = base.extend<{ world: World }>({
	world: async ({ browser }, use) => {
		const world = await createWorld(browser);
		await use(world);
		await world.close();
	},
});

export async function createWorld(browser: Browser): Promise<World & { close(): Promise<void> }> {
	const data = await mkdtemp(join(tmpdir(), 'tresen-journey-'));
	const proxies: TcpProxy[] = [];
	const devices: Device[] = [];
	const lasting: LastingProfile[] = [];
	const first = await createTcpProxy(0);
	proxies.push(first);
	const relay = await startRelayProcess({ data, publicUrl: `http://localhost:${first.port}` });
	first.retarget(relay.port);
	let isFirstTaken = false;

	async function network() {
		const proxy = isFirstTaken ? await createTcpProxy(relay.port) : first;
		isFirstTaken = true;
		if (proxy !== first) proxies.push(proxy);
		return { proxy, url: `http://localhost:${proxy.port}` };
	}

	async function profile({ locale = 'de', ...options }: ProfileOptions = {}): Promise<Device> {
		const context = await browser.newContext({ ...contextOptions(locale), ...options });
		const device = new Device(await context.newPage(), await network(), languages[locale]);
		devices.push(device);
		return device;
	}

	const world: World = {
		relay,
		network,
		profile,
		async newcomer(options) {
			const device = await profile(options);
			await expect.poll(() => relay.setupUrl).toBeDefined();
			await device.setUpDesk(relay.setupUrl!, { desk: 'Kundendienst Nord', ...anna });
			return device;
		},
		async lastingProfile() {
			const made = await createLastingProfile(await network());
			lasting.push(made);
			return made;
		},
		async invite({ name, mail, role = 'agent' }) {
			const args = ['invite', '--agent', mail, '--name', name, '--role', role, '--json'];
			const [invitation] = await relay.jsonLines<{ url: string }>(...args);
			return invitation!.url;
		},
		async enrolDevice({ name, mail, role, ...options }) {
			const device = await profile(options);
			await device.enrol(await world.invite({ name, mail, ...(role === undefined ? {} : { role }) }));
			return device;
		},
	};
	return {
		...world,
		async close() {
			for (const { context } of devices) await context.close();
			for (const one of lasting) await one.remove();
			await relay.kill();
			for (const proxy of proxies) await proxy.close();
			await rm(data, { recursive: true, force: true });
		},
	};
}

export function contextOptions(locale: Locale): BrowserContextOptions {
	return {
		locale: locale === 'de' ? 'de-DE' : 'en-GB',
		timezoneId: 'Europe/Berlin',
		viewport: { width: 1280, height: 800 },
		colorScheme: 'light',
		acceptDownloads: true,
	};
}
