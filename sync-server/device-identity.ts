import type { Scope } from '../src/lib/domain/audience.ts';
import type { AgentId, DeviceId } from '../src/lib/domain/ids.ts';
import type { Role } from '../src/lib/domain/role.ts';
import type { CloseReason } from '../src/lib/protocol/close-reasons.ts';

/** Who asks: a device that has proven itself, its agent, and what that agent may do. */
export interface DeviceIdentity {
	device: DeviceId;
	agent: AgentId;
	role: Role;
	scopes: readonly Scope[];
	/** Rises when the agent's lines change. */
	scopeRevision: number;
}

export type Identification = { kind: 'known'; identity: DeviceIdentity } | { kind: 'refused'; reason: CloseReason };

/** What the relay needs from `auth/`: who sends a request, from its headers (the cookie). */
export type Identify = (headers: Pick<Headers, 'get'>) => Identification;
