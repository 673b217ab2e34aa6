import { expect, test } from 'vitest';
import { readLookup, type Sign } from '../../src/lib/ui/suggestions.ts';

const all: Sign[] = ['::', '??', '@'];

test.each<[string, string | undefined]>([
	['::', ':: '],
	['Guten Tag ::gru', ':: gru'],
	['Siehe (??kasse startet', '?? kasse startet'],
	['@An', '@ An'],
	['„@Anna Be', '@ Anna Be'],
	['kim@example', undefined],
	['std::vector', undefined],
	['Wirklich??', undefined],
	['Wirklich?? Ja', undefined],
	['Was ?? denn', undefined],
	[':: ', undefined],
	['um 8:: Uhr', undefined],
	['???', undefined],
	['@ Bahnhof', undefined],
	['Zeit: 10:30', undefined],
	['??so viele Worte sucht hier niemand mehr', undefined],
])('what is looked up at the end of "%s"', (before, expected) => {
	const found = readLookup(before, all);
	expect(found && `${found.sign} ${found.text}`).toBe(expected);
});

test('a sign that is not offered is text: in a reply nobody is mentioned', () => {
	expect(readLookup('@Anna', ['::', '??'])).toBeUndefined();
});
