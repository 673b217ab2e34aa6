import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { EntryId } from '../../../src/lib/domain/ids.ts';
import { startSmtpSink, type SmtpSink } from '../../support/smtp-sink.ts';
import { startMailDesk, type MailDesk } from './mail-desk.ts';

let sink: SmtpSink;
let desk: MailDesk;
beforeEach(async () => {
	sink = await startSmtpSink();
	desk = await startMailDesk({ sink });
});
afterEach(async () => {
	await desk.close();
	await sink.close();
	expect(desk.relay.failures).toEqual([]);
});

const maria = () => desk.relay.device('maria');
const tom = () => desk.relay.device('tom');

/** A ticket with a customer's message, on the devices of Maria and Tom. */
async function asked() {
	const onMaria = await desk.ticket(maria());
	const message = await desk.customerWrites(onMaria.id);
	await onMaria.pull();
	const onTom = await desk.on(tom(), onMaria);
	return { onMaria, onTom, message, id: onMaria.id };
}

describe('the send gate', () => {
	test('[F27] a reply of the holder is accepted, leaves after the time to take it back, and is sent', async () => {
		const { onMaria, id, message } = await asked();
		onMaria.write({ kind: 'claimed' });
		await onMaria.push();
		await onMaria.pull();
		const request = onMaria.reply();
		await onMaria.push();
		expect(desk.stateOf(id, request)).toEqual({ kind: 'accepted', at: desk.now() });
		await desk.mailOut.pass();
		expect(sink.mails).toEqual([]);
		await desk.send();
		expect(sink.mails).toHaveLength(1);
		expect(desk.stateOf(id, request)).toMatchObject({ kind: 'sent', messageId: sink.mails[0]?.messageId });
		expect(desk.outbound.of(request)).toMatchObject({ slot: message, state: 'sent' });
	});

	test.each(['maria', 'tom'])(
		'[SG1][F31] two agents answer offline; %s comes back first: one mail leaves, the other reply is held and names who answered',
		async (first) => {
			const { onMaria, onTom, id } = await asked();
			for (const copy of [onMaria, onTom]) copy.write({ kind: 'claimed' });
			const requests = { maria: onMaria.reply({ text: 'From Maria' }), tom: onTom.reply({ text: 'From Tom' }) };
			const order = first === 'maria' ? [onMaria, onTom] : [onTom, onMaria];
			for (const copy of order) await copy.push();
			await desk.send();
			const [winner, loser] = first === 'maria' ? (['maria', 'tom'] as const) : (['tom', 'maria'] as const);
			expect(desk.stateOf(id, requests[winner])).toMatchObject({ kind: 'sent' });
			expect(desk.stateOf(id, requests[loser])).toMatchObject({
				...{ kind: 'held', why: 'slot-answered', other: requests[winner], agent: winner },
			});
			expect(sink.mails).toHaveLength(1);
			expect(desk.relay.relay.read(id)?.getMap('entries').get(requests[loser])).toMatchObject({
				text: loser === 'maria' ? 'From Maria' : 'From Tom',
			});
		},
	);

	test('[SG2] somebody else holds the ticket: held, and it says who', async () => {
		const { onMaria, onTom, id } = await asked();
		onMaria.write({ kind: 'claimed' });
		await onMaria.push();
		const request = onTom.reply();
		await onTom.push();
		expect(desk.stateOf(id, request)).toMatchObject({ kind: 'held', why: 'not-holder', agent: 'maria' });
	});

	test('[SG2][F17] a message is passed on also by somebody else than the holder, but never that way to the customer', async () => {
		const { onMaria, onTom, message, id } = await asked();
		onMaria.write({ kind: 'claimed' });
		await onMaria.push();
		const passOn = (address: string) =>
			onTom.reply({ slot: null, forwards: message, to: [{ name: '', address }], text: 'Please look' });
		const customer = desk.fold(id).timeline.find((entry) => entry.kind === 'message')?.from.address ?? '';
		const [toLab, toCustomer] = [passOn('lab@third.example'), passOn(customer.toUpperCase())];
		await onTom.push();
		expect(desk.stateOf(id, toLab)).toMatchObject({ kind: 'accepted' });
		expect(desk.stateOf(id, toCustomer)).toMatchObject({ kind: 'held', why: 'not-holder', agent: 'maria' });
		expect(desk.fold(id).slot).toBe(message);
	});

	test('[SG5] a late holder still sends if nobody else was granted and the slot is open', async () => {
		const { onMaria, id } = await asked();
		const claim = onMaria.write({ kind: 'claimed' });
		await onMaria.push();
		onMaria.write({ kind: 'released', claim });
		await onMaria.push();
		const request = onMaria.reply({ claim });
		await onMaria.push();
		expect(desk.stateOf(id, request)).toMatchObject({ kind: 'accepted' });
	});

	test('[SG2] a claim after which somebody else held the ticket is not enough, though it is free again', async () => {
		const { onMaria, onTom, id } = await asked();
		const claim = onMaria.write({ kind: 'claimed' });
		await onMaria.push();
		onMaria.write({ kind: 'released', claim });
		await onMaria.push();
		await onTom.pull();
		const second = onTom.write({ kind: 'claimed' });
		await onTom.push();
		onTom.write({ kind: 'released', claim: second });
		await onTom.push();
		const request = onMaria.reply({ claim });
		await onMaria.push();
		expect(desk.stateOf(id, request)).toMatchObject({ kind: 'held', why: 'not-holder', agent: 'tom' });
	});

	test('[SG3][F34] the customer wrote again before it arrived: held; with the newer message seen it leaves', async () => {
		const { onMaria, id } = await asked();
		const request = onMaria.reply();
		await desk.customerWrites(id, { text: 'It is urgent now.' });
		await onMaria.push();
		expect(desk.stateOf(id, request)).toMatchObject({ kind: 'held', why: 'customer-wrote' });
		await onMaria.pull();
		const second = onMaria.reply();
		await onMaria.push();
		expect(desk.stateOf(id, second)).toMatchObject({ kind: 'accepted' });
	});

	test('[SG3] what a machine wrote in between holds nothing up', async () => {
		const { onMaria, id } = await asked();
		const request = onMaria.reply();
		await desk.customerWrites(id, { text: 'I am away.', automatic: 'auto-reply' });
		await onMaria.push();
		expect(desk.stateOf(id, request)).toMatchObject({ kind: 'accepted' });
	});

	test.each([
		['nobody', []],
		['a line break in the address', [{ name: '', address: 'a@b.example\r\nBcc: all@c.example' }]],
		['two addresses in one', [{ name: '', address: 'a@b.example,c@d.example' }]],
		['no host', [{ name: '', address: 'kim' }]],
	])('[SG4] held for %s', async (_, to) => {
		const { onMaria, id } = await asked();
		const request = onMaria.reply({ to });
		await onMaria.push();
		expect(desk.stateOf(id, request)).toMatchObject({ kind: 'held', why: 'no-recipient' });
	});

	test('[SG2] a held reply goes as a follow-up once, whoever holds the ticket and however often it is asked', async () => {
		const { onMaria, onTom, id } = await asked();
		onMaria.write({ kind: 'claimed' });
		onMaria.reply();
		const held = onTom.reply();
		await onMaria.push();
		await onTom.push();
		await onTom.pull();
		const follow = onTom.reply({ slot: null, follows: held });
		const again = onTom.reply({ slot: null, follows: held });
		onTom.write({ kind: 'held-settled', request: held, choice: 'sent-as-follow-up' });
		await onTom.push();
		expect(desk.stateOf(id, follow)).toMatchObject({ kind: 'accepted' });
		expect(desk.stateOf(id, again)).toMatchObject({ kind: 'held', why: 'slot-answered', other: follow });
		expect(desk.stateOf(id, held)).toMatchObject({ kind: 'settled', choice: 'sent-as-follow-up' });
		await desk.send();
		expect(sink.mails).toHaveLength(2);
		expect(new Set(sink.mails.map((mail) => mail.messageId)).size).toBe(2);
	});

	test('[SG1] naming something that is not held opens no way around the slot', async () => {
		const { onMaria, onTom, id, message } = await asked();
		const first = onMaria.reply();
		await onMaria.push();
		const second = onTom.reply({ slot: message, follows: first });
		const third = onTom.reply({ slot: message, follows: message });
		await onTom.push();
		for (const request of [second, third])
			expect(desk.stateOf(id, request)).toMatchObject({ kind: 'held', why: 'slot-answered', other: first });
	});

	test('[SG7] taken back in time nothing leaves, and the slot is free for another', async () => {
		const { onMaria, onTom, id } = await asked();
		const request = onMaria.reply();
		await onMaria.push();
		onMaria.write({ kind: 'reply-withdrawn', request });
		await onMaria.push();
		expect(desk.stateOf(id, request)).toMatchObject({ kind: 'withdrawn' });
		const other = onTom.reply();
		await onTom.push();
		await desk.send();
		expect(desk.stateOf(id, other)).toMatchObject({ kind: 'sent' });
		expect(sink.mails).toHaveLength(1);
	});

	test('[SG7] taken back too late, or by somebody else, nothing changes', async () => {
		const { onMaria, onTom, id } = await asked();
		const request = onMaria.reply();
		await onMaria.push();
		await onTom.pull();
		onTom.write({ kind: 'reply-withdrawn', request });
		await onTom.push();
		expect(desk.stateOf(id, request)).toMatchObject({ kind: 'accepted' });
		await desk.send();
		onMaria.write({ kind: 'reply-withdrawn', request });
		await onMaria.push();
		expect(desk.stateOf(id, request)).toMatchObject({ kind: 'sent' });
	});

	test('[SG7] taken back before the relay heard of it, it is withdrawn without a word of the gate', async () => {
		const { onMaria, onTom, id } = await asked();
		onTom.reply();
		await onTom.push();
		const request = onMaria.reply();
		onMaria.write({ kind: 'reply-withdrawn', request });
		await onMaria.push();
		expect(desk.stateOf(id, request)).toMatchObject({ kind: 'withdrawn' });
		expect(desk.verdicts(id).has(request)).toBe(false);
	});

	test('[F1][MS5] without a mailbox the reply is accepted and waits, and that is said; with one it leaves', async () => {
		await desk.close();
		const mailbox: { port?: number } = {};
		desk = await startMailDesk({
			accountFor: () =>
				mailbox.port === undefined
					? undefined
					: { id: 'box', address: 'x@desk.example', smtp: { host: '127.0.0.1', port: mailbox.port, security: 'none' } },
		});
		const { onMaria, id } = await asked();
		const request: EntryId = onMaria.reply();
		await onMaria.push();
		await desk.send();
		expect(desk.stateOf(id, request)).toMatchObject({ kind: 'accepted' });
		expect(desk.mailOut.waiting()).toMatchObject([
			{ line: 'support', reason: 'No mailbox can send for this line.', mails: 1 },
		]);
		desk.go(4 * 24 * 3_600_000);
		await desk.mailOut.pass();
		mailbox.port = sink.port;
		desk.mailOut.retryNow();
		await desk.mailOut.pass();
		expect(desk.stateOf(id, request)).toMatchObject({ kind: 'sent' });
	});
});
