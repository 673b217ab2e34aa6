import type { Desk } from '$lib/desk.ts';
import type { SystemId } from '$lib/domain/ids.ts';
import type { TimelineEntry } from '$lib/domain/fold-ticket.ts';
import { words } from '$lib/ui/words/words.svelte.ts';
import type { TimelineItem } from '$lib/views/timeline.ts';
import { agentName, categoryText, lineName, partyName, queueName, systemName } from '../../../names.ts';

/** One sentence for an entry of the timeline. */
export function entryText(desk: Desk, item: TimelineItem, now: number): string {
	const { entry } = item;
	const t = words.t.entry;
	const who = agentName(desk, entry.by);
	if (entry.kind === 'undone') return t.undone(who, item.target === undefined ? '' : whatText(desk, item.target, now));
	if (entry.kind === 'claimed' && item.verdict === undefined) return t.claimPending(who);
	if (entry.kind === 'claimed' && item.verdict?.outcome === 'refused')
		return t.claimRefused(who, item.verdict.holder === null ? '' : agentName(desk, item.verdict.holder));
	return whatText(desk, entry, now);
}

function whatText(desk: Desk, entry: TimelineEntry, now: number): string {
	const t = words.t.entry;
	const who = agentName(desk, entry.by);
	switch (entry.kind) {
		case 'opened':
			return t.opened(who, words.t.channel[entry.channel]);
		case 'message': {
			const from = entry.from.name || entry.from.address || words.t.party.unknown;
			return entry.direction === 'in' ? t.messageIn(from) : t.messageOut(entry.from.name || who);
		}
		case 'reply-requested':
			return entry.forwards === undefined ? t['reply-requested'](who) : t.forwarded(who);
		case 'status-set': {
			const reason = entry.reason === undefined ? '' : ` ${words.t.waiting[entry.reason]}`;
			const until = entry.until === undefined ? '' : ` (${words.format.dateTime(entry.until, now)})`;
			return t['status-set'](who, words.t.status[entry.status] + reason + until);
		}
		case 'assigned':
			return entry.agent === null ? t.unassigned(who) : t.assigned(who, agentName(desk, entry.agent));
		case 'queue-set':
			return t['queue-set'](who, queueName(desk, entry.queue));
		case 'line-set':
			return t['line-set'](who, lineName(desk, entry.line));
		case 'subject-set':
			return t['subject-set'](who, entry.subject);
		case 'priority-set':
			return t['priority-set'](who, words.t.priority[entry.priority]);
		case 'tagged':
			return [
				...(entry.add.length > 0 ? [t.tagged(who, words.format.list(entry.add))] : []),
				...(entry.remove.length > 0 ? [t.untagged(who, words.format.list(entry.remove))] : []),
			].join('. ');
		case 'person-linked':
			return t['person-linked'](who, partyName(desk, entry.person));
		case 'person-unlinked':
			return t['person-unlinked'](who, partyName(desk, entry.person));
		case 'claimed':
			return t.claimed(who);
		case 'released':
			return t.released(who);
		case 'handed-over':
			return t['handed-over'](who, agentName(desk, entry.to));
		case 'taken-over':
			return entry.to === null ? t.setFree(who) : t['taken-over'](who, agentName(desk, entry.to));
		case 'consulted':
			return t.consulted(who, agentName(desk, entry.agent));
		case 'consult-settled':
			return entry.how === 'withdrawn' ? t['consult-withdrawn'](who) : t['decided-alone'](who);
		case 'held-settled':
			return t[entry.choice](who);
		case 'delivery-decided':
			return t[entry.decision](who);
		case 'merge-suggested':
			return t['merge-suggested'](desk.tickets.get(entry.ticket)?.number ?? '');
		case 'merged-into':
		case 'merged-from':
			return t[entry.kind](who, entry.number);
		case 'categorised':
			return t.categorised(who, categoryText(desk, entry));
		case 'systems-changed': {
			const named = (systems: readonly SystemId[]) => words.format.list(systems.map((id) => systemName(desk, id)));
			if (entry.remove.length === 0) return t.systemsAdded(who, named(entry.add));
			if (entry.add.length === 0) return t.systemsRemoved(who, named(entry.remove));
			return t['systems-changed'](who, named(entry.add), named(entry.remove));
		}
		case 'case-applied':
			return t['case-applied'](who, entry.title);
		case 'step-ticked':
			return entry.done ? t['step-ticked'](who) : t['step-unticked'](who);
		case 'documented':
		case 'interaction-linked':
		case 'reply-withdrawn':
		case 'consult-answered':
		case 'merge-declined':
		case 'note':
			return t[entry.kind](who);
		case 'acknowledged':
			return t.acknowledged();
		case 'erased':
			return entry.what === 'redaction'
				? t.redacted(agentName(desk, entry.agent ?? entry.by), entry.reason ?? '')
				: t.erased();
		default:
			return words.t.ticket.unknownEntry;
	}
}

/** The value that an entry set, alone: for "also changed". */
export function valueText(desk: Desk, entry: TimelineEntry | { kind: string }, now: number): string {
	const setter = entry as TimelineEntry;
	switch (setter.kind) {
		case 'status-set': {
			const reason = setter.reason === undefined ? '' : ` ${words.t.waiting[setter.reason]}`;
			const until = setter.until === undefined ? '' : ` (${words.format.dateTime(setter.until, now)})`;
			return words.t.status[setter.status] + reason + until;
		}
		case 'assigned':
			return setter.agent === null ? words.t.list.noOwner : agentName(desk, setter.agent);
		case 'queue-set':
			return queueName(desk, setter.queue);
		case 'line-set':
			return lineName(desk, setter.line);
		case 'subject-set':
			return setter.subject;
		case 'priority-set':
			return words.t.priority[setter.priority];
		case 'categorised':
			return categoryText(desk, setter);
		default:
			return '';
	}
}
