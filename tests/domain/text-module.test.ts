import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { renderText, salutation, textVariables, type TextValues } from '../../src/lib/domain/text-module.ts';

const en = (template: string, values: TextValues = {}) => renderText(template, values, 'en').text;
const de = (template: string, values: TextValues = {}) => renderText(template, values, 'de').text;

describe('text modules', () => {
	test('[F66] variables become their values, with the spaces around them as they were', () => {
		const values = { 'customer.name': 'Kim Weiß', 'agent.name': 'Maria Lang', 'ticket.number': '104-2173' };
		expect(en('Dear {{customer.name}},\nyour number is {{ ticket.number }}.\n{{agent.firstName}}', values)).toBe(
			'Dear Kim Weiß,\nyour number is 104-2173.\nMaria',
		);
		expect(en('{{customer.lastName}} {{customer.firstName}}', { 'customer.name': 'Weiß, Kim' })).toBe('Weiß Kim');
	});

	test.each([
		['Dear {{customer.name}},', 'Dear Sir or Madam,'],
		['Dear {{customer.name|friend}},', 'Dear friend,'],
		['Dear Ms {{customer.lastName}},', 'Dear Sir or Madam,'],
		['Hello {{customer.name}},', 'Hello,'],
		['Hello {{customer.firstName|there}}!', 'Hello there!'],
		['Thank you {{customer.name}} for writing.', 'Thank you for writing.'],
		['{{customer.name}}, thank you.', 'thank you.'],
		['{{salutation}}', 'Hello,'],
	])('[F66][TM1][TM2] without a name "%s" becomes "%s"', (template, text) => {
		expect(en(template)).toBe(text);
	});

	test.each([
		['Guten Tag {{customer.name}},', 'Guten Tag,'],
		['Sehr geehrte/r {{customer.name}},', 'Sehr geehrte Damen und Herren,'],
		['Sehr geehrte Frau {{customer.lastName}},', 'Sehr geehrte Damen und Herren,'],
		['Sehr geehrter Herr {{customer.lastName}},', 'Sehr geehrte Damen und Herren,'],
		['{{salutation}}\n\nvielen Dank.', 'Guten Tag,\n\nvielen Dank.'],
	])('[F66][TM2] auf Deutsch wird "%s" ohne Namen zu "%s"', (template, text) => {
		expect(de(template)).toBe(text);
	});

	test('[F66][TM3] a value that looks like a variable is only text', () => {
		expect(en('Hello {{customer.name}}!', { 'customer.name': '{{agent.mail}}', 'agent.mail': 'a@b.example' })).toBe(
			'Hello {{agent.mail}}!',
		);
	});

	test('[F58][TM5] where a person goes on writing, what nobody knows stays in its braces', () => {
		const kept = renderText('{{till}}, {{customer.name}} {{price|free}}!', {}, 'en', { keepUnknown: true });
		expect(kept).toEqual({ text: '{{till}}, free!', missing: ['customer.name'], unknown: ['till', 'price'] });
	});

	test('[F66][TM4] what is no variable is told and goes; what is missing is told too', () => {
		expect(renderText('Price: {{price}}. {{customer.name}}', {}, 'en')).toEqual({
			text: 'Price:.',
			missing: ['customer.name'],
			unknown: ['price'],
		});
	});

	test('[F66] the salutation greets with and without a name, in both languages', () => {
		expect([salutation('Kim', 'en'), salutation(' ', 'en')]).toEqual(['Hello Kim,', 'Hello,']);
		expect([salutation('Kim', 'de'), salutation(undefined, 'de')]).toEqual(['Guten Tag Kim,', 'Guten Tag,']);
	});

	test('[F66] whatever the template and the values, no braces of a variable and no empty address reach a customer', () => {
		const piece = fc.oneof(
			fc.constantFrom('Dear ', 'Hello ', 'Sehr geehrte/r ', 'Guten Tag ', ',', '\n', ' ', 'text'),
			fc.constantFrom(...textVariables, 'nonsense').map((name) => `{{${name}}}`),
		);
		fc.assert(
			fc.property(
				fc.array(piece, { maxLength: 20, size: 'max' }),
				fc.constantFrom('', 'Kim'),
				fc.constantFrom('de' as const, 'en' as const),
				(pieces, name, language) => {
					const { text } = renderText(pieces.join(''), { 'customer.name': name }, language);
					expect(text).not.toMatch(/\{\{/);
					const { text: greeting } = renderText('Dear {{customer.name}},', { 'customer.name': name }, language);
					expect(greeting).not.toMatch(/ ,/);
				},
			),
			{ numRuns: 500 },
		);
	});
});
