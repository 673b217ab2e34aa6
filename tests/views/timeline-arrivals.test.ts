import { expect, test } from 'vitest';
import type { Facts } from '../../src/lib/domain/facts.ts';
import type { Ticket } from '../../src/lib/domain/fold-ticket.ts';
import { encodeHlc } from '../../src/lib/domain/hlc.ts';
import { timelineItems } from '../../src/lib/views/timeline.ts';

test('[F95] a mail to several mailboxes stands in the timeline once, and says where else it came to', () => {
	const message = (id: string) => ({ id, kind: 'message', time: encodeHlc(1_000, 0), undone: false });
	const arrived = (at: number, line: string) => ({
		...{ kind: 'arrived', at, message: 'one', line, address: `${line}@desk.example` },
	});
	const facts = {
		verdicts: new Map([
			['arrived:one:b', arrived(3, 'west')],
			['arrived:one:a', arrived(2, 'info')],
		]),
	};
	const ticket = { timeline: [message('one'), message('two')] };
	const items = timelineItems(ticket as unknown as Ticket, facts as unknown as Facts, new Set());
	expect(items.map(({ alsoAt }) => alsoAt.map(({ address }) => address))).toEqual([
		['info@desk.example', 'west@desk.example'],
		[],
	]);
});
