import type { AgentId, DeviceId, EntryId } from './ids.ts';
import type { Facts, Placed } from './facts.ts';
import { hlcTime } from './hlc.ts';
import { compareEpochs, type ClaimVerdict, type Epoch } from './verdict.ts';

/**
 * Who holds a ticket.
 *
 * CL1 The verdict with the highest epoch decides; granted means its holder, released means nobody.
 * CL2 Where nobody holds it, the claim without a verdict with the smallest (time, device, id) is shown as provisional.
 * CL3 Confirmed always beats provisional.
 * CL4 A claim that its author released before any verdict is not shown.
 * CL5 Refused verdicts never change the holder.
 */
export type ClaimState =
	| { kind: 'free'; epoch: Epoch | undefined }
	| { kind: 'provisional'; claim: EntryId; agent: AgentId; device: DeviceId; since: number; epoch: Epoch | undefined }
	| {
			kind: 'held';
			claim: EntryId;
			agent: AgentId;
			since: number;
			epoch: Epoch;
			/** The holder has given it back, and the relay has not said so yet. */
			releasing: boolean;
	  };

export function claimState(entries: readonly Placed[], verdicts: Facts['verdicts']): ClaimState {
	let deciding: { entry: Placed<'claimed'> | Placed<'released'>; verdict: ClaimVerdict } | undefined;
	const released = new Set<EntryId>();
	const unconfirmed: Placed<'claimed'>[] = [];
	for (const entry of entries) {
		if (entry.kind !== 'claimed' && entry.kind !== 'released') continue;
		if (entry.kind === 'released') released.add(entry.claim);
		const verdict = claimVerdict(verdicts, entry.id);
		if (verdict === undefined) {
			if (entry.kind === 'claimed') unconfirmed.push(entry);
			continue;
		}
		if (verdict.outcome === 'refused') continue;
		if (deciding === undefined || compareEpochs(verdict.epoch, deciding.verdict.epoch) > 0)
			deciding = { entry, verdict };
	}
	const epoch = deciding?.verdict.epoch;
	if (deciding?.verdict.outcome === 'granted' && deciding.verdict.holder !== null) {
		return {
			kind: 'held',
			claim: deciding.entry.id,
			agent: deciding.verdict.holder,
			since: deciding.verdict.at,
			epoch: deciding.verdict.epoch,
			releasing: released.has(deciding.entry.id),
		};
	}
	const first = unconfirmed.filter((claim) => !released.has(claim.id)).sort(compareClaims)[0];
	if (first === undefined) return { kind: 'free', epoch };
	return {
		kind: 'provisional',
		claim: first.id,
		agent: first.by,
		device: first.device,
		since: hlcTime(first.time),
		epoch,
	};
}

function compareClaims(a: Placed<'claimed'>, b: Placed<'claimed'>): number {
	const left = [a.time, a.device, a.id];
	const right = [b.time, b.device, b.id];
	for (const [i, part] of left.entries()) {
		const other = right[i] ?? '';
		if (part !== other) return part < other ? -1 : 1;
	}
	return 0;
}

export function claimVerdict(verdicts: Facts['verdicts'], entry: EntryId): ClaimVerdict | undefined {
	const verdict = verdicts.get(entry);
	return verdict?.kind === 'claim' ? verdict : undefined;
}

/** What the relay answers to a claim or a release; the caller puts epoch and time on it. */
export type ClaimAnswer = Pick<ClaimVerdict, 'outcome' | 'holder' | 'why'>;

/**
 * The witness's rule, applied to one fact at a time in order of arrival. Idle holders, hand-over and override come with
 * their own entries.
 */
export function answerClaim(
	holder: { agent: AgentId; claim: EntryId } | undefined,
	fact: Placed<'claimed'> | Placed<'released'>,
): ClaimAnswer {
	if (fact.kind === 'claimed') {
		if (holder === undefined || holder.agent === fact.by) return { outcome: 'granted', holder: fact.by };
		return { outcome: 'refused', holder: holder.agent, why: 'held-by-other' };
	}
	if (holder !== undefined && holder.claim === fact.claim && holder.agent === fact.by)
		return { outcome: 'released', holder: null };
	return { outcome: 'refused', holder: holder?.agent ?? null, why: 'not-current' };
}
