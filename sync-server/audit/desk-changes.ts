import type { DatabaseSync } from 'node:sqlite';
import type * as Y from 'yjs';
import { deskRoot, isRelayDeskKey } from '../../src/lib/document/desk-document.ts';
import type { AuditBy, AuditLog } from './audit-log.ts';

export interface DeskChangeParts {
	database: DatabaseSync;
	audit: Pick<AuditLog, 'add'>;
	/** Whose device it is; undefined for the relay's own pen. */
	agentOf(device: string): string | undefined;
}

/**
 * Writes down what became of the configuration since it was last looked at: key by key, before and after, by the hand that wrote what
 * stands there now. Called inside the transaction that stores the change, so that neither is there without the other.
 */
export function createDeskChanges({ database, audit, agentOf }: DeskChangeParts) {
	const all = database.prepare('SELECT key, value FROM audited_desk');
	const put = database.prepare(
		'INSERT INTO audited_desk VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value',
	);

	return (doc: Y.Doc, deviceOf: ReadonlyMap<number, string>): void => {
		// Read anew each time, which is rare: what a rolled back turn had written must not be taken for known.
		const before = new Map(all.all().map((row) => [row.key as string, row.value as string]));
		const map = doc.getMap<unknown>(deskRoot);
		for (const [key, standing] of map.entries()) {
			// The relay's own copy of the agents: who changed them is noted where it happens.
			if (isRelayDeskKey(key)) continue;
			const value = JSON.stringify(standing ?? null);
			const old = before.get(key);
			if (old === value) continue;
			const device = deviceOf.get(map._map.get(key)?.id.client ?? -1);
			const agent = device === undefined ? undefined : agentOf(device);
			const by: AuditBy = device === undefined || agent === undefined ? 'command' : { agent, device };
			audit.add(by, 'configuration-changed', key, {
				...(old === undefined ? {} : { before: JSON.parse(old) as unknown }),
				after: JSON.parse(value) as unknown,
			});
			put.run(key, value);
		}
	};
}
