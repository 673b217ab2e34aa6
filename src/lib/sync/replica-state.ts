import type { Writing } from '../protocol/replica.ts';

/** What a tab knows of how its device and the relay get on. */
export interface ReplicaState {
	contact: 'unknown' | 'heard' | 'offline';
	/** Documents are coming in. */
	busy: boolean;
	heardAt: number | undefined;
	/** storage: this device cannot store · relay-storage: the relay cannot. */
	problem: 'sign-in' | 'revoked' | 'update-app' | 'storage' | 'relay-storage' | undefined;
	progress: { done: number; total: number } | undefined;
	clockOffset: number;
	wiped: boolean;
	/** Colleagues who write now, as the relay says; nobody while it says nothing. */
	writing: readonly Writing[];
}

export const quietReplica: ReplicaState = {
	contact: 'unknown',
	busy: false,
	heardAt: undefined,
	problem: undefined,
	progress: undefined,
	clockOffset: 0,
	wiped: false,
	writing: [],
};
