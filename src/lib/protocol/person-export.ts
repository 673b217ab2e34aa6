import * as v from 'valibot';
import { documentIdSchema } from '../domain/ids.ts';
import type { PersonExport } from '../document/person-export.ts';

/**
 * Gathers everything about a person from the whole desk. Admins only; it is written down who asked.
 *
 *   POST /auth/person-export    PersonExportRequest -> PersonExport
 *
 * The files that it names are read from `/blobs`, as all files are.
 */
export const personExportRequestSchema = v.strictObject({
	person: documentIdSchema,
	withInternal: v.boolean(),
});
export type PersonExportRequest = v.InferOutput<typeof personExportRequestSchema>;

const text = v.string();
const pieceSchema = v.looseObject({ id: text, kind: text, time: v.optional(text) });
const excerptSchema = v.object({
	id: documentIdSchema,
	now: v.optional(v.unknown()),
	entries: v.array(pieceSchema),
	verdicts: v.record(text, v.unknown()),
	texts: v.record(text, text),
});

export const personExportSchema = v.pipe(
	v.object({
		format: v.literal('tresen-person-export'),
		version: v.literal(1),
		madeAt: text,
		desk: text,
		gatheredBy: v.picklist(['relay', 'device']),
		internal: v.picklist(['included', 'left-out']),
		persons: v.array(excerptSchema),
		organisations: v.array(v.object({ id: text, name: text })),
		tickets: v.array(excerptSchema),
		contacts: v.array(excerptSchema),
		files: v.array(v.object({ sha256: v.pipe(text, v.regex(/^[0-9a-f]{64}$/)), name: text, mime: text, in: text })),
		missing: v.array(text),
	}),
	v.transform((read) => read as PersonExport),
);
