import type { Agent } from './desk-config.ts';
import type { AgentId } from './ids.ts';

/** Letters that belong to a name: "@Ann" is no mention in "@Anna". */
const partOfName = /[\p{L}\p{N}]/u;

/** Whom a note mentions: `@` and the whole name, as the colleagues of the desk have it. Each one once, in their order of names. */
export function mentionsIn(text: string, agents: readonly Agent[]): AgentId[] {
	const rest = { text: text.normalize('NFC').toLowerCase() };
	return agents
		.filter(({ active }) => active)
		.map(({ id, name }) => ({ id, sign: `@${name.normalize('NFC').toLowerCase()}` }))
		.sort((a, b) => b.sign.length - a.sign.length)
		.filter(({ sign }) => takeOut(rest, sign))
		.map(({ id }) => id);
}

/** A longer name is taken out, so that a shorter one within it is not found as well. */
function takeOut(rest: { text: string }, sign: string): boolean {
	let isFound = false;
	for (let at = rest.text.indexOf(sign); at >= 0; at = rest.text.indexOf(sign, at + 1)) {
		const before = rest.text[at - 1] ?? ' ';
		const after = rest.text[at + sign.length] ?? ' ';
		if (partOfName.test(before) || partOfName.test(after)) continue;
		isFound = true;
		rest.text = rest.text.slice(0, at) + ' '.repeat(sign.length) + rest.text.slice(at + sign.length);
	}
	return isFound;
}
