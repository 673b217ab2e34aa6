import * as v from 'valibot';
import { limits } from '../../src/lib/protocol/limits.ts';

export type BodyReading<T> =
	{ kind: 'read'; value: T } | { kind: 'refused'; reason: 'too-big' | 'malformed'; detail?: string };

/** At most `most` bytes of a body. What declares more is refused before it is read, what sends more while it comes. */
export async function readBytes(request: Request, most: number): Promise<BodyReading<Uint8Array>> {
	if (Number(request.headers.get('content-length') ?? 0) > most) return { kind: 'refused', reason: 'too-big' };
	const chunks: Uint8Array[] = [];
	let size = 0;
	try {
		for await (const chunk of request.body ?? []) {
			size += chunk.length;
			if (size > most) return { kind: 'refused', reason: 'too-big' };
			chunks.push(chunk);
		}
	} catch {
		return { kind: 'refused', reason: 'malformed', detail: 'the body broke off' };
	}
	return { kind: 'read', value: Buffer.concat(chunks) };
}

/** A JSON body of that shape. */
export async function readJson<Schema extends v.GenericSchema>(
	request: Request,
	schema: Schema,
): Promise<BodyReading<v.InferOutput<Schema>>> {
	const bytes = await readBytes(request, limits.jsonBytes);
	return bytes.kind === 'refused' ? bytes : jsonOf(bytes.value, schema);
}

/** Bytes that are JSON of that shape. */
export function jsonOf<Schema extends v.GenericSchema>(
	bytes: Uint8Array,
	schema: Schema,
): BodyReading<v.InferOutput<Schema>> {
	let parsed: unknown;
	try {
		parsed = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
	} catch {
		return { kind: 'refused', reason: 'malformed', detail: 'not JSON' };
	}
	const checked = v.safeParse(schema, parsed);
	if (checked.success) return { kind: 'read', value: checked.output };
	return { kind: 'refused', reason: 'malformed', detail: v.getDotPath(checked.issues[0]) ?? 'body' };
}
