import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { listAndTicket, localAction, startOfflineBench } from './at-work.ts';
import { callForm } from './call-form.ts';
import { catchUp } from './catch-up.ts';
import { profileInto } from './child.ts';
import { curves } from './curves.ts';
import { curvesOnDevice } from './curves-on-device.ts';
import { durableAcks } from './durable-acks.ts';
import { fanOut } from './fan-out.ts';
import { firstRoute } from './first-route.ts';
import { firstSync } from './first-sync.ts';
import { mailIn } from './mail-in.ts';
import { memory } from './memory.ts';
import { phone } from './phone.ts';
import { searchInBrowser } from './search-in-browser.ts';
import { search } from './search.ts';
import { verdicts } from './verdicts.ts';
import { verdictOf, type Bench, type Figure } from './row.ts';
import { figuresToTable } from './table.ts';

const benches: readonly Bench[] = [
	fanOut,
	durableAcks,
	verdicts,
	memory,
	firstSync,
	catchUp,
	mailIn,
	search,
	searchInBrowser,
	startOfflineBench,
	phone,
	listAndTicket,
	localAction,
	callForm,
	firstRoute,
	curves,
	curvesOnDevice,
];

const { values } = parseArgs({
	options: {
		/** One of the names above, or several with commas. */
		only: { type: 'string' },
		rounds: { type: 'string' },
		quick: { type: 'boolean', default: false },
		/** Write processor profiles of the servers into this folder; they then run slower. */
		profile: { type: 'string' },
		/** End with a failure when a budget is missed. */
		strict: { type: 'boolean', default: false },
	},
});
if (values.profile !== undefined) profileInto(values.profile);
const names = benches.map(({ name }) => name);
const wanted = values.only?.split(',') ?? names;
const unknown = wanted.filter((name) => !names.includes(name));
if (unknown.length > 0) {
	console.error(`There is no ${unknown.join(', ')}. There are: ${names.join(', ')}.`);
	process.exit(2);
}

const rounds = Number(values.rounds ?? (values.quick ? 1 : 5));
if (!(Number.isInteger(rounds) && rounds > 0)) {
	console.error('--rounds takes a whole number.');
	process.exit(2);
}
const began = new Date();
const figures: (Figure & { bench: string })[] = [];
const failed: { bench: string; error: string }[] = [];
for (const bench of benches) {
	if (!wanted.includes(bench.name)) continue;
	console.error(`\n${bench.name}`);
	try {
		const measured = await bench.run({ quick: values.quick, rounds, say: (text) => console.error(`  ${text}`) });
		figures.push(...measured.map((figure) => ({ bench: bench.name, ...figure })));
	} catch (thrown) {
		const error = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
		failed.push({ bench: bench.name, error });
		console.error(`  failed: ${error}`);
	}
}

const machine = {
	node: process.version,
	processor: cpus()[0]?.model ?? '',
	cores: cpus().length,
	memoryGb: Math.round(totalmem() / 1024 ** 3),
};
const folder = join(import.meta.dirname, '../../bench-results');
const file = join(folder, `${began.toISOString().replace(/[:.]/g, '-')}.json`);
mkdirSync(folder, { recursive: true });
const judged = figures.map((figure) => ({ ...figure, verdict: verdictOf(figure) }));
writeFileSync(
	file,
	`${JSON.stringify({ began: began.toISOString(), quick: values.quick, machine, figures: judged, failed }, null, '\t')}\n`,
);
console.log(
	`\nNode ${machine.node} on ${machine.cores} x ${machine.processor}${values.quick ? '; quick, so not for keeps' : ''}\n`,
);
console.log(figuresToTable(figures));
for (const { bench, error } of failed) console.log(`! ${bench} failed: ${error.split('\n')[0]}`);
console.log(`\nWritten to ${file}`);
const missed = judged.some(({ verdict }) => verdict === 'missed');
process.exit(failed.length > 0 || (values.strict && missed) ? 1 : 0);
