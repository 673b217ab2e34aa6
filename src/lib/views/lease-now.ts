import type { DeskConfig } from '../domain/desk-config.ts';
import type { TicketRow } from '../projection/rows.ts';
import type { Lease } from './holding.ts';

const noLease: Lease = { isIdle: false, minutesLeft: undefined };

/** How long the holder's claim on that ticket still lasts. Asked of the row, so that lists and the board say the same. */
export function leaseNow(row: TicketRow | undefined, config: DeskConfig, now: number): Lease {
	if (row === undefined || row.holding !== 'held' || row.status === 'waiting' || row.activeAt === undefined)
		return noLease;
	const queue = config.queues.find(({ id }) => id === row.queue);
	const minutesLeft = Math.ceil((queue?.unlockAfter ?? 60) - (now - row.activeAt) / 60_000);
	return { isIdle: minutesLeft <= 0, minutesLeft: Math.max(0, minutesLeft) };
}
