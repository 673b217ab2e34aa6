import * as v from 'valibot';
import type { AuditRecord } from '../audit/audit-log.ts';
import type { Command } from './command.ts';
import type { Operation } from './operation.ts';

const inputSchema = v.strictObject({ most: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100_000)) });

export const readAudit: Operation = async function* ({ audit }, input) {
	yield* audit.read(v.parse(inputSchema, input).most);
};

export const auditCommand: Command = {
	usage: 'audit [--most N] [--json]',
	help: 'who administered what, and who took much at once, the newest first',
	shape: { values: ['most'], switches: ['json'] },
	async run({ line, reachDesk, print, complain }) {
		const most = Number(line.value('most') ?? '100');
		if (!v.is(inputSchema, { most })) {
			complain('--most must be a number from 1 to 100000.');
			return 2;
		}
		const desk = await reachDesk();
		try {
			for await (const record of desk.run('read-audit', { most })) {
				print(line.has('json') ? JSON.stringify(record) : sentence(record as AuditRecord));
			}
		} finally {
			await desk.close();
		}
		return 0;
	},
};

function sentence({ at, by, act, subject, before, after }: AuditRecord): string {
	const who = by === 'command' ? 'on the relay’s machine' : `${by.agent} on ${by.device}`;
	const change =
		after === undefined ? '' : `\n    ${JSON.stringify(before) ?? 'nothing'}\n -> ${JSON.stringify(after)}`;
	return `${new Date(at).toISOString()}  ${act}${subject === undefined ? '' : ` ${subject}`}  ${who}${change}`;
}
