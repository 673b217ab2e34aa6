import * as Y from 'yjs';
import { createClock } from '../../src/lib/domain/hlc.ts';
import type { Draft } from '../../src/lib/domain/entry.ts';
import { recordId, type DocumentId, type EntryId, type LineId, type QueueId } from '../../src/lib/domain/ids.ts';
import { ticketNumber } from '../../src/lib/domain/ticket-number.ts';
import { appendEntries, writeMeta, type Author } from '../../src/lib/document/record-document.ts';
import type { Session } from '../../src/lib/protocol/session.ts';
import { decodePage, encodePush, type Edit, type Page, type PushAnswer } from '../../src/lib/protocol/replica.ts';
import { compareEpochs, type ClaimVerdict, type Verdict } from '../../src/lib/domain/verdict.ts';
import { newUlid } from '../support/start-relay.ts';
import { runRelay, setUp, type TestDevice } from '../sync-server/running-relay.ts';

/** A desk with one admin on one device, whose relay is started by whoever asked for it. */
export interface DeskOfOne {
	admin: TestDevice;
	/** A ticket that is to be opened, as an edit. */
	opens(text?: string): Edit;
	/** A ticket with a customer's mail and an answer to it that asks to be sent. */
	opensWithReply(): Edit;
	/** One more entry in a ticket of this device. */
	adds(document: DocumentId, draft: Draft): Edit;
	push(
		url: string,
		edits: Edit[],
	): Promise<{ status: number; answers: PushAnswer['answers']; relayTime?: number; error?: string }>;
	pull(url: string, cursor?: number): Promise<Page>;
	ask(url: string, path: string, body?: string): Promise<{ status: number; body: Record<string, unknown> }>;
}

/** `smtp`: where its mails go. */
export async function setUpDesk(data: string, smtp?: number): Promise<DeskOfOne> {
	const relay = await runRelay({ data });
	const admin = await setUp(relay);
	const { block } = (await admin.ask('/replica/blocks', {})).body as { block: number };
	if (smtp !== undefined)
		relay.installation.mailboxes.put({
			...{ name: 'Support', line: 'support' as LineId, address: 'support@desk.example', active: true },
			smtp: { host: '127.0.0.1', port: smtp, security: 'none' },
		});
	await relay.close();
	return deskOf(admin, block);
}

function deskOf(admin: TestDevice, block: number): DeskOfOne {
	const session: Session = admin.session;
	const { cookie } = admin;
	const clock = createClock(Date.now);
	const author: Author = {
		...{ agent: session.agent.id, device: session.device.id },
		tick: () => clock.tick(),
		newId: () => newUlid() as EntryId,
	};
	const docs = new Map<DocumentId, Y.Doc>();
	let n = 0;
	let counter = 0;
	const post = (url: string, path: string, body: BodyInit) =>
		fetch(url + path, { method: 'POST', headers: { cookie }, body });
	const edit = (document: DocumentId, change: (doc: Y.Doc) => void): Edit => {
		const doc = docs.get(document) ?? new Y.Doc();
		docs.set(document, doc);
		const before = Y.encodeStateVector(doc);
		doc.transact(() => change(doc));
		return { n: ++n, document, generation: 0, update: Y.encodeStateAsUpdate(doc, before) };
	};
	function begin(doc: Y.Doc): void {
		writeMeta(doc, 'ticket');
		const where = { line: 'support' as LineId, queue: 'inbox' as QueueId, channel: 'phone' } as const;
		appendEntries(doc, author, [
			{ kind: 'opened', number: ticketNumber(block, counter++), subject: 'Printer', ...where },
		]);
	}
	const open = (draft: Draft) =>
		edit(recordId('ticket', newUlid()), (doc) => {
			begin(doc);
			appendEntries(doc, author, [draft]);
		});
	return {
		admin,
		opens: (text = 'a note') => open({ kind: 'note', text, attachments: [] }),
		opensWithReply: () =>
			edit(recordId('ticket', newUlid()), (doc) => {
				const from = { name: 'Kim', address: 'kim@customer.example' };
				const mail = { cc: [], attachments: [], subject: 'Printer' };
				begin(doc);
				const [message = null] = appendEntries(doc, author, [
					{
						...{ kind: 'message', direction: 'in', channel: 'mail', visibility: 'public', from, to: [] },
						...{ ...mail, text: 'It does not print.' },
					},
				]);
				const slots = { slot: message, claim: null, seen: message };
				appendEntries(doc, author, [{ kind: 'reply-requested', ...slots, to: [from], ...mail, text: 'Try again.' }]);
			}),
		adds: (document, draft) => edit(document, (doc) => void appendEntries(doc, author, [draft])),
		async push(url, edits) {
			const response = await post(url, '/replica/push', encodePush(edits) as Uint8Array<ArrayBuffer>);
			const body = (await response.json()) as Partial<PushAnswer> & { error?: string };
			const error = body.error === undefined ? {} : { error: body.error };
			const time = body.relayTime === undefined ? {} : { relayTime: body.relayTime };
			return { status: response.status, answers: body.answers ?? [], ...time, ...error };
		},
		async pull(url, cursor = 0) {
			const body = JSON.stringify({ cursor, scopeRevision: session.scopeRevision });
			return decodePage(new Uint8Array(await (await post(url, '/replica/pull', body)).arrayBuffer()));
		},
		async ask(url, path, body) {
			const response = await (body === undefined ? fetch(url + path, { headers: { cookie } }) : post(url, path, body));
			const text = await response.text();
			return {
				status: response.status,
				body: text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : { text },
			};
		},
	};
}

/** What the relay said of the claims in a ticket, oldest first. */
export async function claimVerdictsOf(desk: DeskOfOne, url: string, document: DocumentId): Promise<ClaimVerdict[]> {
	const { documents } = await desk.pull(url);
	const doc = new Y.Doc();
	for (const update of documents.find((news) => news.document === document)?.updates ?? []) Y.applyUpdate(doc, update);
	const verdicts = [...doc.getMap('verdicts').values()] as Verdict[];
	return verdicts.filter((verdict) => verdict.kind === 'claim').sort((a, b) => compareEpochs(a.epoch, b.epoch));
}
