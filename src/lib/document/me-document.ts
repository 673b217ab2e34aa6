import type * as Y from 'yjs';
import * as v from 'valibot';

/**
 * The shape of `me:<agent>`: what follows an agent from device to device. Only that agent's devices write it.
 *
 *   root      type   key       holds
 *   settings  Y.Map  language  de | en
 *                    signature text under replies
 */
export const meRoot = 'settings';

const settingsSchema = v.object({
	language: v.optional(v.fallback(v.optional(v.picklist(['de', 'en'])), undefined)),
	signature: v.optional(v.fallback(v.pipe(v.string(), v.maxLength(5000)), '')),
});
export type MeSettings = v.InferOutput<typeof settingsSchema>;

export function readMe(doc: Y.Doc): MeSettings {
	return v.parse(settingsSchema, doc.getMap(meRoot).toJSON());
}

export function writeMe(doc: Y.Doc, settings: Partial<MeSettings>): void {
	for (const [key, value] of Object.entries(settings)) doc.getMap(meRoot).set(key, value);
}
