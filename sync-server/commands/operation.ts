import type { Installation } from '../installation.ts';

/**
 * What a command does to a desk. It runs in the process that holds the desk: in the running relay, asked through its door, or in
 * the command itself when no relay runs. Input and answers are JSON, so that both ways are one.
 */
export type Operation = (installation: Installation, input: unknown, body: Uint8Array) => AsyncIterable<object>;

/** What went wrong, for a person to read; the command ends with a failure. */
export class OperationRefused extends Error {
	override name = 'OperationRefused';
}
