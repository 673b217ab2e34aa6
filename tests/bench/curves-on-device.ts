import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import {
	anywhere,
	atInbox,
	measureAction,
	measureFirstOpening,
	measureMovement,
	measureOpening,
	profileOf,
	startOffline,
} from './at-work.ts';
import { measureFilter, measurePalette, measureTags, measureViews } from './in-lists.ts';
import { createPlot } from './plot.ts';
import type { Bench, Figure } from './row.ts';

/** How what an agent waits for grows with the tickets of the desk, in a browser with all of them and the network off. */
export const curvesOnDevice: Bench = {
	name: 'curves-on-device',
	async run(options) {
		const { quick, rounds, say } = options;
		const sizes = quick ? [200, 1000] : [1000, 5000, 15_600, 50_000];
		const plot = createPlot('tickets', sizes);
		for (const tickets of sizes) {
			plot.at(tickets);
			const enrolled = await profileOf(tickets, options);
			const seconds = (what: string, isWaitedFor: boolean, value: number, noise: number) => {
				plot.add(what, 's', isWaitedFor, value, { noise });
				say(`${tickets} tickets: ${what} ${value.toFixed(2)} s`);
			};
			seconds('first sync, usable', true, enrolled.sync.usable, 0.5);
			seconds('first sync, all of it', false, enrolled.sync.whole, 1);
			plot.add('bytes of the browser profile', 'MB', false, bytesUnder(enrolled.profile) / 1e6, { noise: 30 });
			for (let round = 0; round <= rounds; round++) {
				const start = await startOffline(enrolled, 1);
				// The first one fills the browser's code cache.
				if (round === 0) continue;
				seconds('start offline, usable', true, start.usable, 0.3);
				seconds('start offline, every row in memory', false, start.complete, 0.3);
			}
			const ms = (what: string, { value, runs = [] }: Figure) => {
				plot.add(what, 'ms', true, value, { noise: 17 });
				say(`${tickets} tickets: ${what} ${value.toFixed(1)} ms of ${runs.map((run) => run.toFixed(1)).join(', ')}`);
			};
			// What is done for the first time after a start, in as many starts.
			for (let start = 0; start <= rounds; start++)
				await atInbox(enrolled, 'closed', async (page) => {
					ms('first ticket open', await measureFirstOpening(page));
					for (const [what, measure] of inLists)
						ms(`${what} p95, the first time`, await measure(page, tickets, { ...options, rounds: 0 }));
				});
			await atInbox(enrolled, 'closed', async (page) => {
				ms('ticket open p95', await measureOpening(page, tickets, options, anywhere));
				ms('list movement p95', await measureMovement(page, tickets, options));
				ms('palette p95', await measurePalette(page, tickets, options));
				for (const [what, measure] of inLists) ms(`${what} p95`, await measure(page, tickets, options));
			});
			await atInbox(enrolled, 'unclaimed', async (page) =>
				ms('local action p95', await measureAction(page, tickets, options)),
			);
		}
		return plot.figures(say);
	},
};

const inLists = [
	['view chosen', measureViews],
	['filter', measureFilter],
	['tags offered', measureTags],
] as const;

function bytesUnder(folder: string): number {
	return readdirSync(folder, { recursive: true, encoding: 'utf8' })
		.map((name) => statSync(join(folder, name), { throwIfNoEntry: false }))
		.reduce((sum, stat) => sum + (stat?.isFile() === true ? stat.size : 0), 0);
}
