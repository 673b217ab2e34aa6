import type * as Y from 'yjs';
import { readRecord, roots } from '../../src/lib/document/record-document.ts';
import type { Facts } from '../../src/lib/domain/facts.ts';
import { foldTicket } from '../../src/lib/domain/fold-ticket.ts';
import type { DocumentId, EntryId } from '../../src/lib/domain/ids.ts';
import { compareEpochs, type ClaimVerdict } from '../../src/lib/domain/verdict.ts';
import { simUnlockMinutes, type SimArrival } from './sim-relay.ts';
import type { World } from './world.ts';

const claimKinds = ['claimed', 'released', 'handed-over', 'taken-over'];

/** Exactly one verdict for each fact, none ever changed, and each one right by the rules of section 6, retold here. */
export function checkClaims(world: World, id: DocumentId, doc: Y.Doc): void {
	const { violations } = world;
	const reading = id.startsWith('ticket/') ? readRecord(doc) : undefined;
	if (reading?.kind !== 'record') return;
	const { facts } = reading;
	for (const [key, item] of doc.getMap(roots.verdicts)._map)
		if (item.left !== null) violations.add(`the verdict ${key} of ${id} was written twice`);
	const verdicts = [...facts.verdicts].filter((pair): pair is [string, ClaimVerdict] => pair[1].kind === 'claim');
	for (const [entry, fact] of facts.entries)
		if (claimKinds.includes(fact.kind) && facts.verdicts.get(entry)?.kind !== 'claim')
			violations.add(`${fact.kind} ${entry} of ${id} has no verdict`);
	verdicts.sort((a, b) => compareEpochs(a[1].epoch, b[1].epoch));
	const arrivals = world.relay.arrivals.get(id) ?? new Map<EntryId, SimArrival>();
	let holder: Holder | undefined;
	for (const [i, [key, verdict]] of verdicts.entries()) {
		const before = verdicts[i - 1]?.[1];
		if (before !== undefined && compareEpochs(before.epoch, verdict.epoch) === 0)
			violations.add(`two verdicts of ${id} have one epoch`);
		if (before !== undefined && before.at > verdict.at)
			violations.add(`the verdict ${key} of ${id} is older than its epoch`);
		const right = outcomesOf({ world, facts, arrivals, verdict }, key as EntryId, holder);
		if (right === undefined) {
			violations.add(`verdict ${key} of ${id} answers nothing`);
			continue;
		}
		const said = `${verdict.outcome}${verdict.why === undefined ? '' : ` ${verdict.why}`}`;
		if (!right.includes(said))
			violations.add(
				`${facts.entries.get(key as EntryId)?.kind} ${key} of ${id} was ${said}, not ${right.join(' or ')}`,
			);
		if (verdict.outcome === 'released') holder = undefined;
		if (verdict.outcome === 'granted' && verdict.holder !== null)
			holder = {
				...{ agent: verdict.holder, claim: key },
				since: holder?.agent === verdict.holder ? holder.since : verdict.at,
			};
	}
	const claim = foldTicket(facts)?.claim;
	const seen = claim?.kind === 'held' ? claim.agent : undefined;
	if (seen !== holder?.agent) violations.add(`${id} is held by ${holder?.agent}, and the fold says ${seen}`);
}

interface Holder {
	agent: string;
	claim: string;
	since: number;
}

interface Case {
	world: World;
	facts: Facts;
	arrivals: ReadonlyMap<EntryId, SimArrival>;
	verdict: ClaimVerdict;
}

/** What the relay may have said; more than one thing where the order within a moment is not known. */
function outcomesOf(of: Case, id: EntryId, holder: Holder | undefined): string[] | undefined {
	const fact = of.facts.entries.get(id);
	switch (fact?.kind) {
		case 'claimed':
			if (holder === undefined || holder.agent === fact.by) return ['granted'];
			return mayBeIdle(of, id, holder).map((isIdle) => (isIdle ? 'granted idle' : 'refused held-by-other'));
		case 'released':
			return holder?.claim === fact.claim && holder.agent === fact.by ? ['released'] : ['refused not-current'];
		case 'handed-over':
			if (holder?.claim !== fact.claim || holder.agent !== fact.by) return ['refused not-current'];
			if (fact.to === fact.by) return ['refused no-such-agent'];
			return maySee(of, fact.to).map((sees) => (sees ? 'granted handed-over' : 'refused no-such-agent'));
		case 'taken-over':
			if (fact.by !== of.world.agents[0]) return ['refused no-permission'];
			if (fact.to === null) return [holder === undefined ? 'refused not-current' : 'released taken-over'];
			return maySee(of, fact.to).map((sees) => (sees ? 'granted taken-over' : 'refused no-such-agent'));
		default:
			return undefined;
	}
}

/** Whether the holder was silent for too long when the claim arrived. */
function mayBeIdle({ facts, arrivals, verdict }: Case, id: EntryId, holder: Holder): boolean[] {
	const asked = arrivals.get(id);
	if (asked === undefined) return [];
	const told = [...arrivals].filter(([entry]) => facts.entries.has(entry)).sort((a, b) => a[1].place - b[1].place);
	// What came between the question and its answer may have counted or not.
	if (told.some(([, { at }]) => at > asked.at && at <= verdict.at)) return [true, false];
	const known = told.filter(([, { at }]) => at <= asked.at);
	let from = holder.since;
	let isCustomersTurn = false;
	let word: EntryId | undefined;
	for (const [entry, { at }] of known) {
		const fact = facts.entries.get(entry);
		if (fact?.by === holder.agent) from = Math.max(from, at);
		if (fact?.kind === 'reply-requested' || (fact?.kind === 'status-set' && fact.status === 'waiting'))
			isCustomersTurn = true;
		if (fact?.kind !== 'message') continue;
		word = entry;
		if (isCustomersTurn) from = Math.max(from, at);
		isCustomersTurn = false;
	}
	const byId = new Map(known.map(([entry]) => [entry, facts.entries.get(entry)!]));
	const undone = new Set<EntryId>();
	for (const fact of byId.values())
		if (fact.kind === 'undone' && byId.get(fact.entry)?.by === fact.by) undone.add(fact.entry);
	const statuses = [...byId].filter(([entry, { kind }]) => kind === 'status-set' && !undone.has(entry));
	const replaced = new Set(statuses.flatMap(([, fact]) => (fact.kind === 'status-set' ? fact.replaces : [])));
	const waits = statuses.some(
		([entry, fact]) =>
			!replaced.has(entry) &&
			fact.kind === 'status-set' &&
			fact.status === 'waiting' &&
			fact.seen === (word ?? fact.seen),
	);
	return [!waits && Math.floor(asked.at) - from >= simUnlockMinutes * 60_000];
}

/** Whether somebody saw the ticket: sure where neither its lines nor the person's ever changed. */
function maySee({ world, facts }: Case, agent: string): boolean[] {
	const person = world.agents.findIndex((id) => id === agent);
	if (person < 0) return [false];
	if (person === 0) return [true];
	const { people, steps } = world.program;
	const given = [
		people[person]!.lines,
		...steps.flatMap((step) => (step.do === 'lines' && step.person === person ? [step.lines] : [])),
	];
	const lines = [...facts.entries.values()].flatMap((fact) =>
		fact.kind === 'opened' || fact.kind === 'line-set' ? [fact.line] : [],
	);
	const answers = new Set(given.flatMap((seen) => lines.map((line) => seen.includes(line))));
	return [...answers];
}
