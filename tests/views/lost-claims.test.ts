import { expect, test } from 'vitest';
import type { AgentId } from '../../src/lib/domain/ids.ts';
import type { TicketRow } from '../../src/lib/projection/rows.ts';
import { LostClaims } from '../../src/lib/views/lost-claims.ts';
import { row as ticketRow } from './ticket-rows.ts';

const me = 'me' as AgentId;
const anna = 'anna' as AgentId;
const claimed = (holder: AgentId | null, holding: TicketRow['holding']) => ticketRow(1, { holder, holding });

function told(...moments: TicketRow[]): (string | null)[] {
	let row = moments[0]!;
	const holders: (string | null)[] = [];
	const claims = new LostClaims(
		() => [row],
		() => me,
		(_row, holder) => holders.push(holder),
	);
	for (const moment of moments) {
		row = moment;
		claims.look();
	}
	return holders;
}

test('[F28] a reserved ticket that somebody else was granted is told once', () => {
	expect(told(claimed(me, 'provisional'), claimed(anna, 'held'), claimed(anna, 'held'))).toEqual(['anna']);
});

test("[F28] a claim that is confirmed, given back, or somebody else's from the start is not lost", () => {
	expect(told(claimed(me, 'provisional'), claimed(me, 'held'), claimed(anna, 'held'))).toEqual([]);
	expect(told(claimed(me, 'provisional'), claimed(null, 'free'), claimed(anna, 'held'))).toEqual([]);
	expect(told(claimed(anna, 'held'))).toEqual([]);
});
