import { expect, test } from 'vitest';
import { createChangeLog } from '../../src/lib/desk/change-log.ts';
import type { AgentId } from '../../src/lib/domain/ids.ts';
import type { TicketRow } from '../../src/lib/projection/rows.ts';
import { RowNews, type News } from '../../src/lib/views/row-news.ts';
import { row as ticketRow } from './ticket-rows.ts';

const me = 'me' as AgentId;
const held = (holder: string | null, holding: TicketRow['holding'], more: Partial<TicketRow> = {}) =>
	ticketRow(1, { holder, holding, ...more });

function told(moments: TicketRow[], isReady: (moment: number) => boolean = () => true): string[] {
	const changes = createChangeLog<TicketRow>();
	const { id } = moments[0]!;
	let before: TicketRow | undefined;
	let moment = 0;
	const heard: News[] = [];
	const news = new RowNews({
		tickets: {
			get revision() {
				return changes.revision;
			},
			changesSince: changes.since,
		},
		me: () => me,
		isReady: () => isReady(moment),
		tell: (one) => heard.push(one),
	});
	for (const next of moments) {
		changes.note(id, before, next);
		before = next;
		news.look();
		moment++;
	}
	return heard.map((one) => [one.kind, 'agent' in one ? one.agent : 'state' in one ? one.state : ''].join(' ').trim());
}

test('[F28] a reserved ticket that somebody else was granted is told once', () => {
	expect(told([held(me, 'provisional'), held('anna', 'held'), held('anna', 'held')])).toEqual(['claim-lost anna']);
});

test('[F27] a held ticket that somebody took over or was granted when it was idle is told', () => {
	const taken = { handOvers: 1, handedOverBy: 'anna' as AgentId };
	expect(told([held(me, 'held'), held('anna', 'held', taken)])).toEqual(['claim-lost anna']);
	expect(told([held(me, 'held'), held('anna', 'held')])).toEqual(['claim-lost anna']);
});

test("[F28] a claim that is confirmed, given back, handed over, or somebody else's from the start is not lost", () => {
	expect(told([held(me, 'provisional'), held(me, 'held')])).toEqual([]);
	expect(told([held(me, 'provisional'), held(null, 'free'), held('anna', 'held')])).toEqual([]);
	expect(told([held('anna', 'held')])).toEqual([]);
	const given = { handOvers: 1, handedOverBy: me };
	expect(told([held(me, 'held'), held('anna', 'held', given)])).toEqual([]);
	// It is counted when it is written, and the relay answers later.
	expect(told([held(me, 'held'), held(me, 'held', given), held('anna', 'held', given)])).toEqual([]);
	expect(
		told([held('anna', 'held'), held('anna', 'held', { handOvers: 1 }), held(me, 'held', { handOvers: 1 })]),
	).toEqual(['handed-to-you anna']);
});

test('[F27] a ticket that a colleague hands over is told', () => {
	expect(told([held('anna', 'held'), held(me, 'held', { handOvers: 1 })])).toEqual(['handed-to-you anna']);
	expect(told([held('anna', 'held'), held(me, 'held')])).toEqual([]);
});

test('[F34] a reply that the gate holds, or that could not be sent, is told once', () => {
	const reply = (state: string, by = me) =>
		held(null, 'free', { replies: [{ request: 'r', by, at: 1, state }] as unknown as TicketRow['replies'] });
	expect(told([reply('waiting'), reply('held'), reply('held')])).toEqual(['reply-stuck held']);
	expect(told([reply('waiting'), reply('accepted'), reply('failed')])).toEqual(['reply-stuck failed']);
	expect(told([reply('waiting', 'anna' as AgentId), reply('held', 'anna' as AgentId)])).toEqual([]);
});

test('[F36] a question to this agent is told, but not while the rows are only arriving', () => {
	const asked = held('anna', 'held', {
		consults: [{ consult: 'c', agent: me, by: 'anna', until: undefined }] as unknown as TicketRow['consults'],
	});
	expect(told([held('anna', 'held'), asked, asked])).toEqual(['asked anna']);
	expect(told([held('anna', 'held'), asked], () => false)).toEqual([]);
	// The last rows that are read at start make the list complete: what they say is old too.
	expect(told([held('anna', 'held'), asked, asked], (moment) => moment > 0)).toEqual([]);
	expect(told([held('anna', 'held'), held('anna', 'held'), asked], (moment) => moment > 0)).toEqual(['asked anna']);
});

test('a note that mentions this agent is told once, and again when it mentions them later', () => {
	const mentioned = held(null, 'free', { mentions: [me] });
	const others = held(null, 'free', { mentions: ['anna' as AgentId] });
	expect(told([others, mentioned, mentioned, others, mentioned])).toEqual(['mentioned', 'mentioned']);
});
