import type { DatabaseSync } from 'node:sqlite';
import type { AgentId, DeviceId } from '../../src/lib/domain/ids.ts';
import type { OpenErasure } from '../../src/lib/protocol/erasure.ts';
import type { Sent } from '../replica/sent-log.ts';
import type { Erasures } from './erasure-list.ts';

interface DeviceRow {
	id: DeviceId;
	name: string;
	agent: AgentId;
	state: string;
	created: number;
	seen: number | null;
}

/** Of each erasure, the devices that were there before it, were sent something, and have not said yet that they have what came after it. */
export function openErasures(
	db: DatabaseSync,
	{ persons, redactions }: Pick<Erasures, 'persons' | 'redactions'>,
	sentTo: (device: DeviceId) => Sent | undefined,
): OpenErasure[] {
	const rows = db
		.prepare(
			`SELECT id, name, agent, state, created_at AS created, last_seen_at AS seen FROM devices
			 WHERE state <> 'wiped' ORDER BY last_seen_at, id`,
		)
		.all() as unknown as DeviceRow[];
	const devices = rows.map((row) => ({ row, sent: sentTo(row.id) })).filter(({ sent }) => sent !== undefined);
	const behind = ({ at, seq = 0 }: { at: number; seq?: number | undefined }): OpenErasure['devices'] =>
		devices
			.filter(({ row, sent }) => row.created <= at && (sent?.taken ?? 0) < seq)
			.map(({ row: { name, agent, seen, state } }) => ({
				...{ name, agent, lastContactAt: seen, revoked: state === 'revoked' },
			}));
	return [
		...persons.map((item) => ({ item, what: 'person' as const, label: item.label })),
		...redactions.map((item) => ({ item, what: 'redaction' as const, label: '' })),
	]
		.map(({ item, what, label }): OpenErasure => {
			const { document, at, done } = item;
			return { what, label, document, at, done, devices: behind(item) };
		})
		.filter(({ done, devices: waiting }) => !done || waiting.length > 0)
		.sort((a, b) => b.at - a.at);
}
