import { resolve } from 'node:path';
import { withFolder } from '../backup/single-file.ts';
import { restoreBackup } from '../backup/restore-backup.ts';
import type { Command } from './command.ts';

export const restoreCommand: Command = {
	usage: 'restore BACKUP DIRECTORY [--accept-losses]',
	help: 'verifies a backup, a folder or one file, and puts it back into an empty directory',
	shape: { switches: ['accept-losses'], words: { most: 2 } },
	async run({ line, print, complain }) {
		const [backup, data] = line.words.map((word) => resolve(word));
		if (backup === undefined || data === undefined) {
			complain('Which backup, and where to? tresen restore /mnt/backups/tresen-... /srv/tresen');
			return 2;
		}
		const acceptLosses = line.has('accept-losses');
		const result = await withFolder(backup, data, (folder) =>
			restoreBackup({ backup: folder, data, acceptLosses, now: Date.now() }),
		);
		if (result.kind === 'refused') {
			for (const problem of result.problems) complain(problem);
			complain(result.message);
			return 1;
		}
		const { era, manifest, lost, hasMailKey } = result;
		print(`Restored into ${data}: the desk of ${new Date(manifest.madeAt).toISOString()}, era ${era}.`);
		for (const id of lost) print(`The file ${id} is not in the backup. A device that has it brings it back.`);
		for (const step of nextSteps(data, hasMailKey)) print(`- ${step}`);
		return 0;
	},
};

function nextSteps(data: string, hasMailKey: boolean): string[] {
	return [
		'Make sure that the old relay is stopped and stays so.',
		`Start the new one: tresen serve --data ${data}`,
		'Devices notice by themselves and hand over what the backup lacks, for 30 days.',
		'Revoke again the devices that were revoked since the backup, and invite again those that were enrolled since.',
		'Replies of which nobody knows whether they were sent are listed as uncertain: somebody has to decide on each.',
		...(hasMailKey
			? []
			: ['Put secrets/mail.key back from where you keep it, or enter the passwords of the mailboxes again.']),
	];
}
