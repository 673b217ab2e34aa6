import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import type { AgentId, DeviceId } from '../../src/lib/domain/ids.ts';
import type { DeviceInfo, NewDevice } from '../../src/lib/protocol/session.ts';
import { storeIfPossible } from '../store/storage-watch.ts';

export interface KnownDevice {
	id: DeviceId;
	agent: AgentId;
	name: string;
	/** Missing for a scripted device: it has its cookie and nothing else. */
	publicKey: NewDevice['publicKey'] | undefined;
	state: DeviceInfo['state'];
	createdAt: number;
	lastSeenAt: number | null;
	revokedAt: number | null;
	wipedAt: number | null;
}

export interface Devices {
	all(): KnownDevice[];
	byId(id: string): KnownDevice | undefined;
	ofAgent(agent: AgentId): KnownDevice[];
	add(device: { id: DeviceId; agent: AgentId; name: string; publicKey: NewDevice['publicKey'] | undefined }): void;
	setState(id: DeviceId, state: KnownDevice['state']): void;
	/** Notes when the device was last here, to the minute: that is enough for people and spares writes. */
	seen(device: KnownDevice): void;
}

const seenEveryMs = 60_000;

/** `onChanged` hears when a device is not what it was. */
export function createDevices(database: DatabaseSync, now: () => number, onChanged: () => void): Devices {
	const columns = 'id, agent, name, public_key, state, created_at, last_seen_at, revoked_at, wiped_at';
	const all = database.prepare(`SELECT ${columns} FROM devices ORDER BY created_at, id`);
	const byId = database.prepare(`SELECT ${columns} FROM devices WHERE id = ?`);
	const ofAgent = database.prepare(`SELECT ${columns} FROM devices WHERE agent = ? ORDER BY created_at, id`);
	const insert = database.prepare(
		`INSERT INTO devices (id, agent, name, public_key, state, created_at) VALUES (?, ?, ?, ?, 'active', ?)`,
	);
	const setState = database.prepare(
		`UPDATE devices SET state = $state, revoked_at = iif($state = 'revoked', $at, revoked_at),
			wiped_at = iif($state = 'wiped', $at, wiped_at) WHERE id = $id`,
	);
	const seen = database.prepare('UPDATE devices SET last_seen_at = ? WHERE id = ?');
	return {
		all: () => all.all().map(toDevice),
		byId(id) {
			const row = byId.get(id);
			return row === undefined ? undefined : toDevice(row);
		},
		ofAgent: (agent) => ofAgent.all(agent).map(toDevice),
		add({ id, agent, name, publicKey }) {
			insert.run(id, agent, name, publicKey === undefined ? null : JSON.stringify(publicKey), now());
		},
		setState(id, state) {
			setState.run({ $state: state, $at: now(), $id: id });
			onChanged();
		},
		seen(device) {
			if (device.lastSeenAt === null || now() - device.lastSeenAt >= seenEveryMs)
				storeIfPossible(() => seen.run(now(), device.id));
		},
	};
}

function toDevice(row: Record<string, SQLOutputValue>): KnownDevice {
	return {
		id: row.id as DeviceId,
		agent: row.agent as AgentId,
		name: row.name as string,
		publicKey: row.public_key === null ? undefined : (JSON.parse(row.public_key as string) as NewDevice['publicKey']),
		state: row.state as KnownDevice['state'],
		createdAt: row.created_at as number,
		lastSeenAt: row.last_seen_at as number | null,
		revokedAt: row.revoked_at as number | null,
		wipedAt: row.wiped_at as number | null,
	};
}
