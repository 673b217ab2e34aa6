import type { Sample } from './sample.ts';
import type { SoakOptions, SoakResult } from './run-soak.ts';

/** A bound that holds for every sample, and why it should. The README says more. */
interface Bound {
	what: string;
	of(sample: Sample): number;
	most: number;
	unit: string;
}

/** One back-off of 30 s after the line is well, and before it a request that has to be given up, or a half-open line to be noticed. */
const longestOnLineMs = 65_000;

/** What of a run is larger than it may be, in words. */
export function checkBounds(
	result: SoakResult,
	{ devices, tickets, history }: Pick<SoakOptions, 'devices' | 'tickets' | 'history'>,
): string[] {
	const [first] = result.samples;
	const bounds: Bound[] = [
		{ what: 'document, largest', of: ({ documentKbMost }) => documentKbMost, most: 512, unit: 'KB' },
		{ what: 'document, p95', of: ({ documentKbP95 }) => documentKbP95, most: 32, unit: 'KB' },
		// Each time a page is loaded and writes, it is a client more; a ticket is written by few.
		{ what: 'client ids of a record', of: ({ clientsMost }) => clientsMost, most: 96, unit: '' },
		{ what: 'client ids of a record, p95', of: ({ clientsP95 }) => clientsP95, most: 24, unit: '' },
		{ what: 'client ids of the desk', of: ({ clientsInDesk }) => clientsInDesk, most: 2 + tickets / 20, unit: '' },
		{
			...{ what: 'age of an edit on a good line', of: ({ outboxAgeOnLine }: Sample) => outboxAgeOnLine },
			...{ most: longestOnLineMs / 1000, unit: 's' },
		},
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
	const { connected, onLine } = result.lag;
	if (connected.p95 > 5000) broken.push(`feed lag p95 on good lines: ${connected.p95} ms, may be 5000`);
	if (onLine.most > longestOnLineMs)
		broken.push(`feed lag since the line is well, longest: ${onLine.most} ms, may be ${longestOnLineMs}`);
	for (const timer of result.timersAtEnd) broken.push(`a timer is left after all devices were closed: ${timer}`);
	return broken;
}
