import { describe, expect, it } from 'vitest';
import type { DocumentId } from '../../src/lib/domain/ids.ts';
import { CallForm, type CallStart } from '../../src/lib/views/call-form.svelte.ts';
import { readContact, reopenContact } from '../../src/lib/views/contact-acts.ts';
import { createFakeDesk, type FakeDesk } from '../support/fake-desk.ts';

const start = 1_700_000_000_000;

function memory(): Storage {
	const kept = new Map<string, string>();
	return {
		getItem: (key: string) => kept.get(key) ?? null,
		setItem: (key: string, value: string) => void kept.set(key, value),
		removeItem: (key: string) => void kept.delete(key),
	} as Storage;
}

interface Scene {
	desk: FakeDesk;
	storage: Storage;
	/** A form, as a page makes one. */
	open(from?: CallStart): CallForm;
	at(seconds: number): void;
}

async function withDesk(run: (scene: Scene) => Promise<void> | void): Promise<void> {
	let now = start;
	const desk = createFakeDesk({ now: () => now });
	const storage = memory();
	const stops: (() => void)[] = [];
	const open = (from: CallStart = {}) => {
		let form: CallForm | undefined;
		stops.push(
			$effect.root(() => {
				form = new CallForm({ desk, storage, now: () => now, language: () => 'de' }, from);
			}),
		);
		return form!;
	};
	await run({ desk, storage, open, at: (seconds) => (now = start + seconds * 1000) });
	for (const stop of stops) stop();
}

async function addKim(desk: FakeDesk): Promise<DocumentId> {
	const made = await desk.createParty('person', { name: 'Kim Weiß', lines: ['main'], phones: ['+49 30 5550119'] });
	return made.kind === 'ok' ? made.document : (undefined as never);
}

describe('the call form', () => {
	it('[F2] logs a solved call of somebody new: a person and a contact, and no ticket', () =>
		withDesk(async ({ desk, open, at }) => {
			const form = open();
			form.draft.caller = 'Kim Weiß';
			expect(form.asksFor).toBe('phone');
			form.draft.phone = '030 5550119';
			form.draft.request = 'Drucker druckt Streifen';
			at(14);
			const ended = await form.end();
			expect(ended).toMatchObject({ end: 'solved', ticket: undefined });
			expect(desk.interactions.current).toMatchObject([
				{ outcome: 'solved', seconds: 14, fromName: 'Kim Weiß', phone: '030 5550119', channel: 'phone', began: start },
			]);
			expect(desk.parties.current).toMatchObject([{ name: 'Kim Weiß', phones: ['030 5550119'] }]);
			expect(desk.tickets.current).toEqual([]);
			expect(form.isEmpty).toBe(true);
		}));

	it('[I6] knows who calls as soon as the whole number stands there', () =>
		withDesk(async ({ desk, open }) => {
			const kim = await addKim(desk);
			const form = open();
			form.draft.caller = '030 555';
			form.callerTyped();
			expect(form.person).toBeUndefined();
			expect(form.suggestions.map(({ id }) => id)).toEqual([kim]);
			form.draft.caller = '030 5550119';
			form.callerTyped();
			expect(form.person?.name).toBe('Kim Weiß');
			expect(form.card).toMatchObject({ tickets: [], contacts: [] });
		}));

	it('says what is missing, and stores nothing before it is there', () =>
		withDesk(async ({ desk, open }) => {
			const form = open();
			expect(await form.end()).toBeUndefined();
			expect(form.missing).toEqual(['who', 'request']);
			form.draft.caller = 'Kim';
			expect(await form.end('call-back')).toBeUndefined();
			expect(form.missing).toEqual(['phone']);
			expect(form.draft.callBackAt).toBe(start + 3_600_000 + 100_000);
			expect(desk.interactions.current).toEqual([]);
		}));

	it('[F4] becomes a ticket with all that was written, and each names the other', () =>
		withDesk(async ({ desk, open }) => {
			const kim = await addKim(desk);
			const form = open({ person: kim });
			form.draft.request = 'Passwort gesperrt\nseit heute früh';
			const ended = await form.end('ticket');
			expect(ended?.ticket).toMatchObject({ isNew: true });
			const [ticket] = desk.tickets.current;
			expect(ticket).toMatchObject({ subject: 'Passwort gesperrt', persons: [kim], queue: 'first', channel: 'phone' });
			expect(desk.interactions.inGroup(ticket!.id)).toMatchObject([{ outcome: 'ticket', number: ticket!.number }]);
		}));

	it('keeps everything over a reload, and nothing of another agent', () =>
		withDesk(({ desk, storage, open }) => {
			const form = open();
			form.draft.caller = 'Kim';
			form.draft.request = 'Drucker';
			form.keep();
			const again = open();
			expect(again.isResumed).toBe(true);
			expect(again.draft).toEqual(form.draft);
			again.clear();
			expect(open().isEmpty).toBe(true);
			storage.setItem('tresen:call', JSON.stringify({ ...$state.snapshot(form.draft), agent: 'ben' }));
			expect(open().isEmpty).toBe(true);
			storage.setItem('tresen:call', '{"agent":"ada","began":"<script>"}');
			expect(open().isEmpty).toBe(true);
			expect(desk.interactions.current).toEqual([]);
		}));

	it('a second try after a failure stores nothing twice', () =>
		withDesk(async ({ desk, open }) => {
			const form = open();
			form.draft.caller = 'Kim Weiß';
			form.draft.request = 'Drucker';
			desk.failNext = 'quota';
			expect(await form.end()).toBeUndefined();
			expect(form.failure).toEqual({ kind: 'not-saved', why: 'quota' });
			expect(form.draft.request).toBe('Drucker');
			await form.end();
			expect(desk.interactions.current).toHaveLength(1);
			expect(desk.parties.current).toHaveLength(1);
		}));

	it('an end that was taken back goes on where it was, as the same contact', () =>
		withDesk(async ({ desk, open }) => {
			const form = open();
			form.draft.caller = 'Kim Weiß';
			form.draft.request = 'Drucker';
			const ended = (await form.end())!;
			expect((await reopenContact(desk, ended.contact)).kind).toBe('ok');
			expect(form.adopt({ ...ended.draft, stored: { ...ended.draft.stored, contact: ended.contact } })).toBe(true);
			form.draft.request = 'Drucker und Papier';
			await form.end('ticket');
			expect(desk.interactions.current).toMatchObject([{ outcome: 'ticket', request: 'Drucker und Papier' }]);
			expect(desk.tickets.current).toHaveLength(1);
			expect((await readContact(desk, ended.contact))?.timeline.length).toBeGreaterThan(3);
		}));

	it('[F9] says what is open about the same, before anything is stored', () =>
		withDesk(async ({ desk, open }) => {
			const kim = await addKim(desk);
			const first = open({ person: kim });
			first.draft.request = 'Passwort gesperrt';
			await first.end('ticket');
			const form = open({ person: kim });
			form.draft.request = 'Drucker druckt nicht';
			expect(form.duplicates).toEqual([]);
			form.draft.request = 'Passwort schon wieder gesperrt';
			expect(form.duplicates).toMatchObject([{ subject: 'Passwort gesperrt' }]);
			form.belongsTo(form.duplicates[0]!.id);
			const ended = await form.end();
			expect(ended?.ticket).toMatchObject({ isNew: false });
			expect(desk.tickets.current).toHaveLength(1);
			expect(desk.interactions.inGroup(desk.tickets.current[0]!.id)).toHaveLength(2);
		}));

	it('[F10] calls back with all that is known, and the outcome settles it', () =>
		withDesk(async ({ desk, open }) => {
			const kim = await addKim(desk);
			const form = open({ person: kim });
			form.draft.request = 'Rechnung fehlt';
			await form.end('call-back');
			const [waiting] = desk.interactions.current;
			expect(waiting?.callBack).toMatchObject({ phone: '+49 30 5550119', agent: null });
			const back = open({ callsBack: waiting!.id });
			expect(back.draft).toMatchObject({ direction: 'out', request: 'Rechnung fehlt', person: kim });
			expect(back.ends).toEqual(['solved', 'ticket', 'no-answer', 'given-up']);
			await back.end('solved');
			expect(desk.interactions.current[1]).toMatchObject({ callsBack: waiting!.id, outcome: 'solved' });
			expect(open({ person: kim }).card?.callBacks).toEqual([]);
		}));
});
