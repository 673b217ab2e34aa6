import { expect, test } from 'vitest';
import type { BegunForms } from '../../src/lib/domain/begun-form.ts';
import { callCleanedKey, callDraftKey, emptyCall } from '../../src/lib/domain/call-draft.ts';
import type { AgentId, DocumentId, LineId } from '../../src/lib/domain/ids.ts';
import { cleanKeptCall } from '../../src/lib/desk/clean-call.ts';
import { cleanCall, cleanForms } from '../../src/lib/store/clean-begun.ts';
import type { GoneWords } from '../../src/lib/store/gone-words.ts';

const person = 'person/01ARZ3NDEKTSV4RRFFQ69G5FAV' as DocumentId;
const gone: GoneWords = {
	document: person,
	label: 'Gelöschte Person 1',
	names: ['Quirin Quittenbaum'],
	addresses: [['q@example.org', 'erased-1-1@erased.invalid']],
	phones: [['030 5550119', '+00 0001 000001']],
	parts: [],
};
const forms: BegunForms = {
	ticket: {
		...{ agent: 'ada' as AgentId, began: 1, line: 'it' as LineId, attachments: [], queue: null, person: null },
		...{ name: 'Quittenbaum, Quirin', phone: '030/5550119', address: 'q@example.org', channel: 'phone' },
		...{ subject: 'Rückruf', text: 'Herr Quittenbaum wartet', priority: null, claimIt: false },
	},
	mail: {
		...{ agent: 'ada' as AgentId, began: 1, line: null, attachments: [], to: 'kim@example.org' },
		...{ subject: 'Termin', text: 'Der Baum ist da, Frau Quittenbaum auch' },
	},
};
const call = (more: object) => ({ ...emptyCall('ada' as AgentId, 1), ...more });

test('[F106] a form that names an erased person loses them whole; one about somebody else keeps a name that others have as well', () => {
	const cleaned = cleanForms(forms, [gone]);
	expect(cleaned.ticket).toMatchObject({
		...{ name: 'Gelöschte Person 1', phone: '+00 0001 000001', address: 'erased-1-1@erased.invalid' },
		...{ text: 'Herr █████ wartet', subject: 'Rückruf', line: 'it' },
	});
	expect(cleaned.mail).toBe(forms.mail);
	expect(cleanForms(cleaned, [gone])).toBe(cleaned);
	expect(cleanForms({}, [gone])).toEqual({});
});

test('[F106] a call that is being written down loses them too, what was documented included', () => {
	const draft = call({
		caller: 'Quittenbaum',
		person,
		request: 'Quittenbaum hat 030 5550119',
		documented: { a: 'Q: q@example.org' },
	});
	expect(cleanCall(draft, [gone])).toMatchObject({
		...{ caller: '█████', person, request: '█████ hat +00 0001 000001' },
		documented: { a: 'Q: erased-1-1@erased.invalid' },
	});
	const other = call({ caller: 'Kim Weiß', request: 'Frau Quittenbaum kommt' });
	expect(cleanCall(other, [gone])).toBe(other);
});

test('[F106] every tab hears that words were taken out of the call, and only then', () => {
	const kept = new Map([[callDraftKey, JSON.stringify(call({ caller: 'Quirin Quittenbaum' }))]]);
	const told: string[] = [];
	const storage = {
		getItem: (key: string) => kept.get(key) ?? null,
		setItem: (key: string, value: string) => void kept.set(key, value),
		removeItem: (key: string) => void kept.delete(key),
	};
	const clean = () => cleanKeptCall(storage, [gone], (key) => told.push(key));
	clean();
	clean();
	expect(told).toEqual([callCleanedKey]);
	expect([...kept]).toEqual([[callDraftKey, JSON.stringify(call({ caller: 'Gelöschte Person 1' }))]]);
	kept.set(callDraftKey, 'no draft');
	clean();
	expect(kept.get(callDraftKey)).toBe('no draft');
});
