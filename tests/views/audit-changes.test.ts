import { expect, test } from 'vitest';
import { changesBetween } from '../../src/lib/views/audit-changes.ts';

test('[F105] what changed is shown field by field, with what was not there as such', () => {
	const before = { name: 'Inbox', line: 'support', hours: [{ day: 1 }], addresses: ['a@b.example'] };
	const after = {
		name: 'Entry',
		line: 'support',
		hours: [{ day: 2 }],
		addresses: ['a@b.example', 'c@b.example'],
		more: 30,
	};
	expect(changesBetween(before, after)).toEqual([
		{ field: 'name', before: 'Inbox', after: 'Entry' },
		{ field: 'hours', before: '[{"day":1}]', after: '[{"day":2}]' },
		{ field: 'addresses', before: 'a@b.example', after: 'a@b.example, c@b.example' },
		{ field: 'more', before: undefined, after: '30' },
	]);
	expect(changesBetween(before, before)).toEqual([]);
	expect(changesBetween({ name: 'Gone' }, null)).toEqual([{ field: 'name', before: 'Gone', after: undefined }]);
	expect(changesBetween(undefined, undefined)).toEqual([]);
	expect(changesBetween('a', 'b')).toEqual([{ field: '', before: 'a', after: 'b' }]);
});
