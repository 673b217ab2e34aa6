import { resolve } from 'node:path';
import { importDesk } from '../export/import-desk.ts';
import type { Command } from './command.ts';

export const importDeskCommand: Command = {
	usage: 'import desk FILE.zip --data NEW_DIRECTORY [--json]',
	help: 'makes a desk of an archive that export desk wrote, in an empty directory: all of it or nothing',
	shape: { switches: ['json'], words: { most: 1 } },
	async run({ line, config, origins, print, complain }) {
		const [archive] = line.words;
		if (archive === undefined || origins.data === 'default') {
			complain('Which archive, and where to? tresen import desk /mnt/desk.zip --data /srv/tresen-new');
			return 2;
		}
		const isJson = line.has('json');
		const result = await importDesk({
			...{ archive: resolve(archive), config, now: Date.now() },
			onProgress(records) {
				if (!isJson && records % 5000 === 0) print(`${records} records ...`);
			},
		});
		if (result.kind === 'refused') {
			complain(result.message);
			return 1;
		}
		const { manifest, era, admins, agents, mailboxes, lost } = result;
		if (isJson) print(JSON.stringify({ data: config.data, era, agents, mailboxes, counts: manifest.counts, lost }));
		else {
			const tickets = manifest.counts['tickets.jsonl'] ?? 0;
			print(`${config.data}: the desk of ${new Date(manifest.madeAt).toISOString()}, ${tickets} tickets, era ${era}.`);
			for (const step of nextSteps(config.data, admins, mailboxes)) print(`- ${step}`);
		}
		for (const id of lost) complain(`The file ${id} was missing when the desk was exported.`);
		return 0;
	},
};

function nextSteps(data: string, admins: readonly string[], mailboxes: number): string[] {
	const [first = 'ADDRESS'] = admins;
	return [
		'Make sure that the old relay is stopped and stays so: two desks must not answer the same customers.',
		`Start the new one: tresen serve --data ${data}`,
		`Invite an admin: tresen invite --data ${data} --agent ${first}. Admins invite the others in the app, each with a new link.`,
		'Replies that were on their way are listed as uncertain: somebody has to decide on each.',
		...(mailboxes === 0
			? []
			: [
					`${mailboxes} mailboxes came without passwords and are switched off: enter the passwords and switch them on.`,
				]),
		'With secrets/mail-tokens.key of the old directory in the new one, answers to old mails find their tickets by address as well.',
	];
}
