import * as v from 'valibot';
import { lineIdSchema } from '../../src/lib/domain/ids.ts';
import { roleSchema, roles } from '../../src/lib/domain/role.ts';
import type { Command } from './command.ts';
import { OperationRefused, type Operation } from './operation.ts';

const inputSchema = v.strictObject({
	mail: v.pipe(v.string(), v.trim(), v.email(), v.maxLength(320)),
	name: v.optional(v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(100))),
	role: v.optional(roleSchema),
	lines: v.array(lineIdSchema),
});
const answerSchema = v.object({ url: v.string(), expiresAt: v.number() });

/** Invites one device of the agent with that address; an agent who is not there yet comes with it. */
export const inviteAgent: Operation = async function* ({ auth, relay }, input) {
	const { mail, name, role, lines } = v.parse(inputSchema, input);
	const known = new Set(relay.readDesk().lines.map((line) => line.id));
	if (known.size === 0)
		throw new OperationRefused('There is no desk yet. Open the set-up link that `serve` prints first.');
	for (const line of lines) {
		if (!known.has(line))
			throw new OperationRefused(`There is no line "${line}". There are: ${[...known].join(', ')}.`);
	}
	const agent = await auth.ensureAgent({
		mail,
		...(name === undefined ? {} : { name }),
		...(role === undefined ? {} : { role }),
		...(lines.length === 0 ? {} : { lines }),
	});
	const invited = await auth.invite('command', { agent: { id: agent.id } });
	if (invited.kind === 'refused') throw new OperationRefused(`Not invited: ${invited.detail ?? invited.reason}.`);
	yield invited.value;
};

export const inviteCommand: Command = {
	usage: 'invite --agent MAIL [--name NAME] [--role admin|agent|observer] [--line LINE]... [--json]',
	help: 'prints a link that enrols one device, once, within 15 minutes',
	shape: { values: ['agent', 'name', 'role'], repeated: ['line'], switches: ['json'] },
	async run({ line, reachDesk, print, complain }) {
		const mail = line.value('agent');
		const input = v.safeParse(inputSchema, {
			mail,
			name: line.value('name'),
			role: line.value('role'),
			lines: line.values('line'),
		});
		if (!input.success) {
			const field = v.getDotPath(input.issues[0])?.split('.')[0];
			if (field === 'role') complain(`--role must be one of ${roles.join(', ')}.`);
			else if (field === 'mail') complain('--agent needs a mail address.');
			else complain(`--${field === 'lines' ? 'line' : field} is not usable.`);
			return 2;
		}
		const desk = await reachDesk();
		try {
			for await (const answer of desk.run('invite-agent', input.output)) {
				const { url, expiresAt } = v.parse(answerSchema, answer);
				if (line.has('json')) print(JSON.stringify({ url, expiresAt }));
				else print(`${url}\nOpens once, until ${new Date(expiresAt).toLocaleTimeString()}.`);
			}
			return 0;
		} finally {
			await desk.close();
		}
	},
};
