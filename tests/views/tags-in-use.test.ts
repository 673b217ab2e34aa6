import { expect, test } from 'vitest';
import type { AgentId } from '../../src/lib/domain/ids.ts';
import { orderedTags } from '../../src/lib/views/tags-in-use.ts';
import { row } from './ticket-rows.ts';

test("[F92] one's own tags come before the team's, each most used first", () => {
	const me = 'ada' as AgentId;
	const rows = [
		row(1, { tags: ['kasse', 'filiale'], assignee: 'ben' }),
		row(2, { tags: ['kasse'], assignee: 'ben' }),
		row(3, { tags: ['drucker'], holder: 'ada' }),
		row(4, { tags: ['umzug', 'drucker'], assignee: 'ada' }),
	];
	expect(orderedTags(rows, me)).toEqual(['drucker', 'umzug', 'kasse', 'filiale']);
	expect(orderedTags(rows, undefined)).toEqual(['drucker', 'kasse', 'filiale', 'umzug']);
	expect(orderedTags([], me)).toEqual([]);
});
