import type { Desk } from '../desk.ts';
import { gapList, type Gap, type Request } from '../domain/gap-list.ts';
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
}
