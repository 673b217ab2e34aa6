import type { MailRule } from './desk-config.ts';
import type { QueueId } from './ids.ts';
import type { Priority } from './entry.ts';

/**
 * Where a mail that opens a ticket goes.
 *
 * MR1 Active rules are tried by `order`, then id; all conditions of one must hold.
 * MR2 Letters count alike in upper and lower case, and with and without accents; "ß" is "ss", and "ü" may be written "ue".
 * MR3 The first rule that names a queue or a priority decides it; tags add up.
 * MR4 A rule with `stop` is the last one that is tried when it has hit.
 */
export interface RuleMail {
	from: { name: string; address: string } | undefined;
	/** All recipients: To and Cc, and the address it was delivered to. */
	to: readonly { name: string; address: string }[];
	subject: string;
	text: string;
	/** Value of a header by its name in lower case. */
	header(name: string): string | undefined;
}

export interface RuleEffect {
	/** Every rule that has hit, in order. */
	hits: string[];
	queue: QueueId | undefined;
	priority: Priority | undefined;
	tags: string[];
}

/** A condition is looked for in so much of a text. */
const textLooked = 100_000;

export function applyMailRules(rules: readonly MailRule[], mail: RuleMail): RuleEffect {
	const effect: RuleEffect = { hits: [], queue: undefined, priority: undefined, tags: [] };
	const ordered = rules.filter((rule) => rule.active).sort(byOrder);
	if (ordered.length === 0) return effect;
	const haystacks = createHaystacks(mail);
	for (const rule of ordered) {
		if (!rule.when.every((condition) => holds(condition, haystacks))) continue;
		effect.hits.push(rule.id);
		effect.queue ??= rule.put.queue;
		effect.priority ??= rule.put.priority;
		for (const tag of rule.put.tags ?? []) if (!effect.tags.includes(tag)) effect.tags.push(tag);
		if (rule.stop) break;
	}
	return effect;
}

type Condition = MailRule['when'][number];
type Haystacks = (field: Condition['field'], name: string | undefined) => string;

function byOrder(a: MailRule, b: MailRule): number {
	return a.order - b.order || (a.id < b.id ? -1 : 1);
}

function holds({ field, name, contains }: Condition, haystacks: Haystacks): boolean {
	const haystack = haystacks(field, name);
	return spellings(contains).some((needle) => haystack.includes(needle));
}

/** Each field is folded once, and only if a rule asks for it. */
function createHaystacks(mail: RuleMail): Haystacks {
	const known = new Map<string, string>();
	const written: Record<Condition['field'], (name: string) => string> = {
		from: () => (mail.from === undefined ? '' : addressText(mail.from)),
		to: () => mail.to.map(addressText).join('\n'),
		subject: () => mail.subject,
		text: () => mail.text,
		header: (name) => (name === '' ? '' : (mail.header(name) ?? '')),
	};
	return (field, name = '') => {
		const key = `${field} ${name.trim().toLowerCase()}`;
		let haystack = known.get(key);
		if (haystack === undefined) {
			haystack = spellings(written[field](name.trim().toLowerCase()).slice(0, textLooked)).join('\n');
			known.set(key, haystack);
		}
		return haystack;
	};
}

function addressText({ name, address }: { name: string; address: string }): string {
	return `${name} <${address}>`;
}

/** "Müller" as "muller" and as "mueller". */
function spellings(text: string): string[] {
	const low = text.normalize('NFC').toLowerCase().replaceAll('ß', 'ss').replace(/\s+/g, ' ');
	const bare = low.normalize('NFD').replace(/\p{M}/gu, '');
	const long = low
		.replaceAll('ä', 'ae')
		.replaceAll('ö', 'oe')
		.replaceAll('ü', 'ue')
		.normalize('NFD')
		.replace(/\p{M}/gu, '');
	return bare === long ? [bare] : [bare, long];
}
