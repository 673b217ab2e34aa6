// The checks a change must pass, each named, all of them run even when one fails.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { hasDovecot, hasWebServers, root, runPackage } from './machine.js';

/** The simulator and what needs a browser are for `npm test`. */
const slow = ['tests/convergence/**', 'tests/ui/components.test.ts'];

const steps = [
	['types of the pages', 'svelte-check', ['--tsconfig', 'tsconfig.json', '--output', 'human', '--fail-on-warnings']],
	['types without a browser', 'typescript', ['--project', '.config/tsconfig.relay.json']],
	['types of the worker', 'typescript', ['--project', '.config/tsconfig.worker.json']],
	['format', 'prettier', ['--log-level', 'warn', '--check', '.']],
	['lint', 'eslint', ['--config', '.config/eslint.config.js', '--max-warnings', '0', '.']],
	['unused files, exports and packages', 'knip', ['--config', '.config/knip.json']],
	['units and architecture', 'vitest', ['run', ...without(slow), ...withoutServers()]],
];

export async function verify(only) {
	// The type configuration of Kit is generated; without it nothing below has its paths.
	const synced = await runPackage('@sveltejs/kit', ['sync']);
	if (synced !== 0) return synced;
	const failed = [];
	for (const [title, program, args] of steps) {
		if (only.length > 0 && !only.includes(program)) continue;
		if (!existsSync(join(root, 'node_modules', program))) continue;
		const startedAt = performance.now();
		const code = await runPackage(program, args);
		const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
		console.log(`${code === 0 ? 'ok    ' : 'FAILED'} ${title} (${seconds} s)\n`);
		if (code !== 0) failed.push(title);
	}
	console.log(failed.length === 0 ? 'All is well.' : `Not well: ${failed.join(', ')}.`);
	return failed.length === 0 ? 0 : 1;
}

/** Tests against real servers of others are for `npm test`, which brings them. */
function withoutServers() {
	return without([
		...(hasDovecot() ? [] : ['tests/**/*.dovecot.test.ts']),
		...(hasWebServers() ? [] : ['tests/**/*.hosted.test.ts']),
	]);
}

function without(patterns) {
	return patterns.flatMap((pattern) => ['--exclude', pattern]);
}
