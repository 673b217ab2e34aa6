import * as v from 'valibot';
import { documentIdSchema } from '../../src/lib/domain/ids.ts';
import { erasurePlanSchema } from '../../src/lib/protocol/erasure.ts';
import type { Command } from './command.ts';
import { OperationRefused, type Operation } from './operation.ts';

const inputSchema = v.strictObject({
	who: v.pipe(v.string(), v.minLength(3), v.maxLength(320)),
	texts: v.picklist(['theirs', 'all']),
	dryRun: v.boolean(),
});
const answerSchema = v.object({
	plan: erasurePlanSchema,
	number: v.optional(v.number()),
	forgotten: v.optional(v.boolean()),
});

const reasons = {
	'not-found': 'There is no such person. Name the document, such as person/01J..., or an address.',
	'mail-under-way': 'Mails to this person are on their way. Let them leave or take them back, then erase.',
	'nothing-to-redact': 'There is nothing to black out.',
	'plan-changed': 'Something has come in meanwhile. Try again.',
};

export const erasePerson: Operation = async function* ({ erasures, audit }, input) {
	const { who, texts, dryRun } = v.parse(inputSchema, input);
	const person = v.safeParse(documentIdSchema, who);
	const named = person.success ? { person: person.output } : { address: who };
	if (dryRun) {
		const planned = await erasures.plan(named, texts);
		if (planned.kind === 'refused') throw new OperationRefused(reasons[planned.code]);
		yield { plan: planned.plan };
		return;
	}
	const result = await erasures.erase({ who: named, texts, agent: null });
	if (result.kind === 'refused') throw new OperationRefused(reasons[result.code]);
	const { plan, number, forgotten } = result;
	audit.add('command', 'person-erased', person.success ? person.output : String(number), { after: plan });
	yield { plan, number, forgotten };
};

export const erasePersonCommand: Command = {
	usage: 'erase person ID|ADDRESS [--texts theirs|all] (--dry-run | --yes)',
	help: 'takes a person out of tickets, files, tables and devices for good; tickets and figures stay',
	shape: { values: ['texts'], switches: ['dry-run', 'yes'], words: { most: 1 } },
	async run({ line, config, reachDesk, print, complain }) {
		const dryRun = line.has('dry-run');
		const input = v.safeParse(inputSchema, { who: line.words[0], texts: line.value('texts') ?? 'theirs', dryRun });
		if (!input.success) {
			complain('Name a person (person/01J...) or an address; --texts is theirs or all.');
			return 2;
		}
		if (dryRun === line.has('yes')) {
			complain('This cannot be undone. --dry-run says what would go; --yes does it.');
			return 2;
		}
		const desk = await reachDesk();
		try {
			for await (const answer of desk.run('erase-person', input.output)) {
				const { plan, number, forgotten } = v.parse(answerSchema, answer);
				print(
					[
						`their tickets   ${plan.tickets}`,
						`their calls     ${plan.calls}`,
						`mentioned in    ${plan.others}`,
						`files           ${plan.files}`,
						`mails under way ${plan.underWay}`,
						...(plan.inConfiguration ? ['The configuration names this person too. Change that by hand.'] : []),
					].join('\n'),
				);
				if (number === undefined) continue;
				print(`Erased as number ${number}.`);
				if (forgotten === false)
					print('The database could not be written anew yet (no room, or a reader). It is done at the next start.');
				if (config.backupTo === '') print('Backups made by hand still hold this person until you delete them.');
			}
			return 0;
		} finally {
			await desk.close();
		}
	},
};
