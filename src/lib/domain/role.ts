import * as v from 'valibot';
import type { EntryKind } from './entry.ts';

/** admin: everything, and the desk's configuration · agent: works on tickets · observer: reads. */
export type Role = 'admin' | 'agent' | 'observer';
export const roles: readonly Role[] = ['admin', 'agent', 'observer'];
export const roleSchema = v.picklist(roles as Role[]);

/** Entries that only the relay writes, whoever asks. */
const relayOnly: readonly EntryKind[] = ['erased', 'acknowledged', 'merge-suggested'];

export function mayWriteEntry(role: Role, kind: EntryKind): boolean {
	return role !== 'observer' && !relayOnly.includes(kind);
}

export function mayConfigure(role: Role): boolean {
	return role === 'admin';
}

/** Whether somebody may see who administered what. */
export function mayReadAudit(role: Role): boolean {
	return role === 'admin';
}

/** Whether somebody may make an article what others answer from, and take it away again. */
export function mayPublish(role: Role, publishing: 'admins' | 'agents' = 'admins'): boolean {
	return role === 'admin' || (role === 'agent' && publishing === 'agents');
}

/** Whether somebody may take a ticket from its holder, or set it free for one who is away. */
export function mayTakeOver(role: Role): boolean {
	return role === 'admin';
}

/** Whether somebody may take a person, or words of an entry, out of the desk for good. */
export function mayErase(role: Role): boolean {
	return role === 'admin';
}
