import type { Desk } from '../desk.ts';
import type { Category, DeskConfig, Line, MailRule, Queue, System, TextModule } from '../domain/desk-config.ts';
import type { CategoryId, LineId, QueueId, SystemId } from '../domain/ids.ts';
import { SourceValue } from './source-value.ts';

type Desks = DeskConfig['desk'];
/** Undefined takes a value away. */
type Changes<T> = { [Key in keyof T]?: T[Key] | undefined };

/** What administrators set: desk, lines, queues, text modules and rules. Written on this device at once; only they may. */
export class SettingsView {
	readonly #desk: Desk;
	readonly #config: SourceValue<DeskConfig>;
	readonly #session: SourceValue<Desk['session']['current']>;

	constructor(desk: Desk) {
		this.#desk = desk;
		this.#config = new SourceValue(desk.config);
		this.#session = new SourceValue(desk.session);
	}

	readonly config = $derived.by(() => this.#config.current);
	readonly isAdmin = $derived.by(() => this.#session.current?.agent.role === 'admin');

	queuesOf(line: LineId): Queue[] {
		return this.config.queues.filter((queue) => queue.line === line);
	}

	setDesk(changes: Changes<Desks>): void {
		const desk = changed(this.config.desk, changes);
		if (desk.name.trim() !== '') this.#desk.configure('desk', { ...desk, name: desk.name.trim() });
	}

	setLine(line: Line, changes: Changes<Omit<Line, 'id' | 'colour'>>): void {
		const next = changed(line, changes);
		const name = next.name.trim();
		const addresses = next.addresses.map((address) => address.trim()).filter(Boolean);
		if (name !== '') this.#desk.configure(`line:${line.id}`, { ...next, name, addresses });
	}

	/** A line needs a queue, or no ticket could wait in it. */
	addLine(name: string, firstQueue: string): void {
		const id = freshId(name, new Set(this.config.lines.map((line) => line.id))) as LineId;
		const colour = (this.config.lines.length * 137) % 360;
		this.#desk.configure(`line:${id}`, { id, name: name.trim(), addresses: [], colour });
		this.addQueue(id, firstQueue);
	}

	addQueue(line: LineId, name: string): void {
		const id = freshId(`${line}-${name}`, new Set(this.config.queues.map((queue) => queue.id))) as QueueId;
		this.#desk.configure(`queue:${id}`, { id, name: name.trim(), line });
	}

	setQueue(queue: Queue, changes: Changes<Pick<Queue, 'name' | 'unlockAfter'>>): void {
		const next = changed(queue, changes);
		if (next.name.trim() !== '') this.#desk.configure(`queue:${queue.id}`, { ...next, name: next.name.trim() });
	}

	/** Without an id it is a new one. The id stays whatever the name becomes: tickets and reports know it by that. */
	putSystem(system: Omit<System, 'id'> & { id?: SystemId | undefined }): void {
		const name = system.name.trim();
		const id = system.id ?? (freshId(name, new Set(this.config.systems.map((known) => known.id))) as SystemId);
		if (name === '') return;
		const { lines, agents = [], retired = false } = system;
		const [description, contact] = [system.description?.trim() ?? '', system.contact?.trim() ?? ''];
		this.#desk.configure(`system:${id}`, {
			...{ id, name, lines },
			...(description === '' ? {} : { description }),
			...(contact === '' ? {} : { contact }),
			...(agents.length === 0 ? {} : { agents }),
			...(retired ? { retired } : {}),
		});
	}

	/** The same for categories. A group moves into no group, and a new one stands last among its neighbours. */
	putCategory(category: Omit<Category, 'id'> & { id?: CategoryId | undefined }): void {
		const { categories } = this.config;
		const name = category.name.trim();
		if (name === '') return;
		const id = category.id ?? (freshId(name, new Set(categories.map((known) => known.id))) as CategoryId);
		const group = this.categoriesIn(id).length > 0 ? null : category.group;
		const before = categories.find((known) => known.id === id);
		const hasMoved = before === undefined || before.group !== group;
		const last =
			this.categoriesIn(group)
				.filter((known) => known.id !== id)
				.at(-1)?.order ?? 0;
		const order = hasMoved ? last + 1 : before.order;
		this.#desk.configure(`category:${id}`, { ...category, id, name, group, ...(order === undefined ? {} : { order }) });
	}

	/** The categories of a group, or the groups themselves, as they are offered. */
	categoriesIn(group: CategoryId | null): Category[] {
		return this.config.categories.filter((category) => category.group === group);
	}

	/** One place up or down among its neighbours; all of them get a place of their own then. */
	moveCategory(category: Category, by: 1 | -1): void {
		const neighbours = this.categoriesIn(category.group);
		const at = neighbours.findIndex(({ id }) => id === category.id);
		const [moved] = neighbours.splice(at, 1);
		if (moved === undefined || at + by < 0 || at + by > neighbours.length) return;
		neighbours.splice(at + by, 0, moved);
		neighbours.forEach((neighbour, i) => {
			if (neighbour.order !== i + 1) this.#desk.configure(`category:${neighbour.id}`, { ...neighbour, order: i + 1 });
		});
	}

	/** Without an id it is a new one. */
	putModule(module: Omit<TextModule, 'id'> & { id?: string | undefined }): void {
		const name = module.name.trim();
		const id = module.id ?? freshId(name, new Set(this.config.textModules.map((known) => known.id)));
		this.#desk.configure(`module:${id}`, { ...module, id, name });
	}

	removeModule(module: TextModule): void {
		this.#desk.configure(`module:${module.id}`, null);
	}

	/** Without an id it is a new one, and tried last. */
	putRule(rule: Omit<MailRule, 'id' | 'order'> & { id?: string | undefined; order?: number | undefined }): void {
		const rules = this.config.mailRules;
		const id = rule.id ?? freshId(rule.name, new Set(rules.map((known) => known.id)));
		const order = rule.order ?? (rules.at(-1)?.order ?? 0) + 1;
		this.#desk.configure(`rule:${id}`, { ...rule, id, order, name: rule.name.trim() });
	}

	removeRule(rule: MailRule): void {
		this.#desk.configure(`rule:${rule.id}`, null);
	}

	/** One place up or down: between its new neighbours, so that the others stay as they are written. */
	moveRule(rule: MailRule, by: 1 | -1): void {
		const others = this.config.mailRules.filter(({ id }) => id !== rule.id);
		const at = this.config.mailRules.findIndex(({ id }) => id === rule.id) + by;
		if (at < 0 || at > others.length) return;
		const before = others[at - 1]?.order;
		const after = others[at]?.order;
		const order =
			before === undefined ? (after ?? 1) - 1 : after === undefined ? before + 1 : before + (after - before) / 2;
		this.#desk.configure(`rule:${rule.id}`, { ...rule, order });
	}
}

/** The longest text that a module, a signature or an acknowledgement may have. */
export const longestText = 10_000;

function changed<T extends object>(before: T, changes: Changes<NoInfer<T>>): T {
	return Object.fromEntries(Object.entries({ ...before, ...changes }).filter(([, value]) => value !== undefined)) as T;
}

/** An id that people can read, made of the name; numbered where it is taken. */
export function freshId(name: string, taken: ReadonlySet<string>): string {
	const readable = name
		.toLowerCase()
		.replaceAll('ä', 'ae')
		.replaceAll('ö', 'oe')
		.replaceAll('ü', 'ue')
		.replaceAll('ß', 'ss')
		.normalize('NFD')
		.replace(/[^a-z0-9]+/g, '-')
		.replace(/^-+|-+$/g, '')
		.slice(0, 34);
	const base = readable === '' ? 'line' : readable;
	let id = base;
	for (let n = 2; taken.has(id); n++) id = `${base}-${n}`;
	return id;
}
