import { isDocumentId, type DocumentId } from '../domain/ids.ts';

/**
 * The live channel speaks the y-websocket protocol (y-protocols sync 0, awareness 1, auth 2, query awareness 3) on
 * `/live/<room>`, one socket a document. A room's name carries the generation: `ticket/<ulid>@0`.
 * Without an `@` the generation is 0, so that stock providers can ask for `desk` and `me:<agent>`.
 */
export function liveRoom(document: DocumentId, generation: number): string {
	return `${document}@${generation}`;
}

export function readLiveRoom(room: string): { document: DocumentId; generation: number } | undefined {
	const at = room.lastIndexOf('@');
	const document = at < 0 ? room : room.slice(0, at);
	const generation = at < 0 ? 0 : Number(room.slice(at + 1));
	return isDocumentId(document) && Number.isSafeInteger(generation) && generation >= 0
		? { document, generation }
		: undefined;
}

/** What a device tells of itself while a record is on screen; never stored. The relay puts `agent` and `device` on it. */
export interface Presence {
	agent: string;
	device: string;
	name: string;
	doing: 'viewing' | 'replying' | 'noting';
	/** A hue for the caret, 0 to 359. */
	colour: number;
}
