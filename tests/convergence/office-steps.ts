import type { Random } from '../../sync-server/demo/random.ts';
import { articleParts, type ArticlePart } from '../../src/lib/document/article-text.ts';
import type { ArticleState, ArticleValues } from '../../src/lib/domain/article-entry.ts';
import type { Outcome } from '../../src/lib/domain/interaction-entry.ts';

/** Articles and contacts: like `ticket`, `article` and `contact` are places in the lists that the device has at that moment. */
export type OfficeStep =
	| { do: 'write-article'; device: number; tab: number; lines: string[]; text: string }
	| { do: 'article'; device: number; tab: number; article: number; act: ArticleAct }
	| {
			do: 'type-article';
			device: number;
			tab: number;
			article: number;
			part: ArticlePart;
			language: 'de' | 'en';
			place: number;
			text: string;
	  }
	| { do: 'call'; device: number; tab: number; line: string; text: string }
	| { do: 'contact'; device: number; tab: number; contact: number; act: ContactAct };

export type SimField = Partial<Pick<ArticleValues, 'level' | 'visibility' | 'type' | 'validUntil' | 'handOver'>>;

export type ArticleAct =
	| { kind: 'fields'; values: SimField }
	| { kind: 'tag' | 'untag'; tag: string }
	| { kind: 'line'; line: string }
	| { kind: 'state'; to: ArticleState }
	| { kind: 'save' }
	| { kind: 'restore'; version: number }
	| { kind: 'read' }
	| { kind: 'translated' }
	| { kind: 'derive'; base: number }
	| { kind: 'settle'; choice: 'taken' | 'declined' }
	| { kind: 'undo'; entry: number };

export type ContactAct =
	| { kind: 'request'; text: string }
	| { kind: 'end'; outcome: Exclude<Outcome, 'ticket'> }
	| { kind: 'ticket'; queue: string }
	| { kind: 'apply'; article: number }
	| { kind: 'reopen' };

const tags = ['urgent', 'printer', 'vip'];
const lines = ['alpha', 'beta'];

export function makeArticleAct(random: Random): ArticleAct {
	const kinds = [
		'fields',
		'fields',
		'fields',
		'tag',
		'untag',
		'line',
		'state',
		'state',
		'state',
		'save',
		'save',
	] as const;
	const rare = ['restore', 'read', 'translated', 'derive', 'settle', 'undo', 'undo'] as const;
	const kind = random.chance(0.35) ? random.pick(rare) : random.pick(kinds);
	switch (kind) {
		case 'fields':
			return { kind, values: someFields(random) };
		case 'tag':
		case 'untag':
			return { kind, tag: random.pick(tags) };
		case 'line':
			return { kind, line: random.pick(lines) };
		case 'state':
			return { kind, to: random.pick(['draft', 'in-review', 'agreed', 'standard', 'archived'] as const) };
		case 'restore':
			return { kind, version: random.below(4) };
		case 'derive':
			return { kind, base: random.below(4) };
		case 'settle':
			return { kind, choice: random.pick(['taken', 'declined'] as const) };
		case 'undo':
			return { kind, entry: random.below(20) };
		default:
			return { kind };
	}
}

function someFields(random: Random): SimField {
	const values: SimField = {};
	if (random.chance(0.6)) values.level = random.pick([1, 2, 3] as const);
	if (random.chance(0.4)) values.visibility = random.pick(['internal', 'public'] as const);
	if (random.chance(0.3)) values.type = random.pick(['article', 'case'] as const);
	if (random.chance(0.3)) values.validUntil = random.chance(0.3) ? null : 1_780_000_000_000 + random.below(1000);
	if (random.chance(0.3)) values.handOver = [{ when: random.pick(tags), queue: null, to: random.pick(lines) }];
	return values;
}

export function makeContactAct(random: Random, word: () => string): ContactAct {
	const kind = random.pick(['request', 'request', 'end', 'end', 'ticket', 'apply', 'reopen'] as const);
	switch (kind) {
		case 'request':
			return { kind, text: word() };
		case 'end':
			return {
				kind,
				outcome: random.pick(['solved', 'call-back', 'wrong-place', 'missed', 'no-answer'] as const),
			};
		case 'ticket':
			return { kind, queue: `${random.pick(lines)}-front` };
		case 'apply':
			return { kind, article: random.below(4) };
		default:
			return { kind };
	}
}

export function somePart(random: Random): { part: ArticlePart; language: 'de' | 'en' } {
	// Most writing is in one place: that is where texts meet.
	return {
		part: random.chance(0.6) ? 'steps' : random.pick(articleParts),
		language: random.chance(0.8) ? 'de' : 'en',
	};
}
