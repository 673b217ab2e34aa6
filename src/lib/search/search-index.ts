import { CandidateReader, joinTerms, shelfOf, type Candidate, type ReadCandidates, type Shelf } from './candidates.ts';
import { WordExpander } from './expand-word.ts';
import { splitWords, splitWordsJoined, type Word } from './fold.ts';
import { markWords, snippetOf } from './highlight.ts';
import { fields, Ranking } from './rank.ts';
import { readQuery, type QueryWord } from './read-query.ts';
import { createTables, indexVersion, storedVersion } from './schema.ts';
import type { SearchDocument, SearchHit, SearchQuery } from './search-document.ts';
import type { Sql, SqlValue } from './sql.ts';
import { Vocabulary } from './vocabulary.ts';
import type { WordCount } from './word-list.ts';

/** Whether the stored index was used as it was, or had to be begun anew and wants to be fed from the start. */
export type IndexOrigin = 'kept' | 'new' | 'replaced-older' | 'replaced-newer';

/** The index of a device: may be deleted at any time, and is then fed again from rows and documents. */
export interface SearchIndex {
	/** Version of tables and analyser; an index of another version is thrown away when it is opened. */
	readonly version: number;
	readonly origin: IndexOrigin;
	/** What the feeder last stored with `put` or `remove`; 0 in a new index. */
	readonly sequence: number;
	/** How many documents are in it. */
	readonly size: number;
	/** Adds or replaces documents in one transaction; together with the feeder's position, if given. Batches of 100 to 500 are good. */
	put(documents: readonly SearchDocument[], sequence?: number): void;
	/** Removes what is there of these; in one transaction. */
	remove(ids: readonly string[], sequence?: number): void;
	/**
	 * Leaves nothing of what was removed or replaced in the file: FTS5 else keeps its words until it happens to merge them. A piece at
	 * a time: true while there is more to do. Begin again where something was changed in between.
	 */
	forgetRemoved(how: 'begin' | 'go on'): boolean;
	/** Never throws, whatever was typed. The best hit comes first. */
	search(query: SearchQuery): SearchHit[];
}

/** So much of a body is found; a table of thousands of lines would only make everything slower. */
const mostBodyWords = 4000;
const longestBody = 60_000;
const excerptLength: Readonly<Record<Shelf, number>> = { reference: 4000, record: 1000 };
const defaultLimit = 20;
const mostHits = 200;
/** So much is merged in a turn of some milliseconds. */
const pagesAtOnce = 64;
/** A row of a record is its minute and a running number in it; rows of the other shelf begin above all of these. */
const rowsPerMinute = 4096;
const firstReferenceRow = 2 ** 50;

/** Opens the index in this database, or begins a new one. */
export function createSearchIndex(sql: Sql): SearchIndex {
	const stored = storedVersion(sql);
	const origin = originOf(stored);
	if (origin !== 'kept') createTables(sql);
	let sequence = sql.all<{ value: number }>("SELECT value FROM search_meta WHERE key = 'sequence'", [])[0]?.value ?? 0;
	// Words are read when first asked for: opening must not wait for them.
	let vocabulary: Vocabulary | undefined;
	let expander: WordExpander | undefined;
	let sizes: Record<Shelf, number> | undefined;
	const kept: ReadCandidates = new Map();
	const shown: ShownTexts = new Map();

	function words(): { vocabulary: Vocabulary; expander: WordExpander } {
		vocabulary ??= readVocabulary(sql);
		expander ??= new WordExpander(vocabulary);
		return { vocabulary, expander };
	}

	function shelfSizes(): Record<Shelf, number> {
		if (sizes === undefined) {
			sizes = { reference: 0, record: 0 };
			const counted = sql.all<{ kind: SearchDocument['kind']; count: number }>(
				'SELECT kind, count(*) AS count FROM document GROUP BY kind',
				[],
			);
			for (const { kind, count } of counted) sizes[shelfOf(kind)] += count;
		}
		return sizes;
	}

	function change(newSequence: number | undefined, work: (counts: Map<string, WordCount>) => void): void {
		const counts = new Map<string, WordCount>();
		sql.exec('BEGIN');
		try {
			work(counts);
			for (const [word, { reference, record }] of counts)
				if (reference !== 0 || record !== 0)
					sql.run(
						`INSERT INTO vocabulary (word, reference, record) VALUES (?, ?, ?) ON CONFLICT (word)
							DO UPDATE SET reference = reference + excluded.reference, record = record + excluded.record`,
						[word, reference, record],
					);
			if (newSequence !== undefined)
				sql.run("INSERT OR REPLACE INTO search_meta (key, value) VALUES ('sequence', ?)", [newSequence]);
			sql.exec('COMMIT');
		} catch (thrown) {
			sql.exec('ROLLBACK');
			throw thrown;
		}
		sizes = undefined;
		kept.clear();
		shown.clear();
		for (const [word, count] of counts) vocabulary?.count(word, count);
		if (newSequence !== undefined) sequence = newSequence;
	}

	function search(query: SearchQuery): SearchHit[] {
		const { vocabulary: known, expander: expand } = words();
		const limit = Math.max(1, Math.min(mostHits, Math.floor(query.limit ?? defaultLimit) || defaultLimit));
		const reader = new CandidateReader(sql, kept, query);
		const read = readQuery(query.text, expand);
		if (query.text.trim() === '') {
			if (!reader.isFiltered) return [];
			return toHits(
				sql,
				shown,
				reader.newest(limit).map((candidate) => ({ candidate, score: 0, words: [] })),
			);
		}
		const total = shelfSizes();
		const rarityIn = (shelf: Shelf) => (of: Iterable<string>) => {
			let holding = 0;
			for (const word of of) holding += known.find(word)?.[shelf] ?? 0;
			const all = Math.max(1, total[shelf]);
			const count = Math.min(all, Math.max(holding, 0.5));
			return Math.log(1 + (all - count + 0.5) / (count + 0.5)) + 0.15;
		};
		const telling = read.words.filter(({ isLittle }) => !isLittle);
		const choosing = telling.length > 0 ? telling : read.words;
		const found: { candidate: Candidate; score: number; words: string[] }[] = [];
		const wants = (shelf: Shelf) =>
			total[shelf] > 0 &&
			(query.kinds === undefined || query.kinds.length === 0 || query.kinds.some((kind) => shelfOf(kind) === shelf));
		for (const shelf of ['reference', 'record'] as const) {
			if (!wants(shelf)) continue;
			const rarity = rarityIn(shelf);
			const candidates =
				shelf === 'reference'
					? reader.reference(choosing)
					: reader.records(choosing, ({ meanings, parts }: QueryWord) =>
							rarity(meanings.size > 0 ? meanings.keys() : (parts[0] ?? new Map()).keys()),
						);
			const ranking = new Ranking(read, rarity, query.now);
			const average = averageLength(candidates);
			for (const candidate of candidates) {
				const scored = ranking.score(candidate, average);
				if (scored.score > 0) found.push({ candidate, ...scored });
			}
		}
		found.sort(
			(a, b) => b.score - a.score || b.candidate.at - a.candidate.at || (a.candidate.id < b.candidate.id ? -1 : 1),
		);
		if (read.number !== undefined) {
			const numbered = reader.numbered(read.number);
			const rows = new Set(numbered.map(({ row }) => row));
			const above = (found[0]?.score ?? 0) + 1;
			const first = numbered.map((candidate, i) => ({
				...{ candidate, words: [read.number ?? ''] },
				score: above + (numbered.length - i),
			}));
			return toHits(
				sql,
				shown,
				[...first, ...found.filter(({ candidate }) => !rows.has(candidate.row))].slice(0, limit),
			);
		}
		return toHits(sql, shown, found.slice(0, limit));
	}

	return {
		version: indexVersion,
		origin,
		get sequence() {
			return sequence;
		},
		get size() {
			const { reference, record } = shelfSizes();
			return reference + record;
		},
		put: (documents, newSequence) =>
			change(newSequence, (counts) => {
				for (const document of documents) putDocument(sql, document, counts);
			}),
		forgetRemoved(how) {
			const pages = how === 'begin' ? -pagesAtOnce : pagesAtOnce;
			const hasMerged = (['reference', 'record'] as const).map((shelf) => {
				const before = changesOf(sql);
				sql.exec(`INSERT INTO ${shelf} (${shelf}, rank) VALUES ('merge', ${pages})`);
				// One change is the command itself.
				return changesOf(sql) - before > 1;
			});
			if (hasMerged.includes(true)) return true;
			sql.exec('DELETE FROM vocabulary WHERE reference <= 0 AND record <= 0');
			return false;
		},
		remove: (ids, newSequence) =>
			change(newSequence, (counts) => {
				for (const id of ids) removeDocument(sql, id, counts);
			}),
		search,
	};
}

function changesOf(sql: Sql): number {
	return sql.all<{ changes: number }>('SELECT total_changes() AS changes', [])[0]?.changes ?? 0;
}

function originOf(stored: number | undefined): IndexOrigin {
	if (stored === undefined) return 'new';
	if (stored === indexVersion) return 'kept';
	return stored < indexVersion ? 'replaced-older' : 'replaced-newer';
}

function readVocabulary(sql: Sql): Vocabulary {
	const [all] = sql.all<{ lines: string | null }>(
		`SELECT group_concat(word || ' ' || reference || ' ' || record, char(10)) AS lines
			FROM (SELECT * FROM vocabulary WHERE reference + record > 0 ORDER BY word)`,
		[],
	);
	const entries: [string, WordCount][] = [];
	const lines = all?.lines ?? '';
	let isSorted = true;
	for (let at = 0; at < lines.length;) {
		const first = lines.indexOf(' ', at);
		const second = lines.indexOf(' ', first + 1);
		const found = lines.indexOf('\n', second);
		const end = found < 0 ? lines.length : found;
		const word = lines.slice(at, first);
		isSorted &&= (entries.at(-1)?.[0] ?? '') <= word;
		entries.push([
			word,
			{ reference: Number(lines.slice(first + 1, second)), record: Number(lines.slice(second + 1, end)) },
		]);
		at = end + 1;
	}
	// SQLite sorts by bytes, which differs from UTF-16 units beyond the first plane.
	return new Vocabulary(isSorted ? entries : entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}

function putDocument(sql: Sql, document: SearchDocument, counts: Map<string, WordCount>): void {
	const shelf = shelfOf(document.kind);
	const wordsOf = (text: string | undefined) => splitWordsJoined(text ?? '').map(({ word }) => word);
	const words = {
		title: wordsOf(`${document.title.slice(0, 2000)} ${document.number ?? ''} ${document.customer ?? ''}`),
		question: wordsOf(document.question?.slice(0, 2000)),
		label: wordsOf(`${document.system ?? ''} ${document.tags.slice(0, 100).join(' ')}`),
		body: wordsOf(document.body.slice(0, longestBody)).slice(0, mostBodyWords),
	};
	const terms = joinTerms(words);
	const excerpt = document.body.slice(0, excerptLength[shelf]);
	const [old] = sql.all<{
		row: number;
		kind: SearchDocument['kind'];
		terms: string;
		title: string;
		excerpt: string;
		at: number;
	}>(
		'SELECT document.row, kind, at, terms, title, excerpt FROM document JOIN content ON content.row = document.row WHERE id = ?',
		[document.id],
	);
	const isSameText =
		old?.terms === terms && old.kind === document.kind && old.excerpt === excerpt && old.title === document.title;
	if (old !== undefined && isSameText && (shelf === 'reference' || old.at === document.at)) {
		sql.run(
			'UPDATE document SET lang = ?, status = ?, line = ?, queue = ?, person = ?, number = ?, at = ?, uses = ? WHERE row = ?',
			[...describing(document), old.row],
		);
		return;
	}
	removeDocument(sql, document.id, counts);
	const row = freeRow(sql, shelf, document.at);
	sql.run(
		'INSERT INTO document (row, id, kind, lang, status, line, queue, person, number, at, uses) VALUES (?,?,?,?,?,?,?,?,?,?,?)',
		[row, document.id, document.kind, ...describing(document)],
	);
	sql.run('INSERT INTO content (row, title, excerpt, terms) VALUES (?,?,?,?)', [row, document.title, excerpt, terms]);
	sql.run(`INSERT INTO ${shelf} (rowid, title, question, label, body) VALUES (?,?,?,?,?)`, [
		row,
		...fields.map((field) => words[field].join(' ')),
	]);
	countWords(terms, shelf, 1, counts);
}

function describing(document: SearchDocument): SqlValue[] {
	const { lang, status, line, queue, person, number, at, uses } = document;
	return [
		lang ?? null,
		status ?? null,
		line ?? null,
		queue ?? null,
		person ?? null,
		number ?? null,
		Math.trunc(at) || 0,
		uses,
	];
}

function removeDocument(sql: Sql, id: string, counts: Map<string, WordCount>): void {
	const [old] = sql.all<{ row: number; kind: SearchDocument['kind']; terms: string }>(
		'SELECT document.row, kind, terms FROM document JOIN content ON content.row = document.row WHERE id = ?',
		[id],
	);
	if (old === undefined) return;
	const shelf = shelfOf(old.kind);
	countWords(old.terms, shelf, -1, counts);
	sql.run('DELETE FROM document WHERE row = ?', [old.row]);
	sql.run('DELETE FROM content WHERE row = ?', [old.row]);
	sql.run(`DELETE FROM ${shelf} WHERE rowid = ?`, [old.row]);
}

function freeRow(sql: Sql, shelf: Shelf, at: number): number {
	const last = (from: number, to: number) =>
		sql.all<{ last: number | null }>('SELECT max(row) AS last FROM document WHERE row >= ? AND row < ?', [from, to])[0]
			?.last ?? undefined;
	if (shelf === 'reference') return (last(firstReferenceRow, Number.MAX_SAFE_INTEGER) ?? firstReferenceRow - 1) + 1;
	const minute = Math.min(Math.max(0, Math.floor(at / 60_000) || 0), 2 ** 37);
	const first = minute * rowsPerMinute + 1;
	// A minute that is full runs over into the next ones.
	for (let room = rowsPerMinute; ; room *= 4) {
		const taken = last(first, first + room);
		if (taken === undefined) return first;
		if (taken + 1 < first + room) return taken + 1;
	}
}

function countWords(terms: string, shelf: Shelf, change: 1 | -1, counts: Map<string, WordCount>): void {
	for (const word of new Set(terms.split(/[ \n]/))) {
		if (word === '') continue;
		let count = counts.get(word);
		if (count === undefined) counts.set(word, (count = { reference: 0, record: 0 }));
		count[shelf] += change;
	}
}

function averageLength(candidates: readonly Candidate[]): number {
	let sum = 0;
	for (const { fields: words } of candidates) sum += words[3]?.length ?? 0;
	return candidates.length === 0 ? 1 : Math.max(10, sum / candidates.length);
}

interface ShownText {
	title: string;
	titleWords: readonly Word[];
	excerpt: string;
	excerptWords: readonly Word[];
}

/** The texts of the last hits, split; the next key stroke mostly shows the same. */
type ShownTexts = Map<number, ShownText>;
const mostShown = 80;

function textOf(sql: Sql, shown: ShownTexts, row: number): ShownText {
	let text = shown.get(row);
	if (text === undefined) {
		const [{ title, excerpt } = { title: '', excerpt: '' }] = sql.all<{ title: string; excerpt: string }>(
			'SELECT title, excerpt FROM content WHERE row = ?',
			[row],
		);
		text = { title, titleWords: splitWords(title), excerpt, excerptWords: splitWords(excerpt) };
		if (shown.size >= mostShown) shown.clear();
		shown.set(row, text);
	}
	return text;
}

function toHits(
	sql: Sql,
	shown: ShownTexts,
	found: readonly { candidate: Candidate; score: number; words: string[] }[],
): SearchHit[] {
	return found.map(({ candidate, score, words }) => {
		const { title, titleWords, excerpt, excerptWords } = textOf(sql, shown, candidate.row);
		return {
			id: candidate.id,
			kind: candidate.kind,
			score,
			at: candidate.at,
			...(candidate.lang === null ? {} : { lang: candidate.lang }),
			...(candidate.number === null ? {} : { number: candidate.number }),
			title: { text: title, ranges: markWords(title, words, titleWords) },
			snippet: snippetOf(excerpt, words, excerptWords),
			words,
		};
	});
}
