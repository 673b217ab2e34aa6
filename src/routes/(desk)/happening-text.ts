import { formatTicketNumber, type TicketNumber } from '$lib/domain/ticket-number.ts';
import { words } from '$lib/ui/words/words.svelte.ts';
import type { Happening } from '$lib/views/ticket-acts.ts';
import type { Trouble } from '$lib/views/error-text.ts';

/** What a toast says. `nameOf` gives the name of an agent. */
export function happeningText(happening: Happening, nameOf: (agent: string) => string, now: number): string {
	const { toast, status, waiting, priority, list } = words.t;
	if ('count' in happening && happening.count > 1) {
		if (happening.kind === 'reminder-due') return toast.remindersDue(happening.count);
		if (happening.kind === 'mails-dropped') return list.dropped(happening.count);
		if (happening.kind === 'claimed') return toast.bulkClaimed(happening.count);
		if (happening.kind === 'released') return toast.bulkReleased(happening.count);
		return toast.bulk(happening.count);
	}
	const number = 'number' in happening ? shownNumber(happening.number ?? '') : '';
	switch (happening.kind) {
		case 'status-set': {
			const { to } = happening;
			if (to.status === 'closed') return toast.closed(number);
			if (to.status === 'open') return toast.statusSet(number, status.open);
			if (to.until !== undefined) return toast.snoozed(number, words.format.dateTime(to.until, now));
			return toast.statusSet(number, `${status.waiting} ${waiting[to.reason]}`);
		}
		case 'assigned':
			return happening.agent === null ? toast.unassigned(number) : toast.assigned(number, nameOf(happening.agent));
		case 'priority-set':
			return toast.prioritySet(number, priority[happening.priority]);
		case 'tagged':
			return toast.tagged(number);
		case 'categorised':
			return toast.categorised(number);
		case 'case-applied':
			return toast.caseApplied(number, happening.title);
		case 'moved':
			return toast.moved(number);
		case 'subject-set':
			return toast.subjectSet(number);
		case 'person-linked':
			return toast.personLinked(number);
		case 'person-unlinked':
			return toast.personUnlinked(number);
		case 'claimed':
			return toast.claimed(number);
		case 'released':
			return toast.released(number);
		case 'note-saved':
			return toast.noteSaved;
		case 'reply-stored':
			return toast.replyStored(number);
		case 'forwarded':
			return toast.forwarded(number);
		case 'handed-over':
			return toast.handedOver(number, nameOf(happening.agent));
		case 'taken-over':
			return toast.takenOver(number, nameOf(happening.agent));
		case 'set-free':
			return toast.setFree(number);
		case 'consulted':
			return toast.consulted(number, nameOf(happening.agent));
		case 'consult-answered':
			return toast.adviceGiven(number);
		case 'consult-settled':
			return toast.consultSettled(number);
		case 'merged':
			return toast.merged(number);
		case 'merge-declined':
			return toast.mergeDeclined(number);
		case 'merge-not-found':
			return happening.isItself ? words.t.merge.itself : words.t.merge.notFound;
		case 'withdrawn':
			return happening.isInDraft ? toast.withdrawnToDraft(number) : toast.withdrawn(number);
		case 'put-back':
			return happening.isDone ? words.t.held.putBackDone : words.t.held.draftNotEmpty;
		case 'held-settled':
			return toast.heldSettled(number);
		case 'delivery-decided':
			return toast.deliveryDecided(number);
		case 'reply-stuck': {
			const stuck = { held: toast.replyHeld, failed: toast.replyFailed, uncertain: toast.replyUncertain };
			return stuck[happening.state](number);
		}
		case 'asked':
			return toast.asked(number, nameOf(happening.agent));
		case 'mentioned':
			return toast.mentioned(number);
		case 'handed-to-you':
			return toast.handedToYou(number, nameOf(happening.agent));
		case 'claim-lost':
			return `${number}: ${words.t.claim.lost(nameOf(happening.agent))}`;
		case 'reminder-due':
			return toast.reminderDue(number, happening.subject);
		case 'ticket-created':
			return words.t.toast.created(number);
		case 'contact-ended': {
			const { outcome, until } = happening;
			const ended = toast.contactEnded;
			if (outcome === 'ticket') return ended.ticket(number);
			if (outcome === 'call-back')
				return ended['call-back'](until === undefined ? '' : words.format.moment(until, now));
			return ended[outcome];
		}
		case 'call-discarded':
			return toast.callDiscarded;
		case 'desk-restored':
			return toast.deskRestored;
		case 'form-discarded':
			return words.t.begun.discarded;
		case 'mails-dropped':
			return list.dropped(happening.count);
		case 'mail-known':
			return list.dropKnown(number);
		case 'mail-refused':
			return list.dropRefused(happening.file);
		case 'file-refused':
			return happening.why === 'quota'
				? toast.fileRefusedQuota(happening.file)
				: toast.fileRefusedLarge(happening.file);
		case 'copied':
			return words.t.common.copied;
		case 'article-changed':
			return toast.articleChanged;
		case 'undone':
			return toast.undone;
		case 'trouble':
			return troubleText(happening.trouble);
	}
}

export function troubleText(trouble: Trouble): string {
	if (trouble.kind === 'refusal')
		return [words.t.actRefusal[trouble.key], trouble.missing?.join(', ')]
			.filter((part) => part !== undefined)
			.join(' ');
	const { what, safe, todo } = words.t.errors[trouble.key];
	return `${what} ${safe} ${todo}`;
}

export function shownNumber(number: string): string {
	return number === '' ? '' : formatTicketNumber(number as TicketNumber);
}
