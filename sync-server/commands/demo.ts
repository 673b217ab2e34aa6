import * as v from 'valibot';
import { fillingSchema, type FillLine } from '../demo/fill-desk.ts';
import type { Command } from './command.ts';

export const demoCommand: Command = {
	usage: 'demo [--tickets N] [--people N] [--seed N] [--force]',
	help: 'fills an empty desk with lines, agents, people and tickets to look around in',
	shape: { values: ['tickets', 'people', 'seed'], switches: ['force'] },
	async run({ line, reachDesk, print, complain }) {
		const input = v.safeParse(fillingSchema, {
			tickets: toNumber(line.value('tickets'), 1000),
			people: toNumber(line.value('people'), 320),
			seed: toNumber(line.value('seed'), 1),
			force: line.has('force'),
		});
		if (!input.success) {
			const [{ message }] = input.issues;
			complain(`--${v.getDotPath(input.issues[0])} ${message}.`);
			return 2;
		}
		const desk = await reachDesk();
		try {
			for await (const news of desk.run('fill-demo-desk', input.output) as AsyncIterable<FillLine>) {
				if (news.kind === 'filled') print(filledText(news));
			}
			return 0;
		} finally {
			await desk.close();
		}
	},
};

function toNumber(text: string | undefined, fallback: number): number {
	return text === undefined ? fallback : /^\d+$/.test(text) ? Number(text) : Number.NaN;
}

function filledText(made: Extract<FillLine, { kind: 'filled' }>): string {
	return [
		`Filled "${made.desk}": ${made.agents} agents, ${made.organisations} organisations, ${made.people} people, ${made.tickets} tickets, ${made.articles} standard cases, ${made.contacts} calls and other contacts.`,
		`With the relay running, open this as ${made.admin.name}, an admin; it enrols one device, once, within 15 minutes:`,
		`  ${made.invitation}`,
		`For the next device: npm run tresen -- invite --agent ${made.admin.mail}`,
	].join('\n');
}
