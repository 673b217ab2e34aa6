// Builds the app when its sources changed since the last build.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, runPackage, stop } from './machine.js';

const sources = [
	'src',
	'static',
	'svelte.config.js',
	'vite.config.ts',
	'.config/manifest.js',
	'.config/first-route.js',
	'.config/flat-icons.js',
	'package.json',
	'package-lock.json',
];
const stamp = join(root, 'node_modules', '.cache', 'tresen-built-from');

function filesUnder(path) {
	if (!existsSync(path)) return [];
	if (statSync(path).isFile()) return [path];
	return readdirSync(path, { withFileTypes: true })
		.sort((a, b) => (a.name < b.name ? -1 : 1))
		.flatMap((entry) => filesUnder(join(path, entry.name)));
}

function hashOfSources() {
	const hash = createHash('sha256');
	for (const file of sources.flatMap((source) => filesUnder(join(root, source)))) {
		hash.update(file.slice(root.length)).update('\0').update(readFileSync(file)).update('\0');
	}
	return hash.digest('hex');
}

/** Builds into build/ unless what lies there came from the same sources. */
export async function buildApp({ force = false } = {}) {
	const hash = hashOfSources();
	const isBuilt =
		existsSync(join(root, 'build', 'index.html')) && existsSync(stamp) && readFileSync(stamp, 'utf8') === hash;
	if (isBuilt && !force) return;
	console.log('Building the app.');
	const code = await runPackage('vite', ['build', '--logLevel', 'error']);
	if (code !== 0) stop('The app could not be built; the reason stands above.');
	// A build can be green and ship no worker, and the app would then be blank with the network off.
	for (const file of ['index.html', 'service-worker.js', 'manifest.webmanifest'])
		if (!existsSync(join(root, 'build', file))) stop(`The build went through but wrote no build/${file}.`);
	mkdirSync(join(stamp, '..'), { recursive: true });
	writeFileSync(stamp, hash);
}
