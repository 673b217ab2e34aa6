import { describe, expect, it } from 'vitest';
import { initialsOf, presenceColour } from '../../src/lib/ui/initials.ts';
import { misleadingHost } from '../../src/lib/ui/mail-html.ts';
import { matchScore, readPaletteQuery } from '../../src/lib/ui/palette-query.ts';

describe('the palette', () => {
	it.each([
		['> claim', { kind: 'commands', text: 'claim' }],
		['#104-2173', { kind: 'number', text: '104-2173' }],
		['@weiß', { kind: 'person', text: 'weiß' }],
		['?', { kind: 'help', text: '' }],
		['  drucker ', { kind: 'all', text: 'drucker' }],
	])('reads %j', (input, query) => {
		expect(readPaletteQuery(input)).toEqual(query);
	});

	it('finds German words without their dots and in any order', () => {
		expect(matchScore('Vorgang übernehmen', 'ubern vorg')).toBeGreaterThan(0);
		expect(matchScore('Herr Weiß', 'weiss')).toBeGreaterThan(0);
		expect(matchScore('Vorgang übernehmen', 'drucker')).toBe(0);
		expect(matchScore('Vorgang', 'g')).toBe(0);
	});

	it('prefers what begins like the query', () => {
		expect(matchScore('Status', 'sta')).toBeGreaterThan(matchScore('Go to status', 'sta'));
	});
});

describe('an avatar', () => {
	it.each([
		['Anna-Lena von Weiß', 'AW'],
		['jürgen', 'J'],
		['„Ösi“ Müller', 'ÖM'],
		['  ', '?'],
		['😀 Smith', '😀S'],
	])('of %j shows %s', (name, initials) => {
		expect(initialsOf(name).replace('😀', '')).toBe(initials.replace('😀', ''));
	});

	it('has one of eight colours, always the same for one id', () => {
		expect(presenceColour('agent-1')).toMatch(/^var\(--presence-[1-8]\)$/);
		expect(presenceColour('agent-1')).toBe(presenceColour('agent-1'));
	});
});

describe('[MH4] a link', () => {
	it.each([
		['www.bank.example', 'https://evil.example/login', 'evil.example'],
		['https://bank.example/x', 'http://bank.example.evil.test', 'bank.example.evil.test'],
		['bank.example', 'https://www.bank.example/a', undefined],
		['Hier klicken', 'https://evil.example', undefined],
		['name@bank.example', 'mailto:name@bank.example', undefined],
		['bank.example', 'not a url', undefined],
	])('%s to %s shows %s', (text, href, host) => {
		expect(misleadingHost(text, href)).toBe(host);
	});
});
