import { getRandomValues } from 'node:crypto';
import type { Draft } from '../../../src/lib/domain/entry.ts';
import { createClock } from '../../../src/lib/domain/hlc.ts';
import {
	deskDocument,
	relayAgent,
	relayDevice,
	type DocumentId,
	type EntryId,
	type LineId,
	type QueueId,
} from '../../../src/lib/domain/ids.ts';
import { createUlid } from '../../../src/lib/domain/ulid.ts';
import { writeDeskValue } from '../../../src/lib/document/desk-document.ts';
import { appendEntries } from '../../../src/lib/document/record-document.ts';
import { openInstallation, type Installation } from '../../../sync-server/installation.ts';
import { readTokenKey } from '../../../sync-server/mail-intake/token-key.ts';
import { createReplyTokens } from '../../../sync-server/mail/reply-token.ts';
import { afterTest, configOf, emptyFolder } from '../running-relay.ts';
import { ticketOf, ticketsOf } from './taken-in.ts';

/** A desk with two lines, `support` and `west`, and no relay before it. `host` is where its addresses are. */
export async function openDesk(host = 'desk.example'): Promise<Installation> {
	const opened = await openInstallation(configOf({ data: emptyFolder() }));
	if (opened.kind === 'refused') throw new Error(opened.message);
	const { installation } = opened;
	afterTest(() => installation.close());
	await installation.auth.ensureDesk({ name: 'Desk', language: 'de' });
	await installation.relay.write(deskDocument, (doc) => {
		for (const id of ['support', 'west']) {
			const acknowledge = { subject: 'Ihre Nachricht', text: 'Sie ist da.' };
			const addresses = [`${id}@${host}`];
			writeDeskValue(doc, `line:${id as LineId}`, { id: id as LineId, name: id, addresses, colour: 1, acknowledge });
		}
		writeDeskValue(doc, `queue:${'west' as QueueId}`, { id: 'west' as QueueId, name: 'West', line: 'west' as LineId });
	});
	return installation;
}

export const tokensOf = ({ config }: Installation) => createReplyTokens(readTokenKey(config.data));

export function idOf(installation: Installation, line: { ticket?: string }): DocumentId {
	const found = ticketsOf(installation).find(({ ticket }) => ticket.number === line.ticket);
	if (found === undefined) throw new Error(`no ticket ${line.ticket}`);
	return found.id;
}

const clock = createClock(() => Date.now());
export const newEntry = () => createUlid(Date.now(), (bytes) => getRandomValues(bytes)) as EntryId;

/** Writes as the relay, whatever the entries are. */
export async function append({ relay }: Installation, document: DocumentId, ...drafts: Draft[]): Promise<EntryId[]> {
	let ids: EntryId[] = [];
	const author = { agent: relayAgent, device: relayDevice, tick: () => clock.tick(), newId: newEntry };
	const outcome = await relay.write(document, (doc) => {
		ids = appendEntries(doc, author, drafts);
	});
	if (outcome.kind !== 'ok') throw new Error(outcome.kind);
	return ids;
}

export async function close(installation: Installation, ticket: DocumentId): Promise<void> {
	const seen = ticketOf(installation.relay, ticket).newestCustomerMessage ?? null;
	await append(installation, ticket, { kind: 'status-set', status: 'closed', seen, replaces: [] });
}

export async function merge(installation: Installation, from: DocumentId, to: DocumentId): Promise<void> {
	const { number } = ticketOf(installation.relay, to);
	await append(installation, from, { kind: 'merged-into', ticket: to, number, replaces: [] });
}

export function reply(to: string, shape: Partial<Draft<'reply-requested'>> = {}): Draft {
	return {
		kind: 'reply-requested',
		slot: null,
		claim: null,
		to: [{ name: '', address: to }],
		cc: [],
		subject: 'x',
		text: 'x',
		attachments: [],
		...shape,
	};
}
