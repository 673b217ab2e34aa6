import type { DatabaseSync } from 'node:sqlite';
import type { AgentId } from '../../src/lib/domain/ids.ts';
import type { AuthRefusal } from '../../src/lib/protocol/session.ts';
import { createToken, hashToken } from './token.ts';
import { storeIfPossible } from '../store/storage-watch.ts';

export const invitationMs = 15 * 60_000;
/** Clocks are corrected by so much between two starts. */
const clockSlackMs = 60_000;

export type InvitationReading =
	| { kind: 'valid'; agent: AgentId }
	| {
			kind: 'refused';
			refusal: Extract<AuthRefusal, 'invitation-unknown' | 'invitation-expired' | 'invitation-used'>;
	  };

export interface Invitations {
	/** Invites one device of that agent; returns the token, which is stored nowhere. */
	create(agent: AgentId, createdBy: string): { token: string; expiresAt: number };
	/** Uses an invitation up. What is refused is not used up. */
	redeem(token: string): InvitationReading;
}

export function createInvitations(database: DatabaseSync, now: () => number): Invitations {
	const insert = database.prepare(
		'INSERT INTO invitations (token_hash, agent, created_by, created_at, expires_at) VALUES (?, ?, ?, ?, ?)',
	);
	const find = database.prepare('SELECT agent, expires_at, used_at FROM invitations WHERE token_hash = ?');
	const use = database.prepare('UPDATE invitations SET used_at = ? WHERE token_hash = ? AND used_at IS NULL');
	const expire = database.prepare('UPDATE invitations SET expires_at = 0 WHERE token_hash = ?');
	return {
		create(agent, createdBy) {
			const token = createToken();
			const expiresAt = now() + invitationMs;
			insert.run(hashToken(token), agent, createdBy, now(), expiresAt);
			return { token, expiresAt };
		},
		redeem(token) {
			const hash = hashToken(token);
			const row = find.get(hash);
			if (row === undefined) return { kind: 'refused', refusal: 'invitation-unknown' };
			if (row.used_at !== null) return { kind: 'refused', refusal: 'invitation-used' };
			const expiresAt = row.expires_at as number;
			// Or made by a clock that ran ahead: it would open for longer than anybody meant.
			if (expiresAt <= now() || expiresAt > now() + invitationMs + clockSlackMs) {
				// It stays so, whatever the clock says later.
				if (expiresAt !== 0) storeIfPossible(() => expire.run(hash));
				return { kind: 'refused', refusal: 'invitation-expired' };
			}
			if (use.run(now(), hash).changes !== 1) return { kind: 'refused', refusal: 'invitation-used' };
			return { kind: 'valid', agent: row.agent as AgentId };
		},
	};
}
