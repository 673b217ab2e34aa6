import { Awareness } from 'y-protocols/awareness';
import type * as Y from 'yjs';
import { draftFragment, readBareEntries, readRecord, roots } from '../document/record-document.ts';
import { foldRecord } from '../domain/fold-record.ts';
import type { EntryId } from '../domain/ids.ts';
import { mayWriteEntry } from '../domain/role.ts';
import type { Presence } from '../protocol/live.ts';
import type { Session } from '../protocol/session.ts';
import { createListeners } from '../sync/cell.ts';
import type { Live } from '../sync/live.ts';
import type { HeldDocument } from '../sync/open-documents.ts';
import type { OpenRecord, Present, RecordState } from '../desk.ts';
import type { ColdBody } from './cold-body.ts';
import { entriesOf, type OutboxList } from './outbox-list.ts';

export interface OpenRecordParts {
	held: HeldDocument;
	live: Live | undefined;
	outbox: OutboxList;
	session(): Session | undefined;
	/** Where not all of it is here. */
	body: ColdBody | undefined;
	/** A reading was taken: clocks of other devices are in there. */
	read(doc: Y.Doc): void;
}

/** A record on screen: what it is now, who else looks at it, and its drafts. */
export function createOpenRecord(parts: OpenRecordParts): OpenRecord {
	const { held, live, outbox, body } = parts;
	const listeners = createListeners<[]>();
	let state: RecordState | undefined;
	let facts: RecordState | undefined;
	let closed = false;
	let attached = attach();

	function attach() {
		const { doc } = held;
		const awareness = new Awareness(doc);
		const leave = held.gone ? undefined : live?.join(held.document, held.generation, doc, awareness);
		const maps = Object.values(roots).map((root) => doc.getMap(root));
		for (const map of maps) map.observe(factsChanged);
		awareness.on('change', stateChanged);
		return {
			awareness,
			detach() {
				for (const map of maps) map.unobserve(factsChanged);
				awareness.off('change', stateChanged);
				leave?.();
				awareness.destroy();
			},
		};
	}

	function factsChanged(): void {
		facts = undefined;
		stateChanged();
	}
	function stateChanged(): void {
		state = undefined;
		if (!closed) listeners.call();
	}

	function readFacts(): RecordState {
		if (held.gone) return { kind: 'gone' };
		const reading = readRecord(held.doc);
		if (reading.kind === 'empty') {
			if (body === undefined || body.state.current === 'here') return { kind: 'empty' };
			return { kind: 'cold', body: body.state.current, entries: readBareEntries(held.doc, 'ticket') };
		}
		if (reading.kind === 'newer') return { kind: 'newer', schema: reading.schema };
		parts.read(held.doc);
		const role = parts.session()?.agent.role;
		const common = { facts: reading.facts, writable: role !== undefined && mayWriteEntry(role, 'note'), present: [] };
		const record = foldRecord(reading.record, reading.facts);
		if (record === undefined) return { kind: 'empty' };
		if (record.kind === 'ticket') return { ...record, ...common, unsent: new Set<EntryId>() };
		if ('party' in record) return { kind: 'party', party: record.party, ...common };
		return { ...record, ...common };
	}

	function readState(): RecordState {
		facts ??= readFacts();
		if (facts.kind === 'newer' || facts.kind === 'gone') return facts;
		if (facts.kind === 'empty' || facts.kind === 'cold') return facts;
		if (facts.kind !== 'ticket') return { ...facts, present: readPresent() };
		const unsent = new Set([...outbox.unsentEntries(held.document), ...entriesOf(held.pending)]);
		return { ...facts, present: readPresent(), unsent };
	}

	/** Colleagues only: the agent's other devices are not somebody else. The busiest of a colleague's devices counts. */
	function readPresent(): Present[] {
		const own = parts.session()?.agent.id;
		const present = new Map<string, Present>();
		for (const value of attached.awareness.getStates().values()) {
			const { agent, name, doing } = value as Partial<Presence>;
			if (typeof agent !== 'string' || typeof name !== 'string' || agent === own || !isDoing(doing)) continue;
			const known = present.get(agent);
			if (known === undefined || known.doing === 'viewing')
				present.set(agent, { agent: agent as Present['agent'], name: name.slice(0, 100), doing });
		}
		return [...present.values()];
	}

	function setPresence(doing: Presence['doing']): void {
		const session = parts.session();
		if (session === undefined || closed) return;
		const { agent, device } = session;
		const colour = hueOf(agent.id);
		const presence: Presence = { agent: agent.id, device: device.id, name: agent.name, doing, colour };
		const before = attached.awareness.getLocalState() ?? {};
		attached.awareness.setLocalState({
			...before,
			...presence,
			user: { name: agent.name, color: `hsl(${colour} 60% 40%)` },
		});
	}

	const stopOutbox = outbox.items.subscribe(stateChanged);
	const stopBody = body?.state.subscribe(factsChanged);
	const stopReplaced = held.replaced(() => {
		attached.detach();
		attached = attach();
		factsChanged();
	});
	setPresence('viewing');

	return {
		document: held.document,
		get doc() {
			return held.doc;
		},
		get awareness() {
			return attached.awareness;
		},
		reading: {
			get current() {
				state ??= readState();
				return state;
			},
			subscribe: listeners.add,
		},
		draft: (kind) => draftFragment(held.doc, kind),
		setPresence,
		close() {
			if (closed) return;
			closed = true;
			stopOutbox();
			stopBody?.();
			body?.close();
			stopReplaced();
			attached.detach();
			held.release();
		},
	};
}

function isDoing(doing: unknown): doing is Presence['doing'] {
	return doing === 'viewing' || doing === 'replying' || doing === 'noting';
}

/** The same colleague has the same colour on every device. */
function hueOf(agent: string): number {
	let hash = 0;
	for (const letter of agent) hash = (hash * 31 + letter.charCodeAt(0)) % 360;
	return hash;
}
