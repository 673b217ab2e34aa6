import * as v from 'valibot';
import { sessionSchema, type NewDevice, type Session, type SetupRequest } from '../protocol/session.ts';
import type { RecordStore } from '../store/record-store.ts';
import type { DeviceKeys } from './device-key.ts';
import { knownSession } from './session.ts';
import { settingKeys } from './setting-keys.ts';
import type { Answer, Transport } from './transport.ts';

/** Passkeys as the browser has them; `undefined` is the person's no. */
export interface Passkeys {
	register(options: unknown): Promise<unknown>;
	authenticate(options: unknown): Promise<unknown>;
}

export interface EntranceParts {
	store: RecordStore;
	transport: Transport;
	keys: DeviceKeys;
	passkeys: Passkeys | undefined;
}

type Result<T> = { kind: 'ok'; value: T } | { kind: 'failed'; why: string };

const stateSchema = v.object({ setUp: v.boolean(), deskName: v.string() });
const optionsSchema = v.object({ options: v.unknown() });
const noPasskey = { kind: 'failed', why: 'passkey-unknown' } as const;

/**
 * How a browser becomes a device of the desk. A refused enrolment changes nothing here: key and session are those of before. The session is
 * stored last and before anybody is let in, so that a device that knows itself has everything, offline from the first moment.
 */
export function createEntrance({ store, transport, keys, passkeys }: EntranceParts) {
	async function enrolWith(
		deviceName: string,
		ask: (device: NewDevice) => Promise<Answer<unknown>>,
	): Promise<Result<Session>> {
		const key = await keys.create();
		const answer = await ask({ name: deviceName, publicKey: key.publicKey });
		if (answer.kind !== 'ok') return failed(answer);
		const read = v.safeParse(sessionSchema, answer.value);
		if (!read.success) return { kind: 'failed', why: 'malformed' };
		const session = read.output;
		await key.keep();
		// Another device or agent may have been here before: what it had come to is not how far this one is.
		await store.settings.set(settingKeys.progress, undefined);
		await store.addBlocks(session.blocks);
		await store.settings.set(settingKeys.session, session);
		return { kind: 'ok', value: session };
	}

	async function askOptions(path: `/auth/passkey/${string}`): Promise<Result<unknown>> {
		const answer = await transport.auth('POST', path);
		if (answer.kind !== 'ok') return failed(answer);
		const read = v.safeParse(optionsSchema, answer.value);
		return read.success ? { kind: 'ok', value: read.output.options } : { kind: 'failed', why: 'malformed' };
	}

	return {
		/** Throws StoreFailure where this device's data cannot be read: that is no reason to sign in again. */
		known: () => knownSession(store.settings),

		async state(): Promise<Result<v.InferOutput<typeof stateSchema>>> {
			const answer = await transport.auth('GET', '/auth/state');
			if (answer.kind !== 'ok') return failed(answer);
			const read = v.safeParse(stateSchema, answer.value);
			return read.success ? { kind: 'ok', value: read.output } : { kind: 'failed', why: 'malformed' };
		},

		setUp: ({ deviceName, ...request }: Omit<SetupRequest, 'device'> & { deviceName: string }) =>
			enrolWith(deviceName, (device) => transport.auth('POST', '/auth/setup', { ...request, device })),

		enrol: ({ token, deviceName }: { token: string; deviceName: string }) =>
			enrolWith(deviceName, (device) => transport.auth('POST', '/auth/enrol', { token, device })),

		async signInWithPasskey(deviceName: string): Promise<Result<Session>> {
			if (passkeys === undefined) return noPasskey;
			const options = await askOptions('/auth/passkey/sign-in-options');
			if (options.kind !== 'ok') return options;
			const response = await passkeys.authenticate(options.value);
			if (response === undefined) return noPasskey;
			return enrolWith(deviceName, (device) => transport.auth('POST', '/auth/passkey/sign-in', { response, device }));
		},

		async addPasskey(): Promise<Result<void>> {
			if (passkeys === undefined) return noPasskey;
			const options = await askOptions('/auth/passkey/register-options');
			if (options.kind !== 'ok') return options;
			const response = await passkeys.register(options.value);
			if (response === undefined) return noPasskey;
			const answer = await transport.auth('POST', '/auth/passkey/register', { response });
			return answer.kind === 'ok' ? { kind: 'ok', value: undefined } : failed(answer);
		},
	};
}

/** `why` is the detail if the relay gave one, else the reason, else `offline`. */
export function failed(answer: Exclude<Answer<unknown>, { kind: 'ok' }>): { kind: 'failed'; why: string } {
	return { kind: 'failed', why: answer.kind === 'offline' ? 'offline' : (answer.detail ?? answer.reason) };
}
