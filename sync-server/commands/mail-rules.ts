import type { RuleHit, RulesDryRun } from '../../src/lib/protocol/mail-rules.ts';
import type { Command } from './command.ts';
import type { Operation } from './operation.ts';

type Tried = RulesDryRun & { names: Record<string, string> };

/** Tries the desk's rules, the inactive ones too, on the newest mails that opened a ticket. */
export const dryRunRules: Operation = async function* ({ relay, rulesDryRun }) {
	const { mailRules } = relay.readDesk();
	const names = Object.fromEntries(mailRules.map(({ id, name }) => [id, name]));
	const tried: Tried = { ...(await rulesDryRun(mailRules)), names };
	yield tried;
};

export const mailRulesCommand: Command = {
	usage: 'mail rules --dry-run [--json]',
	help: 'shows which stored mails each rule for mail would hit; changes nothing',
	shape: { switches: ['dry-run', 'json'] },
	async run({ line, reachDesk, print, complain }) {
		if (!line.has('dry-run')) {
			complain('Rules are changed in the app. This command tries them: mail rules --dry-run');
			return 2;
		}
		const desk = await reachDesk();
		try {
			for await (const answer of desk.run('dry-run-rules', {})) {
				const { mails, hits, counts, names } = answer as Tried;
				if (line.has('json')) {
					for (const hit of hits) print(JSON.stringify(hit));
					continue;
				}
				for (const hit of hits) print(sentenceOf(hit, names));
				for (const [id, name] of Object.entries(names)) print(`${name}: ${counts[id] ?? 0} of ${mails} mails`);
				if (Object.keys(names).length === 0) print('The desk has no rules for mail.');
			}
		} finally {
			await desk.close();
		}
		return 0;
	},
};

function sentenceOf({ number, from, subject, rules, queue, tags }: RuleHit, names: Record<string, string>): string {
	const put = [queue === undefined ? undefined : `-> ${queue}`, ...tags.map((tag) => `+${tag}`)];
	const hit = rules.map((rule) => names[rule] ?? rule).join(', ');
	return [number, from, subject, hit, ...put].filter((part) => part !== undefined && part !== '').join(' · ');
}
