import { describe, expect, test } from 'vitest';
import type { DocumentId, EntryId, LineId } from '../../../src/lib/domain/ids.ts';
import type { Facts } from '../../../src/lib/domain/facts.ts';
import { readRecord } from '../../../src/lib/document/record-document.ts';
import { formatTicketNumber, type TicketNumber } from '../../../src/lib/domain/ticket-number.ts';
import { createReplyTokens } from '../../../sync-server/mail/reply-token.ts';
import { append, close, idOf, merge, newEntry, openDesk, reply, tokensOf } from './taken-desk.ts';
import { mailText, take, ticketOf, ticketsOf, type MailShape } from './taken-in.ts';

const numberOf = (line: { ticket?: string }) => line.ticket as TicketNumber;

describe('[F93] FU1 signed ids and addresses', () => {
	test.each<[string, (id: string, address: string) => MailShape]>([
		['in In-Reply-To', (id) => ({ answers: id })],
		['in References among others', (id) => ({ references: `<a@x> <${id}> <b@x>` })],
		['in To', (_, address) => ({ to: `Support <${address}>` })],
		['in Cc', (_, address) => ({ cc: `b@kunde.example, ${address}` })],
		['in Delivered-To', (_, address) => ({ headers: [`Delivered-To: ${address}`] })],
		['in X-Original-To, all in capitals', (_, address) => ({ headers: [`X-Original-To: ${address.toUpperCase()}`] })],
	])('%s: from anybody, whatever the subject says', async (_, shape) => {
		const installation = await openDesk();
		const first = await take(installation, { subject: 'Eins' });
		await take(installation, { subject: 'Zwei', id: 'two@kunde.example' });
		const ticket = idOf(installation, first);
		const tokens = tokensOf(installation);
		const id = tokens.messageId(ticket, newEntry(), 'desk.example');
		const address = tokens.replyAddress(ticket, 'support@desk.example') ?? '';
		const followed = await take(installation, {
			from: 'x@sonst.example',
			subject: 'Ganz anders',
			...shape(id, address),
		});
		expect(followed).toMatchObject({ outcome: 'followed-up', ticket: first.ticket });
	});

	test('go before what the thread says', async () => {
		const installation = await openDesk();
		const first = await take(installation, { subject: 'Eins' });
		await take(installation, { subject: 'Zwei', id: 'two@kunde.example' });
		const address = tokensOf(installation).replyAddress(idOf(installation, first), 'support@desk.example');
		expect(await take(installation, { to: address ?? '', answers: 'two@kunde.example' })).toMatchObject({
			ticket: first.ticket,
		});
	});

	test('a signature of another desk opens nothing', async () => {
		const installation = await openDesk();
		const first = await take(installation, {});
		const foreign = createReplyTokens(new Uint8Array(32));
		const answers = foreign.messageId(idOf(installation, first), newEntry(), 'desk.example');
		expect(await take(installation, { answers })).toMatchObject({ outcome: 'created' });
	});
});

describe('[F93] FU2 threads', () => {
	test('an answer to an answer of a third person is found', async () => {
		const installation = await openDesk();
		const first = await take(installation, { id: 'a@x' });
		await take(installation, { from: 'b@y.example', answers: 'a@x', id: 'b@y' });
		expect(await take(installation, { from: 'c@z.example', answers: 'b@y' })).toMatchObject({
			outcome: 'followed-up',
			ticket: first.ticket,
		});
	});
});

describe('[F93] FU3 and FU4 the number in the subject', () => {
	test.each([
		'Re: Drucker [#N]',
		'AW: Drucker [#N]',
		'Aw[2]: WG: Drucker [#N]',
		'Antwort: Drucker [#N]',
		'WG: Fwd: Drucker [#N]',
		'[Ticket#N] Drucker',
		'Re: [extern] [#N] Drucker',
		'Frage zu #N',
		'Frage zu # P',
		'[#P] Drucker',
		'Frage zu Ticket N',
		'Vorgang P: noch etwas',
		'Vorgangsnummer: N',
	])('%s: the customer is recognised', async (pattern) => {
		const installation = await openDesk();
		const first = await take(installation, {});
		const number = numberOf(first);
		const subject = pattern.replace('N', number).replace('P', formatTicketNumber(number));
		expect(await take(installation, { subject })).toMatchObject({ outcome: 'followed-up', ticket: number });
	});

	test.each<[string, (number: string) => string]>([
		['a digit is wrong', (number) => `Re: [#${number.slice(0, -1)}${(Number(number.at(-1)) + 1) % 10}]`],
		['neighbours are swapped', () => 'Re: [#1042713]'],
		['nobody has that number', () => 'Re: [#9999996]'],
		['a number of another system', () => 'Re: [Ticket#2019040110000018] Drucker'],
		['another one', () => 'Re: [OTRS #20190401100000] Drucker'],
		['too short', () => 'Re: [#12345]'],
		['an invoice', (number) => `Rechnung ${number}`],
		['a telephone', (number) => `Rufen Sie 0${number} an`],
		['longer than ours', (number) => `Re: [#${number}7]`],
	])('no number: %s', async (_, subject) => {
		const installation = await openDesk();
		const first = await take(installation, {});
		const next = await take(installation, { subject: subject(numberOf(first)) });
		expect(next.outcome).toBe('created');
		const { timeline } = ticketOf(installation.relay, idOf(installation, next));
		expect(timeline.filter(({ kind }) => kind === 'merge-suggested')).toEqual([]);
	});

	test('a stranger with a number gets a ticket, and a person is asked', async () => {
		const installation = await openDesk();
		const first = await take(installation, {});
		const subject = `Re: Drucker [#${numberOf(first)}]`;
		const next = await take(installation, { from: 'fremd@sonst.example', subject });
		expect(next).toMatchObject({ outcome: 'created' });
		expect(next.ticket).not.toBe(first.ticket);
		expect(ticketOf(installation.relay, idOf(installation, next)).timeline).toContainEqual(
			expect.objectContaining({
				kind: 'merge-suggested',
				ticket: idOf(installation, first),
				why: 'number-in-subject',
			}),
		);
	});

	test.each<[string, MailShape]>([
		['who was in Cc', { cc: 'Chef <CHEF@kunde.example>' }],
		['who was in To', { to: 'support@desk.example, chef@kunde.example' }],
	])('somebody %s takes part', async (_, shape) => {
		const installation = await openDesk();
		const first = await take(installation, shape);
		const subject = `AW: [#${numberOf(first)}]`;
		expect(await take(installation, { from: 'chef@kunde.example', subject })).toMatchObject({ ticket: first.ticket });
	});

	test('another address of a linked person takes part; our own address never does', async () => {
		const installation = await openDesk();
		const first = await take(installation, {});
		const person = ticketOf(installation.relay, idOf(installation, first)).persons[0] as DocumentId;
		await append(installation, person, { kind: 'address-added', address: 'anna@privat.example' });
		const subject = `AW: [#${numberOf(first)}]`;
		expect(await take(installation, { from: 'anna@privat.example', subject })).toMatchObject({ ticket: first.ticket });
		expect(await take(installation, { from: 'support@desk.example', subject })).toMatchObject({ outcome: 'created' });
	});
});

describe('[F93] FU5 merged tickets', () => {
	test('lead to the target over any chain, by thread, signature and number', async () => {
		const installation = await openDesk();
		const lines = [];
		for (const id of ['a@x', 'b@x', 'c@x']) lines.push(await take(installation, { id, subject: id }));
		const [a, b, c] = lines.map((line) => idOf(installation, line)) as [DocumentId, DocumentId, DocumentId];
		await merge(installation, a, b);
		await merge(installation, b, c);
		const target = { outcome: 'followed-up', ticket: lines[2]?.ticket };
		expect(await take(installation, { answers: 'a@x' })).toMatchObject(target);
		expect(await take(installation, { answers: tokensOf(installation).messageId(a, newEntry(), 'd') })).toMatchObject(
			target,
		);
		expect(await take(installation, { subject: `[#${lines[0]?.ticket}]` })).toMatchObject(target);
		const stranger = await take(installation, { from: 'f@sonst.example', subject: `[#${lines[0]?.ticket}]` });
		expect(ticketOf(installation.relay, idOf(installation, stranger)).timeline).toContainEqual(
			expect.objectContaining({ kind: 'merge-suggested', ticket: c }),
		);
	});

	test('a ring of merges ends, and nothing is lost', async () => {
		const installation = await openDesk();
		const a = idOf(installation, await take(installation, { id: 'a@x' }));
		const b = idOf(installation, await take(installation, { id: 'b@x' }));
		await merge(installation, a, b);
		await merge(installation, b, a);
		await merge(installation, a, a);
		expect(await take(installation, { answers: 'a@x' })).toMatchObject({ outcome: 'followed-up' });
	});
});

describe('[F94] machines and status', () => {
	test.each<[string, MailShape, 'open' | 'closed']>([
		['a person', { answers: 'a@x' }, 'open'],
		['a mailing list', { answers: 'a@x', headers: ['List-Id: <l.x>'] }, 'open'],
		['out of office', { answers: 'a@x', headers: ['Auto-Submitted: auto-replied'] }, 'closed'],
		['out of office by its subject', { answers: 'a@x', subject: 'Abwesenheitsnotiz: AW: Drucker' }, 'closed'],
		['a bounce', { answers: 'a@x', from: 'MAILER-DAEMON@mx.example', headers: ['Return-Path: <>'] }, 'closed'],
	])('%s leaves the closed ticket %s', async (_, shape, status) => {
		const installation = await openDesk();
		const ticket = idOf(installation, await take(installation, { id: 'a@x' }));
		await close(installation, ticket);
		expect(await take(installation, shape, { live: true })).toMatchObject({ outcome: 'followed-up' });
		expect(ticketOf(installation.relay, ticket).status).toBe(status);
	});

	test('a machine that answers nothing opens a ticket that asks for nothing', async () => {
		const installation = await openDesk();
		const line = await take(installation, { headers: ['Auto-Submitted: auto-generated'] });
		expect(line).toMatchObject({ outcome: 'created', isAutoReply: true, wouldAutoRespond: false });
		const ticket = ticketOf(installation.relay, idOf(installation, line));
		expect([ticket.slot, ticket.timeline[1]]).toEqual([
			undefined,
			expect.objectContaining({ automatic: 'auto-reply' }),
		]);
	});

	test('a mail of ours that comes back is a machine, and is kept', async () => {
		const installation = await openDesk();
		const ticket = idOf(installation, await take(installation, { id: 'a@x' }));
		await close(installation, ticket);
		const id = tokensOf(installation).messageId(ticket, newEntry(), 'desk.example');
		expect(await take(installation, { from: 'support@desk.example', id })).toMatchObject({ outcome: 'followed-up' });
		const { status, timeline } = ticketOf(installation.relay, ticket);
		expect([status, timeline.at(-1)]).toEqual(['closed', expect.objectContaining({ automatic: 'auto-reply' })]);
	});
});

describe('[F17] FU6 third parties', () => {
	async function forwarded() {
		const installation = await openDesk();
		const first = await take(installation, { id: 'a@x' });
		const ticket = idOf(installation, first);
		const [request] = await append(installation, ticket, reply('werkstatt@dritte.example'));
		const id = tokensOf(installation).messageId(ticket, request as EntryId, 'desk.example');
		const newest = () => ticketOf(installation.relay, ticket).timeline.findLast(({ kind }) => kind === 'message');
		return { installation, ticket, number: numberOf(first), id, newest };
	}

	test.each<[string, (id: string, number: string) => MailShape]>([
		['the workshop answers', (id) => ({ from: 'werkstatt@dritte.example', answers: id })],
		['a colleague of theirs answers', (id) => ({ from: 'lager@dritte.example', answers: id })],
		['only References are left', (id) => ({ from: 'lager@dritte.example', references: `<q@y> <${id}>` })],
		['only the number is left', (_, number) => ({ from: 'werkstatt@dritte.example', subject: `AW: [#${number}]` })],
		['they answer the customer\u2019s mail', () => ({ from: 'Werkstatt@dritte.example', answers: 'a@x' })],
		[
			'their machine answers',
			(id) => ({ from: 'x@dritte.example', answers: id, headers: ['Auto-Submitted: auto-replied'] }),
		],
		['their server gives it back', (id) => ({ from: 'mailer-daemon@dritte.example', references: `<${id}>` })],
	])('%s: it stays inside', async (_, shape) => {
		const { installation, ticket, number, id, newest } = await forwarded();
		await close(installation, ticket);
		expect(await take(installation, shape(id, number), { live: true })).toMatchObject({
			outcome: 'followed-up',
			ticket: number,
		});
		expect(newest()).toMatchObject({ visibility: 'internal' });
		const { slot, status } = ticketOf(installation.relay, ticket);
		expect([slot === undefined || status, status]).toEqual([expect.anything(), 'closed']);
	});

	test('an answer to their answer stays inside too', async () => {
		const { installation, id, newest } = await forwarded();
		await take(installation, { from: 'werkstatt@dritte.example', answers: id, id: 'w@dritte.example' });
		expect(await take(installation, { from: 'neu@vierte.example', answers: 'w@dritte.example' })).toMatchObject({
			outcome: 'followed-up',
		});
		expect(newest()).toMatchObject({ visibility: 'internal' });
	});

	test.each<[string, (id: string) => MailShape]>([
		['the customer writes', () => ({ answers: 'a@x' })],
		['the customer answers what was forwarded', (id) => ({ answers: id })],
		['a colleague of the customer answers the customer', () => ({ from: 'chef@kunde.example', answers: 'a@x' })],
	])('%s: it is for all', async (_, shape) => {
		const { installation, id, newest } = await forwarded();
		await take(installation, shape(id));
		expect(newest()).toMatchObject({ visibility: 'public' });
	});

	test('an answer of ours is no forward, nor is a mail that goes to the customer as well', async () => {
		const installation = await openDesk();
		const ticket = idOf(installation, await take(installation, { id: 'a@x' }));
		const slot = ticketOf(installation.relay, ticket).slot ?? null;
		const to = [{ name: '', address: 'anna@kunde.example' }];
		const [answer, both] = await append(
			installation,
			ticket,
			reply('neu@kunde.example', { slot }),
			reply('', { to, cc: [{ name: '', address: 'chef@kunde.example' }] }),
		);
		for (const [from, request] of [
			['neu@kunde.example', answer],
			['chef@kunde.example', both],
		] as const) {
			const answers = tokensOf(installation).messageId(ticket, request as EntryId, 'd');
			await take(installation, { from, answers });
			expect(ticketOf(installation.relay, ticket).timeline.at(-1)).toMatchObject({ visibility: 'public' });
		}
	});
});

describe('[F95] one mail in several mailboxes', () => {
	test('is one ticket, whatever the way added, in any order and at once', async () => {
		const installation = await openDesk();
		const raw = mailText({ to: 'a@desk.example, b@desk.example', cc: 'c@desk.example', id: 'one@kunde.example' });
		const taken = await Promise.all(
			['a', 'b', 'c'].map((box) =>
				take(installation, `Return-Path: <anna@kunde.example>\r\nDelivered-To: ${box}@desk.example\r\n${raw}`, {
					mailbox: box,
					live: true,
				}),
			),
		);
		expect(taken.map(({ outcome }) => outcome)).toEqual(['created', 'duplicate', 'duplicate']);
		expect(new Set(taken.map(({ ticket }) => ticket)).size).toBe(1);
		expect(ticketsOf(installation)).toHaveLength(1);
	});

	test('says where else it came to, once for each mailbox, and a mail that is fetched again says nothing', async () => {
		const installation = await openDesk();
		const raw = mailText({ id: 'one@kunde.example' });
		const at = (mailbox: string, line: string) => ({
			...{ mailbox, line: line as LineId, address: `${mailbox}@desk.example`, live: true },
		});
		const first = await take(installation, raw, at('support', 'support'));
		const document = idOf(installation, first);
		const arrivals = () => {
			const reading = readRecord(installation.relay.read(document)!);
			const verdicts = reading.kind === 'record' ? [...reading.facts.verdicts.values()] : [];
			return verdicts.flatMap((verdict) => (verdict.kind === 'arrived' ? [verdict.address] : []));
		};
		const before = ticketOf(installation.relay, document);
		await take(installation, raw, at('support', 'support'));
		expect(arrivals()).toEqual([]);
		for (const [mailbox, line] of [
			['west', 'west'],
			['info', 'support'],
			['west', 'west'],
		] as const)
			expect(await take(installation, raw, at(mailbox, line))).toMatchObject({ outcome: 'duplicate' });
		expect(arrivals().sort()).toEqual(['info@desk.example', 'west@desk.example']);
		// It is one message still: nothing is newer or open again for it.
		expect(ticketOf(installation.relay, document)).toEqual(before);

		const old = mailText({ id: 'archived@kunde.example' });
		const archived = await take(installation, old);
		await take(installation, old, at('west', 'west'));
		const { facts } = readRecord(installation.relay.read(idOf(installation, archived))!) as { facts: Facts };
		expect([...facts.verdicts.values()].filter(({ kind }) => kind === 'arrived')).toEqual([]);
	});

	test('changed on the way by a list or a gateway, it is a ticket of its own, and a person is asked', async () => {
		const installation = await openDesk();
		const first = await take(installation, { id: 'one@kunde.example' });
		const second = await take(installation, {
			id: 'one@kunde.example',
			subject: '[Liste] Drucker',
			body: 'Hilfe!\n-- \nListe',
		});
		expect(second.outcome).toBe('created');
		expect(ticketOf(installation.relay, idOf(installation, second)).timeline).toContainEqual(
			expect.objectContaining({ kind: 'merge-suggested', ticket: idOf(installation, first), why: 'same-mail' }),
		);
	});

	test.each<[string, MailShape, string | undefined, string]>([
		['of the mailbox that had it first', { to: 'support@desk.example, west@desk.example' }, 'west', 'west'],
		['of the mailbox, where no address is ours', { to: 'verteiler@desk.example' }, 'west', 'west'],
		['of the address, where the mailbox is another', { to: 'west@desk.example' }, 'support', 'west'],
		['of the address with a detail', { to: 'West+x@desk.example' }, undefined, 'west'],
		['of the address, without a mailbox', { cc: 'west@desk.example', to: 'x@y.example' }, undefined, 'west'],
		['the first, without any', { to: 'x@y.example' }, undefined, 'support'],
		['the first, where the mailbox names one that is gone', { to: 'x@y.example' }, 'weg', 'support'],
	])('the line is that %s', async (_, shape, line, expected) => {
		const installation = await openDesk();
		await take(installation, shape, line === undefined ? {} : { line: line as LineId });
		expect(ticketsOf(installation)[0]?.ticket.line).toBe(expected);
	});
});

describe('the outside is hostile', () => {
	test(
		'a flood of one sender is stored whole, and does not become a flood of tickets',
		{ timeout: 60_000 },
		async () => {
			const installation = await openDesk();
			const outcomes = new Map<string, number>();
			for (let i = 0; i < 130; i++) {
				const { outcome } = await take(installation, { subject: `Alarm ${i}` }, { live: true });
				outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
			}
			expect(Object.fromEntries(outcomes)).toEqual({ created: 100, 'followed-up': 30 });
			const messages = ticketsOf(installation).flatMap(({ ticket }) =>
				ticket.timeline.filter(({ kind }) => kind === 'message'),
			);
			expect(messages).toHaveLength(130);
			expect(await take(installation, { from: 'b@kunde.example' }, { live: true })).toMatchObject({
				outcome: 'created',
			});
		},
	);

	test('a web form that writes in our name is from whom it says', async () => {
		const installation = await openDesk();
		const headers = ['Reply-To: Kim <kim@kunde.example>'];
		const line = await take(installation, { from: 'Formular <support@desk.example>', headers });
		expect(line).toMatchObject({
			outcome: 'created',
			from: { address: 'support@desk.example' },
			replyTo: { address: 'kim@kunde.example', name: 'Kim' },
			wouldAutoRespond: false,
		});
		expect(ticketOf(installation.relay, idOf(installation, line)).from?.address).toBe('kim@kunde.example');
	});
});
