import * as v from 'valibot';
import { sessionSchema, type NewDevice, type Session, type SetupRequest } from '../protocol/session.ts';
import type { RecordStore } from '../store/record-store.ts';
import type { DeviceKeys } from './device-key.ts';
import { knownSession } from './session.ts';
import { settingKeys } from './setting-keys.ts';
import type { Answer, Transport } from './transport.ts';

/** Passkeys as the browser has them. */
export interface Passkeys {
	register(options: unknown): Promise<PasskeyAnswer>;
	authenticate(options: unknown): Promise<PasskeyAnswer>;
}

/** cancelled: by the person, or it took too long; a browser does not tell which. known: this authenticator has one for the desk. */
export type PasskeyAnswer =
	{ kind: 'ok'; value: unknown } | { kind: 'failed'; why: 'passkey-cancelled' | 'passkey-known' | 'passkey-unusable' };

export interface EntranceParts {
	store: RecordStore;
	transport: Transport;
	keys: DeviceKeys;
	passkeys: Passkeys | undefined;
	/** Deletes what the device before kept beside the store. */
	forgetBefore?(session: Session | undefined): Promise<unknown>;
}

/** A device that this browser was before: another agent's, or the same one's that was replaced. */
export interface LeftBehind {
	agent: string | undefined;
	/** Edits and files that only this browser has. The relay takes them from that device alone, so nobody else can send them. */
	unsent: number;
}

/** `replace`: what the device before has not sent may be deleted. */
type Arrival = { deviceName: string; replace?: boolean };
type Result<T> = { kind: 'ok'; value: T } | { kind: 'failed'; why: string };

const stateSchema = v.object({ setUp: v.boolean(), deskName: v.string() });
const optionsSchema = v.object({ options: v.unknown() });
const unsentLeft = { kind: 'failed', why: 'unsent-left' } as const;
const noPasskeys = { kind: 'failed', why: 'passkey-unusable' } as const;

/**
 * How a browser becomes a device of the desk. A refused enrolment changes nothing here: key and session are those of before. What a
 * device before has left is deleted, and never shown or sent under the new name; while something of it was not sent, only if that was
 * said. The session is stored last and before anybody is let in, so that a device that knows itself has everything, offline from the
 * first moment.
 */
export function createEntrance({ store, transport, keys, passkeys, forgetBefore }: EntranceParts) {
	async function leftBehind(): Promise<LeftBehind | undefined> {
		const [session, edits, files] = await Promise.all([
			knownSession(store.settings),
			store.outbox(),
			store.blobs.unsent(),
		]);
		const unsent = edits.length + files.length;
		return session === undefined && unsent === 0 ? undefined : { agent: session?.agent.name, unsent };
	}

	async function enrolWith(
		{ deviceName, replace = false }: Arrival,
		ask: (device: NewDevice) => Promise<Answer<unknown>>,
	): Promise<Result<Session>> {
		const left = await leftBehind();
		if (!replace && left !== undefined && left.unsent > 0) return unsentLeft;
		const key = await keys.create();
		const answer = await ask({ name: deviceName, publicKey: key.publicKey });
		if (answer.kind !== 'ok') return failed(answer);
		const read = v.safeParse(sessionSchema, answer.value);
		if (!read.success) return { kind: 'failed', why: 'malformed' };
		const session = read.output;
		const before = await knownSession(store.settings);
		await store.empty();
		await forgetBefore?.(before);
		await key.keep(session.device.id);
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

		leftBehind,
		/** What the device before has not sent, as a file. */
		exportLeftBehind: () => store.exportUnsent(),

		async state(): Promise<Result<v.InferOutput<typeof stateSchema>>> {
			const answer = await transport.auth('GET', '/auth/state');
			if (answer.kind !== 'ok') return failed(answer);
			const read = v.safeParse(stateSchema, answer.value);
			return read.success ? { kind: 'ok', value: read.output } : { kind: 'failed', why: 'malformed' };
		},

		setUp: ({ deviceName, replace, ...request }: Omit<SetupRequest, 'device'> & Arrival) =>
			enrolWith({ deviceName, ...(replace === undefined ? {} : { replace }) }, (device) =>
				transport.auth('POST', '/auth/setup', { ...request, device }),
			),

		enrol: ({ token, ...arrival }: { token: string } & Arrival) =>
			enrolWith(arrival, (device) => transport.auth('POST', '/auth/enrol', { token, device })),

		async signInWithPasskey(arrival: Arrival): Promise<Result<Session>> {
			if (passkeys === undefined) return noPasskeys;
			const left = await leftBehind();
			if (arrival.replace !== true && left !== undefined && left.unsent > 0) return unsentLeft;
			const options = await askOptions('/auth/passkey/sign-in-options');
			if (options.kind !== 'ok') return options;
			const given = await passkeys.authenticate(options.value);
			if (given.kind !== 'ok') return given;
			return enrolWith(arrival, (device) =>
				transport.auth('POST', '/auth/passkey/sign-in', { response: given.value, device }),
			);
		},

		async addPasskey(): Promise<Result<void>> {
			if (passkeys === undefined) return noPasskeys;
			const options = await askOptions('/auth/passkey/register-options');
			if (options.kind !== 'ok') return options;
			const made = await passkeys.register(options.value);
			if (made.kind !== 'ok') return made;
			const answer = await transport.auth('POST', '/auth/passkey/register', { response: made.value });
			return answer.kind === 'ok' ? { kind: 'ok', value: undefined } : failed(answer);
		},
	};
}

/** `why` is the detail if the relay gave one, else the reason, else `offline`. */
export function failed(answer: Exclude<Answer<unknown>, { kind: 'ok' }>): { kind: 'failed'; why: string } {
	return { kind: 'failed', why: answer.kind === 'offline' ? 'offline' : (answer.detail ?? answer.reason) };
}
