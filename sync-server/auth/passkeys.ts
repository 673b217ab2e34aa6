import type { DatabaseSync } from 'node:sqlite';
import type { verifyAuthenticationResponse, verifyRegistrationResponse } from '@simplewebauthn/server';
import type { AgentId } from '../../src/lib/domain/ids.ts';
import type { KnownAgent } from './agents.ts';
import { together } from '../store/database.ts';
import { createChallenges } from './challenges.ts';

/** Passkeys of agents: one that is known lets a new browser in as a device of its own, without an invitation. */
export interface Passkeys {
	registrationOptions(agent: KnownAgent, deskName: string, origin: string): Promise<object>;
	/** `note` is written down with it. */
	register(agent: KnownAgent, response: unknown, origin: string, note?: () => void): Promise<boolean>;
	countOf(agent: AgentId): number;
	signInOptions(origin: string): Promise<object>;
	/** Whose passkey answered; undefined if none that is known did. */
	signIn(response: unknown, origin: string): Promise<AgentId | undefined>;
}

const askMs = 5 * 60_000;
const mostOfAgent = 20;
/** EdDSA, ES256, RS256: what authenticators have. */
const algorithms = [-8, -7, -257];
type RegistrationResponse = Parameters<typeof verifyRegistrationResponse>[0]['response'];
type AuthenticationResponse = Parameters<typeof verifyAuthenticationResponse>[0]['response'];
type Transport = NonNullable<RegistrationResponse['response']['transports']>[number];

/** Loaded when somebody uses a passkey: it takes a quarter of an idle relay's memory. */
const webAuthn = () => import('@simplewebauthn/server');

export function createPasskeys(database: DatabaseSync, now: () => number): Passkeys {
	const registering = createChallenges<AgentId>(now, askMs);
	const signingIn = createChallenges<'anybody'>(now, askMs);
	const ofAgent = database.prepare('SELECT id, transports FROM passkeys WHERE agent = ?');
	const byId = database.prepare('SELECT agent, public_key, counter, transports FROM passkeys WHERE id = ?');
	const insert = database.prepare(
		'INSERT INTO passkeys (id, agent, public_key, counter, transports, created_at) VALUES (?, ?, ?, ?, ?, ?)',
	);
	const used = database.prepare('UPDATE passkeys SET counter = ?, last_used_at = ? WHERE id = ?');

	return {
		async registrationOptions(agent, deskName, origin) {
			const { generateRegistrationOptions } = await webAuthn();
			return generateRegistrationOptions({
				rpName: deskName,
				rpID: new URL(origin).hostname,
				userName: agent.mail,
				userDisplayName: agent.name,
				userID: new TextEncoder().encode(agent.id),
				challenge: Uint8Array.from(Buffer.from(registering.ask(agent.id), 'base64url')),
				excludeCredentials: ofAgent.all(agent.id).map((row) => ({
					id: row.id as string,
					transports: JSON.parse(row.transports as string) as Transport[],
				})),
				supportedAlgorithmIDs: algorithms,
				authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
			});
		},
		async register(agent, response, origin, note) {
			const { verifyRegistrationResponse } = await webAuthn();
			const verification = await verified(() =>
				verifyRegistrationResponse({
					response: response as RegistrationResponse,
					supportedAlgorithmIDs: algorithms,
					expectedChallenge: (challenge) => registering.take(challenge) === agent.id,
					expectedOrigin: origin,
					expectedRPID: new URL(origin).hostname,
				}),
			);
			if (verification?.registrationInfo === undefined) return false;
			const { credential } = verification.registrationInfo;
			if (byId.get(credential.id) !== undefined || ofAgent.all(agent.id).length >= mostOfAgent) return false;
			const transports = JSON.stringify(credential.transports ?? []);
			together(database, () => {
				insert.run(credential.id, agent.id, credential.publicKey, credential.counter, transports, now());
				note?.();
			});
			return true;
		},
		countOf: (agent) => ofAgent.all(agent).length,
		async signInOptions(origin) {
			const { generateAuthenticationOptions } = await webAuthn();
			return generateAuthenticationOptions({
				rpID: new URL(origin).hostname,
				challenge: Uint8Array.from(Buffer.from(signingIn.ask('anybody'), 'base64url')),
				userVerification: 'required',
			});
		},
		async signIn(response, origin) {
			const id = (response as { id?: unknown } | null)?.id;
			const row = typeof id === 'string' ? byId.get(id) : undefined;
			if (row === undefined) return undefined;
			const { verifyAuthenticationResponse } = await webAuthn();
			const verification = await verified(() =>
				verifyAuthenticationResponse({
					response: response as AuthenticationResponse,
					expectedChallenge: (challenge) => signingIn.take(challenge) === 'anybody',
					expectedOrigin: origin,
					expectedRPID: new URL(origin).hostname,
					credential: {
						id: id as string,
						publicKey: Uint8Array.from(row.public_key as Uint8Array),
						counter: row.counter as number,
						transports: JSON.parse(row.transports as string) as Transport[],
					},
				}),
			);
			if (verification?.verified !== true) return undefined;
			used.run(verification.authenticationInfo.newCounter, now(), id as string);
			return row.agent as AgentId;
		},
	};
}

/** The library throws at everything that does not fit; what comes from outside may never fit. */
async function verified<T>(check: () => Promise<T>): Promise<T | undefined> {
	try {
		return await check();
	} catch {
		return undefined;
	}
}
