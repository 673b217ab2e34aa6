import type { AgentId, DocumentId } from '../../src/lib/domain/ids.ts';
import { isRecordId } from '../../src/lib/domain/ids.ts';
import type { Writing, WritingNews } from '../../src/lib/protocol/replica.ts';
import type { Schedule } from '../schedule.ts';
import type { RoomPresence } from './presence.ts';

/** However fast somebody changes between reply and note, the others hear of it so often at most. */
const gatherMs = 250;
/** A device says every 15 s that it still writes, and one whose tab is hidden once a minute. */
const lapseMs = 75_000;
const sweepMs = 15_000;

export interface WriterParts {
	schedule: Schedule;
	now(): number;
	tell(news: WritingNews): void;
}

export type Writers = ReturnType<typeof createWriters>;

/** Who writes in which record now, over all rooms: kept in memory alone, and only as long as the room says so. */
export function createWriters({ schedule, now, tell }: WriterParts) {
	const told = new Map<DocumentId, Map<AgentId, Writing['doing']>>();
	const rooms = new Map<DocumentId, RoomPresence>();
	const moved = new Set<DocumentId>();
	let isWaiting = false;
	let isSweeping = false;

	function settle(): void {
		isWaiting = false;
		const news: WritingNews = [];
		for (const document of moved) {
			const before = told.get(document) ?? new Map<AgentId, Writing['doing']>();
			const writers = rooms.get(document)?.writers(now() - lapseMs) ?? new Map<AgentId, Writing['doing']>();
			for (const [agent, doing] of writers) if (before.get(agent) !== doing) news.push({ document, agent, doing });
			for (const agent of before.keys()) if (!writers.has(agent)) news.push({ document, agent, doing: null });
			if (writers.size > 0) told.set(document, writers);
			else {
				told.delete(document);
				rooms.delete(document);
			}
		}
		moved.clear();
		if (news.length > 0) tell(news);
		if (told.size > 0 && !isSweeping) {
			isSweeping = true;
			schedule.after(sweepMs, sweep);
		}
	}

	function sweep(): void {
		isSweeping = false;
		for (const document of told.keys()) moved.add(document);
		settle();
	}

	return {
		/** Somebody came into a room, left it, or does something else there. */
		moved(document: DocumentId, presence: RoomPresence): void {
			if (!isRecordId(document)) return;
			rooms.set(document, presence);
			moved.add(document);
			if (isWaiting) return;
			isWaiting = true;
			schedule.after(gatherMs, settle);
		},
		all(): Writing[] {
			return [...told].flatMap(([document, writers]) =>
				[...writers].map(([agent, doing]) => ({ document, agent, doing })),
			);
		},
	};
}
