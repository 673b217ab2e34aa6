import type { Sample } from './sample.ts';
import type { SoakResult } from './run-soak.ts';

const columns: [string, (sample: Sample) => number][] = [
	['s', ({ seconds }) => seconds],
	['documents', ({ documents }) => documents],
	['KB p95', ({ documentKbP95 }) => documentKbP95],
	['KB most', ({ documentKbMost }) => documentKbMost],
	['clients p95', ({ clientsP95 }) => clientsP95],
	['most', ({ clientsMost }) => clientsMost],
	['desk', ({ clientsInDesk }) => clientsInDesk],
	['lag p95 ms', ({ lag }) => lag.connected.p95],
	['all p95 ms', ({ lag }) => lag.everybody.p95],
	['outbox s', ({ outboxAge }) => outboxAge],
	['on line s', ({ outboxAgeOnLine }) => outboxAgeOnLine],
	['edits', ({ outboxMost }) => outboxMost],
	['device MB', ({ deviceMb }) => deviceMb],
	['timers', ({ deviceTimers }) => deviceTimers],
	['busy %', ({ busy }) => busy * 100],
	['relay MB', ({ relayRssMb }) => relayRssMb],
	['heap', ({ relayHeapMb }) => relayHeapMb],
	['files', ({ relayFiles }) => relayFiles],
	['timers', ({ relayTimers }) => relayTimers],
	['db MB', ({ databaseMb }) => databaseMb],
	['WAL MB', ({ logMb }) => logMb],
];

/** The run over time, a sample a line, and what came of it. */
export function resultToTable(result: SoakResult): string {
	const { samples, lag, end, done, troubles, healing } = result;
	const rows = samples.map((sample) => columns.map(([, of]) => readable(of(sample))));
	const widths = columns.map(([name], i) => Math.max(name.length, ...rows.map((row) => row[i]?.length ?? 0)));
	const line = (cells: readonly string[]) => cells.map((cell, i) => cell.padStart(widths[i] ?? 0)).join('  ');
	const spread = (name: keyof typeof lag) =>
		`p50 ${readable(lag[name].p50)} ms, p95 ${readable(lag[name].p95)} ms, longest ${readable(lag[name].most)} ms of ${lag[name].count}`;
	return [
		line(columns.map(([name]) => name)),
		...rows.map(line),
		'',
		`feed lag on good lines: ${spread('connected')}; with those that were away: ${spread('everybody')}; counted from when the line is well: ${spread('onLine')}`,
		`lines: ${troubles.count} troubles, the longest ${readable(troubles.longest)} s; everything everywhere ${readable(healing)} s after they were healed`,
		`done (refused): ${Object.entries(done)
			.map(([what, counts]) => `${what} ${counts.done} (${counts.refused})`)
			.join(', ')}`,
		`at the end: ${end.documents} documents, ${end.comparisons} copies compared, ${end.edits} edits looked for, ${end.mailsIn} mails in, ${end.replies} replies asked for, ${end.mailsOut} mails out, ${end.verdicts} verdicts`,
	].join('\n');
}

function readable(value: number): string {
	return value.toLocaleString('en', { maximumFractionDigits: Math.abs(value) >= 20 ? 0 : 1 });
}
