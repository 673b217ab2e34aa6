import { expect, test } from 'vitest';
import type { Agent } from '../../src/lib/domain/desk-config.ts';
import type { AgentId } from '../../src/lib/domain/ids.ts';
import { mentionsIn } from '../../src/lib/domain/mention.ts';

const agent = (id: string, name: string, active = true): Agent => ({
	...{ id: id as AgentId, name, mail: `${id}@desk.example`, role: 'agent', lines: [], active },
});
const agents = [agent('ann', 'Ann'), agent('anna', 'Anna Berg'), agent('oez', 'Öz'), agent('gone', 'Gerd', false)];

test.each([
	['@Anna Berg bitte ansehen', ['anna']],
	['Bitte @anna berg, und @Ann auch.', ['anna', 'ann']],
	['(@Öz) weiß es', ['oez']],
	['@O\u0308z in zwei Zeichen', ['oez']],
	['@Anna ohne Nachnamen', []],
	['kim@ann.example und wiki@Ann', []],
	['@Anna Berger ist eine andere', []],
	['@Gerd arbeitet nicht mehr hier', []],
	['@Ann @Ann', ['ann']],
	['', []],
])('%s', (text, expected) => {
	expect(mentionsIn(text, agents)).toEqual(expected);
});
