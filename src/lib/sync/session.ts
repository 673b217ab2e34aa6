import * as v from 'valibot';
import { sessionProof, sessionSchema, type Session } from '../protocol/session.ts';
import type { Settings } from '../store/record-store.ts';
import { createCell, type Cell } from './cell.ts';
import type { DeviceKey, DeviceKeys } from './device-key.ts';
import { settingKeys } from './setting-keys.ts';
import type { Answer, Transport } from './transport.ts';

/** Who this device is, and how it proves it again when the relay no longer knows its cookie. */
export interface Sessions {
	current: Cell<Session | undefined>;
	/** What the relay says now: lines and rights may have changed. */
	refresh(): Promise<Answer<Session>>;
	/** Signs a fresh nonce with the device's key. */
	renew(): Promise<Answer<Session>>;
	/** Takes a session that came otherwise, from an enrolment. */
	take(session: Session): Promise<void>;
}

const challengeSchema = v.object({ nonce: v.string() });

export function createSessions(parts: {
	transport: Transport;
	settings: Settings;
	keys: DeviceKeys;
	known: Session | undefined;
}): Sessions {
	const { transport, settings, keys } = parts;
	const current = createCell(parts.known);
	let renewing: Promise<Answer<Session>> | undefined;

	const take = async (session: Session) => {
		await settings.set(settingKeys.session, session);
		current.set(session);
	};
	const accept = async (answer: Answer<unknown>): Promise<Answer<Session>> => {
		if (answer.kind !== 'ok') return answer;
		const read = v.safeParse(sessionSchema, answer.value);
		if (!read.success) return { kind: 'offline' };
		await take(read.output);
		return { kind: 'ok', value: read.output };
	};
	const prove = async (): Promise<Answer<Session>> => {
		const key = await keys.load();
		const device = current.current?.device.id;
		if (key === undefined || device === undefined) return { kind: 'refused', reason: 'sign-in' };
		return accept(await proveDevice(transport, device, key));
	};
	return {
		current,
		take,
		refresh: async () => accept(await transport.auth('GET', '/auth/me')),
		renew: () => (renewing ??= prove().finally(() => (renewing = undefined))),
	};
}

/** Signs a fresh nonce; what the relay answers is a session, if it is well. */
export async function proveDevice(transport: Transport, device: string, key: DeviceKey): Promise<Answer<unknown>> {
	const challenge = await transport.auth('POST', '/auth/challenge', { device });
	if (challenge.kind !== 'ok') return challenge;
	const read = v.safeParse(challengeSchema, challenge.value);
	if (!read.success) return { kind: 'offline' };
	const { nonce } = read.output;
	const signature = await key.sign(sessionProof(device, nonce));
	return transport.auth('POST', '/auth/session', { device, nonce, signature });
}

/** The session this device had last, even offline. */
export async function knownSession(settings: Settings): Promise<Session | undefined> {
	const read = v.safeParse(sessionSchema, await settings.get(settingKeys.session));
	return read.success ? read.output : undefined;
}

/** The same transport, which proves the device once and asks again when the relay says `sign-in`. */
export function withSession(transport: Transport, sessions: Sessions): Transport {
	const again =
		<Arguments extends unknown[], T>(ask: (...values: Arguments) => Promise<Answer<T>>) =>
		async (...values: Arguments): Promise<Answer<T>> => {
			const first = await ask(...values);
			if (first.kind !== 'refused' || first.reason !== 'sign-in') return first;
			const renewed = await sessions.renew();
			return renewed.kind === 'ok' ? ask(...values) : renewed;
		};
	return {
		push: again(transport.push),
		pull: again(transport.pull),
		bootstrap: again(transport.bootstrap),
		documents: again(transport.documents),
		compare: again(transport.compare),
		offer: again(transport.offer),
		block: again(transport.block),
		blobProgress: again(transport.blobProgress),
		sendBlobChunk: again(transport.sendBlobChunk),
		readBlob: again(transport.readBlob),
		readPicture: again(transport.readPicture),
		auth: again(transport.auth),
		openPoke: (listener) => transport.openPoke(listener),
	};
}
