import * as v from 'valibot';
import { agentIdSchema, deviceIdSchema, lineIdSchema } from '../domain/ids.ts';
import { deskSchema, levelSchema } from '../domain/desk-config.ts';
import { roleSchema } from '../domain/role.ts';

/**
 * Who one is: devices, sessions and invitations. All JSON; a session is an HttpOnly cookie.
 *
 *   GET    /auth/state               -> {setUp: boolean, deskName}: is there a desk already
 *   POST   /auth/setup               SetupRequest      -> Session   (token: the one-time set-up link)
 *   POST   /auth/enrol               EnrolRequest      -> Session   (token: an invitation)
 *   POST   /auth/challenge           {device}          -> {nonce}
 *   POST   /auth/session             SessionRequest    -> Session   (the device proves its key)
 *   GET    /auth/me                                    -> Session
 *   POST   /auth/sign-out                              -> {}
 *   POST   /auth/invitations         InvitationRequest -> Invitation
 *   GET    /auth/devices                               -> {devices: DeviceInfo[]}
 *   POST   /auth/devices/revoke      {device}          -> {}
 *   POST   /auth/agents              AgentChange       -> {}          (admin: role, lines, active, level)
 *   POST   /auth/agents/leave        {id}              -> AgentLeft   (admin)
 *   POST   /auth/devices/wiped       WipedRequest      -> {}          (a revoked device says that it wiped itself, and proves which one it is)
 *   POST   /auth/passkey/register-options   {}             -> {options}: for startRegistration; needs a session
 *   POST   /auth/passkey/register           {response}     -> {}
 *   GET    /auth/passkey                               -> {count}: how many this agent has
 *   POST   /auth/passkey/confirm            {response}     -> {}: this agent is here, with a passkey; after sign-in-options
 *   POST   /auth/passkey/sign-in-options    {}             -> {options}: for startAuthentication
 *   POST   /auth/passkey/sign-in            {response, device: NewDevice} -> Session: enrols this browser as a new device
 *
 * Links open the app: `<public url>/setup?token=...` and `<public url>/enrol?token=...`.
 * Setup, enrol, session and passkey sign-in set the session cookie. A revoked device is answered 403 `revoked` wherever it comes.
 *
 * A refused request is answered with the status of its close reason and `{error: CloseReason, detail?: AuthRefusal}`.
 */
export type AuthRefusal =
	| 'invitation-unknown'
	| 'invitation-expired'
	| 'invitation-used'
	| 'already-set-up'
	| 'wrong-device'
	| 'device-revoked'
	| 'agent-inactive'
	| 'bad-signature'
	| 'not-admin'
	| 'foreign-origin'
	| 'mail-taken'
	| 'last-admin'
	| 'passkey-unknown';

const name = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(100));
const mail = v.pipe(v.string(), v.trim(), v.email(), v.maxLength(320));
const token = v.pipe(v.string(), v.maxLength(100));

/** The public half of the device's key: ECDSA P-256 as JWK. The private half cannot leave the device. */
const publicKey = v.strictObject({
	kty: v.literal('EC'),
	crv: v.literal('P-256'),
	x: v.pipe(v.string(), v.maxLength(64)),
	y: v.pipe(v.string(), v.maxLength(64)),
});

export const newDeviceSchema = v.strictObject({ name, publicKey });
export type NewDevice = v.InferOutput<typeof newDeviceSchema>;

export const setupRequestSchema = v.strictObject({
	token,
	desk: deskSchema,
	agent: v.strictObject({ name, mail }),
	device: newDeviceSchema,
});
export type SetupRequest = v.InferOutput<typeof setupRequestSchema>;

export const enrolRequestSchema = v.strictObject({ token, device: newDeviceSchema });
export type EnrolRequest = v.InferOutput<typeof enrolRequestSchema>;

export const sessionRequestSchema = v.strictObject({
	device: deviceIdSchema,
	nonce: v.pipe(v.string(), v.maxLength(100)),
	signature: v.pipe(v.string(), v.maxLength(200)),
});
export type SessionRequest = v.InferOutput<typeof sessionRequestSchema>;

/**
 * What a device signs to get a session: UTF-8 of this, ECDSA P-256 with SHA-256. The signature is sent as WebCrypto gives
 * it (r and s, 64 bytes), in base64url.
 */
export function sessionProof(device: string, nonce: string): string {
	return `tresen-session:${device}:${nonce}`;
}

/** The device signs this as long as it has its key. Without the signature its cookie, though revoked, says which one it is. */
export const wipedRequestSchema = v.strictObject({
	device: v.pipe(v.string(), v.maxLength(40)),
	signature: v.optional(v.pipe(v.string(), v.maxLength(100))),
});
export type WipedRequest = v.InferOutput<typeof wipedRequestSchema>;

/** Only ever good for that one device and for this, so nothing is gained by saying it twice. */
export function wipedProof(device: string): string {
	return `tresen-wiped:${device}`;
}

export const sessionSchema = v.object({
	agent: v.object({
		id: agentIdSchema,
		name: v.string(),
		mail: v.string(),
		role: roleSchema,
		lines: v.array(lineIdSchema),
	}),
	device: v.object({ id: deviceIdSchema, name: v.string() }),
	deskName: v.string(),
	scopes: v.array(v.string()),
	scopeRevision: v.number(),
	/** The relay's clock, ms since 1970. */
	relayTime: v.number(),
	era: v.number(),
	/** Blocks of ticket numbers that are this device's own. */
	blocks: v.array(v.number()),
});
export type Session = v.InferOutput<typeof sessionSchema>;

/** Without `agent.id` a new agent is invited; with one, another device of that agent. */
export const invitationRequestSchema = v.strictObject({
	agent: v.union([
		v.strictObject({ id: agentIdSchema }),
		v.strictObject({ name, mail, role: roleSchema, lines: v.pipe(v.array(lineIdSchema), v.maxLength(100)) }),
	]),
});
export type InvitationRequest = v.InferOutput<typeof invitationRequestSchema>;

export interface Invitation {
	/** Opens the app and enrols one device, once. */
	url: string;
	expiresAt: number;
}

export interface DeviceInfo {
	id: string;
	name: string;
	agent: string;
	createdAt: number;
	lastSeenAt: number | null;
	state: 'active' | 'revoked' | 'wiped';
	revokedAt: number | null;
	/** When it said that it has deleted everything. */
	wipedAt: number | null;
}

/** An agent leaves: all devices are revoked, sessions end, passkeys and open invitations are gone. */
export const agentLeavesSchema = v.strictObject({ id: agentIdSchema });
export interface AgentLeft {
	devices: number;
	passkeys: number;
}

export const agentChangeSchema = v.strictObject({
	id: agentIdSchema,
	role: roleSchema,
	lines: v.pipe(v.array(lineIdSchema), v.maxLength(100)),
	active: v.boolean(),
	/** Null is every level; left out, it stays. */
	level: v.optional(v.nullable(levelSchema)),
});
export type AgentChange = v.InferOutput<typeof agentChangeSchema>;
