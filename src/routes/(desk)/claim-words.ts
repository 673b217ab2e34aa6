import type { Desk } from '$lib/desk.ts';
import type { ClaimView } from '$lib/ui/ClaimBadge.svelte';
import type { Holding, Leaving } from '$lib/views/holding.ts';
import { agentName } from './names.ts';

/** Who holds it, with names in place of ids. */
export function claimView(desk: Desk, holding: Holding): ClaimView {
	switch (holding.kind) {
		case 'free':
			return { kind: 'free' };
		case 'provisional':
			return holding.agent === undefined
				? { kind: 'provisional' }
				: { kind: 'provisional', name: agentName(desk, holding.agent) };
		case 'yours': {
			const { isIdle, minutesLeft } = holding;
			const left = minutesLeft === undefined ? {} : { minutesLeft };
			return { kind: 'yours', idle: isIdle, ...left, ...leavingOf(desk, holding.leaving) };
		}
		case 'other': {
			const { agent, since, isIdle } = holding;
			return { kind: 'other', name: agentName(desk, agent), since, idle: isIdle, ...leavingOf(desk, holding.leaving) };
		}
	}
}

function leavingOf(desk: Desk, leaving: Leaving | undefined): { leaving?: { name: string } } {
	if (leaving === undefined) return {};
	return { leaving: { name: leaving.to === null ? '' : agentName(desk, leaving.to) } };
}
