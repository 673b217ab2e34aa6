// What a command needs from the machine: a Node that is new enough, the installed packages, a browser.
// Plain JavaScript without packages: it has to run on Node 20 in a fresh clone.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

const oldestNode = [24, 7];
const ownNode = '24.21.0';
const npmQuiet = ['--no-audit', '--no-fund', '--loglevel=error'];

/** Ends the command with a sentence for the person in front of it. */
export function stop(message) {
	console.error(`\n${message}`);
	process.exit(1);
}

const running = new Set();
// Whatever ends this command ends what it started.
process.on('exit', () => running.forEach((child) => child.kill('SIGTERM')));

/** Runs a program in the project folder and resolves with its exit code. */
export function run(program, args, { env = {}, ...options } = {}) {
	return new Promise((resolve) => {
		const child = spawn(program, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env }, ...options });
		// A terminal sends SIGINT to the whole group by itself; sending it again would end a graceful stop early.
		const onInterrupt = () => process.stdin.isTTY || child.kill('SIGINT');
		const onTerminate = () => child.kill('SIGTERM');
		process.on('SIGINT', onInterrupt).on('SIGTERM', onTerminate).on('SIGHUP', onTerminate);
		running.add(child);
		// npm's shell does not pass SIGTERM on; being left without a parent is how a stop arrives here.
		const parent = process.ppid;
		const orphaned = setInterval(() => process.ppid !== parent && onTerminate(), 500);
		const done = (code) => {
			running.delete(child);
			clearInterval(orphaned);
			process.off('SIGINT', onInterrupt).off('SIGTERM', onTerminate).off('SIGHUP', onTerminate);
			resolve(code);
		};
		child.on('error', (error) => {
			console.error(`Could not run ${program}: ${error.message}`);
			done(127);
		});
		child.on('exit', (code, signal) => done(code ?? (signal === 'SIGINT' || signal === 'SIGTERM' ? 0 : 1)));
	});
}

/** Runs a JavaScript or TypeScript program with this very Node. */
export function runNode(args, options) {
	return run(process.execPath, args, options);
}

/** Runs the command-line program of an installed package. */
export function runPackage(name, args, options) {
	const folder = join(root, 'node_modules', name);
	const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
	const file = typeof bin === 'string' ? bin : (bin[name] ?? Object.values(bin)[0]);
	return runNode([join(folder, file), ...args], options);
}

function runNpm(args) {
	const script = process.env.npm_execpath;
	if (script?.endsWith('.js')) return runNode([script, ...args]);
	return run('npm', args, { shell: process.platform === 'win32' });
}

function isNewEnough(version) {
	const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
	return major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1]);
}

function versionOf(node) {
	const answer = spawnSync(node, ['--version'], { encoding: 'utf8' });
	return answer.status === 0 ? answer.stdout.trim() : undefined;
}

/** Goes on in this process if its Node is new enough; else brings one and runs the same command with it. */
export async function useRecentNode() {
	const platform = process.platform === 'win32' ? 'win' : process.platform;
	const packageName = `node-${platform}-${process.arch}`;
	const folder = join(root, '.node', 'node_modules', packageName, 'bin');
	const node = join(folder, process.platform === 'win32' ? 'node.exe' : 'node');
	if (isNewEnough(process.version)) return;

	const help = `Tresen needs Node ${oldestNode.join('.')} or newer and this machine has ${process.version}.`;
	if (process.env.BROUGHT_NODE)
		stop(`${help} The Node in .node/ is too old as well: remove that folder and try again.`);
	if (!existsSync(node) || !isNewEnough(versionOf(node) ?? '0')) {
		console.log(`${help} Bringing Node ${ownNode} into .node/ (about 190 MB, once).`);
		await runNpm([
			'install',
			'--prefix',
			join(root, '.node'),
			'--no-save',
			'--no-package-lock',
			...npmQuiet,
			`${packageName}@${ownNode}`,
		]);
		if (!isNewEnough(versionOf(node) ?? '0'))
			stop(
				`${help} It could not be brought by npm (package ${packageName}@${ownNode}).\nInstall Node 24 from https://nodejs.org and run the command again.`,
			);
	}
	// Not named TRESEN_...: those are the relay's settings, and it refuses the ones it does not know.
	const path = [folder, process.env.PATH].filter(Boolean).join(delimiter);
	process.exit(await run(node, process.argv.slice(1), { cwd: process.cwd(), env: { PATH: path, BROUGHT_NODE: '1' } }));
}

/** Puts this Node first in PATH, so that tools which start `node` themselves get the same one. */
export function preferThisNode() {
	process.env.PATH = [dirname(process.execPath), process.env.PATH].filter(Boolean).join(delimiter);
}

/** True when everything in the lockfile lies in node_modules in that version, as npm's own record there says. */
function isInstalled() {
	const record = join(root, 'node_modules', '.package-lock.json');
	if (!existsSync(record)) return false;
	const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
	const present = JSON.parse(readFileSync(record, 'utf8')).packages;
	return Object.entries(wanted).every(([path, { version, optional, devOptional, peer }]) => {
		if (path === '') return true;
		const found = present[path];
		return found ? found.version === version : Boolean(optional || devOptional || peer);
	});
}

/** Installs from the lockfile unless that was done already. */
export async function installPackages() {
	if (isInstalled()) return;
	console.log('Installing the packages of package-lock.json.');
	// A registry may carry less than the one the lockfile was written against, and `npm ci` is strict about that;
	// `npm install` takes the same versions and leaves out what other platforms would need.
	const code = (await runNpm(['ci', ...npmQuiet])) && (await runNpm(['install', '--no-save', ...npmQuiet]));
	if (code !== 0) stop('The packages could not be installed. Is the npm registry reachable from here?');
}

const chromiumPlaces = {
	linux: [
		'/usr/bin/chromium',
		'/usr/bin/chromium-browser',
		'/usr/bin/google-chrome',
		'/usr/bin/google-chrome-stable',
		'/snap/bin/chromium',
		'/opt/google/chrome/chrome',
	],
	darwin: [
		'/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
		'/Applications/Chromium.app/Contents/MacOS/Chromium',
	],
	win32: [
		'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
		'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
	],
};

function findChromium() {
	const named = process.env.CHROMIUM;
	if (named) return existsSync(named) ? named : stop(`CHROMIUM names ${named}, and there is no such file.`);
	return (chromiumPlaces[process.platform] ?? []).find((place) => existsSync(place));
}

/** Finds a Chromium for the journeys, or installs Debian's where that is possible. */
export async function bringChromium() {
	const found = findChromium();
	if (found) return found;
	const mayInstall = mayInstallPackages();
	if (mayInstall) {
		console.log('No Chromium found: installing it with apt-get.');
		await installDebianPackage('chromium');
		const installed = findChromium();
		if (installed) return installed;
	}
	return stop(
		[
			'The journeys need a Chromium and none was found.',
			mayInstall
				? 'Installing it with apt-get did not work.'
				: 'It can only be installed from here by root on Debian or Ubuntu.',
			'Install it (Debian: sudo apt-get install chromium) or name one: CHROMIUM=/path/to/chrome npm test',
			'Without a browser `npm run verify` still checks everything else.',
		].join('\n'),
	);
}

/** Servers that tests run against, each with a configuration of its own. */
const dovecot = {
	program: '/usr/sbin/dovecot',
	debian: 'dovecot-imapd',
	units: ['dovecot.service', 'dovecot.socket'],
	why: 'The mail tests need a real IMAP server',
};
const why = 'The tests of the hosting configurations need real web servers';
const webServers = [
	{ program: '/usr/sbin/nginx', debian: 'nginx', units: ['nginx.service'], why },
	{ program: '/usr/bin/caddy', debian: 'caddy', units: ['caddy.service'], why },
];

export function hasDovecot() {
	return existsSync(dovecot.program);
}

export function hasWebServers() {
	return webServers.every(({ program }) => existsSync(program));
}

/** Finds the IMAP server that the mail tests run against, or installs Debian's where that is possible. */
export function bringDovecot() {
	return bringServer(dovecot);
}

/** Finds the web servers that stand in front of a relay, or installs Debian's where that is possible. */
export async function bringWebServers() {
	for (const server of webServers) await bringServer(server);
}

async function bringServer({ program, debian, units, why }) {
	if (existsSync(program)) return;
	const mayInstall = mayInstallPackages();
	if (mayInstall) {
		console.log(`No ${program} found: installing it with apt-get. It is started by tests only.`);
		await installDebianPackage(debian);
		// The package would also start it for the whole machine, now and at each boot.
		spawnSync('systemctl', ['disable', '--now', ...units]);
		if (existsSync(program)) return;
	}
	stop(
		[
			`${why}, and there is no ${program}.`,
			mayInstall
				? 'Installing it with apt-get did not work.'
				: 'It can only be installed from here by root on Debian or Ubuntu.',
			`Install it (Debian: sudo apt-get install ${debian}). The tests start it with a configuration of their own.`,
			'Without it `npm run verify` still checks everything else.',
		].join('\n'),
	);
}

function mayInstallPackages() {
	return process.getuid?.() === 0 && spawnSync('apt-get', ['--version']).status === 0;
}

async function installDebianPackage(name) {
	const quiet = { env: { DEBIAN_FRONTEND: 'noninteractive' } };
	await run('apt-get', ['update', '-qq'], quiet);
	await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', name], quiet);
}
