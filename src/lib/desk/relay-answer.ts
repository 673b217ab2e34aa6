import * as v from 'valibot';
import { failed } from '../sync/entrance.ts';
import type { Answer } from '../sync/transport.ts';
import type { RelayResult } from '../desk.ts';

export function done(answer: Answer<unknown>): RelayResult<void> {
	return answer.kind === 'ok' ? { kind: 'ok', value: undefined } : failed(answer);
}

export function checked<Schema extends v.GenericSchema>(
	answer: Answer<unknown>,
	schema: Schema,
): RelayResult<v.InferOutput<Schema>> {
	if (answer.kind !== 'ok') return failed(answer);
	const read = v.safeParse(schema, answer.value);
	return read.success ? { kind: 'ok', value: read.output } : { kind: 'failed', why: 'malformed' };
}
