import { flushSync } from 'svelte';
import { describe, expect, it } from 'vitest';
import { NewMailForm } from '../../src/lib/views/new-mail.svelte.ts';
import { NewTicketForm } from '../../src/lib/views/new-ticket.svelte.ts';
import { TicketActs } from '../../src/lib/views/ticket-acts.ts';
import { Toasts } from '../../src/lib/views/toasts.svelte.ts';
import { createFakeDesk, type FakeDesk } from '../support/fake-desk.ts';

let now = 1000;
const close: (() => void)[] = [];

function shown<F extends { keep(): void; adopt(): void }>(make: () => F): F {
	let form: F | undefined;
	close.push(
		$effect.root(() => {
			form = make();
			$effect(() => form!.keep());
			$effect(() => form!.adopt());
		}),
	);
	flushSync();
	return form!;
}
function mail(desk: FakeDesk, to = ''): NewMailForm {
	const toasts: ConstructorParameters<typeof TicketActs>[1] = new Toasts({ now: () => 0, after: () => () => {} });
	return shown(() => new NewMailForm({ desk, acts: new TicketActs(desk, toasts), now: () => now, to }));
}
const ticket = (desk: FakeDesk) => shown(() => new NewTicketForm({ desk, now: () => now }));
const leave = () => close.splice(0).forEach((stop) => stop());
/** What another tab hears comes with the next microtask. */
async function told(): Promise<void> {
	flushSync();
	await Promise.resolve();
	await Promise.resolve();
	flushSync();
}

describe('[F21] what was begun in a form', () => {
	it('stands there again with all its fields, since when it was begun, and is gone when it was sent', async () => {
		const desk = createFakeDesk();
		now = 1000;
		const first = ticket(desk);
		expect([first.isResumed, first.isEmpty, desk.begunForms.current]).toEqual([false, true, {}]);
		now = 2000;
		Object.assign(first.draft, {
			name: 'Frau Nowak',
			subject: 'Rechnung',
			text: 'doppelt',
			priority: 2,
			claimIt: true,
		});
		flushSync();
		now = 3000;
		first.draft.text = 'doppelt!';
		leave();
		flushSync();
		const later = ticket(desk);
		expect(later.isResumed).toBe(true);
		expect(later.draft).toMatchObject({
			...{ began: 2000, agent: 'ada', name: 'Frau Nowak', subject: 'Rechnung', priority: 2, claimIt: true },
		});
		later.draft.text = 'doppelt!';
		expect(await later.save()).toBe(true);
		expect(desk.begunForms.current.ticket).toBeUndefined();
		expect(desk.tickets.current[0]).toMatchObject({ subject: 'Rechnung', priority: 2 });
		expect([later.isEmpty, later.created?.isClaimed]).toEqual([true, true]);
		leave();
	});

	it('is not kept for choices alone, nor for the address that the page was opened with', () => {
		const desk = createFakeDesk();
		const form = mail(desk, 'kim@kunde.example');
		form.chooseLine('main' as never);
		flushSync();
		expect([form.isEmpty, desk.begunForms.current.mail]).toEqual([true, undefined]);
		form.draft.to += ', a@b.example';
		flushSync();
		expect(desk.begunForms.current.mail).toMatchObject({ to: 'kim@kunde.example, a@b.example' });
		leave();
	});

	it('is not written over by a mail to somebody else; when it is discarded, that one begins', () => {
		const desk = createFakeDesk();
		const first = mail(desk, 'kim@kunde.example');
		first.draft.text = 'Es ist da.';
		flushSync();
		leave();
		const form = mail(desk, 'a@b.example');
		expect([form.draft.to, form.draft.text, form.isToAnother]).toEqual(['kim@kunde.example', 'Es ist da.', true]);
		const before = form.discard();
		expect(before.text).toBe('Es ist da.');
		expect([form.draft.to, form.draft.text, form.isToAnother]).toEqual(['a@b.example', '', false]);
		expect(desk.begunForms.current.mail).toBeUndefined();
		leave();
	});

	it('is the same in every tab: what is written, sent or brought back in one stands in the other', async () => {
		const desk = createFakeDesk();
		const [one, other] = [mail(desk), mail(desk)];
		one.draft.subject = 'Ersatzteil';
		await told();
		expect([other.draft.subject, other.isResumed]).toEqual(['Ersatzteil', true]);
		other.draft.text = 'Es ist da.';
		await told();
		expect(one.draft.text).toBe('Es ist da.');
		const before = other.discard();
		await told();
		expect([one.draft.text, one.isEmpty]).toEqual(['', true]);
		await desk.keepForm('mail', before);
		await told();
		expect([one.draft.text, other.draft.text]).toEqual(['Es ist da.', 'Es ist da.']);
		leave();
	});

	it('stays as it is when it could not be stored as a ticket, and says where this device keeps nothing', async () => {
		const desk = createFakeDesk();
		const form = ticket(desk);
		Object.assign(form.draft, { name: 'Kim', subject: 'x' });
		desk.failNext = 'quota';
		expect(await form.save()).toBe(false);
		flushSync();
		expect(desk.begunForms.current.ticket).toMatchObject({ name: 'Kim', subject: 'x' });
		desk.keepForm = () => Promise.resolve(false);
		form.draft.subject = 'xy';
		await told();
		expect(form.isKept).toBe(false);
		leave();
	});
});
