import type * as Y from 'yjs';
import {
	appendEntries,
	clearDraft,
	readRecord,
	writeMeta,
	type DraftKind,
	type RecordReading,
} from '../document/record-document.ts';
import type { Draft } from '../domain/entry.ts';
import { coldTicket, isWritableCold } from '../domain/cold-ticket.ts';
import { foldRecord } from '../domain/fold-record.ts';
import { foldTicket, type Ticket } from '../domain/fold-ticket.ts';
import type { GuardSettings } from '../domain/guard.ts';
import { recordId, type DocumentId, type EntryId, type RecordKind } from '../domain/ids.ts';
import { mayWriteEntry } from '../domain/role.ts';
import { guarded, openTicket, type CommandResult } from '../domain/ticket-command.ts';
import type { TicketRow } from '../domain/ticket-row.ts';
import type { Session } from '../protocol/session.ts';
import type { RecordStore } from '../store/record-store.ts';
import type { HeldDocument, OpenDocuments, Saved } from '../sync/open-documents.ts';
import type { ActFailure, ActResult, Desk } from '../desk.ts';
import type { Pen } from './author.ts';

/** What the entry takes the place of: a sent reply is no draft any more, in the same transaction. */
const draftOf: Partial<Record<Draft['kind'], DraftKind>> = { 'reply-requested': 'reply', note: 'note' };

type Decision = { kind: 'ok'; drafts: readonly Draft[]; asked: number } | Extract<ActFailure, { kind: 'refused' }>;

/** One intent, one transaction: everything that people do to records. */
export function createRecordCommands(parts: {
	store: RecordStore;
	documents: OpenDocuments;
	pen: Pen;
	session(): Session | undefined;
	/** The row of a ticket of which nothing else is here. */
	coldRow(document: DocumentId): Promise<TicketRow | undefined>;
	/** Which acts need the claim on this desk; undefined for the usual ones. */
	claimNeeded(): GuardSettings['claimNeeded'];
}): Pick<Desk, 'act' | 'amend' | 'createTicket' | 'createParty' | 'createArticle' | 'createInteraction'> {
	const { store, documents, pen } = parts;

	function write(held: HeldDocument, session: Session, drafts: readonly Draft[], kind?: RecordKind): EntryId[] {
		let ids: EntryId[] = [];
		held.doc.transact(() => {
			if (kind !== undefined) writeMeta(held.doc, kind);
			ids = appendEntries(held.doc, pen.author(session), drafts);
			// What a held reply said, or what is passed on, goes without the editor: another text may stand there meanwhile.
			const isFromDraft = drafts.every(({ kind }) => kind !== 'held-settled');
			for (const draft of isFromDraft ? drafts : []) {
				if (draft.kind === 'reply-requested' && draft.forwards !== undefined) continue;
				const written = draftOf[draft.kind];
				if (written !== undefined) clearDraft(held.doc, written);
			}
		});
		return ids;
	}

	function mayNot(session: Session | undefined, drafts: readonly Draft[]): session is undefined {
		const role = session?.agent.role;
		return role === undefined || drafts.some((draft) => !mayWriteEntry(role, draft.kind));
	}

	async function create(
		kind: RecordKind,
		drafts: readonly Draft[],
		writeText?: (doc: Y.Doc) => void,
	): Promise<{ kind: 'ok'; document: DocumentId } | ActFailure> {
		const session = parts.session();
		if (session === undefined || mayNot(session, drafts)) return { kind: 'refused', reason: 'no-permission' };
		const document = recordId(kind, pen.newUlid());
		const held = await documents.acquireOrCreate(document);
		try {
			held.doc.transact(() => {
				write(held, session, drafts, kind);
				writeText?.(held.doc);
			});
			const saved = await held.commit(drafts[0]?.kind ?? kind);
			return saved.kind === 'ok' ? { kind: 'ok', document } : notSaved(saved);
		} finally {
			held.release();
		}
	}

	/** Opens it, asks for the drafts, and stores them; what came before the last `asked` of them is no part of the answer. */
	async function change(
		document: DocumentId,
		what: string,
		decide: (reading: Extract<RecordReading, { kind: 'record' }>, session: Session | undefined) => Decision,
	): Promise<ActResult> {
		const held = await documents.acquire(document).catch(() => undefined);
		if (held === undefined) return { kind: 'refused', reason: 'not-here' };
		try {
			const reading = readRecord(held.doc);
			if (held.gone || reading.kind === 'empty') return { kind: 'refused', reason: 'not-here' };
			if (reading.kind === 'newer') return { kind: 'refused', reason: 'read-only' };
			const session = parts.session();
			const decided = decide(reading, session);
			if (decided.kind === 'refused') return decided;
			if (session === undefined || mayNot(session, decided.drafts)) return { kind: 'refused', reason: 'no-permission' };
			pen.observe(held.doc);
			const entries = write(held, session, decided.drafts).slice(-decided.asked);
			const saved = await held.commit(what);
			return saved.kind === 'ok' ? { kind: 'ok', entries } : notSaved(saved);
		} finally {
			held.release();
		}
	}

	const act: Desk['act'] = (document, what, command) =>
		change(document, what, (reading, session) => {
			const ticket = reading.record === 'ticket' ? foldTicket(reading.facts) : undefined;
			if (ticket === undefined) return { kind: 'refused', reason: 'not-here' };
			const own = command(ticket);
			if (own.kind === 'refused') return own;
			if (session === undefined || mayNot(session, own.drafts)) return { kind: 'refused', reason: 'no-permission' };
			const decided = guarded(ticket, session.agent.id, { claimNeeded: parts.claimNeeded() }, own);
			// A claim that came with it is no part of what was asked for: it stays when that is taken back.
			return decided.kind === 'refused' ? decided : { ...decided, asked: own.drafts.length };
		});

	/** On a ticket of which only the row is here: what means the same whatever stands in the rest (domain/cold-ticket.ts). */
	async function actCold(row: TicketRow, what: string, command: (ticket: Ticket) => CommandResult): Promise<ActResult> {
		const own = command(coldTicket(row));
		if (own.kind === 'refused') return own;
		if (!isWritableCold(own.drafts)) return { kind: 'refused', reason: 'not-here' };
		const session = parts.session();
		if (session === undefined || mayNot(session, own.drafts)) return { kind: 'refused', reason: 'no-permission' };
		const held = await documents.acquireOrCreate(row.id, row.cold?.generation);
		try {
			const entries = write(held, session, own.drafts);
			const saved = await held.commit(what);
			return saved.kind === 'ok' ? { kind: 'ok', entries } : notSaved(saved);
		} finally {
			held.release();
		}
	}

	return {
		async act(document, what, command) {
			const acted = await act(document, what, command);
			if (acted.kind !== 'refused' || acted.reason !== 'not-here') return acted;
			const row = await parts.coldRow(document).catch(() => undefined);
			return row === undefined ? acted : actCold(row, what, command);
		},
		amend: (document, what, command) =>
			change(document, what, (reading) => {
				const record = foldRecord(reading.record, reading.facts);
				if (record === undefined || record.kind === 'ticket') return { kind: 'refused', reason: 'not-here' };
				const own = command(record);
				return own.kind === 'refused' ? own : { ...own, asked: own.drafts.length };
			}),
		createArticle: ({ name, lines }, drafts = [], writeText) =>
			create('article', [{ kind: 'created', name, lines }, ...drafts], writeText),
		createInteraction: (contacted, drafts = []) => create('interaction', [contacted, ...drafts]),
		async createTicket(ticket, drafts = []) {
			const session = parts.session();
			if (session === undefined || mayNot(session, [{ kind: 'claimed' }]))
				return { kind: 'refused', reason: 'no-permission' };
			const taken = await store.takeNumber().catch(() => 'failed' as const);
			if (taken === 'failed') return { kind: 'not-saved', why: 'unknown' };
			if (taken === undefined) return { kind: 'refused', reason: 'no-numbers' };
			const created = await create('ticket', [...openTicket({ ...ticket, number: taken.number }), ...drafts]);
			return created.kind === 'ok' ? { ...created, number: taken.number } : created;
		},
		createParty: (kind, { name, lines, addresses = [], phones = [] }) =>
			create(kind, [
				{ kind: 'created', name, lines: lines as Extract<Draft, { kind: 'created' }>['lines'] },
				...addresses.map((address): Draft => ({ kind: 'address-added', address })),
				...phones.map((phone): Draft => ({ kind: 'phone-added', phone })),
			]),
	};
}

function notSaved({ why }: Extract<Saved, { kind: 'failed' }>): ActFailure {
	return { kind: 'not-saved', why: why === 'quota' || why === 'connection-lost' ? why : 'unknown' };
}
