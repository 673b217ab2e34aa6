import type { Desk } from '../desk.ts';
import type { DeskConfig, Line, Queue } from '../domain/desk-config.ts';
import type { LineId, QueueId } from '../domain/ids.ts';
import { SourceValue } from './source-value.ts';

/** Name, lines and queues of the desk. Written on this device at once; only administrators may. */
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

	setDesk(changes: Partial<DeskConfig['desk']>): void {
		const desk = { ...this.config.desk, ...changes };
		if (desk.name.trim() !== '') this.#desk.configure('desk', { ...desk, name: desk.name.trim() });
	}

	setLine(line: Line, changes: Partial<Pick<Line, 'name' | 'addresses'>>): void {
		const name = (changes.name ?? line.name).trim();
		const addresses = (changes.addresses ?? line.addresses).map((address) => address.trim()).filter(Boolean);
		if (name !== '') this.#desk.configure(`line:${line.id}`, { ...line, name, addresses });
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

	renameQueue(queue: Queue, name: string): void {
		if (name.trim() !== '') this.#desk.configure(`queue:${queue.id}`, { ...queue, name: name.trim() });
	}
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
