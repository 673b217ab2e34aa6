import { describe, expect, test } from 'vitest';
import type { DeskConfig, TextModule } from '../../src/lib/domain/desk-config.ts';
import type { AgentId, LineId } from '../../src/lib/domain/ids.ts';
import { renderText } from '../../src/lib/domain/text-module.ts';
import { modulesFor, textValuesOf } from '../../src/lib/domain/text-values.ts';
import { ticketNumber } from '../../src/lib/domain/ticket-number.ts';

const support = 'support' as LineId;
const sales = 'sales' as LineId;
const module = (id: string, line: LineId | null, language: 'de' | 'en'): TextModule => ({
	...{ id, name: id, line, language, text: '' },
});
const config: DeskConfig = {
	desk: { name: 'Kundendienst Nord', language: 'de' },
	lines: [
		{ id: support, name: 'Support', addresses: ['hilfe@nord.example'], colour: 1 },
		{
			...{ id: sales, name: 'Sales', addresses: ['sales@nord.example'], colour: 2, language: 'en' },
			sender: { name: 'North', address: 'hello@nord.example' },
		},
	],
	queues: [],
	agents: [
		{ id: 'ada' as AgentId, name: 'Ada Berg', mail: 'ada@nord.example', role: 'agent', lines: [support], active: true },
	],
	systems: [],
	manuals: [],
	categories: [],
	textModules: [module('all', null, 'de'), module('english', null, 'en'), module('hello', support, 'de')],
	mailRules: [],
};
const ticket = {
	from: { name: 'Kim Weiß', address: 'kim@kunde.example' },
	...{ line: support, number: ticketNumber(104, 7), subject: 'Drucker' },
};

describe('[F66] the values of a text', () => {
	test('are those of the ticket, its line and who writes', () => {
		const values = textValuesOf(config, ticket, 'ada' as AgentId);
		const text =
			'{{salutation}} {{agent.firstName}}, {{line.address}}, {{desk.name}}, {{ticket.subject}}, {{ticket.number}}';
		expect(renderText(text, values, 'de').text).toMatch(
			/^Guten Tag Kim Weiß, Ada, hilfe@nord\.example, Kundendienst Nord, Drucker, 104-\d{4}$/,
		);
	});

	test('leave out what nobody knows, and take the sender of the line before its address', () => {
		const values = textValuesOf(config, { ...ticket, from: undefined, line: sales }, undefined);
		expect(values).toMatchObject({ 'line.address': 'hello@nord.example' });
		expect(renderText('Hello {{customer.firstName|there}} {{agent.name}}', values, 'en').text).toBe('Hello there');
	});

	test('text modules are offered for all lines and for that of the ticket, its language first', () => {
		expect(modulesFor(config, support).map(({ id }) => id)).toEqual(['all', 'hello', 'english']);
		expect(modulesFor(config, sales).map(({ id }) => id)).toEqual(['english', 'all']);
	});
});
