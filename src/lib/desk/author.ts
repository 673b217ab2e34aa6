import type * as Y from 'yjs';
import { roots, type Author } from '../document/record-document.ts';
import { createClock, hlcSchema } from '../domain/hlc.ts';
import type { EntryId } from '../domain/ids.ts';
import { createUlid, type FillRandom } from '../domain/ulid.ts';
import type { Session } from '../protocol/session.ts';
import * as v from 'valibot';

/** Who writes on this device, and when: device time set right by the relay's, later than everything this device has seen. */
export interface Pen {
	author(session: Session): Author;
	newUlid(): string;
	/** Takes note of the readings in a document, so that what is written next sorts after them. */
	observe(doc: Y.Doc): void;
}

export function createPen(parts: { now(): number; clockOffset(): number; fillRandom: FillRandom }): Pen {
	const correctedNow = () => parts.now() - parts.clockOffset();
	const clock = createClock(correctedNow);
	const newUlid = () => createUlid(Math.max(0, correctedNow()), parts.fillRandom);
	return {
		newUlid,
		author: ({ agent, device }) => ({
			agent: agent.id,
			device: device.id,
			tick: () => clock.tick(),
			newId: () => newUlid() as EntryId,
		}),
		observe(doc) {
			for (const entry of doc.getMap(roots.entries).values()) {
				const at = v.safeParse(hlcSchema, (entry as { at?: unknown } | null)?.at);
				if (at.success) clock.observe(at.output);
			}
		},
	};
}
