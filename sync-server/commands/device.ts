import * as v from 'valibot';
import { deskDocument, meDocument } from '../../src/lib/domain/ids.ts';
import { roleSchema, roles } from '../../src/lib/domain/role.ts';
import { sessionCookie } from '../auth/sessions.ts';
import type { Command } from './command.ts';
import { OperationRefused, type Operation } from './operation.ts';

const inputSchema = v.strictObject({
	mail: v.pipe(v.string(), v.trim(), v.email(), v.maxLength(320)),
	role: v.optional(roleSchema),
});
const answerSchema = v.object({
	url: v.string(),
	liveUrl: v.string(),
	cookie: v.string(),
	documents: v.object({ me: v.string(), desk: v.string() }),
});

/** Enrols a scripted device: a program with a cookie of its own. On an empty directory it makes the desk first. */
export const enrolDevice: Operation = async function* ({ auth, publicUrl }, input) {
	const { mail, role } = v.parse(inputSchema, input);
	await auth.ensureDesk();
	const agent = await auth.ensureAgent({ mail, ...(role === undefined ? {} : { role }) });
	const enrolled = auth.addDevice(agent, { name: 'script', publicKey: undefined });
	if (enrolled.kind === 'refused') throw new OperationRefused(`Not enrolled: ${enrolled.detail ?? enrolled.reason}.`);
	const url = publicUrl();
	yield {
		url,
		liveUrl: `${url.replace(/^http/, 'ws')}/live`,
		cookie: `${sessionCookie}=${enrolled.token}`,
		documents: { me: meDocument(agent.id), desk: deskDocument },
	};
};

export const deviceCommand: Command = {
	usage: 'device --agent MAIL [--role admin|agent|observer] [--json]',
	help: 'enrols a scripted device and prints its addresses and cookie',
	shape: { values: ['agent', 'role'], switches: ['json'] },
	async run({ line, reachDesk, print, complain }) {
		const input = v.safeParse(inputSchema, { mail: line.value('agent'), role: line.value('role') });
		if (!input.success) {
			const isRole = v.getDotPath(input.issues[0]) === 'role';
			complain(isRole ? `--role must be one of ${roles.join(', ')}.` : '--agent needs a mail address.');
			return 2;
		}
		const desk = await reachDesk();
		try {
			for await (const answer of desk.run('enrol-device', input.output)) {
				const device = v.parse(answerSchema, answer);
				if (line.has('json')) print(JSON.stringify(device));
				else {
					print(`address    ${device.url}\nlive       ${device.liveUrl}\ncookie     ${device.cookie}`);
					print(`documents  ${device.documents.me}, ${device.documents.desk}`);
				}
			}
			return 0;
		} finally {
			await desk.close();
		}
	},
};
