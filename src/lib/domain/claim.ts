import type { AgentId, DeviceId, EntryId } from './ids.ts';
import type { EntryKind } from './entry.ts';
import type { Facts, Placed } from './facts.ts';
import { hlcTime } from './hlc.ts';
import { mayTakeOver, type Role } from './role.ts';
import { compareEpochs, type ClaimVerdict, type Epoch } from './verdict.ts';

/**
 * Who holds a ticket.
 *
 * CL1 The verdict with the highest epoch decides; granted means its holder, released means nobody.
 * CL2 Where nobody holds it, the claim without a verdict with the smallest (time, device, id) is shown as provisional, and
 *     with it whoever its author gave it to. What was taken over stands before all claims.
 * CL3 Confirmed always beats provisional.
 * CL4 A claim that its author gave back before any verdict is not shown.
 * CL5 Refused verdicts never change the holder.
 * CL6 A grant to the one who holds it already goes on with what was: one agent on two devices is one holder.
 */
export type ClaimState = FreeClaim | ProvisionalClaim | HeldClaim;

export interface FreeClaim {
	kind: 'free';
	epoch: Epoch | undefined;
	/** Who held it last. */
	last?: Tenure;
}

export interface ProvisionalClaim {
	kind: 'provisional';
	claim: EntryId;
	agent: AgentId;
	/** Where the fact was written, and by whom. */
	device: DeviceId;
	by: AgentId;
	since: number;
	epoch: Epoch | undefined;
}

export interface HeldClaim extends Tenure {
	kind: 'held';
	/** It is on its way to somebody else or to nobody, and the relay has not said so yet. */
	releasing: boolean;
	/** Who gets it if the relay agrees: who asked, was given it or took it, without a verdict yet. */
	claimants: { agent: AgentId; claim: EntryId }[];
	/** Whose claims were refused because of this holder. */
	refused: AgentId[];
}

/** The time for which one agent holds a ticket. */
export interface Tenure {
	agent: AgentId;
	/** What it rests on: what gives it back or passes it on must name this. */
	claim: EntryId;
	how: 'claimed' | 'idle' | 'handed-over' | 'taken-over';
	/** Who wrote that down. */
	by: AgentId;
	/** Who lost it to this one. */
	from: AgentId | undefined;
	/** The word at the hand-over, or the reason for taking it. */
	note: string | undefined;
	since: number;
	until: number | undefined;
	epoch: Epoch;
}

export type ClaimFact = Placed<'claimed'> | Placed<'released'> | Placed<'handed-over'> | Placed<'taken-over'>;

export function isClaimFact(entry: Placed): entry is ClaimFact {
	return isClaimKind(entry.kind);
}

/** What the witness answers with a claim's verdict. */
export function isClaimKind(kind: EntryKind): boolean {
	return kind === 'claimed' || kind === 'released' || kind === 'handed-over' || kind === 'taken-over';
}

export function claimVerdict(verdicts: Facts['verdicts'], entry: EntryId): ClaimVerdict | undefined {
	const verdict = verdicts.get(entry);
	return verdict?.kind === 'claim' ? verdict : undefined;
}

type Answered = { fact: ClaimFact; verdict: ClaimVerdict };

function answeredFacts(entries: readonly Placed[], verdicts: Facts['verdicts']): Answered[] {
	const answered: Answered[] = [];
	for (const fact of entries) {
		if (!isClaimFact(fact)) continue;
		const verdict = claimVerdict(verdicts, fact.id);
		if (verdict !== undefined) answered.push({ fact, verdict });
	}
	return answered.sort((a, b) => compareEpochs(a.verdict.epoch, b.verdict.epoch));
}

/** Everybody who held the ticket by the relay's word, in order; the last one still does if it has no end. */
export function tenuresOf(entries: readonly Placed[], verdicts: Facts['verdicts']): Tenure[] {
	return tenures(answeredFacts(entries, verdicts));
}

function tenures(answered: readonly Answered[]): Tenure[] {
	const all: Tenure[] = [];
	for (const { fact, verdict } of answered) {
		if (verdict.outcome === 'refused') continue;
		const last = all.at(-1);
		const current = last?.until === undefined ? last : undefined;
		const agent = verdict.outcome === 'granted' ? verdict.holder : null;
		if (agent !== null && current?.agent === agent) {
			current.claim = fact.id;
			current.epoch = verdict.epoch;
			continue;
		}
		if (current !== undefined) current.until = verdict.at;
		if (agent === null) continue;
		all.push({
			agent,
			claim: fact.id,
			how:
				fact.kind === 'handed-over' || fact.kind === 'taken-over'
					? fact.kind
					: verdict.why === 'idle'
						? 'idle'
						: 'claimed',
			by: fact.by,
			from: verdict.from,
			note: fact.kind === 'handed-over' ? fact.note : fact.kind === 'taken-over' ? fact.reason : undefined,
			since: verdict.at,
			until: undefined,
			epoch: verdict.epoch,
		});
	}
	return all;
}

export function claimState(entries: readonly Placed[], verdicts: Facts['verdicts']): ClaimState {
	const answered = answeredFacts(entries, verdicts);
	const last = tenures(answered).at(-1);
	const open = entries.filter(
		(entry): entry is ClaimFact => isClaimFact(entry) && claimVerdict(verdicts, entry.id) === undefined,
	);
	if (last !== undefined && last.until === undefined) return held(last, answered, open);
	const epoch = answered.findLast(({ verdict }) => verdict.outcome !== 'refused')?.verdict.epoch;
	const first = provisional(open);
	if (first !== undefined) return { kind: 'provisional', ...first, epoch };
	return last === undefined ? { kind: 'free', epoch } : { kind: 'free', epoch, last };
}

function held(tenure: Tenure, answered: readonly Answered[], open: readonly ClaimFact[]): HeldClaim {
	const claimants: HeldClaim['claimants'] = [];
	let releasing = false;
	for (const fact of open) {
		const isHoldersWord = fact.by === tenure.agent;
		if (fact.kind === 'released') releasing ||= isHoldersWord && fact.claim === tenure.claim;
		else if (fact.kind === 'claimed') {
			if (!isGivenBack(fact, open)) claimants.push({ agent: fact.by, claim: fact.id });
		} else if (fact.kind === 'handed-over') {
			if (!isHoldersWord || fact.claim !== tenure.claim) continue;
			releasing = true;
			claimants.push({ agent: fact.to, claim: fact.id });
		} else if (fact.to === null) releasing = true;
		else if (fact.to !== tenure.agent) {
			releasing = true;
			claimants.push({ agent: fact.to, claim: fact.id });
		}
	}
	const refused = answered
		.filter(
			({ fact, verdict }) => verdict.outcome === 'refused' && fact.kind === 'claimed' && verdict.at >= tenure.since,
		)
		.map(({ fact }) => fact.by)
		.filter((agent) => agent !== tenure.agent);
	return { kind: 'held', ...tenure, releasing, claimants, refused: [...new Set(refused)] };
}

type Provisional = Omit<ProvisionalClaim, 'kind' | 'epoch'>;

function provisional(open: readonly ClaimFact[]): Provisional | undefined {
	const taken = open.findLast((fact) => fact.kind === 'taken-over');
	const from = taken === undefined ? open.filter((fact) => fact.kind === 'claimed').sort(compareClaims) : [taken];
	for (const fact of from) {
		const agent = fact.kind === 'taken-over' ? fact.to : fact.by;
		if (agent === null) continue;
		const now = passedOn(fact, agent, open);
		if (now !== undefined) return now;
	}
	return undefined;
}

/** Whoever has it after all that its holders wrote without an answer; undefined if it was given back. */
function passedOn(fact: ClaimFact, agent: AgentId, open: readonly ClaimFact[]): Provisional | undefined {
	let now: Provisional = { claim: fact.id, agent, device: fact.device, by: fact.by, since: hlcTime(fact.time) };
	// Each step is a fact of its own: a chain that names itself ends after all of them.
	for (let step = 0; step < open.length; step++) {
		if (open.some((other) => other.kind === 'released' && other.claim === now.claim && other.by === now.agent))
			return undefined;
		const next = open.find(
			(other) => other.kind === 'handed-over' && other.claim === now.claim && other.by === now.agent,
		);
		if (next?.kind !== 'handed-over') break;
		now = { claim: next.id, agent: next.to, device: next.device, by: next.by, since: hlcTime(next.time) };
	}
	return now;
}

function isGivenBack(claim: Placed<'claimed'>, open: readonly ClaimFact[]): boolean {
	return open.some(
		(fact) =>
			(fact.kind === 'released' || fact.kind === 'handed-over') && fact.claim === claim.id && fact.by === claim.by,
	);
}

function compareClaims(a: ClaimFact, b: ClaimFact): number {
	const left = [a.time, a.device, a.id];
	const right = [b.time, b.device, b.id];
	for (const [i, part] of left.entries()) {
		const other = right[i] ?? '';
		if (part !== other) return part < other ? -1 : 1;
	}
	return 0;
}

/** What the relay answers to a fact about the claim; the caller puts epoch and time on it. */
export type ClaimAnswer = Pick<ClaimVerdict, 'outcome' | 'holder' | 'why' | 'from'>;

/** What the relay knows beside the facts. */
export interface Circumstances {
	/** The author's role as the desk document says; undefined for somebody it does not know. */
	role: Role | undefined;
	/** Whether an agent is there, works on tickets and sees this one. */
	mayHold(agent: AgentId): boolean;
	/** Whether the holder has given no sign of life for longer than the queue allows. */
	isIdle: boolean;
}

/** The witness's rule, applied to one fact at a time in order of arrival. */
export function answerClaim(
	holder: { agent: AgentId; claim: EntryId } | undefined,
	fact: ClaimFact,
	{ role, mayHold, isIdle }: Circumstances,
): ClaimAnswer {
	const refuse = (why: NonNullable<ClaimAnswer['why']>): ClaimAnswer => ({
		outcome: 'refused',
		holder: holder?.agent ?? null,
		why,
	});
	switch (fact.kind) {
		case 'claimed':
			if (holder === undefined || holder.agent === fact.by) return { outcome: 'granted', holder: fact.by };
			if (isIdle) return { outcome: 'granted', holder: fact.by, why: 'idle', from: holder.agent };
			return refuse('held-by-other');
		case 'released':
			return isHoldersOwn(holder, fact) ? { outcome: 'released', holder: null } : refuse('not-current');
		case 'handed-over':
			if (!isHoldersOwn(holder, fact)) return refuse('not-current');
			if (fact.to === fact.by || !mayHold(fact.to)) return refuse('no-such-agent');
			return { outcome: 'granted', holder: fact.to, why: 'handed-over', from: fact.by };
		case 'taken-over': {
			if (role === undefined || !mayTakeOver(role)) return refuse('no-permission');
			const why = 'taken-over';
			const from = holder === undefined || holder.agent === fact.to ? {} : { from: holder.agent };
			if (fact.to === null)
				return holder === undefined ? refuse('not-current') : { outcome: 'released', holder: null, why, ...from };
			return mayHold(fact.to) ? { outcome: 'granted', holder: fact.to, why, ...from } : refuse('no-such-agent');
		}
	}
}

function isHoldersOwn(
	holder: { agent: AgentId; claim: EntryId } | undefined,
	fact: Placed<'released'> | Placed<'handed-over'>,
): holder is { agent: AgentId; claim: EntryId } {
	return holder !== undefined && holder.claim === fact.claim && holder.agent === fact.by;
}
