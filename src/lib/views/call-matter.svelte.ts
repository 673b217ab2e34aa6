import type { Desk } from '../desk.ts';
import { applyCaseToCall, isCaseOfCall, takeCaseFromCall, tickInCall } from '../domain/call-case.ts';
import type { CallDraft } from '../domain/call-draft.ts';
import type { Language } from '../domain/desk-config.ts';
import type { LineId, QueueId } from '../domain/ids.ts';
import { subjectOf } from '../domain/interaction-command.ts';
import type { ArticleRow, InteractionRow } from '../projection/rows.ts';
import type { CallCaller } from './call-caller.svelte.ts';
import { CaseFinder } from './case-finder.svelte.ts';
import { CaseReader } from './case-reader.svelte.ts';
import { rulingHere, type CaseRuling } from './case-ruling.ts';
import { linesFor } from './colleagues.ts';
import type { ReadCase, Reading } from './read-case.ts';
import { SourceValue } from './source-value.ts';
import type { Timer } from './wall-clock.svelte.ts';

export const casesShown = 3;
const shortestRequest = 2;

interface MatterParts {
	desk: Desk;
	timer: Timer;
	language: () => Language;
	/** The line chosen last on this device. */
	lastLine?: string | undefined;
	draft: () => CallDraft;
	caller: CallCaller;
}

/** What a call is about: line, system, category, and the standard cases for what is said. */
export class CallMatter {
	readonly #parts: MatterParts;
	readonly #desk: Desk;
	readonly #config: SourceValue<Desk['config']['current']>;
	readonly #session: SourceValue<Desk['session']['current']>;
	readonly #articles: SourceValue<readonly ArticleRow[]>;
	readonly #interactions: SourceValue<readonly InteractionRow[]>;
	readonly #finder: CaseFinder;
	readonly #reader: CaseReader;

	constructor(parts: MatterParts) {
		const { desk } = parts;
		this.#parts = parts;
		this.#desk = desk;
		this.#config = new SourceValue(desk.config);
		this.#session = new SourceValue(desk.session);
		this.#articles = new SourceValue(desk.articles);
		this.#interactions = new SourceValue(desk.interactions);
		this.#finder = new CaseFinder(desk, parts.timer);
		this.#reader = new CaseReader(desk);
	}

	get #draft(): CallDraft {
		return this.#parts.draft();
	}

	readonly lines = $derived.by(() => linesFor(this.#config.current, this.#session.current?.agent));
	readonly line = $derived.by((): LineId | undefined => {
		const wishes = [this.#draft.line, this.#parts.lastLine];
		const wished = wishes.map((wish) => this.lines.find(({ id }) => id === wish)).find((line) => line !== undefined);
		return wished?.id ?? this.lines[0]?.id;
	});
	readonly queues = $derived.by(() => this.#config.current.queues.filter((queue) => queue.line === this.line));
	/** As chosen, else as the case says. */
	readonly queue = $derived.by((): QueueId | undefined => {
		const wishes = [this.#draft.queue, ...(this.#draft.applied?.handOver.map(({ queue }) => queue) ?? [])];
		return wishes.find((wish) => this.queues.some(({ id }) => id === wish)) ?? this.queues[0]?.id;
	});
	readonly systems = $derived.by(() =>
		this.#config.current.systems.filter(
			({ id, lines, retired }) =>
				id === this.#draft.system ||
				(retired !== true && (lines.length === 0 || this.line === undefined || lines.includes(this.line))),
		),
	);
	readonly subject = $derived.by(
		() => this.#draft.subject.trim() || subjectOf(this.#draft.request) || this.#draft.applied?.title || '',
	);

	/** Contacts of today about the same category, this one counted; undefined where there are too few to say anything. */
	readonly trend = $derived.by((): number | undefined => {
		const { category, began } = this.#draft;
		if (category === null) return undefined;
		const midnight = new Date(began).setHours(0, 0, 0, 0);
		const today = this.#interactions.current.filter(
			(row) => row.category === category && row.direction === 'in' && row.began >= midnight,
		);
		return today.length >= 2 ? today.length + 1 : undefined;
	});

	// Standard cases

	/** From an effect: asks for what is said now, and reads what is offered. */
	look(): void {
		const { request, system, category, began, given } = this.#draft;
		const isAsked = request.trim().length >= shortestRequest;
		this.#finder.look(
			isAsked
				? {
						...{ text: request, line: this.line, language: this.#parts.language(), now: began, most: casesShown },
						// What the chosen case gave says nothing about what else may fit.
						system: given?.system === system ? null : system,
						category: given?.category === category ? null : category,
						ownSystems: new Set(this.#parts.caller.card?.systems ?? []),
					}
				: undefined,
		);
		this.#reader.want([...this.cases, ...(this.chosen === undefined ? [] : [this.chosen])], this.#reading);
	}

	get #reading(): Reading {
		return { line: this.line, agentLanguage: this.#parts.language(), now: this.#draft.began };
	}

	get cases(): readonly ArticleRow[] {
		return this.#finder.rows;
	}

	/** False while more may be found as soon as the index is ready. */
	get isComplete(): boolean {
		return this.#finder.isComplete;
	}

	read(row: ArticleRow): ReadCase | undefined {
		return this.#reader.of(row, this.#reading);
	}

	readonly chosen = $derived.by((): ArticleRow | undefined => {
		void this.#articles.current;
		return this.#draft.applied === null ? undefined : this.#desk.articles.get(this.#draft.applied.article);
	});
	readonly chosenRead = $derived.by(() => (this.chosen === undefined ? undefined : this.read(this.chosen)));
	/** What this agent may do about it; undefined without a case, or where it cannot be read. */
	readonly ruling = $derived.by((): CaseRuling | undefined =>
		this.chosenRead === undefined ? undefined : this.#rulingOn(this.chosenRead),
	);

	#rulingOn({ article }: ReadCase): CaseRuling | undefined {
		if (this.line === undefined) return undefined;
		const about = { line: this.line, category: this.#draft.category ?? article.category };
		return rulingHere(this.#config.current, article, about, this.#session.current?.agent);
	}

	/** Applies it; the same once more takes it away again. */
	async choose(row: ArticleRow): Promise<void> {
		const draft = this.#draft;
		if (isCaseOfCall(draft, row.id)) return void Object.assign(draft, takeCaseFromCall(draft));
		const read = this.read(row) ?? (await this.#reader.read(row, this.#reading));
		if (read === undefined || draft !== this.#draft) return;
		const mayAnswer = this.#rulingOn(read)?.mayAnswer ?? true;
		Object.assign(draft, applyCaseToCall(draft, read.application, mayAnswer));
	}

	tick(step: number): void {
		this.#draft.ticked = tickInCall(this.#draft, step);
	}
}
