import type { DatabaseSync } from 'node:sqlite';
import type { DeviceId } from '../../src/lib/domain/ids.ts';
import type { Sent } from '../replica/sent-log.ts';

/**
 * Which devices may still hold what was erased. Whatever such a device wrote may hold it as well, in words that the relay has forgotten: it
 * is asked to take the new generations first, and cleans what it has not sent.
 */
export function createCatchingUp(
	db: DatabaseSync,
	sentTo: (device: DeviceId) => Sent | undefined,
	erasedUpTo: () => { seq: number; at: number } | undefined,
) {
	const enrolledAt = db.prepare('SELECT created_at AS at FROM devices WHERE id = ?');
	return {
		mustPullFirst(device: DeviceId): boolean {
			const erased = erasedUpTo();
			if (erased === undefined || (sentTo(device)?.taken ?? 0) >= erased.seq) return false;
			// A device that came later never saw it.
			const row = enrolledAt.get(device);
			return row !== undefined && (row.at as number) <= erased.at;
		},
	};
}
