import type { Desk } from '../desk.ts';
import { gapList, type Gap, type Request } from '../domain/gap-list.ts';
import type { SystemId } from '../domain/ids.ts';
import { SourceValue } from './source-value.ts';

const days90 = 90 * 86_400_000;

/** What was asked and is not answered by any standard case yet, of what lies on this device. */
export class GapsView {
	readonly #tickets: SourceValue<Desk['tickets']['current']>;
	readonly #interactions: SourceValue<Desk['interactions']['current']>;
	readonly #now: () => number;

	constructor(desk: Desk, now: () => number) {
		this.#tickets = new SourceValue(desk.tickets);
		this.#interactions = new SourceValue(desk.interactions);
		this.#now = now;
	}

	readonly gaps = $derived.by((): Gap[] => {
		const contacts = this.#interactions.current.map((row): Request => {
			const { id, line, category, system, cases, request, began, outcome, ticket } = row;
			return { document: id, line, category, system, cases: cases.length, text: request, at: began, outcome, ticket };
		});
		const tickets = this.#tickets.current.map((row): Request => {
			const { id, line, category, system, cases, subject, openedAt } = row;
			return { document: id, line, category, system, cases: cases.length, text: subject, at: openedAt };
		});
		return gapList(contacts, tickets, { since: this.#now() - days90 });
	});

	/** The system that most of these requests are about, if that is more than half of them. */
	commonSystem(gap: Gap): SystemId | null {
		const counts = Map.groupBy(gap.requests, ({ system }) => system);
		const [most] = [...counts].sort((a, b) => b[1].length - a[1].length);
		return most !== undefined && most[1].length * 2 > gap.requests.length ? most[0] : null;
	}
}
