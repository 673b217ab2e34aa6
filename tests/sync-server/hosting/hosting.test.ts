import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { limits } from '../../../src/lib/protocol/limits.ts';
import { configKeys, environmentName, settings } from '../../../sync-server/config.ts';

const folder = fileURLToPath(new URL('../../../sync-server/hosting/', import.meta.url));
const names = ['tresen.service', 'Caddyfile', 'nginx.conf', 'Dockerfile', 'compose.yaml'] as const;
const text = Object.fromEntries(names.map((name) => [name, readFileSync(folder + name, 'utf8')])) as Record<
	(typeof names)[number],
	string
>;

describe('what a host is given fits the relay', () => {
	test('it names values that the relay knows', () => {
		const known = configKeys.map(environmentName);
		for (const name of names) {
			for (const [word] of text[name].matchAll(/TRESEN_[A-Z_]+/g))
				expect([name, known]).toEqual([name, expect.arrayContaining([word])]);
		}
	});

	test('proxies find it where it listens, let everything through that it takes, and end idle connections before it does', () => {
		for (const name of ['Caddyfile', 'nginx.conf'] as const) {
			expect(text[name]).toContain(settings.listen.fallback);
			const most = Number(/(?:max_size|client_max_body_size) (\d+)m/i.exec(text[name])?.[1]) * 1024 * 1024;
			expect(most).toBeGreaterThanOrEqual(Math.max(limits.pushBytes, limits.blobChunkBytes, limits.jsonBytes));
			expect(Number(/keepalive(?:_timeout)? (\d+)s/.exec(text[name])?.[1])).toBeLessThan(75);
			expect(text[name]).toContain('/metrics');
		}
		expect(Number(/proxy_read_timeout (\d+)s/.exec(text['nginx.conf'])?.[1])).toBeGreaterThan(30);
		expect(text['nginx.conf']).toMatch(/proxy_set_header Upgrade \$http_upgrade;/);
	});

	test('a stop is waited for, and nothing runs as root', () => {
		expect(Number(/TimeoutStopSec=(\d+)/.exec(text['tresen.service'])?.[1])).toBeGreaterThan(9);
		expect(text['tresen.service']).toMatch(/^User=tresen$/m);
		expect(text.Dockerfile).toMatch(/^USER node$/m);
		for (const [, file = ''] of text.Dockerfile.matchAll(/"(sync-server\/[^"]+)"/g))
			expect(file).toBe('sync-server/main.ts');
	});

	test('systemd reads the unit, where there is one to ask', () => {
		const asked = spawnSync('systemd-analyze', ['verify', `${folder}tresen.service`], { encoding: 'utf8' });
		if (asked.error !== undefined) return;
		expect(asked.stderr.split('\n').filter((line) => line.includes('tresen.service'))).toEqual([]);
	});
});
