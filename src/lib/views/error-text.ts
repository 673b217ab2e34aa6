import type { ActFailure, RelayResult, StorageState, SyncState } from '../desk.ts';
import { closeReasons, type CloseReason } from '../protocol/close-reasons.ts';
import type { AuthRefusal } from '../protocol/session.ts';

/** The dictionaries' `errors`: what happened, what is safe, what to do. */
export type ErrorKey =
	| 'relay-unreachable'
	| 'session-expired'
	| 'device-revoked'
	| 'newer-schema'
	| 'damaged-database'
	| 'quota-full'
	| 'wrong-clock'
	| 'edit-refused'
	| 'invitation-expired'
	| 'invitation-used'
	| 'invitation-unknown'
	| 'already-set-up'
	| 'not-allowed'
	| 'foreign-origin'
	| 'mail-taken'
	| 'last-admin'
	| 'passkey-unknown'
	| 'passkey-cancelled'
	| 'passkey-known'
	| 'passkey-unusable'
	| 'unsent-left'
	| 'update-app'
	| 'file-too-large'
	| 'not-saved-yet'
	| 'relay-full'
	| 'other-tab'
	| 'unexpected';

/** The dictionaries' `actRefusal`: one sentence, because nothing was changed and nothing is at risk. */
export type RefusalKey = Extract<ActFailure, { kind: 'refused' }>['reason'];

export type Trouble =
	{ kind: 'error'; key: ErrorKey; code?: string } | { kind: 'refusal'; key: RefusalKey; missing?: readonly string[] };

export function actTrouble(failure: ActFailure): Trouble {
	if (failure.kind === 'refused')
		return {
			kind: 'refusal',
			key: failure.reason,
			...(failure.missing === undefined ? {} : { missing: failure.missing }),
		};
	const keys = { quota: 'quota-full', 'connection-lost': 'not-saved-yet', unknown: 'not-saved-yet' } as const;
	return { kind: 'error', key: keys[failure.why] };
}

const storageKeys: Record<Exclude<StorageState['kind'], 'ok'>, ErrorKey> = {
	'connection-lost': 'not-saved-yet',
	damaged: 'damaged-database',
	quota: 'quota-full',
	blocked: 'other-tab',
};

export function storageTrouble(state: StorageState): ErrorKey | undefined {
	return state.kind === 'ok' ? undefined : storageKeys[state.kind];
}

const syncKeys: Record<NonNullable<SyncState['problem']>, ErrorKey> = {
	'sign-in': 'session-expired',
	revoked: 'device-revoked',
	'update-app': 'update-app',
	rejected: 'edit-refused',
	storage: 'not-saved-yet',
	'relay-storage': 'relay-full',
};

/** A clock that is off by less disturbs nobody. */
const clockToleranceMs = 5 * 60_000;

export function syncTrouble(state: SyncState): ErrorKey | undefined {
	if (state.wiped) return 'device-revoked';
	if (state.problem !== undefined) return syncKeys[state.problem];
	return Math.abs(state.clockOffset) > clockToleranceMs ? 'wrong-clock' : undefined;
}

const authKeys: Record<AuthRefusal, ErrorKey> = {
	'invitation-unknown': 'invitation-unknown',
	'invitation-expired': 'invitation-expired',
	'invitation-used': 'invitation-used',
	'already-set-up': 'already-set-up',
	'wrong-device': 'session-expired',
	'device-revoked': 'device-revoked',
	'agent-inactive': 'device-revoked',
	'bad-signature': 'session-expired',
	'not-admin': 'not-allowed',
	'foreign-origin': 'foreign-origin',
	'mail-taken': 'mail-taken',
	'last-admin': 'last-admin',
	'passkey-unknown': 'passkey-unknown',
};

const closeKeys: Record<CloseReason, ErrorKey> = {
	'sign-in': 'session-expired',
	'no-access': 'not-allowed',
	revoked: 'device-revoked',
	'not-found': 'unexpected',
	gone: 'unexpected',
	'other-generation': 'unexpected',
	'too-big': 'unexpected',
	malformed: 'unexpected',
	forged: 'unexpected',
	'too-many': 'relay-unreachable',
	'update-app': 'update-app',
	'try-later': 'relay-unreachable',
	'pull-first': 'relay-unreachable',
	'storage-full': 'relay-full',
	stopping: 'relay-unreachable',
};

/** From the reason a relay call failed with; `offline` and unknown reasons included. The code is for support. */
export function relayTrouble({ why }: Extract<RelayResult<unknown>, { kind: 'failed' }>): {
	key: ErrorKey;
	code: string;
} {
	if (Object.hasOwn(authKeys, why)) return { key: authKeys[why as AuthRefusal], code: why };
	if (Object.hasOwn(closeReasons, why)) return { key: closeKeys[why as CloseReason], code: why };
	if (why === 'unsent-left') return { key: 'unsent-left', code: why };
	if (why === 'passkey-cancelled' || why === 'passkey-known' || why === 'passkey-unusable')
		return { key: why, code: why };
	if (why === 'other-tab' || why === 'store-blocked') return { key: 'other-tab', code: why };
	if (why === 'store-quota') return { key: 'quota-full', code: why };
	if (why.startsWith('store-')) return { key: 'damaged-database', code: why };
	if (why === 'offline' || why === 'unreachable' || why === 'timeout') return { key: 'relay-unreachable', code: why };
	return { key: 'unexpected', code: why };
}
