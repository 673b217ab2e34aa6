import * as v from 'valibot';
import { agentIdSchema, lineIdSchema, queueIdSchema } from './ids.ts';
import { roleSchema } from './role.ts';

/** The desk's configuration: what the desk document holds, one value a key. */
const name = v.pipe(v.string(), v.minLength(1), v.maxLength(200));
const mail = v.pipe(v.string(), v.maxLength(320));

export const languageSchema = v.picklist(['de', 'en']);
export type Language = v.InferOutput<typeof languageSchema>;

export const deskSchema = v.strictObject({ name, language: languageSchema });
export type Desk = v.InferOutput<typeof deskSchema>;

/** A unit of service with addresses of its own. `colour` is a hue, 0 to 359. */
export const lineSchema = v.strictObject({
	id: lineIdSchema,
	name,
	addresses: v.pipe(v.array(mail), v.maxLength(50)),
	colour: v.pipe(v.number(), v.minValue(0), v.maxValue(359)),
});
export type Line = v.InferOutput<typeof lineSchema>;

/** Where tickets of a line wait for a team. */
export const queueSchema = v.strictObject({ id: queueIdSchema, name, line: lineIdSchema });
export type Queue = v.InferOutput<typeof queueSchema>;

export const agentSchema = v.strictObject({
	id: agentIdSchema,
	name,
	mail,
	role: roleSchema,
	lines: v.pipe(v.array(lineIdSchema), v.maxLength(100)),
	active: v.boolean(),
});
export type Agent = v.InferOutput<typeof agentSchema>;

export interface DeskConfig {
	desk: Desk;
	lines: Line[];
	queues: Queue[];
	agents: Agent[];
}
