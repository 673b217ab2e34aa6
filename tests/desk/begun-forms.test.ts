import { describe, expect, it } from 'vitest';
import { createBegunForms } from '../../src/lib/desk/begun-forms.ts';
import type { BegunMail } from '../../src/lib/domain/begun-form.ts';
import { createMemoryRecordStore } from '../../src/lib/store/memory-record-store.ts';

const mail = (text: string, agent = 'ada'): BegunMail => ({
	...{ agent: agent as never, began: 5, line: null, subject: '', text, attachments: [], to: '' },
});
const store = () => createMemoryRecordStore({ now: () => 0, project: () => undefined });
const tab = (shared: ReturnType<typeof store>, agent = 'ada') => createBegunForms(shared, () => agent as never);
const settled = () => new Promise<void>((resolve) => void setImmediate(resolve));

describe('forms that were begun', () => {
	it('[F21] stand there again in the next tab, in another one at once, and are gone when they were sent', async () => {
		const shared = store();
		const [first, second] = [tab(shared), tab(shared)];
		expect(await first.keepForm('mail', mail('half a'))).toBe(true);
		await settled();
		expect(second.begunForms.current.mail).toEqual(mail('half a'));
		const later = tab(shared);
		await later.load();
		expect(later.begunForms.current).toEqual({ mail: mail('half a') });
		await later.keepForm('mail', undefined);
		await settled();
		expect(first.begunForms.current.mail).toBeUndefined();
	});

	it('[F21] of fast typing the last letter is kept, and no older one comes back to the screen', async () => {
		const shared = store();
		const here = tab(shared);
		const seen: string[] = [];
		here.begunForms.subscribe(() => seen.push(here.begunForms.current.mail?.text ?? ''));
		const texts = Array.from({ length: 40 }, (_, i) => 'x'.repeat(i + 1));
		await Promise.all(texts.map((text) => here.keepForm('mail', mail(text))));
		await settled();
		expect(seen).toEqual(texts);
		const later = tab(shared);
		await later.load();
		expect(later.begunForms.current.mail?.text).toBe(texts.at(-1));
	});

	it('are their author’s alone, and what is no form is left out', async () => {
		const shared = store();
		await tab(shared).keepForm('mail', mail('secret'));
		const other = tab(shared, 'ben');
		await other.load();
		expect(other.begunForms.current).toEqual({});
		for (const bad of ['x', null, 7, { mail: { to: 1 } }, { ticket: [] }]) {
			await shared.settings.set('begun-forms', bad);
			const here = tab(shared);
			await here.load();
			expect(here.begunForms.current).toEqual({});
		}
	});

	it('say so where this device stores nothing, and stay on the screen', async () => {
		const shared = store();
		shared.settings.change = () => Promise.reject(new Error('full'));
		const here = tab(shared);
		expect(await here.keepForm('mail', mail('x'))).toBe(false);
		expect(here.begunForms.current.mail?.text).toBe('x');
	});
});
