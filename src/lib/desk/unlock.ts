import * as v from 'valibot';
import type { Passkeys } from '../sync/entrance.ts';
import { createSessions, knownSession, withSession } from '../sync/session.ts';
import type { DeviceKeys } from '../sync/device-key.ts';
import type { Settings } from '../store/record-store.ts';
import type { Transport } from '../sync/transport.ts';

/** yes: the relay knows this device, and where a person locked it, its agent has shown a passkey if there is one. */
export type UnlockAnswer = 'yes' | 'offline' | 'revoked' | 'refused' | 'passkey';

const countSchema = v.object({ count: v.number() });
const optionsSchema = v.object({ options: v.unknown() });

/** Asks the relay whether this device may show again what it holds. */
export async function askUnlock(parts: {
	transport: Transport;
	settings: Settings;
	keys: DeviceKeys;
	passkeys: Passkeys;
	/** A person locked it: then a person has to show up. */
	byPerson: boolean;
}): Promise<UnlockAnswer> {
	const { transport, settings, keys, passkeys, byPerson } = parts;
	const sessions = createSessions({ transport, settings, keys, known: await knownSession(settings) });
	const signedIn = withSession(transport, sessions);
	const known = await signedIn.auth('GET', '/auth/me');
	if (known.kind === 'offline') return 'offline';
	if (known.kind === 'refused') return known.reason === 'revoked' ? 'revoked' : 'refused';
	if (!byPerson) return 'yes';
	const counted = await signedIn.auth('GET', '/auth/passkey');
	if (counted.kind === 'offline') return 'offline';
	const count = counted.kind === 'ok' ? v.safeParse(countSchema, counted.value) : undefined;
	if (count?.success !== true) return 'refused';
	if (count.output.count === 0) return 'yes';
	const asked = await signedIn.auth('POST', '/auth/passkey/sign-in-options');
	const options = asked.kind === 'ok' ? v.safeParse(optionsSchema, asked.value) : undefined;
	if (options?.success !== true) return asked.kind === 'offline' ? 'offline' : 'refused';
	const given = await passkeys.authenticate(options.output.options);
	if (given.kind !== 'ok') return 'passkey';
	const confirmed = await signedIn.auth('POST', '/auth/passkey/confirm', { response: given.value });
	if (confirmed.kind === 'offline') return 'offline';
	return confirmed.kind === 'ok' ? 'yes' : 'passkey';
}
