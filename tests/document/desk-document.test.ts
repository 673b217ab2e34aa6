import * as Y from 'yjs';
import { describe, expect, test } from 'vitest';
import { parseDeskValue, readDesk, writeDeskValue } from '../../src/lib/document/desk-document.ts';
import { readMe, writeMe } from '../../src/lib/document/me-document.ts';
import { backOffice, support } from '../support/facts.ts';

const line = { id: support, name: 'Support', addresses: ['support@example.com'], colour: 210 };

describe('desk document', () => {
	test('holds the desk, its lines, queues and agents, sorted by name', () => {
		const doc = new Y.Doc();
		writeDeskValue(doc, 'desk', { name: 'Beispiel GmbH', language: 'de' });
		writeDeskValue(doc, `line:${support}`, line);
		writeDeskValue(doc, `queue:${backOffice}`, { id: backOffice, name: 'Backoffice', line: support });
		expect(readDesk(doc)).toEqual({
			desk: { name: 'Beispiel GmbH', language: 'de' },
			lines: [line],
			systems: [],
			manuals: [],
			categories: [],
			textModules: [],
			mailRules: [],
			queues: [{ id: backOffice, name: 'Backoffice', line: support }],
			agents: [],
		});
	});

	test.each([
		['a key of no kind', 'colour:red', {}],
		['an id that is not the key’s', 'line:sales', line],
		['a field too many', `line:${support}`, { ...line, extra: 1 }],
		['a desk with an id', 'desk:x', { name: 'a', language: 'de' }],
		['a line without one', 'line', line],
	])('%s is not believed', (_, key, value) => {
		expect(parseDeskValue(key, value)).toBeUndefined();
	});

	test('a text module and a rule are removed with null, and nothing else is', () => {
		const doc = new Y.Doc();
		const module = { id: 'hello', name: 'Hello', line: null, language: 'en', text: 'Hello' };
		writeDeskValue(doc, 'module:hello', module);
		expect(readDesk(doc).textModules).toEqual([module]);
		writeDeskValue(doc, 'module:hello', null);
		expect(readDesk(doc).textModules).toEqual([]);
		expect(parseDeskValue('rule:spam', null)).toBeNull();
		for (const key of ['desk', `line:${support}`, `queue:${backOffice}`, 'agent:ada', 'colour:red', 'module'])
			expect(parseDeskValue(key, null)).toBeUndefined();
	});

	test('my settings fall back where they make no sense', () => {
		const doc = new Y.Doc();
		writeMe(doc, { signature: 'Viele Grüße' });
		doc.getMap('settings').set('language', 'klingon');
		expect(readMe(doc)).toEqual({ language: undefined, signature: 'Viele Grüße' });
	});
});
