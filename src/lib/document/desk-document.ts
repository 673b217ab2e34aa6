import type * as Y from 'yjs';
import * as v from 'valibot';
import {
	agentSchema,
	categorySchema,
	deskSchema,
	lineSchema,
	manualSchema,
	mailRuleSchema,
	queueSchema,
	systemSchema,
	textModuleSchema,
	type Agent,
	type Category,
	type DeskConfig,
	type MailRule,
	type Manual,
	type System,
	type TextModule,
} from '../domain/desk-config.ts';
import type { AgentId, CategoryId, LineId, QueueId, SystemId } from '../domain/ids.ts';

/**
 * The shape of the desk document: configuration only, written rarely.
 *
 *   root    type   key            written by   holds
 *   config  Y.Map  desk           admins       name, language
 *                  line:<id>      admins       a line
 *                  queue:<id>     admins       a queue
 *                  system:<id>    admins       a system that customers use
 *                  manual:<id>    admins       a manual of a system, or null where it was removed
 *                  category:<id>  admins       a question group, or a category in one
 *                  module:<id>    admins       a text module, or null where it was removed
 *                  rule:<id>      admins       a rule for mails that come in, or null
 *                  agent:<id>     the relay    an agent, as invited
 */
export const deskRoot = 'config';

export type DeskKey =
	| 'desk'
	| `line:${LineId}`
	| `queue:${QueueId}`
	| `agent:${AgentId}`
	| `system:${SystemId}`
	| `manual:${string}`
	| `category:${CategoryId}`
	| `module:${string}`
	| `rule:${string}`;

const schemaOf = {
	desk: deskSchema,
	line: lineSchema,
	queue: queueSchema,
	agent: agentSchema,
	system: systemSchema,
	manual: manualSchema,
	category: categorySchema,
	module: textModuleSchema,
	rule: mailRuleSchema,
};

/** Nothing points to these, so they can be removed: with null, because a key that is gone could be brought back by an older edit. */
const removable: ReadonlySet<string> = new Set(['manual', 'module', 'rule']);

/** The value under a key if it is valid there; the id inside must be the key's. Null is a removed one. */
export function parseDeskValue(key: string, value: unknown): unknown {
	const [kind, id] = key.split(/:(.*)/s);
	const schema = schemaOf[kind as keyof typeof schemaOf];
	if (schema === undefined || (kind === 'desk') !== (id === undefined)) return undefined;
	if (value === null) return removable.has(kind ?? '') ? null : undefined;
	const parsed = v.safeParse(schema, value);
	if (!parsed.success || (id !== undefined && (parsed.output as { id: string }).id !== id)) return undefined;
	return parsed.output;
}

/** Whether only the relay writes that key. */
export function isRelayDeskKey(key: string): boolean {
	return key.startsWith('agent:');
}

export function readDesk(doc: Y.Doc): DeskConfig {
	const config: DeskConfig = {
		desk: { name: 'Tresen', language: 'de' },
		...{ lines: [], queues: [], agents: [], systems: [], manuals: [], categories: [], textModules: [], mailRules: [] },
	};
	for (const [key, value] of doc.getMap(deskRoot).entries()) {
		const parsed = parseDeskValue(key, value);
		if (parsed === undefined || parsed === null) continue;
		if (key === 'desk') config.desk = parsed as DeskConfig['desk'];
		else if (key.startsWith('line:')) config.lines.push(parsed as DeskConfig['lines'][number]);
		else if (key.startsWith('queue:')) config.queues.push(parsed as DeskConfig['queues'][number]);
		else if (key.startsWith('system:')) config.systems.push(parsed as System);
		else if (key.startsWith('manual:')) config.manuals.push(parsed as Manual);
		else if (key.startsWith('category:')) config.categories.push(parsed as Category);
		else if (key.startsWith('module:')) config.textModules.push(parsed as TextModule);
		else if (key.startsWith('rule:')) config.mailRules.push(parsed as MailRule);
		else config.agents.push(parsed as Agent);
	}
	const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
	config.lines.sort(byName);
	config.queues.sort(byName);
	config.agents.sort(byName);
	config.systems.sort(byName);
	config.manuals.sort(byName);
	config.categories.sort((a, b) => (a.order ?? 0) - (b.order ?? 0) || byName(a, b));
	config.textModules.sort(byName);
	config.mailRules.sort((a, b) => a.order - b.order || (a.id < b.id ? -1 : 1));
	return config;
}

export function writeDeskValue(doc: Y.Doc, key: DeskKey, value: object | null): void {
	doc.getMap(deskRoot).set(key, value);
}
