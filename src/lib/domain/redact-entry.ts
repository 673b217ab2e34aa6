import { readEntry, type Entry, type EntryKind } from './entry.ts';
import { blackened } from './personal-words.ts';

/**
 * Blacking out: a part of an entry's text, or all of it, for good.
 *
 * RD1 What is blacked out stands nowhere in the record any more: the same words go from quotes in other entries, from subjects and notes.
 * RD2 A formatted text, the mail as it came and its long form go from every entry that held the words; attachments go with a whole entry.
 * RD3 How long it was does not show.
 */
export type Range = readonly [from: number, to: number];

/** Which entries have a text that can be blacked out. */
const withText = new Set<EntryKind>([
	'message',
	'note',
	'reply-requested',
	'acknowledged',
	'consulted',
	'consult-answered',
	'handed-over',
	'request-set',
]);
export function isRedactable(kind: EntryKind): boolean {
	return withText.has(kind);
}

/** The text that ranges count in. */
export function redactableText(entry: Entry): string | undefined {
	if (!isRedactable(entry.kind)) return undefined;
	if ('text' in entry) return entry.text;
	if (entry.kind === 'consulted') return entry.question;
	return entry.kind === 'handed-over' ? entry.note : undefined;
}

/** Where the words stand in the entry's text, every time; undefined where they do not. */
export function rangesOf(entry: Entry, words: string): [number, number][] | undefined {
	const text = redactableText(entry) ?? '';
	const ranges: [number, number][] = [];
	if (words === '') return undefined;
	for (let from = text.indexOf(words); from >= 0; from = text.indexOf(words, from + words.length))
		ranges.push([from, from + words.length]);
	return ranges.length === 0 ? undefined : ranges.slice(0, 50);
}

/** What goes: the words of the ranges, or of the whole entry each line. Undefined where a range lies outside. */
export function redactedWords(entry: Entry, ranges: readonly Range[] | null): string[] | undefined {
	const text = redactableText(entry);
	if (text === undefined) return undefined;
	const parts = ranges === null ? text.split('\n') : ranges.map(([from, to]) => text.slice(from, to));
	if (ranges?.some(([from, to]) => !(from >= 0 && from < to && to <= text.length))) return undefined;
	const lines = parts.flatMap((part) => part.split('\n')).map((line) => line.replace(/^[\s>]+/, '').trim());
	// Of a whole entry, short lines such as "Thank you" stand elsewhere by chance.
	const least = ranges === null ? 12 : 3;
	return [...new Set(lines.filter((line) => line.length >= least))].sort((a, b) => b.length - a.length);
}

export function redactEntry(
	entry: Entry,
	order: { isIt: boolean; words: readonly string[]; ranges: readonly Range[] | null },
): Entry {
	const { isIt, words, ranges } = order;
	const without = (text: string) => blackenWords(text, words);
	const made = { ...entry } as Record<string, unknown>;
	let hasLost = false;
	for (const name of textNames) {
		const before = made[name];
		if (typeof before !== 'string') continue;
		let after = without(before);
		if (isIt && before === redactableText(entry) && name !== 'subject')
			after = ranges === null ? (before === '' ? '' : blackened) : without(blackenRanges(before, ranges));
		hasLost ||= after !== before;
		made[name] = after;
	}
	if (Array.isArray(made.fields))
		made.fields = (made.fields as { value: string }[]).map((field) => ({ ...field, value: without(field.value) }));
	if (typeof made.html === 'string') hasLost ||= words.some((word) => contains(made.html as string, word));
	if (hasLost || isIt) for (const name of ['html', 'htmlBlob', 'raw', 'textCut']) delete made[name];
	if (isIt && ranges === null && Array.isArray(made.attachments)) made.attachments = [];
	if (readEntry(made) !== undefined || readEntry(entry) === undefined) return made as Entry;
	// What stands in the place of short words is longer, and there was no room for that.
	for (const name of textNames) {
		const [before, after] = [(entry as unknown as Record<string, unknown>)[name], made[name]];
		if (typeof before === 'string' && typeof after === 'string') made[name] = after.slice(0, before.length);
	}
	return made as Entry;
}

const textNames = ['text', 'question', 'note', 'subject', 'reason', 'passedTo', 'title'];

function blackenRanges(text: string, ranges: readonly Range[]): string {
	let result = '';
	let at = 0;
	for (const [from, to] of [...ranges].sort((a, b) => a[0] - b[0])) {
		if (to <= at) continue;
		result += text.slice(at, Math.max(at, from)) + (from < at ? '' : blackened);
		at = to;
	}
	return result + text.slice(at);
}

/** Every place where one of the words stands, in large or small letters. */
export function blackenWords(text: string, words: readonly string[]): string {
	return words.reduce(replaceAll, text);
}

function replaceAll(text: string, word: string): string {
	const low = text.toLowerCase();
	// Where small letters have another length, places would not fit.
	if (low.length !== text.length) return text.replaceAll(word, blackened);
	const wanted = word.toLowerCase();
	let result = '';
	let at = 0;
	for (let found = low.indexOf(wanted); found >= 0; found = low.indexOf(wanted, at)) {
		result += text.slice(at, found) + blackened;
		at = found + wanted.length;
	}
	return result + text.slice(at);
}

function contains(text: string, word: string): boolean {
	return text.toLowerCase().includes(word.toLowerCase());
}
