import * as Y from 'yjs';
import type { ActFailure, Desk, OpenRecord, Present, RecordState } from '../desk.ts';
import { readContent, restoreContent, writeContent } from '../document/article-content.ts';
import {
	isChangedSince,
	nextStates,
	restoreVersion,
	saveVersion,
	setField,
	setState,
	settleBaseChange,
	takeRival,
	undoInArticle,
	type StateChange,
	type Writer,
} from '../domain/article-command.ts';
import type { ArticleContent } from '../domain/article-entry.ts';
import { takeBaseChange, takeBasePart, type BaseChange, type BaseOffer } from '../domain/case-variant.ts';
import { notReadBy } from '../domain/compare-versions.ts';
import type { Agent, Language } from '../domain/desk-config.ts';
import { isPublished, type Article, type ArticleSetter, type ArticleVersion } from '../domain/fold-article.ts';
import type { DocumentId, EntryId } from '../domain/ids.ts';
import type { CommandResult } from '../domain/ticket-command.ts';
import type { ArticleRow } from '../projection/rows.ts';
import { SourceValue } from './source-value.ts';

/** What the screen can show of an article right now. */
export type ArticleScreen =
	| { kind: 'opening' }
	| { kind: 'missing' }
	| { kind: 'newer' }
	| { kind: 'open'; article: Article; writable: boolean; present: Present[] };

/** Acts on an article that their author can take back at once. */
const hasWayBack = new Set(['article-set', 'article-state-set', 'tagged']);

/** From here on the screen says that the document gets too large; above 1 MB it is refused. */
const warnBytes = 512 * 1024;

/** One article on screen: its fields, its text while it is being written, and what people do to it. */
export class ArticleView {
	readonly document: DocumentId;
	readonly #desk: Desk;
	readonly #failed: (failure: ActFailure) => void;
	readonly #changed: (undo: () => Promise<boolean>) => void;
	readonly #rows: SourceValue<readonly ArticleRow[]>;
	readonly #session: SourceValue<Desk['session']['current']>;
	readonly #config: SourceValue<Desk['config']['current']>;
	#record = $state.raw<OpenRecord | undefined>(undefined);
	#doc = $state.raw<Y.Doc | undefined>(undefined);
	#reading = $state.raw<SourceValue<RecordState> | undefined>(undefined);
	/** Rises with every change of the text. */
	#edition = $state(0);
	#isMissing = $state(false);
	#isClosed = false;
	#stop: () => void = () => {};

	/** `changed` hears of each change of values and states, with its way back. */
	constructor(
		desk: Desk,
		document: DocumentId,
		failed: (failure: ActFailure) => void = () => {},
		changed: (undo: () => Promise<boolean>) => void = () => {},
	) {
		this.#desk = desk;
		this.document = document;
		this.#failed = failed;
		this.#changed = changed;
		this.#rows = new SourceValue(desk.articles);
		this.#session = new SourceValue(desk.session);
		this.#config = new SourceValue(desk.config);
	}

	async start(): Promise<void> {
		const record = await this.#desk.open(this.document);
		if (this.#isClosed) return record?.close();
		if (record === undefined) {
			this.#isMissing = true;
			return;
		}
		let isWaiting = false;
		const wrote = () => {
			if (isWaiting) return;
			isWaiting = true;
			queueMicrotask(() => {
				isWaiting = false;
				this.#edition++;
			});
		};
		const attach = () => {
			if (this.#doc === record.doc) return;
			this.#doc?.off('update', wrote);
			this.#doc = record.doc;
			record.doc.on('update', wrote);
			wrote();
		};
		attach();
		// The document is another one after it was replaced by the relay's.
		const unsubscribe = record.reading.subscribe(attach);
		this.#stop = () => {
			unsubscribe();
			this.#doc?.off('update', wrote);
		};
		this.#record = record;
		this.#reading = new SourceValue(record.reading);
	}

	close(): void {
		if (this.#isClosed) return;
		this.#isClosed = true;
		this.#stop();
		this.#record?.close();
	}

	get record(): OpenRecord | undefined {
		return this.#record;
	}

	get doc(): Y.Doc | undefined {
		return this.#doc;
	}

	/** What the list knows of it: there before the record is read. */
	get row(): ArticleRow | undefined {
		void this.#rows.current;
		return this.#desk.articles.get(this.document);
	}

	readonly screen = $derived.by((): ArticleScreen => {
		if (this.#isMissing) return { kind: 'missing' };
		const reading = this.#reading?.current;
		if (reading === undefined || reading.kind === 'empty') return { kind: 'opening' };
		if (reading.kind === 'newer') return { kind: 'newer' };
		if (reading.kind !== 'article') return { kind: 'missing' };
		const { article, writable, present } = reading;
		return { kind: 'open', article, writable, present };
	});
	readonly article = $derived.by(() => (this.screen.kind === 'open' ? this.screen.article : undefined));

	/** The text as it stands now. */
	readonly words = $derived.by((): ArticleContent => {
		void this.#edition;
		return this.#doc === undefined ? {} : readContent(this.#doc);
	});

	readonly writer = $derived.by((): Writer | undefined => {
		const agent = this.#session.current?.agent;
		if (agent === undefined) return undefined;
		const { publishing } = this.#config.current.desk;
		return { agent: agent.id, role: agent.role, ...(publishing === undefined ? {} : { publishing }) };
	});

	/** What those who answer go by: the version in force, where there is one. */
	readonly inForce = $derived.by((): ArticleVersion | undefined => {
		const { article } = this;
		return article !== undefined && isPublished(article.state) ? article.published : undefined;
	});
	readonly isChangedSinceForce = $derived.by(
		() => this.article !== undefined && this.inForce !== undefined && this.#isChanged(this.inForce),
	);
	/** Whether there is something that a new version would keep. */
	readonly isChangedSinceNewest = $derived.by(
		() => this.article !== undefined && this.#isChanged(this.article.versions.at(-1)),
	);
	readonly next = $derived.by(() =>
		this.article === undefined || this.writer === undefined ? [] : nextStates(this.article, this.writer),
	);
	/** Those who deviate from it. */
	readonly variants = $derived.by(() => this.#rows.current.filter(({ base }) => base === this.document));
	/** Colleagues of its lines who have not read the version in force. */
	readonly unread = $derived.by((): Agent[] => {
		const { article, inForce } = this;
		if (article === undefined || inForce === undefined) return [];
		return notReadBy(inForce, article.lines, this.#config.current.agents);
	});

	#isChanged(version: ArticleVersion | undefined): boolean {
		return isChangedSince(version, this.article!, this.words);
	}

	/** Bytes of the document, if they are worth a warning. */
	tooLarge(): number | undefined {
		const bytes = this.#doc === undefined ? 0 : Y.encodeStateAsUpdate(this.#doc).byteLength;
		return bytes > warnBytes ? bytes : undefined;
	}

	async amend(what: string, command: (article: Article) => CommandResult): Promise<boolean> {
		const result = await this.#desk.amend(this.document, what, (record) =>
			record.kind === 'article' ? command(record.article) : { kind: 'refused', reason: 'nothing-to-change' },
		);
		if (result.kind === 'ok') {
			if (hasWayBack.has(what)) this.#changed(() => this.#undo(result.entries));
			return true;
		}
		const isIdle = result.kind === 'refused' && result.reason === 'nothing-to-change';
		if (!isIdle) this.#failed(result);
		return isIdle;
	}

	/** Own changes of values and states; what was saved as a version stays one. Works after the article has left the screen. */
	async #undo(entries: readonly EntryId[]): Promise<boolean> {
		const me = this.#desk.session.current?.agent.id;
		let isDone = me !== undefined;
		for (const entry of [...entries].reverse())
			isDone = me !== undefined && (await this.amend('undone', (one) => undoInArticle(one, me, entry))) && isDone;
		return isDone;
	}

	/** The other value of a conflict, which the later one overtook (F98). */
	takeRival(rival: ArticleSetter): Promise<boolean> {
		return this.amend(rival.kind, (article) => {
			const { writer } = this;
			return writer === undefined ? { kind: 'refused', reason: 'no-permission' } : takeRival(article, writer, rival);
		});
	}

	/** Takes one part of what the base changed, or keeps the own one; either way it is not offered again (VA6, VA7). */
	async settlePart(offer: BaseOffer, version: EntryId, choice: 'taken' | 'declined'): Promise<boolean> {
		const { change, key } = offer;
		if (choice === 'taken') {
			// What it replaces stays in the versions.
			if (offer.kind === 'conflict' && this.isChangedSinceNewest && !(await this.saveVersion(''))) return false;
			if ('field' in change) {
				const { field, now } = change;
				if (!(await this.amend('article-set', (one) => setField(one, field, now as never)))) return false;
			} else if (this.#doc !== undefined) writeContent(this.#doc, takeBasePart(this.words, change));
		}
		return this.amend('base-change-settled', (one) => settleBaseChange(one, version, choice, [key]));
	}

	saveVersion(note: string): Promise<boolean> {
		return this.amend('version-saved', (article) => saveVersion(article, this.words, note));
	}

	/** What is published is what is written: a version is saved first where there is none of it. */
	async changeState(change: StateChange, note: string): Promise<boolean> {
		const { writer } = this;
		if (writer === undefined) return false;
		if (isPublished(change.to) && this.isChangedSinceNewest && !(await this.saveVersion(note))) return false;
		return this.amend('article-state-set', (article) => setState(article, writer, change));
	}

	/** What a base changed, where this variant says nothing of its own. */
	takeOver(changes: readonly BaseChange[]): void {
		const doc = this.#doc;
		if (doc === undefined) return;
		const taken = changes
			.filter((change) => change.part === 'steps' || change.kind === 'offered')
			.reduce((words, change) => takeBaseChange(words, change), this.words);
		writeContent(doc, taken);
	}

	/** Text and values of an older version stand there again, as a new version. */
	async restore(version: EntryId, note: string): Promise<boolean> {
		const old = this.article?.versions.find(({ id }) => id === version);
		const doc = this.#doc;
		if (old === undefined || doc === undefined) return false;
		// Nothing of what stands there now is lost by it.
		if (this.isChangedSinceNewest && !(await this.saveVersion(''))) return false;
		restoreContent(doc, old.content.words);
		return this.amend('version-saved', (article) => restoreVersion(article, version, note));
	}
}

/** The language that is shown: the one asked for, where something is written in it. */
export function shownLanguage(words: ArticleContent, asked: Language): Language | undefined {
	const other: Language = asked === 'de' ? 'en' : 'de';
	return words[asked] !== undefined ? asked : words[other] !== undefined ? other : undefined;
}
