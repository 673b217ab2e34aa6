import type { DatabaseSync } from 'node:sqlite';
import type * as Y from 'yjs';
import { deskRoot } from '../../src/lib/document/desk-document.ts';
import { transaction } from '../store/database.ts';
import type { AuditBy, AuditLog } from './audit-log.ts';

export interface DeskChangeParts {
	database: DatabaseSync;
	audit: AuditLog;
	/** Whose device it is; undefined for the relay's own pen. */
	agentOf(device: string): string | undefined;
}

/**
 * Writes down what became of the configuration since it was last looked at: key by key, before and after, by the hand that wrote what
 * stands there now. What a crash kept from being written down is written the next time.
 */
export function createDeskChanges({ database, audit, agentOf }: DeskChangeParts) {
	const all = database.prepare('SELECT key, value FROM audited_desk');
	const put = database.prepare(
		'INSERT INTO audited_desk VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value',
	);
	let known: Map<string, string> | undefined;

	return (doc: Y.Doc, deviceOf: ReadonlyMap<number, string>): void => {
		known ??= new Map(all.all().map((row) => [row.key as string, row.value as string]));
		const before = known;
		const map = doc.getMap<unknown>(deskRoot);
		const changed = [...map.entries()]
			// The relay's own copy of the agents: who changed them is noted where it happens.
			.filter(([key]) => !key.startsWith('agent:'))
			.map(([key, value]) => ({ key, value: JSON.stringify(value ?? null) }))
			.filter(({ key, value }) => before.get(key) !== value);
		if (changed.length === 0) return;
		transaction(database, () => {
			for (const { key, value } of changed) {
				const device = deviceOf.get(map._map.get(key)?.id.client ?? -1);
				const agent = device === undefined ? undefined : agentOf(device);
				const by: AuditBy = device === undefined || agent === undefined ? 'command' : { agent, device };
				const old = before.get(key);
				audit.add(by, 'configuration-changed', key, {
					...(old === undefined ? {} : { before: JSON.parse(old) as unknown }),
					after: JSON.parse(value) as unknown,
				});
				put.run(key, value);
			}
		});
		for (const { key, value } of changed) before.set(key, value);
	};
}
