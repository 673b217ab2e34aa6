/**
 * What can go wrong with the device's storage:
 * connection-lost  the browser cut the connection, and a new one did not help: keep what is unsaved in memory
 * quota            the disk is full, and dropping copies of files did not make room
 * blocked          another tab holds an older version, or has taken the database over for an upgrade or a wipe
 * newer            a newer version of the app made this database: nothing was touched, update the app
 * damaged          the database cannot be read: offer the repair
 * unknown          everything else; `cause` has it
 */
export type StoreFailureKind = 'connection-lost' | 'quota' | 'blocked' | 'newer' | 'damaged' | 'unknown';

export class StoreFailure extends Error {
	override name = 'StoreFailure';
	readonly kind: StoreFailureKind;

	constructor(kind: StoreFailureKind, cause?: unknown) {
		super(`${kind}: ${nextStep[kind]}`, { cause });
		this.kind = kind;
	}
}

const nextStep: Record<StoreFailureKind, string> = {
	'connection-lost': 'keep this tab open and try again',
	quota: 'make room on this device',
	blocked: 'close the other tabs of this desk',
	newer: 'reload to update the app',
	damaged: 'save the unsent edits, then repair this device',
	unknown: 'try again, then repair this device',
};

const lostNames = new Set(['UnknownError', 'InvalidStateError', 'AbortError', 'DatabaseClosedError', 'TimeoutError']);
const damagedNames = new Set([
	'NotFoundError',
	'NotReadableError',
	'DataCorruptedError',
	'EncodingError',
	'UpgradeError',
]);

/** Says once, at the edge, what an IndexedDB or Dexie error means. */
export function classifyStoreError(error: unknown): StoreFailureKind {
	if (error instanceof StoreFailure) return error.kind;
	const names = errorNames(error);
	if (names.has('QuotaExceededError')) return 'quota';
	if (names.has('VersionError')) return 'newer';
	for (const name of names) if (damagedNames.has(name)) return 'damaged';
	for (const name of names) if (lostNames.has(name)) return 'connection-lost';
	return 'unknown';
}

/** Dexie wraps: the cause stands in `inner`, and a bulk write lists its own in `failures`. */
function errorNames(error: unknown, depth = 0): Set<string> {
	const names = new Set<string>();
	if (typeof error !== 'object' || error === null || depth > 5) return names;
	const { name, inner, cause, failures } = error as Record<string, unknown>;
	if (typeof name === 'string') names.add(name);
	const below = [inner, cause, ...(Array.isArray(failures) ? failures.slice(0, 3) : [])];
	for (const part of below) for (const found of errorNames(part, depth + 1)) names.add(found);
	return names;
}
