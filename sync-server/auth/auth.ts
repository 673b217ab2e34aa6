import type { DatabaseSync } from 'node:sqlite';
import { scopesOfAgent, type Scope } from '../../src/lib/domain/audience.ts';
import type { Agent, Desk, DeskConfig } from '../../src/lib/domain/desk-config.ts';
import type { AgentId, DeviceId, LineId, QueueId } from '../../src/lib/domain/ids.ts';
import type { Role } from '../../src/lib/domain/role.ts';
import { createUlid } from '../../src/lib/domain/ulid.ts';
import type { DeskKey } from '../../src/lib/document/desk-document.ts';
import type { CloseReason } from '../../src/lib/protocol/close-reasons.ts';
import {
	sessionProof,
	wipedProof,
	type AgentChange,
	type AgentLeft,
	type AuthRefusal,
	type DeviceInfo,
	type EnrolRequest,
	type Invitation,
	type InvitationRequest,
	type NewDevice,
	type Session,
	type SessionRequest,
	type SetupRequest,
	type WipedRequest,
} from '../../src/lib/protocol/session.ts';
import type { AuditBy, AuditLog } from '../audit/audit-log.ts';
import { together } from '../store/database.ts';
import { createAgents, type KnownAgent } from './agents.ts';
import { createChallenges } from './challenges.ts';
import { isSignedBy, isUsableKey } from './device-key.ts';
import { createDevices, type KnownDevice } from './devices.ts';
import { createInvitations } from './invitations.ts';
import { createKnownCallers } from './known-callers.ts';
import { createNumberBlocks, type NumberBlocks } from './number-blocks.ts';
import { createSessions, scriptSessionMs, sessionMs } from './sessions.ts';
import { createToken, hashToken } from './token.ts';

/** Who asks: an active agent on an active device. */
export interface Caller {
	agent: KnownAgent;
	device: KnownDevice;
}

export interface Refused {
	kind: 'refused';
	reason: CloseReason;
	detail?: AuthRefusal;
}
export type Identified = { kind: 'caller'; caller: Caller } | Refused;
/** A session with the token that goes into its cookie. */
export type SignedIn = { kind: 'signed-in'; session: Session; token: string } | Refused;
export type Done<T> = { kind: 'done'; value: T } | Refused;

/** What the rest of the relay does for auth. */
export interface DeskLink {
	readDesk(): DeskConfig;
	/** Writes configuration; resolves when it is stored. */
	writeDesk(values: ReadonlyMap<DeskKey, object>): Promise<void>;
	/** Closes every socket of the device. */
	closeDevice(device: DeviceId, reason: CloseReason): void;
	/** Tells the agent's devices that what they may see has changed. */
	scopesChanged(agent: AgentId): void;
	era(): number;
}

export interface AuthParts {
	database: DatabaseSync;
	/** The data directory. */
	directory: string;
	desk: DeskLink;
	/** Who administers what is written down there. */
	audit?: Pick<AuditLog, 'add'>;
	now: () => number;
	publicUrl: () => string;
	fillRandom: (bytes: Uint8Array) => unknown;
}

export interface Auth {
	/** Whether somebody is there who can invite others. */
	isSetUp(): boolean;
	deskName(): string;
	/** The one-time set-up link while there is no desk yet. */
	setupUrl(): string | undefined;
	setUp(request: SetupRequest): Promise<SignedIn>;
	enrol(request: EnrolRequest): Promise<SignedIn>;
	challenge(device: string): Done<{ nonce: string }>;
	signIn(request: SessionRequest): Promise<SignedIn>;
	signOut(token: string): void;
	identify(token: string | undefined): Identified;
	sessionOf(caller: Caller): Session;
	scopesOf(agent: KnownAgent): Scope[];
	invite(by: Caller | 'command', request: InvitationRequest): Promise<Done<Invitation>>;
	devices(caller: Caller): DeviceInfo[];
	revoke(by: Caller | 'command', device: string): Done<object>;
	/** What a device says that was revoked; `token` is that of its cookie. */
	wiped(request: WipedRequest, token: string | undefined): Promise<Done<object>>;
	changeAgent(by: Caller | 'command', change: AgentChange): Promise<Done<object>>;
	/** Shuts an agent out for good, on every device and by every door. What they were working on stays as it is. */
	leave(by: Caller | 'command', agent: string): Promise<Done<AgentLeft>>;
	notePasskey(by: Caller): void;
	/** The device, if that one may ask what it held. */
	mayAskHeld(by: Caller | 'command', device: string): Done<KnownDevice>;
	/** Enrols a browser or a script for an agent that has shown who it is. */
	addDevice(agent: KnownAgent, device: { name: string; publicKey: NewDevice['publicKey'] | undefined }): SignedIn;
	/** The agent with that address, changed as wanted, or a new one; without lines a new agent gets all. */
	ensureAgent(wanted: { mail: string; name?: string; role?: Role; lines?: LineId[] }): Promise<KnownAgent>;
	/** Makes the desk without a browser, for scripts; nothing if there is one. */
	ensureDesk(desk?: Desk): Promise<void>;
	agentById(id: string): KnownAgent | undefined;
	agentOfDevice(id: string): AgentId | undefined;
	numbers: NumberBlocks;
	/** Call when lines were added or taken away: what admins may see has changed. */
	linesChanged(): void;
	/** Brings the agents in the desk document in line with the relay's own. */
	publishAgents(): Promise<void>;
}

const nonceMs = 60_000;
const refused = (reason: CloseReason, detail?: AuthRefusal): Refused =>
	detail === undefined ? { kind: 'refused', reason } : { kind: 'refused', reason, detail };

export function createAuth(parts: AuthParts): Auth {
	const { database, directory, desk, now, publicUrl, fillRandom } = parts;
	const audit = parts.audit ?? { add: () => undefined };
	const callers = createKnownCallers(now);
	const agents = createAgents(database, now, callers.forgetAll);
	const devices = createDevices(database, now, callers.forgetAll);
	const sessions = createSessions(database, now, callers.forgetAll);
	const invitations = createInvitations(database, now);
	const challenges = createChallenges<DeviceId>(now, nonceMs);
	const numbers = createNumberBlocks(database, directory, now);
	const forgetPasskeys = database.prepare('DELETE FROM passkeys WHERE agent = ?');
	const forgetInvitations = database.prepare('DELETE FROM invitations WHERE agent = ? AND used_at IS NULL');
	// Made anew at every start, so nothing has to be stored of it.
	const setupToken = createToken();
	let isSettingUp = false;

	const newId = () => createUlid(now(), fillRandom);
	const isSetUp = () => agents.all().some((agent) => agent.role === 'admin');

	const scopesOf = (agent: KnownAgent) =>
		scopesOfAgent(
			agent,
			desk.readDesk().lines.map((line) => line.id),
		);

	const sessionOf = ({ agent, device }: Caller): Session => ({
		agent: { id: agent.id, name: agent.name, mail: agent.mail, role: agent.role, lines: agent.lines },
		device: { id: device.id, name: device.name },
		deskName: desk.readDesk().desk.name,
		scopes: scopesOf(agent),
		scopeRevision: agent.scopeRevision,
		relayTime: now(),
		era: desk.era(),
		blocks: numbers.of(device.id),
	});

	const signedIn = (agent: KnownAgent, device: KnownDevice): SignedIn => ({
		kind: 'signed-in',
		session: sessionOf({ agent, device }),
		token: sessions.begin(device.id, device.publicKey === undefined ? scriptSessionMs : sessionMs),
	});

	const addDevice: Auth['addDevice'] = (agent, { name, publicKey }) => {
		if (!agent.active) return refused('no-access', 'agent-inactive');
		const id = newId() as DeviceId;
		return together(database, () => {
			devices.add({ id, agent: agent.id, name, publicKey });
			numbers.give(id);
			audit.add({ agent: agent.id, device: id }, 'device-enrolled', id, { after: { name } });
			return signedIn(agent, devices.byId(id) as KnownDevice);
		});
	};

	const publishAgents = async () => {
		const published = new Map(desk.readDesk().agents.map((agent) => [agent.id, JSON.stringify(shown(agent))]));
		const changed = agents.all().filter((agent) => published.get(agent.id) !== JSON.stringify(shown(agent)));
		if (changed.length === 0) return;
		await desk.writeDesk(new Map(changed.map((agent) => [`agent:${agent.id}` as DeskKey, shown(agent)])));
	};

	const newAgent = (agent: NewAgent) => {
		const id = newId() as AgentId;
		agents.add({ id, ...agent, active: true });
		return agents.byId(id) as KnownAgent;
	};
	const addAgent = async (agent: NewAgent) => {
		const added = newAgent(agent);
		await publishAgents();
		return added;
	};

	const ensureDesk: Auth['ensureDesk'] = async (wanted = { name: 'Tresen', language: 'de' }) => {
		if (desk.readDesk().lines.length === 0) await desk.writeDesk(firstConfiguration(wanted));
	};

	const ensureAgent: Auth['ensureAgent'] = async ({ mail, name, role, lines }) => {
		const known = agents.byMail(mail);
		const all = desk.readDesk().lines.map((line) => line.id);
		if (known === undefined) return addAgent({ mail, name: name ?? mail, role: role ?? 'agent', lines: lines ?? all });
		const changed = changeRights('command', known, {
			...{ role: role ?? known.role, lines: lines ?? known.lines, active: true },
		});
		await publishAgents();
		if (changed.scopeRevision !== known.scopeRevision) desk.scopesChanged(known.id);
		return changed;
	};

	const changeRights = (by: AuditBy, before: KnownAgent, change: Parameters<typeof agents.change>[1]) =>
		together(database, () => {
			agents.change(before.id, change);
			const after = agents.byId(before.id) as KnownAgent;
			if (JSON.stringify(rights(before)) !== JSON.stringify(rights(after)))
				audit.add(by, 'agent-changed', before.id, { before: rights(before), after: rights(after) });
			return after;
		});

	const revokeDevice = (by: AuditBy, { id, name }: KnownDevice) => {
		devices.setState(id, 'revoked');
		sessions.endOf(id);
		audit.add(by, 'device-revoked', id, { after: { name } });
	};

	const isLastAdmin = (id: string) => {
		const admins = agents.all().filter((known) => known.role === 'admin' && known.active);
		return admins.length === 1 && admins[0]?.id === id;
	};

	return {
		isSetUp,
		deskName: () => desk.readDesk().desk.name,
		setupUrl: () => (isSetUp() ? undefined : `${publicUrl()}/setup?token=${setupToken}`),

		async setUp(request) {
			if (isSetUp() || isSettingUp) return refused('no-access', 'already-set-up');
			if (request.token !== setupToken) return refused('no-access', 'invitation-unknown');
			if (!(await isUsableKey(request.device.publicKey))) return refused('malformed');
			if (isSetUp() || isSettingUp) return refused('no-access', 'already-set-up');
			isSettingUp = true;
			try {
				await ensureDesk(request.desk);
				await desk.writeDesk(new Map<DeskKey, object>([['desk', request.desk]]));
				const added = addDevice(await ensureAgent({ ...request.agent, role: 'admin' }), request.device);
				if (added.kind === 'signed-in')
					audit.add({ agent: added.session.agent.id, device: added.session.device.id }, 'desk-set-up');
				return added;
			} finally {
				isSettingUp = false;
			}
		},

		async enrol(request) {
			if (!(await isUsableKey(request.device.publicKey))) return refused('malformed');
			return together(database, () => {
				const invitation = invitations.redeem(request.token);
				if (invitation.kind === 'refused') return refused('no-access', invitation.refusal);
				const agent = agents.byId(invitation.agent);
				return agent === undefined ? refused('no-access', 'invitation-unknown') : addDevice(agent, request.device);
			});
		},

		challenge(id) {
			const device = devices.byId(id);
			if (device?.publicKey === undefined) return refused('no-access', 'wrong-device');
			if (device.state !== 'active') return refused('revoked', 'device-revoked');
			return { kind: 'done', value: { nonce: challenges.ask(device.id) } };
		},

		async signIn({ device: id, nonce, signature }) {
			const asked = challenges.take(nonce);
			const device = devices.byId(id);
			if (device?.publicKey === undefined) return refused('no-access', 'wrong-device');
			if (device.state !== 'active') return refused('revoked', 'device-revoked');
			if (asked !== device.id) return refused('sign-in', 'bad-signature');
			if (!(await isSignedBy(device.publicKey, sessionProof(device.id, nonce), signature)))
				return refused('sign-in', 'bad-signature');
			const agent = agents.byId(device.agent);
			if (!agent?.active) return refused('no-access', 'agent-inactive');
			// Checking the signature took a moment, in which the device may have been revoked.
			if (devices.byId(id)?.state !== 'active') return refused('revoked', 'device-revoked');
			return together(database, () => {
				devices.seen(device);
				audit.add({ agent: agent.id, device: device.id }, 'signed-in');
				return signedIn(agent, device);
			});
		},

		signOut: (token) => sessions.end(token),

		identify(token) {
			if (token === undefined) return refused('sign-in');
			const hash = hashToken(token);
			const known = callers.find(hash);
			if (known !== undefined) return { kind: 'caller', caller: known };
			const session = sessions.find(token);
			if (session === undefined) return refused('sign-in');
			const device = devices.byId(session.device);
			if (device === undefined) return refused('sign-in');
			if (device.state !== 'active') return refused('revoked', 'device-revoked');
			if (!session.isCurrent) return refused('sign-in');
			const agent = agents.byId(device.agent);
			if (!agent?.active) return refused('no-access', 'agent-inactive');
			devices.seen(device);
			const caller = { agent, device };
			callers.remember(hash, caller, session.expiresAt);
			return { kind: 'caller', caller };
		},

		sessionOf,
		scopesOf,

		async invite(by, { agent: wanted }) {
			const isAdmin = by === 'command' || by.agent.role === 'admin';
			const own = by !== 'command' && 'id' in wanted && wanted.id === by.agent.id;
			if (!isAdmin && !own) return refused('no-access', 'not-admin');
			let agent: KnownAgent | undefined;
			if ('id' in wanted) {
				agent = agents.byId(wanted.id);
				if (agent === undefined) return refused('not-found');
				if (!agent.active) return refused('no-access', 'agent-inactive');
			} else {
				if (!areKnownLines(desk, wanted.lines)) return refused('malformed');
				const known = agents.byMail(wanted.mail);
				if (known !== undefined && devices.ofAgent(known.id).length > 0) return refused('no-access', 'mail-taken');
				agent = known;
			}
			const { token, expiresAt } = together(database, () => {
				// Invited before and never came: the new invitation says what holds.
				if (agent !== undefined && !('id' in wanted))
					agents.change(agent.id, { role: wanted.role, lines: wanted.lines, active: true });
				const invited = (agent === undefined ? newAgent(wanted as NewAgent) : agents.byId(agent.id)) as KnownAgent;
				audit.add(doer(by), 'agent-invited', invited.id, { after: rights(invited) });
				return invitations.create(invited.id, by === 'command' ? 'command' : by.agent.id);
			});
			await publishAgents();
			return { kind: 'done', value: { url: `${publicUrl()}/enrol?token=${token}`, expiresAt } };
		},

		devices(caller) {
			const visible = caller.agent.role === 'admin' ? devices.all() : devices.ofAgent(caller.agent.id);
			return visible.map(({ id, name, agent, createdAt, lastSeenAt, state, revokedAt, wipedAt }) => ({
				id,
				name,
				agent,
				createdAt,
				lastSeenAt,
				state,
				revokedAt,
				wipedAt,
			}));
		},

		revoke(by, id) {
			const device = devices.byId(id);
			const isAllowed = by === 'command' || by.agent.role === 'admin' || device?.agent === by.agent.id;
			if (device === undefined) {
				return by === 'command' || by.agent.role === 'admin' ? refused('not-found') : refused('no-access', 'not-admin');
			}
			if (!isAllowed) return refused('no-access', 'not-admin');
			if (device.state === 'active') {
				together(database, () => revokeDevice(doer(by), device));
				desk.closeDevice(device.id, 'revoked');
			}
			return { kind: 'done', value: {} };
		},

		async wiped({ device: id, signature }, token) {
			const device = devices.byId(id);
			// Ids of devices stand in every record: whoever is in the desk could say it for a device that still holds everything.
			const isItself =
				device !== undefined &&
				((token !== undefined && sessions.find(token)?.device === device.id) ||
					(signature !== undefined &&
						device.publicKey !== undefined &&
						(await isSignedBy(device.publicKey, wipedProof(device.id), signature))));
			if (!isItself) return refused('no-access', 'wrong-device');
			const { state } = devices.byId(id) ?? device;
			if (state === 'active') return refused('no-access', 'wrong-device');
			if (state === 'wiped') return { kind: 'done', value: {} };
			together(database, () => {
				devices.setState(device.id, 'wiped');
				audit.add({ agent: device.agent, device: device.id }, 'device-wiped', device.id);
			});
			return { kind: 'done', value: {} };
		},

		async changeAgent(by, { id, role, lines, active, level }) {
			if (by !== 'command' && by.agent.role !== 'admin') return refused('no-access', 'not-admin');
			const agent = agents.byId(id);
			if (agent === undefined) return refused('not-found');
			if (!areKnownLines(desk, lines)) return refused('malformed');
			if (!(role === 'admin' && active) && isLastAdmin(id)) return refused('no-access', 'last-admin');
			const left = active ? [] : devices.ofAgent(id).filter(({ state }) => state === 'active');
			together(database, () => {
				changeRights(doer(by), agent, { role, lines, active, level });
				for (const device of left) sessions.endOf(device.id);
			});
			for (const device of left) desk.closeDevice(device.id, 'no-access');
			await publishAgents();
			if (agents.byId(id)?.scopeRevision !== agent.scopeRevision) desk.scopesChanged(id);
			return { kind: 'done', value: {} };
		},

		async leave(by, id) {
			if (by !== 'command' && by.agent.role !== 'admin') return refused('no-access', 'not-admin');
			const agent = agents.byId(id);
			if (agent === undefined) return refused('not-found');
			if (isLastAdmin(id)) return refused('no-access', 'last-admin');
			const active = devices.ofAgent(agent.id).filter(({ state }) => state === 'active');
			const left = together(database, () => {
				changeRights(doer(by), agent, { role: agent.role, lines: agent.lines, active: false });
				for (const device of active) revokeDevice(doer(by), device);
				const passkeys = Number(forgetPasskeys.run(agent.id).changes);
				forgetInvitations.run(agent.id);
				const after = { devices: active.length, passkeys };
				audit.add(doer(by), 'agent-left', agent.id, { after });
				return after;
			});
			for (const device of active) desk.closeDevice(device.id, 'revoked');
			await publishAgents();
			return { kind: 'done', value: left };
		},

		notePasskey: ({ agent, device }) => audit.add({ agent: agent.id, device: device.id }, 'passkey-added', agent.id),

		mayAskHeld(by, id) {
			if (by !== 'command' && by.agent.role !== 'admin') return refused('no-access', 'not-admin');
			const device = devices.byId(id);
			return device === undefined ? refused('not-found') : { kind: 'done', value: device };
		},

		addDevice,

		ensureAgent,
		ensureDesk,
		agentById: (id) => agents.byId(id),
		agentOfDevice: (id) => devices.byId(id)?.agent,
		numbers,
		linesChanged() {
			for (const admin of agents.all().filter(({ role }) => role === 'admin')) {
				agents.raiseScopeRevision(admin.id);
				desk.scopesChanged(admin.id);
			}
		},
		publishAgents,
	};
}

function shown({ id, name, mail, role, lines, active, level }: Agent): Agent {
	return { id, name, mail, role, lines, active, ...(level === undefined ? {} : { level }) };
}

function areKnownLines(desk: DeskLink, lines: readonly LineId[]): boolean {
	const known = new Set(desk.readDesk().lines.map((line) => line.id));
	return lines.every((line) => known.has(line));
}

/** What a new desk begins with: one line and two queues, whose names follow the desk's language. */
function firstConfiguration(desk: Desk): Map<DeskKey, object> {
	const line = 'support' as LineId;
	const names = desk.language === 'de' ? ['Eingang', 'Zweite Ebene'] : ['Inbox', 'Second level'];
	return new Map<DeskKey, object>([
		['desk', desk],
		[`line:${line}`, { id: line, name: 'Support', addresses: [], colour: 200 }],
		['queue:inbox' as DeskKey, { id: 'inbox' as QueueId, name: names[0], line }],
		['queue:second-level' as DeskKey, { id: 'second-level' as QueueId, name: names[1], line }],
	]);
}

type NewAgent = { name: string; mail: string; role: Role; lines: LineId[] };
type Rights = Pick<KnownAgent, 'role' | 'lines' | 'active' | 'level'>;

function rights({ role, lines, active, level }: Rights): Rights {
	return { role, lines, active, ...(level === undefined ? {} : { level }) };
}

function doer(by: Caller | 'command'): AuditBy {
	return by === 'command' ? by : { agent: by.agent.id, device: by.device.id };
}
