/**
 * What the relay remembers of people and devices. Tokens are stored as SHA-256 only. Rows of agents and devices are
 * never deleted: ids are never given twice, and a revoked device must still be known when it comes back.
 */
export const authTables = `
	CREATE TABLE agents (
		id TEXT PRIMARY KEY,
		name TEXT NOT NULL,
		mail TEXT NOT NULL UNIQUE COLLATE NOCASE,
		role TEXT NOT NULL,
		lines TEXT NOT NULL,
		active INTEGER NOT NULL,
		scope_revision INTEGER NOT NULL,
		created_at INTEGER NOT NULL
	) STRICT;
	CREATE TABLE devices (
		id TEXT PRIMARY KEY,
		agent TEXT NOT NULL REFERENCES agents (id),
		name TEXT NOT NULL,
		public_key TEXT,
		state TEXT NOT NULL,
		created_at INTEGER NOT NULL,
		last_seen_at INTEGER
	) STRICT;
	CREATE INDEX devices_of_agent ON devices (agent);
	CREATE TABLE sessions (
		token_hash BLOB PRIMARY KEY,
		device TEXT NOT NULL REFERENCES devices (id),
		created_at INTEGER NOT NULL,
		expires_at INTEGER NOT NULL
	) STRICT;
	CREATE INDEX sessions_of_device ON sessions (device);
	CREATE TABLE invitations (
		token_hash BLOB PRIMARY KEY,
		agent TEXT NOT NULL REFERENCES agents (id),
		created_by TEXT NOT NULL,
		created_at INTEGER NOT NULL,
		expires_at INTEGER NOT NULL,
		used_at INTEGER
	) STRICT;
	CREATE TABLE number_blocks (
		block INTEGER PRIMARY KEY,
		device TEXT NOT NULL,
		given_at INTEGER NOT NULL
	) STRICT;
	CREATE INDEX number_blocks_of_device ON number_blocks (device);
	CREATE TABLE passkeys (
		id TEXT PRIMARY KEY,
		agent TEXT NOT NULL REFERENCES agents (id),
		public_key BLOB NOT NULL,
		counter INTEGER NOT NULL,
		transports TEXT NOT NULL,
		created_at INTEGER NOT NULL,
		last_used_at INTEGER
	) STRICT;
`;

/** Up to which level an agent answers; null is every level. */
export const agentLevels = 'ALTER TABLE agents ADD COLUMN level INTEGER CHECK (level IN (1, 2, 3));';

/** When a device was revoked, and when it said that it has wiped itself. */
export const deviceEnds = `
	ALTER TABLE devices ADD COLUMN revoked_at INTEGER;
	ALTER TABLE devices ADD COLUMN wiped_at INTEGER;
`;
