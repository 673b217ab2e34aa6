import * as v from 'valibot';
import { documentIdSchema, entryIdSchema } from '../domain/ids.ts';

/**
 * A picture that a mail names on a foreign server, fetched by the relay when an agent asks for it: the sender then sees that the
 * mail was opened, and the relay's address, but nothing of the device.
 *
 *   POST /pictures  PictureRequest -> the bytes, as one of `pictureTypes`
 *
 * Refused with the status of its close reason and `{error, detail?: PictureRefusal}`. `too-many`: ask again when others are there.
 */
export const pictureRequestSchema = v.strictObject({
	document: documentIdSchema,
	/** The message in whose HTML the address stands. */
	entry: entryIdSchema,
	url: v.pipe(v.string(), v.maxLength(2_000)),
});
export type PictureRequest = v.InferOutput<typeof pictureRequestSchema>;

export const pictureTypes = ['image/png', 'image/jpeg', 'image/gif', 'image/webp'] as const;
export type PictureType = (typeof pictureTypes)[number];

/**
 * not-in-mail: no such address in a message that this device sees · address-refused: not a public web server · no-answer: nobody
 * there, an error, or too slow · not-a-picture · too-big.
 */
export type PictureRefusal = 'not-in-mail' | 'address-refused' | 'no-answer' | 'not-a-picture' | 'too-big';
