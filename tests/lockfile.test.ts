import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { completeLockfile } from '../.commands/complete-lockfile.js';

const read = (name: string) =>
	JSON.parse(readFileSync(fileURLToPath(new URL(`../${name}`, import.meta.url)), 'utf8')) as Record<string, unknown>;

test('the lockfile can be installed: it names the optional packages of every platform (`npm run tidy` adds them)', () => {
	const lockfile = read('package-lock.json');
	expect(completeLockfile(lockfile)).toBe(lockfile);
});

test('the lockfile and package.json ask for the same versions', () => {
	const { packages } = read('package-lock.json') as { packages: Record<string, Record<string, unknown>> };
	const wanted = read('package.json');
	expect(packages['']?.['dependencies']).toEqual(wanted['dependencies']);
	expect(packages['']?.['devDependencies']).toEqual(wanted['devDependencies']);
});

test('a missing optional package is named for its platform, and what is there stays as it is', () => {
	const lockfile = {
		packages: {
			'': { name: 'x' },
			'node_modules/a': {
				version: '1.0.0',
				dev: true,
				optionalDependencies: { '@a/win32-x64-msvc': '1.0.0', '@a/linux-x64': '1.0.0' },
			},
			'node_modules/@a/linux-x64': { version: '1.0.0', dev: true, optional: true },
		},
	};
	const complete = completeLockfile(lockfile);
	expect(complete.packages['node_modules/@a/win32-x64-msvc']).toEqual({
		version: '1.0.0',
		dev: true,
		optional: true,
		cpu: ['x64'],
		os: ['win32'],
	});
	expect(complete.packages).toMatchObject(lockfile.packages);
	expect(completeLockfile(complete)).toBe(complete);
});
