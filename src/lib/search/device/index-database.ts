import type { Sql } from '../sql.ts';

/** The database under the index. */
export interface IndexDatabase {
	readonly sql: Sql;
	readonly where: 'disk' | 'memory';
	/** Throws everything away and begins with an empty one in the same place; in memory if that place is no good any more. */
	renew(): void;
	close(): void;
}
