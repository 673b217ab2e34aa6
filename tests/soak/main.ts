import { mkdirSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { checkBounds } from './bounds.ts';
import { resultToTable } from './result-table.ts';
import { runSoak } from './run-soak.ts';

const { values } = parseArgs({
	options: {
		devices: { type: 'string', default: '50' },
		minutes: { type: 'string', default: '10' },
		/** 300 are a week of the largest centre. */
		tickets: { type: 'string', default: '300' },
		/** Tickets that are there before. */
		history: { type: 'string', default: '300' },
		kills: { type: 'string', default: '3' },
		seed: { type: 'string', default: '1' },
	},
});
const number = (name: keyof typeof values) => {
	const value = Number(values[name]);
	if (Number.isFinite(value) && value >= 0) return value;
	console.error(`--${name} takes a number.`);
	process.exit(2);
};

const began = new Date();
const devices = number('devices');
const options = {
	...{ devices, seconds: number('minutes') * 60, tickets: number('tickets'), history: number('history') },
	...{
		kills: number('kills'),
		seed: number('seed'),
		untilSent: true,
		tellsOnline: false,
		onDexie: Math.ceil(devices / 12),
	},
};
// Each y-websocket provider listens for the end of the process.
process.setMaxListeners(0);
console.log(`A week with seed ${options.seed}; the same seed is the same plan.`);
const result = await runSoak({ ...options, say: (text) => console.error(`  ${text}`) });
const broken = [...result.violations, ...checkBounds(result, options)];
console.log(resultToTable(result));
const folder = join(import.meta.dirname, '../../bench-results');
mkdirSync(folder, { recursive: true });
const file = join(folder, `soak-${began.toISOString().replace(/[:.]/g, '-')}.json`);
writeFileSync(file, `${JSON.stringify({ options, load: loadavg(), result, broken }, null, '\t')}\n`);
console.log(`\nWritten to ${file}`);
for (const what of broken) console.log(`! ${what}`);
console.log(broken.length === 0 ? '\nAll is well.' : `\n${broken.length} things are not well; seed ${options.seed}.`);
process.exit(broken.length === 0 ? 0 : 1);
