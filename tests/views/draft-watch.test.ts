import { describe, expect, it } from 'vitest';
import { foldTicket } from '../../src/lib/domain/fold-ticket.ts';
import type { DocumentId } from '../../src/lib/domain/ids.ts';
import { DraftWatch } from '../../src/lib/views/draft-watch.ts';
import { axel, facts, id, maria, message, note, opened, reply } from '../support/facts.ts';

const document = 'ticket/01JQ0000000000000000000001' as DocumentId;
const at = (n: number) => n * 1000;
const begun = { open: { ...opened, at: at(1) }, first: { ...message('in'), at: at(2) } };
const fold = (told: Parameters<typeof facts>[0]) => foldTicket(facts(told))!;

function watch() {
	const stored = new Map<string, string>();
	const storage = {
		getItem: (key: string) => stored.get(key) ?? null,
		setItem: (key: string, value: string) => void stored.set(key, value),
		removeItem: (key: string) => void stored.delete(key),
	};
	return { watch: new DraftWatch(storage), again: () => new DraftWatch(storage) };
}

describe('[F34] while a draft is open', () => {
	it('nothing is new that stood there before, whatever its author wrote since', () => {
		const { watch: draft } = watch();
		draft.begin(document, fold(begun));
		expect(draft.newSince(document, fold(begun), maria)).toBeUndefined();
		const own = { ...begun, mine: { ...note, at: at(3), by: maria } };
		expect(draft.newSince(document, fold(own), maria)).toBeUndefined();
	});

	it('a message of the customer and a reply of a colleague are new, even with an older time', () => {
		const { watch: draft, again } = watch();
		draft.begin(document, fold(begun));
		const more = fold({
			...begun,
			second: { ...message('in'), at: at(9) },
			third: { ...message('in'), at: at(10) },
			theirs: { ...reply(id('first')), at: at(1.5), by: axel },
			theirNote: { ...note, at: at(11), by: axel },
		});
		const expected = {
			customer: { count: 2, at: at(10) },
			colleagues: [
				{ agent: axel, kind: 'reply', at: at(1.5) },
				{ agent: axel, kind: 'note', at: at(11) },
			],
			first: id('theirs'),
		};
		expect(draft.newSince(document, more, maria)).toEqual(expected);
		// A reload forgets nothing, and beginning again does not make it seen.
		const reloaded = again();
		reloaded.begin(document, more);
		expect(reloaded.newSince(document, more, maria)).toEqual(expected);
		reloaded.seen(document, more);
		expect(reloaded.newSince(document, more, maria)).toBeUndefined();
	});

	it('what a machine sent is no news', () => {
		const { watch: draft } = watch();
		draft.begin(document, fold(begun));
		const more = fold({ ...begun, bounce: { ...message('in'), automatic: 'bounce', at: at(9) } });
		expect(draft.newSince(document, more, maria)).toBeUndefined();
	});

	it('nothing is known where nothing may be stored', () => {
		const draft = new DraftWatch(undefined);
		draft.begin(document, fold(begun));
		expect(draft.newSince(document, fold(begun), maria)).toBeUndefined();
	});
});
