import * as v from 'valibot';
import { hlcSchema } from './hlc.ts';
import { agentIdSchema, blobIdSchema, deviceIdSchema, entryIdSchema } from './ids.ts';
import { isTicketNumber } from './ticket-number.ts';

/** What entries of all kinds are made of, and how much of it. */
export const limits = { line: 998, name: 200, text: 50_000, html: 64_000, list: 100 } as const;

export const line = v.pipe(v.string(), v.maxLength(limits.line));
export const name = v.pipe(v.string(), v.maxLength(limits.name));
export const text = v.pipe(v.string(), v.maxLength(limits.text));
export const moment = v.pipe(v.number(), v.finite(), v.minValue(0));
export const replaces = v.pipe(v.array(entryIdSchema), v.maxLength(limits.list));
export const tags = v.pipe(v.array(v.pipe(v.string(), v.minLength(1), v.maxLength(60))), v.maxLength(limits.list));

export const channelSchema = v.picklist(['mail', 'phone', 'chat', 'web', 'visit', 'other']);
export type Channel = v.InferOutput<typeof channelSchema>;

export const addressSchema = v.strictObject({ name, address: line });
export type Address = v.InferOutput<typeof addressSchema>;
export const addresses = v.pipe(v.array(addressSchema), v.maxLength(limits.list));

/** A file beside a message. `size` in bytes; the bytes are the blob. */
export const attachmentSchema = v.strictObject({
	blob: blobIdSchema,
	name,
	mime: v.pipe(v.string(), v.maxLength(127)),
	size: v.pipe(v.number(), v.integer(), v.minValue(0)),
	cid: v.optional(line),
});
export type Attachment = v.InferOutput<typeof attachmentSchema>;
export const attachments = v.pipe(v.array(attachmentSchema), v.maxLength(200));

export const html = v.optional(v.pipe(v.string(), v.maxLength(limits.html)));
export const htmlBlob = v.optional(blobIdSchema);

/** Where and when: `at` is device time corrected towards the relay's, `by` the agent, `device` the device. */
export const signed = { at: hlcSchema, by: agentIdSchema, device: deviceIdSchema };

export const ticketNumberSchema = v.pipe(v.string(), v.check(isTicketNumber, 'a ticket number'));
