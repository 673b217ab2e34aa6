import type { DeskConfig } from '../domain/desk-config.ts';
import { isLeaseOver, leaseFrom } from '../domain/lease.ts';
import { workingMinutes, workingTimeOf } from '../domain/working-time.ts';
import type { TicketRow } from '../projection/rows.ts';
import type { Lease } from './holding.ts';

const noLease: Lease = { isIdle: false, minutesLeft: undefined };

/** How long the holder's claim on that ticket still lasts. Asked of the row, so that lists and the board say the same. */
export function leaseNow(row: TicketRow | undefined, config: DeskConfig, now: number): Lease {
	if (row?.activeAt === undefined) return noLease;
	const lease = leaseFrom(row.activeAt, row.queue, config);
	if (isLeaseOver(lease, now)) return { isIdle: true, minutesLeft: 0 };
	if (now < lease.warnsAt) return noLease;
	return { isIdle: false, minutesLeft: Math.ceil(workingMinutes(workingTimeOf(config.desk), now, lease.endsAt)) };
}
