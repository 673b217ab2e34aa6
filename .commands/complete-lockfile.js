// Names in package-lock.json the optional packages of other platforms that npm left out, because the registry it was
// written against does not carry them all. Without their names `npm ci` refuses the whole lockfile.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const systems = ['android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32', 'aix'];
const processors = ['arm64', 'x64', 'ia32', 'arm', 'loong64', 'ppc64', 'riscv64', 's390x', 'mips64el', 'wasm32'];

/** The lockfile with an entry for every optional package of another platform. The same object if none was missing. */
export function completeLockfile(lockfile) {
	const missing = {};
	for (const owner of Object.values(lockfile.packages)) {
		for (const [name, version] of Object.entries(owner.optionalDependencies ?? {})) {
			if (isNamed(lockfile.packages, name)) continue;
			const platform = platformOf(name);
			if (!platform) throw new Error(`${name} is missing in package-lock.json and its platform is not known.`);
			missing[`node_modules/${name}`] = { version, ...(owner.dev ? { dev: true } : {}), optional: true, ...platform };
		}
	}
	if (Object.keys(missing).length === 0) return lockfile;
	const packages = { ...lockfile.packages, ...missing };
	const sorted = Object.keys(packages).sort((a, b) => a.localeCompare(b, 'en'));
	return { ...lockfile, packages: Object.fromEntries(sorted.map((path) => [path, packages[path]])) };
}

/** Completes the lockfile in the folder; true if something was missing. */
export function writeCompleteLockfile(folder) {
	const file = join(folder, 'package-lock.json');
	const text = readFileSync(file, 'utf8');
	const lockfile = JSON.parse(text);
	const complete = completeLockfile(lockfile);
	if (complete === lockfile) return false;
	writeFileSync(file, `${JSON.stringify(complete, null, /^\{\n(\s+)/.exec(text)?.[1] ?? '\t')}\n`);
	return true;
}

const isNamed = (packages, name) =>
	Object.keys(packages).some((path) => path === `node_modules/${name}` || path.endsWith(`/node_modules/${name}`));

function platformOf(name) {
	const parts = name.split('/').at(-1)?.split('-') ?? [];
	const os = systems.find((system) => parts.includes(system));
	const cpu = processors.find((processor) => parts.includes(processor));
	if (!cpu) return undefined;
	const libc = parts.some((part) => part.startsWith('musl')) ? 'musl' : parts.includes('gnu') ? 'glibc' : undefined;
	return { cpu: [cpu], ...(os ? { os: [os] } : {}), ...(os === 'linux' && libc ? { libc: [libc] } : {}) };
}
