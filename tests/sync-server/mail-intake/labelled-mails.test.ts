import { describe, expect, test } from 'vitest';
import type { DocumentId, EntryId } from '../../../src/lib/domain/ids.ts';
import { formatTicketNumber, type TicketNumber } from '../../../src/lib/domain/ticket-number.ts';
import type { Installation } from '../../../sync-server/installation.ts';
import { labelledMails, rawOf, type Surroundings } from './labelled-mails.ts';
import { append, close, idOf, merge, openDesk, reply, tokensOf } from './taken-desk.ts';
import { take, ticketOf } from './taken-in.ts';

/** A closed ticket of Anna with all that the mails refer to. */
async function surroundings(
	installation: Installation,
	n: number,
): Promise<{ ticket: DocumentId; given: Surroundings }> {
	const [first, mergedFirst] = [`first-${n}@kunde.example`, `merged-${n}@kunde.example`];
	const line = await take(installation, { id: first });
	const mergedLine = await take(installation, { id: mergedFirst });
	const ticket = idOf(installation, line);
	await merge(installation, idOf(installation, mergedLine), ticket);
	const slot = ticketOf(installation.relay, ticket).slot ?? null;
	const [, forward] = await append(
		installation,
		ticket,
		reply('anna@kunde.example', { slot }),
		reply('werkstatt@dritte.example'),
	);
	await close(installation, ticket);
	const tokens = tokensOf(installation);
	return {
		ticket,
		given: {
			number: line.ticket ?? '',
			spoken: formatTicketNumber(line.ticket as TicketNumber),
			first,
			answer: tokens.messageId(ticket, slot as EntryId, 'desk.example'),
			forward: tokens.messageId(ticket, forward as EntryId, 'desk.example'),
			address: tokens.replyAddress(ticket, 'support@desk.example') ?? '',
			mergedNumber: mergedLine.ticket ?? '',
			mergedFirst,
		},
	};
}

describe('[F93][F94][F17] the corpus of labelled mails', () => {
	test('has its size and no mail twice', () => {
		expect(labelledMails.length).toBeGreaterThanOrEqual(80);
		expect(new Set(labelledMails.map(([name]) => name)).size).toBe(labelledMails.length);
	});

	test('every mail is taken in as it is labelled', { timeout: 120_000 }, async () => {
		const installation = await openDesk();
		const wrong: unknown[] = [];
		for (const [n, labelled] of labelledMails.entries()) {
			const [name, , label] = labelled;
			const { ticket, given } = await surroundings(installation, n);
			const line = await take(installation, rawOf(labelled, given));
			const landed = line.ticket === undefined ? undefined : idOf(installation, line);
			const folded = ticketOf(installation.relay, ticket);
			const where = landed === undefined ? undefined : ticketOf(installation.relay, landed);
			const message = where?.timeline.findLast(({ kind }) => kind === 'message');
			const asks =
				where?.timeline.some((entry) => entry.kind === 'merge-suggested' && entry.ticket === ticket) ?? false;
			const is = [line.isBounce && 'bounce', line.isAutoReply && 'auto-reply', line.isList && 'list'].find(Boolean);
			const found = {
				goes: landed === ticket ? 'ticket' : line.outcome !== 'created' ? line.outcome : asks ? 'asked' : 'new',
				reopens: folded.status !== 'closed',
				is: is || undefined,
				marked: message?.kind === 'message' ? message.automatic : 'no message',
				answered: line.wouldAutoRespond,
				internal: message?.kind === 'message' && message.visibility === 'internal',
				replyText: label.replyText === undefined ? undefined : line.replyText,
			};
			const isReturning = name === 'our own answer comes back';
			const expected = {
				goes: label.goes,
				reopens: label.reopens ?? false,
				is: label.is,
				marked: isReturning ? 'auto-reply' : label.is,
				answered: label.answered ?? false,
				internal: label.internal ?? false,
				replyText: label.replyText,
			};
			if (JSON.stringify(found) !== JSON.stringify(expected)) wrong.push({ name, found, expected });
		}
		expect(wrong).toEqual([]);
	});
});
