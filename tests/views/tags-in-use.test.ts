import { expect, test } from 'vitest';
import type { AgentId } from '../../src/lib/domain/ids.ts';
import { createTagsInUse } from '../../src/lib/views/tags-in-use.ts';
import { createFakeDesk } from '../support/fake-desk.ts';
import { row } from './ticket-rows.ts';

test("[F92] one's own tags come before the team's, each most used first", () => {
	const me = 'ada' as AgentId;
	const rows = [
		row(1, { tags: ['kasse', 'filiale'], assignee: 'ben' }),
		row(2, { tags: ['kasse'], assignee: 'ben' }),
		row(3, { tags: ['drucker'], holder: 'ada' }),
		row(4, { tags: ['umzug', 'drucker'], assignee: 'ada' }),
	];
	const desk = createFakeDesk();
	const tags = createTagsInUse(desk.tickets);
	expect(tags(me)).toEqual([]);
	for (const ticket of rows) desk.put(ticket);
	expect(tags(me)).toEqual(['drucker', 'umzug', 'kasse', 'filiale']);
	expect(tags(undefined)).toEqual(['drucker', 'kasse', 'filiale', 'umzug']);
});
