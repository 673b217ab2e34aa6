import type { Sample } from './sample.ts';
import type { SoakOptions, SoakResult } from './run-soak.ts';

/** A bound that holds for every sample, and why it should. The README says more. */
interface Bound {
	what: string;
	of(sample: Sample): number;
	most: number;
	unit: string;
}

/** What of a run is larger than it may be, in words. */
export function checkBounds(
	result: SoakResult,
	{ devices, tickets, history, seconds }: Pick<SoakOptions, 'devices' | 'tickets' | 'history' | 'seconds'>,
): string[] {
	const [first] = result.samples;
	const bounds: Bound[] = [
		{ what: 'document, largest', of: ({ documentKbMost }) => documentKbMost, most: 512, unit: 'KB' },
		{ what: 'document, p95', of: ({ documentKbP95 }) => documentKbP95, most: 32, unit: 'KB' },
		// Each time a page is loaded and writes, it is a client more; a ticket is written by few.
		{ what: 'client ids of a record', of: ({ clientsMost }) => clientsMost, most: 96, unit: '' },
		{ what: 'client ids of a record, p95', of: ({ clientsP95 }) => clientsP95, most: 24, unit: '' },
		{ what: 'client ids of the desk', of: ({ clientsInDesk }) => clientsInDesk, most: 2 + tickets / 20, unit: '' },
		// At most one back-off of 60 s after the line is well, and a request that first has to be given up.
		{ what: 'age of an edit on a good line', of: ({ outboxAgeOnLine }) => outboxAgeOnLine, most: 80, unit: 's' },
		{ what: 'edits in an outbox', of: ({ outboxMost }) => outboxMost, most: 500, unit: '' },
		{
			what: 'heap of a device',
			of: ({ deviceMb }) => deviceMb,
			// The store of these devices is memory itself: what the disk would hold is in it.
			most: 12 + 0.06 * (history + tickets) + 60 / devices,
			unit: 'MB',
		},
		{ what: 'timers of a device', of: ({ deviceTimers }) => deviceTimers, most: 40, unit: '' },
		{ what: 'resident memory of the relay', of: ({ relayRssMb }) => relayRssMb, most: 256, unit: 'MB' },
		{ what: 'open files of the relay', of: ({ relayFiles }) => relayFiles, most: 80 + devices * 16, unit: '' },
		{ what: 'timers of the relay', of: ({ relayTimers }) => relayTimers, most: 60 + devices * 8, unit: '' },
		{
			what: 'database',
			of: ({ databaseMb }) => databaseMb - (first?.databaseMb ?? 0),
			// A ticket with all that is written around it, before it is folded.
			most: 8 + tickets * 0.12,
			unit: 'MB more',
		},
		// A checkpoint comes at 16 MB and needs a moment in which nobody reads.
		{ what: 'write-ahead log', of: ({ logMb }) => logMb, most: 48, unit: 'MB' },
	];
	const broken = bounds.flatMap(({ what, of, most, unit }) => {
		const found = Math.max(...result.samples.map(of));
		return found > most ? [`${what}: ${found.toFixed(1)} ${unit}, may be ${most.toFixed(1)}`] : [];
	});
	const { connected, everybody } = result.lag;
	if (connected.p95 > 5000) broken.push(`feed lag p95 on good lines: ${connected.p95} ms, may be 5000`);
	const longest = (result.troubles.longest + 110) * 1000;
	if (everybody.most > Math.min(longest, (seconds + 180) * 1000))
		broken.push(`feed lag, longest: ${everybody.most} ms, may be the longest trouble and 110 s`);
	for (const timer of result.timersAtEnd) broken.push(`a timer is left after all devices were closed: ${timer}`);
	return broken;
}
