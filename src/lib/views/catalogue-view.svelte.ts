import type { Desk } from '../desk.ts';
import type { Agent, Manual, System } from '../domain/desk-config.ts';
import type { LineId, SystemId } from '../domain/ids.ts';
import type { ArticleRow, PartyRow, TicketRow } from '../projection/rows.ts';
import { freshId } from './settings-view.svelte.ts';
import { RowsValue, SourceValue } from './source-value.ts';
import { foldText } from './ticket-filter.ts';

/** The systems that customers work with, and what this desk knows of each: for everybody, with or without a network. */
export class CatalogueView {
	text = $state('');
	readonly #desk: Desk;
	readonly #config: SourceValue<Desk['config']['current']>;
	readonly #session: SourceValue<Desk['session']['current']>;
	readonly #tickets: RowsValue<TicketRow>;
	readonly #articles: SourceValue<Desk['articles']['current']>;
	readonly #parties: SourceValue<Desk['parties']['current']>;

	constructor(desk: Desk) {
		this.#desk = desk;
		this.#config = new SourceValue(desk.config);
		this.#session = new SourceValue(desk.session);
		this.#tickets = new RowsValue(desk.tickets);
		this.#articles = new SourceValue(desk.articles);
		this.#parties = new SourceValue(desk.parties);
	}

	readonly mayEdit = $derived.by(() => this.#session.current?.agent.role === 'admin');
	/** Those in use first; every word that was typed begins a word of name or description. */
	readonly systems = $derived.by((): System[] => {
		const typed = foldText(this.text.trim())
			.split(/\s+/)
			.filter((word) => word !== '');
		return this.#config.current.systems
			.filter(({ name, description = '' }) => {
				const text = ` ${foldText(`${name} ${description}`)}`;
				return typed.every((word) => text.includes(` ${word}`));
			})
			.sort((a, b) => Number(a.retired ?? false) - Number(b.retired ?? false));
	});
	readonly isEmpty = $derived.by(() => this.#config.current.systems.length === 0);
	readonly #open = $derived.by(() => {
		const counts = new Map<SystemId, number>();
		for (const { systems, status, mergedInto } of this.#tickets.unfinished()) {
			if (status === 'closed' || mergedInto !== undefined) continue;
			for (const system of systems) counts.set(system, (counts.get(system) ?? 0) + 1);
		}
		return counts;
	});
	readonly #written = $derived.by(() => {
		const rows = this.#articles.current.filter(({ system, state }) => system !== null && state !== 'archived');
		return Map.groupBy(rows, ({ system }) => system as SystemId);
	});
	readonly #manuals = $derived.by(() => Map.groupBy(this.#config.current.manuals, ({ system }) => system));

	system(id: string): System | undefined {
		return this.#config.current.systems.find((system) => system.id === id);
	}

	openTickets(system: SystemId): number {
		return this.#open.get(system) ?? 0;
	}

	/** Standard cases and articles that are not archived, the latest first. */
	articlesOf(system: SystemId): ArticleRow[] {
		return [...(this.#written.get(system) ?? [])].sort((a, b) => b.changedAt - a.changedAt);
	}

	caseCount(system: SystemId): number {
		return (this.#written.get(system) ?? []).filter(({ type }) => type === 'case').length;
	}

	manualsOf(system: SystemId): Manual[] {
		return this.#manuals.get(system) ?? [];
	}

	/** Colleagues who are named; none where nobody is. */
	responsibleFor({ agents = [] }: System): Agent[] {
		return this.#config.current.agents.filter(({ id }) => agents.includes(id));
	}

	linesOf({ lines }: System): { id: LineId; name: string }[] {
		return this.#config.current.lines.filter(({ id }) => lines.includes(id));
	}

	/** People and organisations whom one asks about it: their topics name it (F67). */
	contactsFor({ name }: System): PartyRow[] {
		const wanted = foldText(name);
		return this.#parties.current
			.filter(({ tags }) => tags.some((tag) => foldText(tag) === wanted))
			.sort((a, b) => (a.name < b.name ? -1 : 1));
	}

	/** Without an id it is a new one. */
	putManual(manual: Omit<Manual, 'id'> & { id?: string | undefined }): void {
		const name = manual.name.trim();
		if (name === '') return;
		const id = manual.id ?? this.#manualId(name, manual.file.blob);
		this.#desk.configure(`manual:${id}`, { ...manual, id, name, version: manual.version.trim() });
	}

	/** With the beginning of the file's hash: two admins may add manuals of one name without a network. */
	#manualId(name: string, blob: string): string {
		const readable = freshId(name, new Set()).slice(0, 26);
		return freshId(`${readable}-${blob.slice(0, 8)}`, new Set(this.#config.current.manuals.map(({ id }) => id)));
	}

	removeManual({ id }: Manual): void {
		this.#desk.configure(`manual:${id}`, null);
	}

	/** Fetches the manuals that are not on this device yet; how many of them could not be fetched. */
	async keepManuals(system: SystemId): Promise<number> {
		let missing = 0;
		for (const { file } of this.manualsOf(system)) {
			const read = await this.#desk.readFile(file.blob);
			if (read.kind === 'missing') missing++;
		}
		return missing;
	}
}
