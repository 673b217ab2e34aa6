import type { DocumentId } from '../domain/ids.ts';
import type { Session } from '../protocol/session.ts';
import type { Page } from '../protocol/replica.ts';
import { headerVersion } from '../protocol/ticket-header.ts';

/** How far this device has come. Stored in the same transaction as the page that moved it. */
export interface Progress {
	/** Where the next pull starts; null before the first page. */
	cursor: number | null;
	/** Where it stood before the first page of a pull that is not over; see PullRequest. */
	since?: number | undefined;
	scopeRevision: number;
	scopes: string[];
	era: number;
	/** A walk over whole documents that is not over yet; it ends before the next pull, so that no tail comes before its document. */
	walk: Walk | null;
	/** How the rows of cold tickets that are here were written; absent is 1. */
	headers?: number | undefined;
	/** The relay came back from a backup, and what it lacks is not handed over yet; see hand-over.ts. */
	handOver?: { after: DocumentId | null } | undefined;
}

export interface Walk {
	/** `next` of the last page, null to begin. */
	after: string | null;
	/** Null: all that the device may see. */
	scopes: string[] | null;
	done: number;
	total: number;
	/** Only headers of what is cold. */
	only?: 'headers';
}

const wholeWalk: Walk = { after: null, scopes: null, done: 0, total: 0 };

export function firstProgress(session: Pick<Session, 'scopes' | 'scopeRevision' | 'era'>): Progress {
	const { scopes, scopeRevision, era } = session;
	return { cursor: null, scopeRevision, scopes, era, walk: wholeWalk, headers: headerVersion };
}

/** Every document once more. The feed goes on where it was: only it tells of what was erased or moved out of sight. */
export function walkAgain(progress: Progress): Progress {
	return { ...progress, walk: wholeWalk };
}

/** Everything from the beginning: places in the feed of before mean nothing any more. */
export function startAgain(progress: Progress): Progress {
	return { ...progress, cursor: null, since: undefined, walk: wholeWalk };
}

/** Rows of what is cold once more, where this app writes them in another way. A walk that is under way comes to its end first. */
export function withHeadersAnew(progress: Progress, holdsCold: boolean): Progress {
	if (progress.walk !== null || (progress.headers ?? 1) === headerVersion) return progress;
	return { ...progress, headers: headerVersion, walk: holdsCold ? { ...wholeWalk, only: 'headers' } : null };
}

/** After a page of the walk. What changes while it runs comes with the pull that starts where the walk began. */
export function afterWalkPage(progress: Progress, page: Page): Progress {
	const { walk } = progress;
	if (walk === null) return progress;
	const done = walk.done + page.documents.length + (page.headers?.length ?? 0);
	return {
		...progress,
		cursor: progress.cursor ?? page.cursor,
		walk: page.next === null ? null : { ...walk, after: page.next, done, total: Math.max(page.total, done) },
	};
}

export function afterPullPage(progress: Progress, page: Page): Progress {
	const { cursor, since } = progress;
	return {
		...progress,
		cursor: Math.max(cursor ?? 0, page.cursor),
		since: page.next === null ? undefined : (since ?? cursor ?? 0),
	};
}

/**
 * After the agent's lines changed: what was gained is walked, what was lost the feed names as dropped. A walk that is under way
 * goes on over all there is, because its order of pages may no longer hold; so does everything where a change was not heard of: a line that
 * was lost and gained again looks as if nothing had happened, and what changed meanwhile is missing. `heard` is the revision of the page, not
 * a later one: naming that would say that we heard what it dropped.
 */
export function afterScopeChange(
	progress: Progress,
	session: Pick<Session, 'scopes' | 'scopeRevision'>,
	heard = session.scopeRevision,
): Progress {
	const gained = session.scopes.filter((scope) => !progress.scopes.includes(scope));
	const isNext = heard === progress.scopeRevision + 1 && heard === session.scopeRevision;
	let { walk } = progress;
	if (walk !== null || !isNext) walk = wholeWalk;
	else if (gained.length > 0) walk = { ...wholeWalk, scopes: gained };
	return { ...progress, scopes: session.scopes, scopeRevision: heard, walk };
}
