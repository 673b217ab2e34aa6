import type { DatabaseSync } from 'node:sqlite';
import type { DeviceId } from '../../src/lib/domain/ids.ts';
import { createToken, hashToken } from './token.ts';
import { storeIfPossible } from '../store/storage-watch.ts';

export const sessionMs = 12 * 60 * 60_000;
/** A scripted device has no key to begin a session anew. */
export const scriptSessionMs = 365 * 24 * 60 * 60_000;
/** A session that is used is prolonged, at most this often. */
const prolongEveryMs = 10 * 60_000;

export interface Sessions {
	/** A new session for the device; returns the token for its cookie. */
	begin(device: DeviceId, lastsMs?: number): string;
	/** Whose token it is, and whether it still holds. A used session rolls on. */
	find(token: string): { device: DeviceId; isCurrent: boolean; expiresAt: number } | undefined;
	end(token: string): void;
	/** Ends all sessions of a device. Their tokens stay known, so that a revoked device is told so. */
	endOf(device: DeviceId): void;
}

/** `onEnded` hears when sessions end. */
export function createSessions(database: DatabaseSync, now: () => number, onEnded: () => void): Sessions {
	const insert = database.prepare(
		'INSERT INTO sessions (token_hash, device, created_at, expires_at) VALUES (?, ?, ?, ?)',
	);
	const find = database.prepare('SELECT device, created_at, expires_at FROM sessions WHERE token_hash = ?');
	const prolong = database.prepare('UPDATE sessions SET expires_at = ? WHERE token_hash = ?');
	const expire = database.prepare('UPDATE sessions SET expires_at = 0 WHERE token_hash = ?');
	const remove = database.prepare('DELETE FROM sessions WHERE token_hash = ?');
	const endAll = database.prepare('UPDATE sessions SET expires_at = 0 WHERE device = ?');
	const forget = database.prepare('DELETE FROM sessions WHERE device = ? AND expires_at <= ?');
	return {
		begin(device, lastsMs = sessionMs) {
			const token = createToken();
			onEnded();
			forget.run(device, now());
			insert.run(hashToken(token), device, now(), now() + lastsMs);
			return token;
		},
		find(token) {
			const hash = hashToken(token);
			const row = find.get(hash);
			if (row === undefined) return undefined;
			let expiresAt = row.expires_at as number;
			// Begun or prolonged by a clock that ran ahead: it lasts as long as one of now.
			const isScript = expiresAt - (row.created_at as number) >= scriptSessionMs;
			if (!isScript && expiresAt > now() + sessionMs + prolongEveryMs) {
				expiresAt = now() + sessionMs;
				storeIfPossible(() => prolong.run(now() + sessionMs, hash));
			}
			const isCurrent = expiresAt > now();
			// It stays so, whatever the clock says later.
			if (!isCurrent && expiresAt !== 0) storeIfPossible(() => expire.run(hash));
			if (isCurrent && now() + sessionMs - expiresAt >= prolongEveryMs)
				storeIfPossible(() => prolong.run(now() + sessionMs, hash));
			return { device: row.device as DeviceId, isCurrent, expiresAt };
		},
		end(token) {
			onEnded();
			remove.run(hashToken(token));
		},
		endOf(device) {
			onEnded();
			endAll.run(device);
		},
	};
}

export const sessionCookie = 'tresen_session';
/** The cookie outlives the session: with an old one the relay still knows which device comes back. */
const cookieSeconds = 400 * 24 * 60 * 60;

export function writeSessionCookie(token: string, isSecure: boolean): string {
	return `${sessionCookie}=${token}; Path=/; Max-Age=${cookieSeconds}; HttpOnly; SameSite=Strict${isSecure ? '; Secure' : ''}`;
}

export function clearSessionCookie(isSecure: boolean): string {
	return `${sessionCookie}=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict${isSecure ? '; Secure' : ''}`;
}

export function readSessionCookie(header: string | undefined): string | undefined {
	for (const part of (header ?? '').split(';')) {
		const [name, value] = part.split('=', 2);
		if (name?.trim() === sessionCookie && value) return value.trim();
	}
	return undefined;
}
