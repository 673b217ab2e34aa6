import type { ShownHit } from '$lib/views/search-view.svelte.ts';
import { contactAddress, ticketAddress } from '../names.ts';

/** Where a hit is opened. */
export function hitAddress({ row }: Pick<ShownHit, 'row'>): string {
	const name = row.id.slice(row.id.indexOf('/') + 1);
	if (row.kind === 'ticket') return ticketAddress(row);
	if (row.kind === 'article') return `/knowledge/all/${name}`;
	if (row.kind !== 'interaction') return `/people/${name}`;
	// A contact has no page of its own: what it led to, or whose it was.
	const led = row.ticket ?? row.persons[0];
	if (led === undefined) return contactAddress(row.id);
	const ledTo = led.slice(led.indexOf('/') + 1);
	return row.ticket === undefined ? `/people/${ledTo}` : `/inbox/open/${ledTo}`;
}
