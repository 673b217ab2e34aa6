// The door of every npm script: brings what the machine lacks, then runs the command.
import { join } from 'node:path';
import {
	bringChromium,
	bringDovecot,
	bringWebServers,
	installPackages,
	preferThisNode,
	root,
	runNode,
	runPackage,
	stop,
	useRecentNode,
} from './machine.js';
import { writeCompleteLockfile } from './complete-lockfile.js';
import { buildApp } from './app-build.js';

const [name = '', ...args] = process.argv.slice(2);

const commands = {
	/** Builds the app and serves it together with the relay. */
	start: async () => {
		await buildApp();
		return relay(['serve', ...args]);
	},
	/** The relay's command line. */
	tresen: async () => {
		if (args[0] === 'serve') await buildApp();
		return relay(args);
	},
	/** The relay, and the app from its sources in front of it. */
	dev: async () => {
		const withoutRelay = args.includes('--no-relay');
		const ended = [runPackage('vite', ['dev', ...args.filter((arg) => arg !== '--no-relay')])];
		if (!withoutRelay) ended.push(relay(['serve']));
		return Promise.race(ended);
	},
	build: async () => {
		await buildApp({ force: true });
		return 0;
	},
	/** Everything: units, architecture, convergence, and the journeys in a browser. */
	test: async () => {
		process.env.CHROMIUM = await bringChromium();
		await bringDovecot();
		await bringWebServers();
		await buildApp();
		const { testAll } = await import('./test-all.js');
		return testAll(args);
	},
	journeys: async () => {
		process.env.CHROMIUM = await bringChromium();
		await bringDovecot();
		await buildApp();
		return runPackage('@playwright/test', ['test', '--config', 'tests/journeys/playwright.config.ts', ...args]);
	},
	/** What to run before a change is handed in: some minutes, without a browser and the simulator. */
	verify: async () => {
		const { verify } = await import('./verify.js');
		return verify(args);
	},
	tidy: async () => {
		if (writeCompleteLockfile(root)) console.log('Completed package-lock.json.');
		const lint = await runPackage('eslint', ['--config', '.config/eslint.config.js', '--fix', '.']);
		const format = await runPackage('prettier', ['--log-level', 'warn', '--write', '.']);
		return lint || format;
	},
	bench: async () => {
		process.env.CHROMIUM = await bringChromium();
		await bringDovecot();
		await buildApp();
		return runNode(['--disable-warning=ExperimentalWarning', '--expose-gc', 'tests/bench/main.ts', ...args]);
	},
	/** A week of the largest centre on flaky lines, in minutes. */
	soak: async () => {
		await bringDovecot();
		return runNode(['--disable-warning=ExperimentalWarning', '--expose-gc', 'tests/soak/main.ts', ...args]);
	},
};

/** Young objects would take three times as much after the first burst of devices, MB, and what was taken is not given back. */
const youngSpace = '--max-semi-space-size=8';

/** Its types are stripped once and not at every start: that is faster, and keeps the stripper out of the relay's memory. */
function relay(relayArgs) {
	return runNode(['--disable-warning=ExperimentalWarning', youngSpace, 'sync-server/main.ts', ...relayArgs], {
		env: { NODE_COMPILE_CACHE: join(root, 'node_modules', '.cache', 'tresen-relay') },
	});
}

const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
if (!command) stop(`There is no command "${name}". There are: ${Object.keys(commands).join(', ')}.`);
await useRecentNode();
preferThisNode();
await installPackages();
process.exit(await command());
