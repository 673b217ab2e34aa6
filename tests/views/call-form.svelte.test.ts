import { describe, expect, it, vi } from 'vitest';
import { writeContent } from '../../src/lib/document/article-content.ts';
import { draftText } from '../../src/lib/document/record-document.ts';
import type { Permission } from '../../src/lib/domain/article-entry.ts';
import type { Draft } from '../../src/lib/domain/entry.ts';
import type { DocumentId } from '../../src/lib/domain/ids.ts';
import type { ArticleRow } from '../../src/lib/projection/rows.ts';
import { CallForm } from '../../src/lib/views/call-form.svelte.ts';
import type { CallStart } from '../../src/lib/views/call-start.ts';
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
				form = new CallForm(
					{ desk, storage, timer: { now: () => now, after: () => () => {} }, language: () => 'de' },
					from,
				);
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
	it('[F106] shows what is kept after somebody was erased, and keeps that', () =>
		withDesk(({ storage, open }) => {
			const form = open();
			form.draft.caller = 'Quirin Quittenbaum';
			form.draft.request = 'Rechnung';
			form.keep();
			storage.setItem('tresen:call', storage.getItem('tresen:call')!.replace('Quirin Quittenbaum', 'Erased person 1'));
			form.readAgain();
			form.keep();
			expect([form.draft.caller, form.draft.request]).toEqual(['Erased person 1', 'Rechnung']);
			expect(storage.getItem('tresen:call')).not.toContain('Quittenbaum');
		}));

	it('[F2] logs a solved call of somebody new: a person and a contact, and no ticket', () =>
		withDesk(async ({ desk, open, at }) => {
			const form = open();
			form.draft.caller = 'Kim Weiß';
			expect(form.caller.asksFor).toBe('phone');
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
			form.caller.typed();
			expect(form.caller.person).toBeUndefined();
			expect(form.caller.suggestions.map(({ id }) => id)).toEqual([kim]);
			form.draft.caller = '030 5550119';
			form.caller.typed();
			expect(form.caller.person?.name).toBe('Kim Weiß');
			expect(form.caller.card).toMatchObject({ tickets: [], contacts: [] });
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
			expect(form.caller.duplicates).toEqual([]);
			form.draft.request = 'Passwort schon wieder gesperrt';
			expect(form.caller.duplicates).toMatchObject([{ subject: 'Passwort gesperrt' }]);
			form.belongsTo(form.caller.duplicates[0]!.id);
			const ended = await form.end();
			expect(ended?.ticket).toMatchObject({ isNew: false });
			expect(desk.tickets.current).toHaveLength(1);
			expect(desk.interactions.inGroup(desk.tickets.current[0]!.id)).toHaveLength(2);
		}));

	async function addCase(desk: FakeDesk, permissions: readonly Permission[] = []): Promise<ArticleRow> {
		const till = { id: 'till', label: 'Kasse', required: true, choices: [] };
		const handOver = [{ when: 'danach', queue: 'second', to: '' }];
		const values = { type: 'case', category: 'start', documentation: [till], permissions, handOver };
		const drafts = Object.entries(values).map(
			([field, value]) => ({ kind: 'article-set', field, value, replaces: [] }) as unknown as Draft,
		);
		const content = {
			title: 'Kasse startet nicht',
			pattern: [],
			body: '',
			steps: ['<p>Stecker</p>', '<p>Neustart</p>'],
		};
		const made = await desk.createArticle({ name: 'Kasse', lines: [] }, drafts, (doc) =>
			writeContent(doc, { de: { ...content, answer: '<p>Guten Tag {{customer.name}}, starten Sie neu.</p>' } }),
		);
		return desk.articles.get(made.kind === 'ok' ? made.document : (undefined as never))!;
	}

	it('[F4] [F58] [F63] a case is applied as in a ticket: category, ticks, fields; all of it goes into the ticket, with its answer as a draft', () =>
		withDesk(async ({ desk, open }) => {
			const row = await addCase(desk);
			const form = open({ person: await addKim(desk) });
			form.draft.request = 'Kasse startet nicht';
			await form.matter.choose(row);
			expect(form.draft).toMatchObject({ category: 'start', applied: { steps: ['Stecker', 'Neustart'] } });
			expect(await form.end('solved')).toBeUndefined();
			expect(form.missing).toEqual(['field:till']);
			form.draft.documented['till'] = '12';
			form.matter.tick(1);
			expect(form.matter.queue).toBe('second');
			desk.failNext = 'quota';
			expect(await form.end('ticket')).toBeUndefined();
			const ended = (await form.end('ticket'))!;

			const contact = (await readContact(desk, ended.contact))!;
			expect(contact.applied[0]?.steps.map(({ done }) => done?.by)).toEqual([undefined, 'ada']);
			expect([...contact.applied[0]!.values]).toEqual([['till', '12']]);
			expect(desk.tickets.current).toMatchObject([{ queue: 'second', category: 'start', cases: [row.id] }]);
			const record = (await desk.open(ended.ticket!.document))!;
			const reading = record.reading.current;
			const [applied] = reading.kind === 'ticket' ? reading.ticket.applied : [];
			expect(applied?.steps.map(({ done }) => done?.by)).toEqual([undefined, 'ada']);
			expect(applied?.values.get('till')).toBe('12');
			expect(draftText(record.doc, 'reply')).toBe('Guten Tag Kim Weiß, starten Sie neu.');
		}));

	it('[F62] what may only be passed on is not solved: it becomes a ticket without an answer', () =>
		withDesk(async ({ desk, open }) => {
			const row = await addCase(desk, [{ line: null, category: null, role: 'agent', may: 'forward' }]);
			const form = open({ person: await addKim(desk) });
			await form.matter.choose(row);
			expect(form.draft.end).toBe('ticket');
			expect(form.matter.ruling).toMatchObject({ may: 'forward', mayAnswer: false });
			form.draft.documented['till'] = '12';
			expect(await form.end('solved')).toBeUndefined();
			expect(form.missing).toEqual(['permission']);
			const ended = (await form.end('ticket'))!;
			expect(draftText((await desk.open(ended.ticket!.document))!.doc, 'reply')).toBe('');
		}));

	it('a case that was taken away before the end is taken back in the contact too, and a contact goes on with its ticks', () =>
		withDesk(async ({ desk, open }) => {
			const row = await addCase(desk);
			const form = open({ person: await addKim(desk) });
			await form.matter.choose(row);
			form.draft.documented['till'] = '12';
			form.matter.tick(0);
			const ended = (await form.end('solved'))!;
			await reopenContact(desk, ended.contact);
			const again = open({ goesOn: ended.contact });
			await vi.waitFor(() => expect(again.draft.ticked).toEqual([0]));
			expect(again.draft.documented).toEqual({ till: '12' });
			await again.matter.choose(row);
			again.draft.request = 'Etwas anderes';
			await again.end('solved');
			expect(desk.interactions.current).toMatchObject([{ request: 'Etwas anderes', cases: [], outcome: 'solved' }]);
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
			expect(open({ person: kim }).caller.card?.callBacks).toEqual([]);
		}));
});
